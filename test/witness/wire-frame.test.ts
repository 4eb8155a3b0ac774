/** Frames to layers: what Linux 6.18 sent, what was made by hand, and what is no frame at all. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Layer } from "../../src/witness/frame/layer.ts";
import { decodeFrame, wirePacket } from "../../src/witness/wire-frame.ts";
import { arp, ethernet, icmp, icmp6, ipv4, ipv6, join, option, tcp, udp, udp6 } from "./made-frames.ts";
import { recorded, scenes } from "./recorded.ts";

type Fields = Layer["fields"];
const decoded = (bytes: Uint8Array, length = bytes.length): readonly Layer[] => decodeFrame(bytes, { csumNotReady: false, length });
const layerOf = (layers: readonly Layer[], name: string): Fields => layers.find((it) => it.name === name)!.fields;
const names = (layers: readonly Layer[]): string => layers.map((it) => it.name).join(" ");
const packets = (scene: string) => recorded(scene).records.map(wirePacket);

describe("what Linux sent", () => {
  /** Which packet of which scene; its layers; fields of one of them. */
  const SEEN: readonly (readonly [scene: string, n: number, layers: string, of: string, fields: Fields])[] = [
    ["lo-udp", 0, "ethernet ip udp payload", "ethernet",
      { source: "00:00:00:00:00:00", dest: "00:00:00:00:00:00", proto: "ETH_P_IP" }],
    ["lo-udp", 0, "ethernet ip udp payload", "ip",
      { saddr: "127.0.0.1", daddr: "127.0.0.1", protocol: "IPPROTO_UDP", ttl: 64, id: 2550, df: true, mf: false, offset: 0, tos: 0, tot_len: 38, header_checksum: "ok" }],
    ["lo-udp", 0, "ethernet ip udp payload", "udp", { sport: 9001, dport: 9000, len: 18, length: 10, checksum: "partial" }],
    ["lo-udp", 1, "ethernet ip udp", "udp", { sport: 9001, dport: 9000, len: 8, length: 0, checksum: "partial" }],
    ["lo-udp", 2, "ethernet ip udp payload", "udp", { sport: 9001, dport: 9000, len: 17, length: 9, checksum: "none" }],
    ["lo-tcp", 0, "ethernet ip tcp", "tcp", {
      sport: 50132, dport: 9000, seq: 1006590889, ack_seq: 0, syn: true, ack: false, fin: false, rst: false, psh: false, urg: false,
      ece: false, cwr: false, ae: false, window: 65495, length: 0, doff: 10, urg_ptr: 0,
      options: "mss, sackOk, timestamps, nop, wscale", mss: 65495, sackOk: true, tsval: 1589568543, tsecr: 0, wscale: 10, checksum: "partial",
    }],
    ["lo-tcp-options", 0, "ethernet ip tcp", "tcp", expect.objectContaining({ options: "mss, sackOk, timestamps, nop, wscale, mptcp", mptcp: "MP_CAPABLE" }) as Fields],
    ["lo-tcp-options", 3, "ethernet ip tcp", "tcp", expect.objectContaining({ fastopen: "" }) as Fields],
    ["lo-tcp-options", 8, "ethernet ip tcp payload", "tcp", expect.objectContaining({ syn: true, length: 5, fastopen: "954d66652e03c8f3" }) as Fields],
    ["lo-ecn", 0, "ethernet ip tcp", "tcp", expect.objectContaining({ syn: true, ece: true, cwr: true, ae: false }) as Fields],
    ["lo-icmp", 1, "ethernet ip icmp quoted ip quoted udp quoted payload", "icmp",
      { type: "ICMP_DEST_UNREACH", code: "ICMP_PORT_UNREACH", checksum: "ok" }],
    ["lo-icmp", 1, "ethernet ip icmp quoted ip quoted udp quoted payload", "quoted udp",
      { quoted_sport: 48662, quoted_dport: 9, quoted_len: 14, quoted_length: 6 }],
    ["lo-icmp", 2, "ethernet ip icmp", "icmp", { type: "ICMP_ECHO", code: 0, echo_id: 7, echo_sequence: 1, checksum: "ok" }],
    ["lo-ipv6", 0, "ethernet ipv6 udp payload", "ipv6",
      { saddr: "::1", daddr: "::1", nexthdr: "IPPROTO_UDP", hop_limit: 64, payload_len: 11, tclass: 0, flowlabel: 56371 }],
    ["lo-ipv6", 2, "ethernet ipv6 icmpv6 quoted ipv6 quoted udp quoted payload", "icmpv6",
      { type: "ICMPV6_DEST_UNREACH", code: "ICMPV6_PORT_UNREACH", checksum: "ok" }],
    ["lo-ipv6", 3, "ethernet ipv6 hopopts dstopts udp payload", "hopopts", { nexthdr: "IPPROTO_DSTOPTS", hop_options: "router_alert, padn" }],
    ["lo-ipv6", 3, "ethernet ipv6 hopopts dstopts udp payload", "udp", { sport: 39407, dport: 9000, len: 16, length: 8, checksum: "ok" }],
    ["lo-ipv6", 4, "ethernet ipv6 icmpv6", "icmpv6", { type: "ICMPV6_ECHO_REQUEST", code: 0, echo_id: 7, echo_sequence: 2, checksum: "ok" }],
    ["lo-large", 0, "ethernet ip udp payload", "payload", { length: 60_000, cut_off: "1940 of 60000 bytes" }],
    ["lo-ip-options", 0, "ethernet ip udp payload", "ip", expect.objectContaining({ ip_options: "ra" }) as Fields],
    ["lo-ip-options", 1, "ethernet ip udp payload", "ip", expect.objectContaining({ ip_options: "rr, noop", route: "127.0.0.1 0.0.0.0" }) as Fields],
    ["veth", 0, "ethernet arp", "arp", {
      op: "ARPOP_REQUEST", hrd: "ARPHRD_ETHER", pro: "ETH_P_IP",
      sha: "36:1d:9f:36:c6:43", spa: "192.0.2.1", tha: "00:00:00:00:00:00", tpa: "192.0.2.2",
    }],
    ["veth", 2, "ethernet ip udp payload", "udp", { sport: 50800, dport: 9000, len: 11, length: 3, checksum: "ok" }],
    ["veth", 3, "ethernet ip udp payload", "udp", { sport: 50800, dport: 9000, len: 4008, length: 1472, checksum: "cut off" }],
    ["veth", 4, "ethernet ip payload", "ip", expect.objectContaining({ offset: 1480, mf: true, df: false, id: 34716 }) as Fields],
    ["veth", 6, "ethernet ip tcp", "tcp", expect.objectContaining({ mss: 1460, checksum: "ok" }) as Fields],
    ["veth-ipv6", 1, "ethernet ipv6 icmpv6", "icmpv6", {
      type: "ND_NEIGHBOR_ADVERT", code: 0, target: "2001:db8::2", router: false, solicited: true, override: true,
      nd_options: "target_lladdr", target_lladdr: "ba:ab:85:a1:32:a8", checksum: "ok",
    }],
    ["veth-ipv6", 3, "ethernet ipv6 fragment udp payload", "fragment", { nexthdr: "IPPROTO_UDP", offset: 0, mf: true, id: 1695298055 }],
    ["veth-ipv6", 4, "ethernet ipv6 fragment payload", "fragment", { nexthdr: "IPPROTO_UDP", offset: 1448, mf: false, id: 1695298055 }],
    ["veth-ipv6", 6, "ethernet ipv6 hopopts icmpv6 payload", "icmpv6", { type: "ICMPV6_MLD2_REPORT", code: 0, checksum: "ok" }],
    ["routed", 3, "ethernet ip icmp quoted ip quoted udp quoted payload", "icmp",
      { type: "ICMP_DEST_UNREACH", code: "ICMP_FRAG_NEEDED", mtu: 1280, checksum: "ok" }],
    ["routed", 3, "ethernet ip icmp quoted ip quoted udp quoted payload", "quoted payload",
      { quoted_length: 1400, quoted_cut_off: "520 of 1400 bytes" }],
    ["routed", 5, "ethernet ip icmp quoted ip quoted udp quoted payload", "icmp",
      { type: "ICMP_TIME_EXCEEDED", code: "ICMP_EXC_TTL", checksum: "ok" }],
    ["routed", 9, "ethernet ipv6 icmpv6 quoted ipv6 quoted udp quoted payload", "icmpv6",
      { type: "ICMPV6_PKT_TOOBIG", code: 0, mtu: 1280, checksum: "ok" }],
    ["tun", 1, "ip udp payload", "udp", { sport: 40_000, dport: 53, len: 11, length: 3, checksum: "ok" }],
    ["vlan", 0, "ethernet vlan payload", "vlan", { vid: 5, pcp: 1, dei: false, encapsulated_proto: "ETH_P_802_EX1" }],
  ];
  test.each(SEEN)("%s, packet %i: %s, %s", (scene, n, layers, of, fields) => {
    const it = packets(scene)[n]!;
    expect(names(it.layers)).toBe(layers);
    expect(layerOf(it.layers, of)).toEqual(fields);
  });

  test.each(scenes)("%s: no checksum is wrong, nothing is malformed", (scene) => {
    for (const { layers } of packets(scene)) {
      const values = layers.flatMap(({ fields }) => [fields.checksum, fields.header_checksum, fields.malformed]);
      expect(values.filter((it) => it !== undefined)).not.toContain("wrong");
      expect(layers.filter(({ fields }) => "malformed" in fields)).toEqual([]);
    }
  });
});

