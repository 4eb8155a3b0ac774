/** Packets in words: who to whom, and what they say; TCP's numbers from the first of each side. */
import { describe, expect, test } from "vitest";
import type { PacketEvent } from "../../src/lab/events.ts";
import { packetText } from "../../src/report/packet-text.ts";
import { Segments } from "../../src/report/segments.ts";
import type { Style } from "../../src/report/style.ts";
import { terminal } from "../../src/report/terminal.ts";
import { wirePacket } from "../../src/witness/wire-frame.ts";
import { recorded, scenes } from "../witness/recorded.ts";

type Layers = PacketEvent["layers"];
const packet = (layers: Layers, over: Partial<PacketEvent> = {}): PacketEvent =>
  ({ type: "packet", experiment: "x", t: 0, device: "lo", direction: "out", inside: null, length: 60, bytes: "", layers, ...over });
const ip = (saddr: string, daddr: string, name = "ip"): Layers[number] => ({ name, fields: { saddr, daddr } });
const [to, back] = [ip("192.0.2.2", "192.0.2.1"), ip("192.0.2.1", "192.0.2.2")];
const layer = (name: string, fields: Layers[number]["fields"]): Layers[number] => ({ name, fields });

describe("one packet", () => {
  test.for<readonly [string, Layers, readonly string[]]>([
    ["UDP",                          [to, layer("udp", { sport: 5, dport: 53, length: 1000 })],       ["UDP 192.0.2.2:5 → 192.0.2.1:53", "1,000 bytes"]],
    ["UDP without a byte",           [to, layer("udp", { sport: 5, dport: 53, length: 0 })],          ["UDP 192.0.2.2:5 → 192.0.2.1:53", "0 bytes"]],
    ["UDP over IPv6",                [ip("2001:db8::2", "::1", "ipv6"), layer("udp", { sport: 5, dport: 53, length: 1 })], ["UDP [2001:db8::2]:5 → [::1]:53", "1 byte"]],
    ["ICMP by its code",             [to, layer("icmp", { type: "ICMP_DEST_UNREACH", code: "ICMP_PORT_UNREACH" })], ["ICMP 192.0.2.2 → 192.0.2.1", "ICMP_PORT_UNREACH"]],
    ["ICMP by its type",             [to, layer("icmp", { type: "ICMP_ECHO", code: 0 })],             ["ICMP 192.0.2.2 → 192.0.2.1", "ICMP_ECHO"]],
    ["ICMP of a type without a name", [to, layer("icmp", { type: 41, code: 0 })],                     ["ICMP 192.0.2.2 → 192.0.2.1", "41"]],
    ["ICMPv6",                       [ip("::1", "ff02::2", "ipv6"), layer("icmpv6", { type: "ND_ROUTER_SOLICIT", code: 0 })], ["ICMP ::1 → ff02::2", "ND_ROUTER_SOLICIT"]],
    ["what an error quotes is not what passed", [to, layer("icmp", { type: 3, code: "ICMP_FRAG_NEEDED" }), layer("quoted ip", { quoted_saddr: "192.0.2.9" }), layer("quoted udp", {})], ["ICMP 192.0.2.2 → 192.0.2.1", "ICMP_FRAG_NEEDED"]],
    ["ARP",                          [layer("ethernet", {}), layer("arp", { op: "ARPOP_REQUEST", sha: "02:00:00:00:00:01", spa: "192.0.2.1", tha: "00:00:00:00:00:00", tpa: "192.0.2.2" })], ["ARP 192.0.2.1 → 192.0.2.2", "ARPOP_REQUEST", "sha 02:00:00:00:00:01"]],
    ["ARP of another kind",          [layer("arp", { op: "ARPOP_REQUEST", hrd: 7 })],                 ["arp", "60 bytes"]],
    ["IP of another kind",           [to, layer("payload", { length: 40 })],                          ["IP 192.0.2.2 → 192.0.2.1", "ip payload", "60 bytes"]],
    ["a header that is cut off",     [to, layer("tcp", { sport: 80, cut_off: "2 of 20 bytes" })],     ["IP 192.0.2.2 → 192.0.2.1", "ip tcp", "60 bytes"]],
    ["no IP",                        [layer("ethernet", { proto: 0x88b5 }), layer("payload", {})],    ["ethernet payload", "60 bytes"]],
    ["nothing that anybody can read", [],                                                             ["", "60 bytes"]],
  ])("%s", ([, layers, said]) => expect(packetText(packet(layers), new Segments().of(packet(layers)))).toEqual(said));
});

