/** tshark's second opinion: of what was recorded, and of what was made by hand, every field that both know is the same. */
import { expect, test } from "vitest";
import { ETH_P } from "../../src/abi/constants/ether.ts";
import { ICMP_EXC, ICMP_REDIR, ICMP_TYPE, ICMP_UNREACH, ICMPV6_EXC, ICMPV6_TYPE, ICMPV6_UNREACH, ND } from "../../src/abi/constants/icmp.ts";
import { ARPHRD } from "../../src/abi/constants/if.ts";
import { IPPROTO } from "../../src/abi/constants/in.ts";
import { TCPOPT } from "../../src/abi/constants/tcp.ts";
import { ARPOP } from "../../src/abi/headers/arp.ts";
import { type CapturedPacket, LINKTYPE, pcapngHeader, pcapngPacket } from "../../src/report/pcapng.ts";
import type { Layer } from "../../src/witness/frame/layer.ts";
import { decodeFrame, wirePacket } from "../../src/witness/wire-frame.ts";
import { asked, noTshark } from "../report/tshark.ts";
import { icmp, ipv4, ipv6, option, tcp, udp, udp6 } from "./made-frames.ts";
import { recorded, scenes } from "./recorded.ts";

type Value = Layer["fields"][string];
/** tshark's fields by name, each with all its values. */
type Said = ReadonlyMap<string, readonly string[]>;
/** Our value in tshark's words, of which the first is compared; null: it says nothing of this. */
type Same = readonly [field: string, ours: (value: Value) => unknown, theirs: (all: readonly string[], ours: unknown) => unknown];

const NUMBERS: Readonly<Record<string, number>> = {
  IPPROTO_HOPOPTS: 0, ...ETH_P, ...IPPROTO, ...ARPHRD, ...ARPOP, ...ICMP_TYPE, ...ICMP_UNREACH, ...ICMP_REDIR, ...ICMP_EXC,
  ...ICMPV6_TYPE, ...ICMPV6_UNREACH, ...ICMPV6_EXC, ...ND,
};
const STATUS: Readonly<Record<string, string>> = { ok: "1", wrong: "0", "cut off": "2", none: "3" };
const KINDS: Readonly<Record<string, number>> = {
  eol: TCPOPT.TCPOPT_EOL, nop: TCPOPT.TCPOPT_NOP, mss: TCPOPT.TCPOPT_MSS, wscale: TCPOPT.TCPOPT_WINDOW, sackOk: TCPOPT.TCPOPT_SACK_PERM,
  sack: TCPOPT.TCPOPT_SACK, timestamps: TCPOPT.TCPOPT_TIMESTAMP, mptcp: TCPOPT.TCPOPT_MPTCP, fastopen: TCPOPT.TCPOPT_FASTOPEN,
};
const MPTCP = ["MP_CAPABLE", "MP_JOIN", "DSS"];

const number = (field: string, change: (it: number) => number = (it) => it): Same =>
  [field, (it) => NUMBERS[String(it)] ?? it, ([first]) => change(Number(first))];
const text = (field: string): Same => [field, (it) => it, ([first]) => first];
const flag = (field: string): Same => [field, (it) => it, ([first]) => first === "1" || first === "True"];
/** Some versions say it in bytes, some in units of eight. */
const offset = (field: string): Same => [field, (it) => it, ([first], ours) => (Number(first) * 8 === ours ? ours : Number(first))];
/** tshark puts those of one kind together. */
const sorted = (all: readonly (number | undefined)[]): unknown => [...all].sort((a, b) => a! - b!);
const checksum = (field: string): Same => [field, (it) => (it === "partial" ? null : STATUS[String(it)]), ([first]) => first];

