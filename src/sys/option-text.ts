/**
 * The value of a socket option as strace 6.1 writes it. It knows few options: of all others it writes an int
 * where there are four bytes, else text. TCP_INFO is text, whatever netlab can read in it.
 */
import { ICMP_FILTER } from "../abi/constants/icmp.ts";
import { IP, MCAST } from "../abi/constants/in.ts";
import { IPV6 } from "../abi/constants/in6.ts";
import { NETLINK_OPTION } from "../abi/constants/netlink.ts";
import { PACKET } from "../abi/constants/packet.ts";
import { SO, SOL } from "../abi/constants/socket.ts";
import { errnoName } from "../abi/errno.ts";
import { ifindex } from "../abi/structs/ifindex.ts";
import { ip_mreq } from "../abi/structs/ip.ts";
import { packet_mreq, tpacket_req, tpacket_stats_v3 } from "../abi/structs/packet.ts";
import { sockaddrOf } from "../abi/structs/sockaddr.ts";
import { linger, ucred } from "../abi/structs/socket.ts";
import { ipv6 } from "../memory/address.ts";
import { i32, type Names, u32 } from "../memory/integer.ts";
import { bytesOf } from "../memory/memory.ts";
import type { AnyStruct } from "../memory/struct.ts";
import { addressText, beginningText, fieldsText, hexText, listText, stringText } from "./memory-text.ts";
import { generalText, inward, outward, type Place, placeText } from "./place-text.ts";

/** Writes the value of one option; null: only its address. */
type Say = (bytes: Uint8Array) => string | null;

const int: Say = (bytes) => `[${i32.read(bytesOf(bytes), 0)}]`;
const common: Say = (bytes) => (bytes.length === i32.size ? int(bytes) : stringText(bytes));
const intOrHex: Say = (bytes) => (bytes.length < i32.size ? hexText(bytes) : int(bytes));
const intOrPlace: Say = (bytes) => (bytes.length < i32.size ? null : int(bytes));
const beginning = (layout: AnyStruct): Say => (bytes) =>
  beginningText(layout, bytes.subarray(0, layout.size));
/** The whole struct, where there are enough bytes for it. */
const struct = (layout: AnyStruct): Say => (bytes) =>
  (bytes.length < layout.size ? null : layout.show(layout.at(bytesOf(bytes))));
const exactly = (layout: AnyStruct): Say => (bytes) =>
  (bytes.length === layout.size ? struct(layout)(bytes) : null);

/** The error that a socket holds, by name. */
const error: Say = (bytes) => {
  if (bytes.length < i32.size) return hexText(bytes);
  const value = i32.read(bytesOf(bytes), 0);
  return `[${value === 0 ? "0" : errnoName(value)}]`;
};
const numbers: Say = (bytes) => {
  const memory = bytesOf(bytes);
  const count = Math.floor(bytes.length / u32.size);
  return listText(Array.from({ length: count }, (_, i) => String(u32.read(memory, i * u32.size))));
};

const GROUP_REQ = { size: 136, group: 8 };
/** `struct group_req`: an interface, and the address of a group. */
const group: Say = (bytes) => {
  if (bytes.length < GROUP_REQ.size) return null;
  const memory = bytesOf(bytes);
  const address = memory.slice(GROUP_REQ.group, GROUP_REQ.size);
  const layout = sockaddrOf(address)!;
  return fieldsText([
    `gr_interface=${ifindex.show(u32.read(memory, 0))}`,
    `gr_group=${layout.show(layout.at(address) as never)}`,
  ]);
};
/** `struct ipv6_mreq`: the address of a group, and an interface. */
const mreq6: Say = (bytes) => {
  if (bytes.length < ipv6.size + u32.size) return null;
  const memory = bytesOf(bytes);
  return fieldsText([
    `inet_pton(AF_INET6, "${ipv6.read(memory, 0)}", &ipv6mr_multiaddr)`,
    `ipv6mr_interface=${ifindex.show(u32.read(memory, ipv6.size))}`,
  ]);
};