/** A segment, with only the flags that it says. */
const segment = (way: Layers[number], [sport, dport]: readonly [number, number], flags: string, seq: number, ack_seq: number, more: object = {}): PacketEvent => packet([
  way, layer("tcp", { sport, dport, seq, ack_seq, window: 100, length: 0, ...Object.fromEntries(["syn", "ack", "fin", "rst", "psh"].map((it) => [it, flags.includes(it)])), ...more }),
]);
const [forth, fro] = [[9, 80], [80, 9]] as const;

describe("TCP's numbers", () => {
  const told = (...packets: readonly PacketEvent[]): readonly string[] => {
    const segments = new Segments();
    return packets.map((it) => packetText(it, segments.of(it)).slice(1).join(" · "));
  };
  test("begin at 0 with the SYN of each side, and run over the end of 32 bits", () => {
    expect(told(
      segment(to, forth, "syn", 0xffff_fffe, 0, { options: "mss, nop" }),
      segment(back, fro, "syn ack", 7000, 0xffff_ffff),
      segment(to, forth, "ack", 0xffff_ffff, 7001),
      segment(to, forth, "psh ack", 0xffff_ffff, 7001, { length: 1000 }),
      segment(back, fro, "ack", 7001, 999),
      segment(to, forth, "fin ack", 999, 7001, { checksum: "wrong" }),
    )).toEqual([
      "SYN · seq 0 · win 100 · options mss, nop", "SYN ACK · seq 0 · ack 1 · win 100", "ACK · seq 1 · ack 1 · win 100",
      "PSH ACK · seq 1 · ack 1 · 1,000 bytes · win 100", "ACK · seq 1 · ack 1001 · win 100",
      "FIN ACK · seq 1001 · ack 1 · win 100 · checksum wrong",
    ]);
  });
  test("begin at 1 where nobody saw the SYN", () => {
    expect(told(segment(to, forth, "ack", 500, 900, { length: 2 }), segment(to, forth, "ack", 502, 900), segment(back, fro, "ack", 900, 502)))
      .toEqual(["ACK · seq 1 · ack 1 · 2 bytes · win 100", "ACK · seq 3 · ack 1 · win 100", "ACK · seq 1 · ack 3 · win 100"]);
  });
  test("begin anew with another SYN of the same ends", () => {
    expect(told(segment(to, forth, "syn", 5, 0), segment(to, forth, "ack", 6, 1), segment(to, forth, "syn", 800, 0), segment(to, forth, "ack", 801, 1)).map((it) => it.split(" · ")[1]))
      .toEqual(["seq 0", "seq 1", "seq 0", "seq 1"]);
  });
  test("are each connection's own", () => {
    expect(told(segment(to, forth, "syn", 5, 0), segment(to, [8, 80], "syn", 500, 0), segment(to, forth, "ack", 6, 1)).map((it) => it.split(" · ")[1]))
      .toEqual(["seq 0", "seq 0", "seq 1"]);
  });
  test("are told where there is no flag at all", () => expect(told(segment(to, forth, "", 5, 0))).toEqual(["seq 1 · win 100"]));
});

describe("as it is printed", () => {
  const shown = (level: Style["level"], it: PacketEvent): string =>
    terminal(null, { width: 100, plain: false, color: 0, level, quiet: false }, () => null, () => null).event(it);
  const datagram = packet([to, layer("udp", { sport: 5, dport: 53, length: 10 })], { device: "veth0", direction: "in", inside: 7, length: 52 });
  test.each([
    ["student",      ""],
    ["practitioner", "       packet  veth0 in · UDP 192.0.2.2:5 → 192.0.2.1:53 · 10 bytes · in #7\n"],
    ["expert",       "       packet  veth0 in · UDP 192.0.2.2:5 → 192.0.2.1:53 · 10 bytes · in #7\n"
      + "         52 bytes · ip saddr=192.0.2.2 daddr=192.0.2.1 · udp sport=5 dport=53 length=10\n"],
  ] as const)("%s", (level, text) => expect(shown(level, datagram)).toBe(text));
});

describe("what Linux 6.18 let pass", () => {
  const said = (name: string): readonly string[] => {
    const segments = new Segments();
    return recorded(name).records.map((it) => {
      const { length, layers } = wirePacket(it);
      const own = packet(layers, { length });
      return packetText(own, segments.of(own)).join(" · ");
    });
  };
  test.each(scenes)("%s", async (name) => {
    expect(said(name).filter((it) => /undefined|NaN/.test(it))).toEqual([]);
    await expect(`${said(name).join("\n")}\n`).toMatchFileSnapshot(`../golden/report/packets/${name}.txt`);
  });
});