test("a record is a packet: device, direction, time, lengths", () => {
  const [ask, answer] = packets("veth");
  expect(ask).toMatchObject({ device: 2, direction: "out", length: 42, captured: 42 });
  expect(answer).toMatchObject({ device: 2, direction: "in" });
  expect(answer!.realtime).toBeGreaterThan(ask!.realtime);
  const [large] = packets("lo-large");
  expect(large).toMatchObject({ device: 1, direction: "out", length: 60_042, captured: 1982 });
  expect(large!.bytes).toHaveLength(1982);
  expect(() => wirePacket(new Uint8Array(51))).toThrow(RangeError);
});

test("a VLAN's tag that the kernel took out is in the frame again", () => {
  const [it] = packets("vlan");
  expect(it).toMatchObject({ length: 60, captured: 60 });
  expect(Buffer.from(it!.bytes).toString("hex", 0, 18)).toBe("ffffffffffff" + "020000000002" + "8100" + "2005" + "88b5");
  const [record] = recorded("vlan").records;
  expect(wirePacket(record!.subarray(0, 52 + 5)).bytes).toHaveLength(5);
  expect(wirePacket(record!.subarray(0, 52 + 12)).bytes).toHaveLength(16);
});

describe("made by hand", () => {
  const UDP = udp([1, 2, 3]);
  const quotedTcp = ipv4({ protocol: 6, over: { tot_len: 120 } }, tcp([]).subarray(0, 8)).subarray(14);
  /** The frame; its layers behind Ethernet; fields of one of them, in part. */
  const MADE: readonly (readonly [what: string, frame: Uint8Array, layers: string, of: string, fields: Fields])[] = [
    ["SACK of two blocks", ipv4({ protocol: 6 }, tcp([1, 1, ...option(5, 0, 0, 5, 181, 0, 0, 11, 105, 0, 0, 15, 160, 255, 255, 255, 255)])),
      "ip tcp", "tcp", { options: "nop, nop, sack", sack: "1461-2921 4000-4294967295", checksum: "ok" }],
    ["an odd number of bytes", ipv4({ protocol: 6 }, tcp([], [1, 2, 3])), "ip tcp payload", "tcp", { length: 3, checksum: "ok" }],
    ["TCP's checksum wrong by one", ipv4({ protocol: 6 }, tcp([], [], {}, 1)), "ip tcp", "tcp", { checksum: "wrong" }],
    ["IP's checksum wrong", ipv4({ protocol: 17, over: { check: 1 } }, UDP), "ip udp payload", "ip", { header_checksum: "wrong" }],
    ["UDP's checksum wrong", ipv4({ protocol: 17 }, udp([1], { check: 1 })), "ip udp payload", "udp", { checksum: "wrong" }],
    ["UDP over IPv6", ipv6(17, udp6([1, 2, 3])), "ipv6 udp payload", "udp", { checksum: "ok" }],
    ["ICMP's checksum wrong", ipv4({ protocol: 1 }, join(icmp(0, 0, [0, 7, 0, 1]).subarray(0, 7), [2])), "ip icmp", "icmp", { checksum: "wrong" }],
    ["all flags", ipv4({ protocol: 6 }, (() => { const it = tcp([]); it[12] = 0x51; it[13] = 0xff; return it; })()), "ip tcp", "tcp",
      { syn: true, ack: true, fin: true, rst: true, psh: true, urg: true, ece: true, cwr: true, ae: true, checksum: "wrong" }],
    ["options that are not read", ipv4({ protocol: 6 }, tcp([...option(77, 1, 2), ...option(254, 0xf9, 0x89), ...option(29, 1, 2)])), "ip tcp", "tcp",
      { options: "kind77, exp, ao", kind77: "0102", exp: "f989", ao: "0102" }],
    ["the row's end", ipv4({ protocol: 6 }, tcp([...option(3, 7), 0])), "ip tcp", "tcp", { options: "wscale, eol", wscale: 7 }],
    ["an option of a wrong length", ipv4({ protocol: 6 }, tcp([...option(2, 1), 1])), "ip tcp", "tcp", { options: "mss, nop", malformed: "mss" }],
    ["an option that does not fit", ipv4({ protocol: 6 }, tcp([8, 10, 0, 0])), "ip tcp", "tcp", { options: "malformed" }],
    ["a header longer than its packet", ipv4({ protocol: 6 }, tcp([], [], { doff: 6 })), "ip tcp", "tcp", { malformed: "doff 6", cut_off: "20 of 24 bytes" }],
    ["a header shorter than one", ipv4({ protocol: 6 }, tcp([], [], { doff: 4 })), "ip tcp", "tcp", { malformed: "doff 4" }],
    ["not IPv4 after all", ipv4({ protocol: 17, over: { version: 6 } }, UDP), "ip payload", "ip", { malformed: "version 6" }],
    ["ihl 3", ipv4({ protocol: 17, over: { ihl: 3 } }, UDP), "ip payload", "ip", { malformed: "ihl 3" }],
    ["tot_len 10", ipv4({ protocol: 17, over: { tot_len: 10 } }, UDP), "ip payload", "ip", { malformed: "tot_len 10" }],
    ["tot_len 0, of what is too long for it", ipv4({ protocol: 17, over: { tot_len: 0 } }, UDP), "ip udp payload", "udp", { length: 3, checksum: "ok" }],
    ["len 3", ipv4({ protocol: 17 }, udp([1], { len: 3 })), "ip udp payload", "udp", { len: 3, malformed: "len 3" }],
    ["a datagram shorter than its packet", ipv4({ protocol: 17 }, join(udp([1, 2]), [9, 9])), "ip udp payload", "udp", { length: 2, checksum: "ok" }],
    ["a source route on its way", ipv4({ protocol: 17, options: [...option(131, 4, 198, 51, 100, 1), 0] }, UDP), "ip udp payload", "ip",
      { ip_options: "lsrr, end", route: "198.51.100.1" }],
    ["a fragment that is not the first", ipv4({ protocol: 17, over: { frag_off: 0x2001 } }, UDP), "ip payload", "ip", { offset: 8, mf: true }],
    ["a frame that was too short", arp(), "arp padding", "padding", { padding: 18 }],
    ["ARP for other addresses", arp({ ar_hrd: 6, ar_hln: 2 }), "arp padding", "arp", { hrd: "ARPHRD_IEEE802" }],
    ["two tags", ethernet(0x88a8, [0x10, 5, 0x81, 0, 0xe0, 6, 8, 6, ...arp().subarray(14)]), "vlan vlan arp padding", "vlan",
      { vid: 5, pcp: 0, dei: true, encapsulated_proto: "ETH_P_8021Q" }],
    ["an EtherType without a name", ethernet(0x1234, [1, 2]), "payload", "ethernet", { proto: 0x1234 }],
    ["IGMP", ipv4({ protocol: 2 }, [0x22, 0, 0, 0]), "ip payload", "ip", { protocol: "IPPROTO_IGMP" }],
    ["a redirect", ipv4({ protocol: 1 }, icmp(5, 1, [192, 0, 2, 9], quotedTcp)), "ip icmp quoted ip quoted tcp", "icmp",
      { type: "ICMP_REDIRECT", code: "ICMP_REDIR_HOST", gateway: "192.0.2.9", checksum: "ok" }],
    ["eight bytes of TCP, quoted", ipv4({ protocol: 1 }, icmp(3, 1, [0, 0, 0, 0], quotedTcp)), "ip icmp quoted ip quoted tcp", "quoted tcp",
      { quoted_sport: 40_000, quoted_dport: 80, quoted_seq: 1000, quoted_cut_off: "8 of 20 bytes" }],
    ["a bad parameter", ipv4({ protocol: 1 }, icmp(12, 0, [20, 0, 0, 0], quotedTcp)), "ip icmp quoted ip quoted tcp", "icmp", { pointer: 20 }],
    ["an error about an error", ipv4({ protocol: 1 }, icmp(3, 1, [0, 0, 0, 0], ipv4({ protocol: 1 }, icmp(3, 1, [0, 0, 0, 0], quotedTcp)).subarray(14))),
      "ip icmp quoted ip quoted icmp quoted payload", "quoted icmp", { quoted_type: "ICMP_DEST_UNREACH" }],
    ["a bad parameter of IPv6", ipv6(58, icmp6(4, 1, [0, 0, 0, 6], [])), "ipv6 icmpv6", "icmpv6", { type: "ICMPV6_PARAMPROB", pointer: 6, checksum: "ok" }],
    ["a router asked for", ipv6(58, icmp6(133, 0, [0, 0, 0, 0], [1, 1, 2, 0, 0, 0, 0, 1])), "ipv6 icmpv6", "icmpv6",
      { type: "ND_ROUTER_SOLICIT", source_lladdr: "02:00:00:00:00:01", checksum: "ok" }],
    ["a jumbogram's length", ipv6(17, udp6([1, 2, 3]), { payload_len: 0 }), "ipv6 udp payload", "udp", { length: 3 }],
    ["a way to go yet", ipv6(43, [17, 0, 4, 1, 0, 0, 0, 0, ...udp6([1])]), "ipv6 rthdr udp payload", "rthdr",
      { nexthdr: "IPPROTO_UDP", routing_type: 4, segments_left: 1 }],
    ["a way that was gone", ipv6(43, [17, 0, 4, 0, 0, 0, 0, 0, ...udp6([1])]), "ipv6 rthdr udp payload", "udp", { checksum: "ok" }],
    ["authentication", ipv6(51, [17, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, ...udp6([1])]), "ipv6 ah udp payload", "udp", { checksum: "ok" }],
    ["nothing behind the header", ipv6(59, []), "ipv6", "ipv6", { nexthdr: "IPPROTO_NONE" }],
    ["the traffic class", ipv6(59, [], { priority: 0xb, flow_lbl: [0x8a, 0xbc, 0xde] }), "ipv6", "ipv6", { tclass: 0xb8, flowlabel: 0xabcde }],
  ];
  test.each(MADE)("%s", (_, frame, layers, of, fields) => {
    const it = decoded(frame);
    expect(names(it)).toBe(`ethernet ${layers}`);
    expect(layerOf(it, of)).toMatchObject(fields);
  });

  test("where the last destination is another one, a checksum over addresses cannot be verified", () => {
    const routed = [
      ipv4({ protocol: 17, options: [...option(131, 4, 198, 51, 100, 1), 0] }, UDP), ipv6(43, [17, 0, 4, 1, 0, 0, 0, 0, ...udp6([1])]),
    ];
    for (const it of routed) expect(layerOf(decoded(it), "udp")).not.toHaveProperty("checksum");
  });

  test("a checksum that was left to a device is partial, IP's own and that of a quotation are not touched", () => {
    const frame = ipv4({ protocol: 6 }, tcp([], [], {}, 1));
    const partial = decodeFrame(frame, { csumNotReady: true, length: frame.length });
    expect(layerOf(partial, "tcp").checksum).toBe("partial");
    expect(layerOf(partial, "ip").header_checksum).toBe("ok");
    const quoting = decoded(ipv4({ protocol: 1 }, icmp(3, 3, [0, 0, 0, 0], frame.subarray(14))));
    expect(layerOf(quoting, "quoted tcp")).not.toHaveProperty("quoted_checksum");
  });

  test("a device without Ethernet: the packet comes at once, or behind a header of its own", () => {
    const packet = ipv4({ protocol: 17 }, UDP).subarray(14);
    const from = (at: number) => ({ csumNotReady: false, length: packet.length + at, packet: { at, proto: 0x800 } });
    expect(names(decodeFrame(packet, from(0)))).toBe("ip udp payload");
    expect(names(decodeFrame(join([0, 0, 0, 0], packet), from(4)))).toBe("ip udp payload");
  });
});