/** The types of ICMP that have a name here; a set of more than half of all is written as what it lacks. */
const ICMP: Readonly<Record<number, string>> = {
  0: "ECHOREPLY", 3: "DEST_UNREACH", 4: "SOURCE_QUENCH", 5: "REDIRECT", 8: "ECHO", 11: "TIME_EXCEEDED",
  12: "PARAMETERPROB", 13: "TIMESTAMP", 14: "TIMESTAMPREPLY", 15: "INFO_REQUEST", 16: "INFO_REPLY",
  17: "ADDRESS", 18: "ADDRESSREPLY",
};
const EVERY = Array.from({ length: 32 }, (_, type) => type);
const icmpTypes: Say = (bytes) => {
  const word = Buffer.alloc(u32.size, 0xff);
  word.set(bytes.subarray(0, u32.size));
  const set = EVERY.filter((type) => word.readUInt32LE(0) & (1 << type));
  const many = set.length > EVERY.length / 2;
  const shown = many ? EVERY.filter((type) => !set.includes(type)) : set;
  const name = (type: number): string =>
    (ICMP[type] ? `ICMP_${ICMP[type]}` : `0x${type.toString(16)} /* ICMP_??? */`);
  return `${many ? "~" : ""}[${shown.map(name).join(" ")}]`;
};

/** Whether a socket may look for another way; strace has words for three values. */
const REHASH: Readonly<Record<number, string>> = { 0: "DISABLED", 1: "ENABLED", 255: "DEFAULT" };
const rehash = (short: Say): Say => (bytes) => {
  const word = bytes.length < i32.size ? undefined : REHASH[i32.read(bytesOf(bytes), 0)];
  return word === undefined ? short(bytes) : `[SOCK_TXREHASH_${word}]`;
};

/** A filter to attach, 16 bytes: how many instructions it has, and where they lie. */
const program: Say = (bytes) => {
  if (bytes.length !== 16) return null;
  const words = Buffer.from(bytes);
  return fieldsText([`len=${words.readUInt16LE(0)}`, `filter=${addressText(words.readBigUInt64LE(8))}`]);
};

/** Options of the socket level whose value is an int of any length from four bytes on. */
const INTS: readonly (keyof typeof SO)[] = [
  "SO_DEBUG",         "SO_REUSEADDR",     "SO_DONTROUTE",       "SO_BROADCAST",   "SO_SNDBUF",
  "SO_RCVBUF",        "SO_KEEPALIVE",     "SO_OOBINLINE",       "SO_NO_CHECK",    "SO_PRIORITY",
  "SO_BSDCOMPAT",     "SO_REUSEPORT",     "SO_PASSCRED",        "SO_RCVLOWAT",    "SO_SNDLOWAT",
  "SO_DETACH_FILTER", "SO_TIMESTAMP_OLD", "SO_ACCEPTCONN",      "SO_SNDBUFFORCE", "SO_RCVBUFFORCE",
  "SO_PASSSEC",       "SO_MARK",          "SO_TIMESTAMPNS_OLD", "SO_RXQ_OVFL",    "SO_TIMESTAMPING_OLD",
  "SO_WIFI_STATUS",   "SO_PEEK_OFF",      "SO_NOFCS",           "SO_LOCK_FILTER", "SO_SELECT_ERR_QUEUE",
  "SO_BUSY_POLL",     "SO_INCOMING_CPU",  "SO_CNX_ADVICE",      "SO_ZEROCOPY",    "SO_INCOMING_NAPI_ID",
  "SO_TIMESTAMP_NEW", "SO_RESERVE_MEM",   "SO_TIMESTAMPNS_NEW", "SO_RCVMARK",     "SO_TIMESTAMPING_NEW",
  "SO_PREFER_BUSY_POLL", "SO_BUSY_POLL_BUDGET", "SO_DETACH_REUSEPORT_BPF",
];
type Row = Readonly<Record<number, Say>>;
const ints = (say: Say): Row => Object.fromEntries(INTS.map((name) => [SO[name], say]));
const every = (names: Names, say: Say): Row =>
  Object.fromEntries(Object.values(names).map((it) => [it, say]));