const SAME: Readonly<Record<string, Readonly<Record<string, Same>>>> = {
  ethernet: { source: text("eth.src"), dest: text("eth.dst"), proto: number("eth.type") },
  vlan: { vid: number("vlan.id"), pcp: number("vlan.priority"), dei: flag("vlan.dei"), encapsulated_proto: number("vlan.etype") },
  arp: {
    op: number("arp.opcode"), hrd: number("arp.hw.type"), pro: number("arp.proto.type"), sha: text("arp.src.hw_mac"), spa: text("arp.src.proto_ipv4"),
    tha: text("arp.dst.hw_mac"), tpa: text("arp.dst.proto_ipv4"),
  },
  ip: {
    saddr: text("ip.src"), daddr: text("ip.dst"), protocol: number("ip.proto"), ttl: number("ip.ttl"), id: number("ip.id"), df: flag("ip.flags.df"),
    mf: flag("ip.flags.mf"), offset: offset("ip.frag_offset"), tos: number("ip.dsfield"), tot_len: number("ip.len"), header_checksum: checksum("ip.checksum.status"),
    route: ["ip.rec_rt", (it) => String(it).split(" ")[0], ([first]) => first],
  },
  ipv6: {
    saddr: text("ipv6.src"), daddr: text("ipv6.dst"), nexthdr: number("ipv6.nxt"), hop_limit: number("ipv6.hlim"), payload_len: number("ipv6.plen"),
    tclass: number("ipv6.tclass"), flowlabel: number("ipv6.flow"),
  },
  hopopts: { nexthdr: number("ipv6.hopopts.nxt") },
  dstopts: { nexthdr: number("ipv6.dstopts.nxt") },
  fragment: { nexthdr: number("ipv6.fraghdr.nxt"), offset: offset("ipv6.fraghdr.offset"), mf: flag("ipv6.fraghdr.more"), id: number("ipv6.fraghdr.ident") },
  rthdr: { nexthdr: number("ipv6.routing.nxt"), routing_type: number("ipv6.routing.type"), segments_left: number("ipv6.routing.segleft") },
  udp: {
    sport: number("udp.srcport"), dport: number("udp.dstport"), len: number("udp.length"), checksum: checksum("udp.checksum.status"),
  },
  tcp: {
    sport: number("tcp.srcport"), dport: number("tcp.dstport"), seq: number("tcp.seq"), ack_seq: number("tcp.ack"), syn: flag("tcp.flags.syn"),
    ack: flag("tcp.flags.ack"), fin: flag("tcp.flags.fin"), rst: flag("tcp.flags.reset"), psh: flag("tcp.flags.push"), urg: flag("tcp.flags.urg"),
    ece: flag("tcp.flags.ece"), cwr: flag("tcp.flags.cwr"), ae: flag("tcp.flags.ae"), window: number("tcp.window_size_value"), length: number("tcp.len"),
    doff: number("tcp.hdr_len", (it) => it / 4), urg_ptr: number("tcp.urgent_pointer"), mss: number("tcp.options.mss_val"),
    wscale: number("tcp.options.wscale.shift"), tsval: number("tcp.options.timestamp.tsval"), tsecr: number("tcp.options.timestamp.tsecr"),
    checksum: checksum("tcp.checksum.status"),
    options: ["tcp.option_kind", (it) => sorted(String(it).split(", ").map((name) => KINDS[name])), (all) => sorted(all.map(Number))],
    fastopen: ["tcp.options.tfo.cookie", (it) => (it === "" ? null : it), ([first]) => first!.replaceAll(":", "")],
    mptcp: ["tcp.options.mptcp.subtype", (it) => MPTCP.indexOf(String(it)), ([first]) => Number(first)],
    sack: ["tcp.options.sack_le", (it) => String(it).split(" ").map((block) => Number(block.split("-")[0])), (all) => all.map(Number)],
  },
  icmp: {
    type: number("icmp.type"), code: number("icmp.code"), echo_id: number("icmp.ident"), echo_sequence: number("icmp.seq"), mtu: number("icmp.mtu"),
    gateway: text("icmp.redir_gw"), checksum: checksum("icmp.checksum.status"),
  },
  icmpv6: {
    type: number("icmpv6.type"), code: number("icmpv6.code"), echo_id: number("icmpv6.echo.identifier"), echo_sequence: number("icmpv6.echo.sequence_number"),
    mtu: number("icmpv6.mtu"), source_lladdr: text("icmpv6.opt.linkaddr"), target_lladdr: text("icmpv6.opt.linkaddr"), checksum: checksum("icmpv6.checksum.status"),
  },
};
/** What later versions of tshark renamed, and what RFC 8200 and others left to them. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  "tcp.flags.ae": ["tcp.flags.ns"], "tcp.seq": ["tcp.seq_raw"], "tcp.ack": ["tcp.ack_raw"], "icmp.seq": ["icmp.seq_be"],
};

const MADE: readonly Uint8Array[] = [
  ipv4({ protocol: 6 }, tcp([1, 1, ...option(5, 0, 0, 5, 181, 0, 0, 11, 105, 0, 0, 15, 160, 255, 255, 255, 255)])),
  ipv4({ protocol: 6 }, tcp([...option(3, 7), 0], [1, 2, 3], { fin: 1, psh: 1 })),
  ipv4({ protocol: 6 }, tcp([], [], {}, 1)),
  ipv4({ protocol: 17, over: { check: 1 } }, udp([1, 2, 3], { check: 1 })),
  ipv6(17, udp6([1, 2, 3]), { priority: 0xb, flow_lbl: [0x8a, 0xbc, 0xde] }),
  ipv6(43, [17, 0, 4, 0, 0, 0, 0, 0, ...udp6([1])]),
  ipv4({ protocol: 1 }, icmp(5, 1, [192, 0, 2, 9], ipv4({ protocol: 17 }, udp([1, 2, 3])).subarray(14))),
];

const PREFERENCES = [
  "ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE", "tcp.relative_sequence_numbers:FALSE",
  "ip.defragment:FALSE", "ipv6.defragment:FALSE", "ip.tso_support:FALSE",
].flatMap((it) => ["-o", it]);
const LAYERS = /^(ip|ipv6|udp|tcp|icmp|icmpv6)$/;

/** All fields below an object; a layer inside a layer is what an ICMP error quotes, and is left out. */
function flat(it: unknown, out = new Map<string, string[]>(), depth = 0): Said {
  for (const [key, value] of Object.entries(it as object)) {
    if (depth > 0 && LAYERS.test(key)) continue;
    for (const one of Array.isArray(value) ? value as readonly unknown[] : [value]) {
      if (typeof one === "string") out.set(key, [...(out.get(key) ?? []), one]);
      else flat(one, out, depth + 1);
    }
  }
  return out;
}
function quotedIn(layers: Readonly<Record<string, unknown>>): Said {
  const error = (layers.icmp ?? layers.icmpv6 ?? {}) as Readonly<Record<string, unknown>>;
  return flat(Object.fromEntries(Object.entries(error).filter(([key]) => LAYERS.test(key))));
}