describe("what is cut off says so", () => {
  const whole = scenes.flatMap((scene) => recorded(scene).records);
  const from = fc.constantFrom(...whole);
  const HEAD = 52;
  /** These tell of the whole of something: cut it, and they tell less. */
  const OF_ALL = /^(quoted_)?(checksum|header_checksum|cut_off|options|ip_options|hop_options|dst_options|nd_options|route|malformed)$/;

  test("wherever it was cut, the fields that are left are those of the whole", () => {
    fc.assert(fc.property(from, fc.double({ min: 0, max: 1, noNaN: true }), (record, part) => {
      const cut = record.subarray(0, HEAD + Math.floor(part * (record.length - HEAD)));
      const [all, some] = [wirePacket(record).layers, wirePacket(cut).layers];
      const values = (layers: readonly Layer[]) => layers.flatMap(({ name, fields }) =>
        Object.entries(fields).filter(([key]) => !OF_ALL.test(key) && !/payload$/.test(name)).map(([key, value]) => `${name} ${key} ${value}`));
      expect(values(all)).toEqual(expect.arrayContaining(values(some)));
      if (cut.length === record.length) return;
      expect(Object.keys(some.at(-1)!.fields).at(-1)).toMatch(/cut_off$/);
      expect(some.flatMap(({ fields }) => fields.checksum)).not.toContain("wrong");
    }), { numRuns: 1000 });
  });

  /** A request of 42 bytes, as Ethernet carries it. */
  const ARP = Buffer.from("ffffffffffff02000000000108060001080006040001020000000001c0000201000000000000c0000202", "hex");
  const CUT: readonly (readonly [what: string, frame: Uint8Array, kept: number, of: string, fields: Fields])[] = [
    ["the options of TCP", ipv4({ protocol: 6 }, tcp([1, 1, ...option(8, 0, 0, 0, 1, 0, 0, 0, 2)])), 14 + 20 + 20 + 6, "tcp",
      { options: "nop, nop, cut off", cut_off: "26 of 32 bytes", checksum: "cut off" }],
    ["the options of IP", ipv4({ protocol: 17, options: [...option(148, 0, 0)] }, udp([1])), 14 + 20 + 2, "ip",
      { ip_options: "cut off", cut_off: "22 of 24 bytes", header_checksum: "cut off" }],
    ["the options of a header of IPv6", ipv6(0, [17, 0, ...option(5, 0, 0), 1, 0, ...udp6([1])]), 14 + 40 + 4, "hopopts",
      { hop_options: "cut off", cut_off: "4 of 8 bytes" }],
    ["the options of a neighbour", ipv6(58, icmp6(133, 0, [0, 0, 0, 0], [1, 1, 2, 0, 0, 0, 0, 1])), 14 + 40 + 12, "icmpv6",
      { nd_options: "cut off", cut_off: "12 of 16 bytes", checksum: "cut off" }],
    ["ARP before it says how long it is", ARP, 14 + 1, "arp", { cut_off: "1 of 8 bytes" }],
    ["a header", ipv4({ protocol: 17 }, udp([1])), 14 + 10, "ip", { id: 7, cut_off: "10 of 20 bytes", header_checksum: "cut off" }],
  ];
  test.each(CUT)("%s", (_, frame, kept, of, fields) => {
    expect(layerOf(decoded(frame.subarray(0, kept), frame.length), of)).toMatchObject(fields);
    const untouched = layerOf(decoded(frame), of);
    for (const value of Object.values(untouched)) expect(String(value)).not.toContain("cut off");
  });

  test("no bytes make it throw, and all values are plain", () => {
    const plain = (value: unknown): boolean => ["string", "boolean"].includes(typeof value) || (Number.isSafeInteger(value) && value as number >= 0);
    const sane = (layers: readonly Layer[]): void => {
      const odd = layers.flatMap(({ fields }) => Object.entries(fields)).filter(([, value]) => !plain(value));
      expect(odd).toEqual([]);
    };
    const proto = fc.constantFrom(0x800, 0x806, 0x86dd, 0x8100, 0x88a8, 0x9000);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), proto, fc.nat(70_000), fc.boolean(), (bytes, type, length, csumNotReady) => {
      sane(decodeFrame(bytes, { csumNotReady, length }));
      sane(decodeFrame(bytes, { csumNotReady, length, packet: { at: 3, proto: type } }));
      sane(decodeFrame(ethernet(type, bytes), { csumNotReady, length }));
    }), { numRuns: 1000 });
    fc.assert(fc.property(from, fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 }), (record, changes) => {
      const bent = Buffer.from(record);
      for (const [at, value] of changes) if (HEAD + at < bent.length) bent[HEAD + at] = value;
      sane(wirePacket(bent).layers);
    }), { numRuns: 1000 });
    fc.assert(fc.property(fc.uint8Array({ minLength: HEAD, maxLength: 200 }), (record) => sane(wirePacket(record).layers)), { numRuns: 1000 });
  });

  test("a frame of nothing but tags, or of nothing but headers, is read to its end", () => {
    const tags = Buffer.from("8100".repeat(40_000), "hex");
    expect(decoded(join(ethernet(0x8100, []), tags)).at(-1)!.name).toBe("vlan");
    const headers = Buffer.from("0000000000000000".repeat(8000), "hex");
    expect(decoded(ipv6(0, headers, { payload_len: 0 })).at(-1)!.name).toBe("hopopts");
  });
});