/** An int, also of what is shorter: strace reads on behind it, where here are zeros. */
const padded: Say = (bytes) => int(Buffer.concat([bytes], Math.max(i32.size, bytes.length)));

/**
 * By level and option: how it is written where it is asked for, and where it is set. `common` for all others.
 */
type Table = Readonly<Record<number, Row | Say>>;
const GET: Table = {
  [SOL.SOL_SOCKET]: {
    ...ints(intOrHex),
    [SO.SO_LINGER]: beginning(linger),             [SO.SO_PEERCRED]: beginning(ucred),
    [SO.SO_ERROR]: error,                          [SO.SO_GET_FILTER]: () => null,
    [SO.SO_TXREHASH]: rehash(intOrHex),
  },
  [SOL.SOL_PACKET]:  { [PACKET.PACKET_STATISTICS]: beginning(tpacket_stats_v3) },
  [SOL.SOL_RAW]:     { [ICMP_FILTER]: icmpTypes },
  [SOL.SOL_NETLINK]: { ...every(NETLINK_OPTION, padded), [NETLINK_OPTION.NETLINK_LIST_MEMBERSHIPS]: numbers },
};
const SET: Table = {
  [SOL.SOL_SOCKET]: {
    ...ints(intOrPlace),
    [SO.SO_LINGER]: struct(linger),                [SO.SO_TXREHASH]: rehash(intOrPlace),
    [SO.SO_ATTACH_FILTER]: program,                [SO.SO_ATTACH_REUSEPORT_CBPF]: program,
  },
  [SOL.SOL_IP]: {
    [IP.IP_ADD_MEMBERSHIP]: struct(ip_mreq),       [IP.IP_DROP_MEMBERSHIP]: struct(ip_mreq),
    [MCAST.MCAST_JOIN_GROUP]: group,               [MCAST.MCAST_LEAVE_GROUP]: group,
  },
  [SOL.SOL_IPV6]: {
    [IPV6.IPV6_ADD_MEMBERSHIP]: mreq6,             [IPV6.IPV6_DROP_MEMBERSHIP]: mreq6,
    [IPV6.IPV6_JOIN_ANYCAST]: mreq6,               [IPV6.IPV6_LEAVE_ANYCAST]: mreq6,
    [MCAST.MCAST_JOIN_GROUP]: group,               [MCAST.MCAST_LEAVE_GROUP]: group,
  },
  [SOL.SOL_PACKET]: {
    [PACKET.PACKET_RX_RING]: exactly(tpacket_req),
    [PACKET.PACKET_TX_RING]: exactly(tpacket_req),
    [PACKET.PACKET_ADD_MEMBERSHIP]: exactly(packet_mreq),
    [PACKET.PACKET_DROP_MEMBERSHIP]: exactly(packet_mreq),
  },
  [SOL.SOL_RAW]:     { [ICMP_FILTER]: icmpTypes },
  [SOL.SOL_NETLINK]: intOrPlace,
};

const valueText = (table: Table, level: number, option: number, bytes: Uint8Array): string | null => {
  const row = table[level];
  return (typeof row === "function" ? row : row?.[option] ?? common)(bytes);
};

/** The value that getsockopt answered. */
export function optionGot(it: Place): string {
  const bytes = outward(it);
  const { level, optname } = it.words as Option;
  const isNothing = bytes === null || bytes.length === 0;
  return (isNothing ? null : valueText(GET, level, optname, bytes)) ?? placeText(it);
}

/** The value for setsockopt. */
export function optionSet(it: Place): string {
  const bytes = inward(it);
  const { level, optname } = it.words as Option;
  return (bytes === null ? null : valueText(SET, level, optname, bytes)) ?? placeText(it);
}

/** strace names one option by what is done with it. */
export function optionName(it: Place): string | null {
  const { level, optname } = it.words as Option;
  if (level !== SOL.SOL_SOCKET || optname !== SO.SO_GET_FILTER) return generalText(it);
  return it.call === "getsockopt" ? "SO_GET_FILTER" : "SO_ATTACH_FILTER";
}
type Option = { readonly level: number; readonly optname: number };