interface Compared {
  readonly what: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}
/** What both say of a packet. */
function compared(which: string, layers: readonly Layer[], theirs: Readonly<Record<string, unknown>>): readonly Compared[] {
  const [said, quoted] = [flat(theirs), quotedIn(theirs)];
  return layers.flatMap(({ name, fields }) => {
    const isQuoted = name.startsWith("quoted ");
    const known = SAME[name.replace("quoted ", "")] ?? {};
    return Object.entries(fields).flatMap(([key, value]) => {
      const same = known[key.replace("quoted_", "")];
      const values = same === undefined ? [] : [same[0], ...(ALSO[same[0]] ?? [])].flatMap((it) => (isQuoted ? quoted : said).get(it) ?? []);
      const ours = same?.[1](value) ?? null;
      return ours === null || values.length === 0 ? [] : [{ what: `${which} ${name} ${key}`, ours, theirs: same![2](values, ours) }];
    });
  });
}

const skipped = noTshark === null ? "" : ` (skipped: ${noTshark})`;
test.skipIf(noTshark !== null)(`the same fields as tshark's${skipped}`, () => {
  const real = scenes.flatMap((scene) => recorded(scene).records.map((record, i) => ({ which: `${scene} ${i}`, ...wirePacket(record) })));
  const made = MADE.map((bytes, i) => ({
    which: `made ${i}`, bytes, length: bytes.length, realtime: 0n, direction: "out" as const,
    layers: decodeFrame(bytes, { csumNotReady: false, length: bytes.length }),
  }));
  const packets = [...real, ...made];
  const captured = ({ bytes, length, realtime, direction, layers }: typeof packets[number]): CapturedPacket =>
    ({ device: layers[0]!.name === "ethernet" ? 0 : 1, time: realtime, bytes, length, direction, comment: "" });
  const devices = [{ name: "ethernet", linktype: LINKTYPE.ETHERNET }, { name: "raw", linktype: LINKTYPE.RAW }];
  const head = pcapngHeader({ hardware: "", os: "", application: "netlab" }, devices);
  const file = Buffer.concat([head, ...packets.map((it) => pcapngPacket(captured(it)))]);
  const json = asked("tshark", file, "-n", "-T", "json", "--no-duplicate-keys", ...PREFERENCES);
  const theirs = JSON.parse(json) as readonly { readonly _source: { readonly layers: Readonly<Record<string, unknown>> } }[];
  expect(theirs).toHaveLength(packets.length);

  const all = packets.flatMap(({ which, layers }, i) => compared(which, layers, theirs[i]!._source.layers));
  expect(all.map(({ what, theirs: it }) => [what, it])).toEqual(all.map(({ what, ours }) => [what, ours]));
  const seen = new Set(all.map(({ what }) => what.replace(/^\S+ \d+ (quoted )?/, "").replace("quoted_", "")));
  const wanted = Object.entries(SAME).flatMap(([name, fields]) => Object.keys(fields).map((key) => `${name} ${key}`));
  expect(wanted.filter((it) => !seen.has(it)), "fields that no packet had, or tshark knows nothing of").toEqual([]);
  expect(all.filter(({ what }) => what.includes("quoted")).length).toBeGreaterThan(50);
});
