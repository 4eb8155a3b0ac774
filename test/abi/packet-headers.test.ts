/** Headers of packets: read from bytes that Linux 6.18 sent over its loopback, and built again. */
import { describe, expect, test } from "vitest";
import { ether_arp } from "../../src/abi/headers/arp.ts";
import { ethhdr, vlan_hdr } from "../../src/abi/headers/ethernet.ts";
import { icmphdr } from "../../src/abi/headers/icmp.ts";
import { iphdr, ipv6hdr } from "../../src/abi/headers/ip.ts";
import { tcphdr } from "../../src/abi/headers/tcp.ts";
import {
  mss, nop, optionBytes, sack, sackOk, type TcpOption, tcpOptions, timestamps, wscale,
} from "../../src/abi/headers/tcp-options.ts";
import { udphdr } from "../../src/abi/headers/udp.ts";
import { bytesOf, type Memory } from "../../src/memory/memory.ts";

const hex = (text: string): Memory => bytesOf(Buffer.from(text.replaceAll(" ", ""), "hex"));

const SYN = hex("000000000000000000000000 0800 4500003ccf53400040066d667f0000017f000001 9c401f903ee09c8900000000a002ffd7fe300000"
  + "0204ffd70402080a8e71387c000000000103030a");
const UNREACHABLE = hex("000000000000000000000000 0800 45c0003a3c9a000040013f677f0000017f000001 0303817900000000");
const UDP6 = hex("000000000000000000000000 86dd 600af3ed000a114000000000000000000000000000000001"
  + "00000000000000000000000000000001 17701770000a001d6869");

describe("the SYN of a connection", () => {
  test("its Ethernet and IPv4 headers", () => {
    expect(ethhdr.show(ethhdr.at(SYN))).toBe("{h_dest=00:00:00:00:00:00, h_source=00:00:00:00:00:00, h_proto=ETH_P_IP}");
    expect(iphdr.show(iphdr.at(SYN, 14))).toBe("{ihl=5, version=4, tos=0, tot_len=60, id=53075, frag_off=0x4000, ttl=64, "
      + "protocol=IPPROTO_TCP, check=0x6d66, saddr=127.0.0.1, daddr=127.0.0.1}");
  });

  test("its TCP header", () => {
    const tcp = tcphdr.at(SYN, 34);
    expect([tcp.source, tcp.dest, tcp.seq, tcp.ack_seq, tcp.doff, tcp.window]).toEqual([40_000, 8080, 0x3ee0_9c89, 0, 10, 65_495]);
    expect([tcp.fin, tcp.syn, tcp.rst, tcp.psh, tcp.ack, tcp.urg, tcp.ece, tcp.cwr]).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
    const made = tcphdr({
      source: 40_000, dest: 8080, seq: 0x3ee0_9c89, doff: 10, syn: 1, window: 65_495, check: 0xfe30,
    });
    expect(made.$.bytes.toString("hex")).toBe(SYN.bytes.toString("hex", 34, 54));
  });

  test("its options", () => {
    const row = SYN.slice(54);
    const shown = tcpOptions.read(row).map((it) => (it.type === null ? it.head : it.type.show(it.type.read(it.payload, 0))));
    expect(shown).toEqual(["65495", 4, "{tsval=2389784700, tsecr=0}", 1, "10"]);
    const made = optionBytes([mss(65_495), sackOk, timestamps(2_389_784_700, 0), nop, wscale(10)]);
    expect(made.bytes.toString("hex")).toBe(row.bytes.toString("hex"));
  });
});

describe("options", () => {
  const MADE: readonly (readonly [what: string, options: readonly TcpOption[], bytes: string])[] = [
    ["none",                [],                              ""],
    ["MSS",                 [mss(1460)],                     "020405b4"],
    ["filled up with EOL",  [wscale(7)],                     "03030700"],
    ["SACK of two blocks",  [nop, nop, sack([[1, 11], [21, 0xffff_ffff]])], "0101051200000001 0000000b00000015ffffffff"],
  ];
  test.each(MADE)("%s", (_, options, bytes) => {
    expect(optionBytes(options).bytes.toString("hex")).toBe(bytes.replaceAll(" ", ""));
  });

  test("a SACK is read back as blocks", () => {
    const [only] = tcpOptions.read(optionBytes([sack([[1, 11], [21, 31]])]));
    expect(only!.type!.read(only!.payload, 0).map((it: { start_seq: number; end_seq: number }) => [it.start_seq, it.end_seq]))
      .toEqual([[1, 11], [21, 31]]);
  });

  test("EOL ends the row, a bad length does, too", () => {
    expect(tcpOptions.read(hex("01 00 020405b4")).map((it) => it.head)).toEqual([1]);
    expect(tcpOptions.read(hex("01 0201 05b4")).map((it) => it.head)).toEqual([1]);
    expect(tcpOptions.read(hex("01 02")).map((it) => it.head)).toEqual([1]);
  });

  test("more than 40 bytes have no room in a header", () => {
    expect(optionBytes(Array<TcpOption>(40).fill(nop))).toHaveLength(40);
    expect(() => optionBytes(Array<TcpOption>(41).fill(nop))).toThrow("41 bytes of options");
  });
});

test("port unreachable: ICMP under IPv4", () => {
  expect(iphdr.at(UNREACHABLE, 14).tos).toBe(0xc0);
  const icmp = icmphdr.at(UNREACHABLE, 34);
  expect([icmp.type, icmp.code, icmp.checksum, icmp.gateway, icmp.mtu]).toEqual([3, 3, 0x8179, "0.0.0.0", 0]);
  icmp.mtu = 1500;
  expect([icmp.sequence, UNREACHABLE.bytes.toString("hex", 38)]).toEqual([1500, "000005dc"]);
});

test("UDP over IPv6", () => {
  const ip = ipv6hdr.at(UDP6, 14);
  expect(ipv6hdr.show(ip)).toBe('{priority=0, version=6, flow_lbl="\\n\\363\\355", payload_len=10, nexthdr=IPPROTO_UDP, hop_limit=64, '
    + "saddr=::1, daddr=::1}");
  expect(udphdr.show(udphdr.at(UDP6, 54))).toBe("{source=6000, dest=6000, len=10, check=0x1d}");
});

test("an ARP request", () => {
  const ask = ether_arp({
    ea_hdr: { ar_hrd: 1, ar_pro: 0x800, ar_hln: 6, ar_pln: 4, ar_op: 1 },
    arp_sha: "02:00:00:00:00:01", arp_spa: "10.0.0.1", arp_tpa: "10.0.0.2",
  });
  expect(ask.$.bytes.toString("hex")).toBe("0001080006040001" + "0200000000010a000001" + "0000000000000a000002");
  expect(ether_arp.show(ask)).toContain("ea_hdr={ar_hrd=ARPHRD_ETHER, ar_pro=ETH_P_IP, ar_hln=6, ar_pln=4, ar_op=ARPOP_REQUEST}");
});

test("a VLAN tag", () => {
  expect(vlan_hdr.show(vlan_hdr.at(hex("2005 0800")))).toBe("{h_vlan_TCI=0x2005, h_vlan_encapsulated_proto=ETH_P_IP}");
});
