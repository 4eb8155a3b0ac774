/**
 * The value of a socket option as strace 6.1 writes it. It knows few options: of all others it writes an int where there
 * are four bytes, else text. TCP_INFO is text, whatever netlab can read in it.
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
import { i32, u32 } from "../memory/integer.ts";
import { bytesOf } from "../memory/memory.ts";
import type { AnyStruct } from "../memory/struct.ts";
import { addressText, beginningText, fieldsText, hexText, listText, stringText } from "./memory-text.ts";

/** Writes the value of one option; null: only its address. */
type Say = (bytes: Uint8Array) => string | null;

const int: Say = (bytes) => `[${i32.read(bytesOf(bytes), 0)}]`;
const common: Say = (bytes) => (bytes.length === i32.size ? int(bytes) : stringText(bytes));
const intOrHex: Say = (bytes) => (bytes.length < i32.size ? hexText(bytes) : int(bytes));
const intOrPlace: Say = (bytes) => (bytes.length < i32.size ? null : int(bytes));
const beginning = (layout: AnyStruct, most?: number): Say => (bytes) => beginningText(layout, bytes.subarray(0, layout.size), most);
/** The whole struct, where there are enough bytes for it. */
const struct = (layout: AnyStruct): Say => (bytes) => (bytes.length < layout.size ? null : layout.show(layout.at(bytesOf(bytes))));
const exactly = (layout: AnyStruct): Say => (bytes) => (bytes.length === layout.size ? struct(layout)(bytes) : null);

/** The error that a socket holds, by name. */
const error: Say = (bytes) => {
  if (bytes.length < i32.size) return hexText(bytes);
  const value = i32.read(bytesOf(bytes), 0);
  return `[${value === 0 ? "0" : errnoName(value)}]`;
};
const numbers: Say = (bytes) => {
  const memory = bytesOf(bytes);
  return listText(Array.from({ length: Math.floor(bytes.length / u32.size) }, (_, i) => String(u32.read(memory, i * u32.size))));
};

const GROUP_REQ = { size: 136, group: 8 };
/** `struct group_req`: an interface, and the address of a group. */
const group: Say = (bytes) => {
  if (bytes.length < GROUP_REQ.size) return null;
  const memory = bytesOf(bytes);
  const address = memory.slice(GROUP_REQ.group, GROUP_REQ.size);
  const layout = sockaddrOf(address)!;
  return fieldsText([`gr_interface=${ifindex.show(u32.read(memory, 0))}`, `gr_group=${layout.show(layout.at(address) as never)}`]);
};
/** `struct ipv6_mreq`: the address of a group, and an interface. */
const mreq6: Say = (bytes) => {
  if (bytes.length < ipv6.size + u32.size) return null;
  const memory = bytesOf(bytes);
  return fieldsText([
    `ipv6mr_multiaddr=inet_pton(AF_INET6, "${ipv6.read(memory, 0)}")`, `ipv6mr_interface=${ifindex.show(u32.read(memory, ipv6.size))}`,
  ]);
};

/** The types of ICMP that have a name here; a set of more than half of all is written as what it lacks. */
const ICMP: Readonly<Record<number, string>> = {
  0: "ECHOREPLY", 3: "DEST_UNREACH", 4: "SOURCE_QUENCH", 5: "REDIRECT", 8: "ECHO", 11: "TIME_EXCEEDED", 12: "PARAMETERPROB",
  13: "TIMESTAMP", 14: "TIMESTAMPREPLY", 15: "INFO_REQUEST", 16: "INFO_REPLY", 17: "ADDRESS", 18: "ADDRESSREPLY",
};
const EVERY = Array.from({ length: 32 }, (_, type) => type);
const icmpTypes: Say = (bytes) => {
  const word = Buffer.alloc(u32.size, 0xff);
  word.set(bytes.subarray(0, u32.size));
  const set = EVERY.filter((type) => word.readUInt32LE(0) & (1 << type));
  const many = set.length > EVERY.length / 2;
  const named = (many ? EVERY.filter((type) => !set.includes(type)) : set).map((type) => (ICMP[type] ? `ICMP_${ICMP[type]}` : `0x${type.toString(16)} /* ICMP_??? */`));
  return `${many ? "~" : ""}[${named.join(" ")}]`;
};

/** Options of the socket level whose value is an int of any length from four bytes on. */
const INTS: readonly (keyof typeof SO)[] = [
  "SO_DEBUG", "SO_REUSEADDR", "SO_DONTROUTE", "SO_BROADCAST", "SO_SNDBUF", "SO_RCVBUF", "SO_KEEPALIVE", "SO_OOBINLINE", "SO_NO_CHECK",
  "SO_PRIORITY", "SO_BSDCOMPAT", "SO_REUSEPORT", "SO_PASSCRED", "SO_RCVLOWAT", "SO_SNDLOWAT", "SO_DETACH_FILTER", "SO_TIMESTAMP_OLD",
  "SO_ACCEPTCONN", "SO_SNDBUFFORCE", "SO_RCVBUFFORCE", "SO_PASSSEC", "SO_TIMESTAMPNS_OLD", "SO_MARK", "SO_TIMESTAMPING_OLD", "SO_RXQ_OVFL",
  "SO_WIFI_STATUS", "SO_PEEK_OFF", "SO_NOFCS", "SO_LOCK_FILTER", "SO_SELECT_ERR_QUEUE", "SO_BUSY_POLL", "SO_INCOMING_CPU", "SO_CNX_ADVICE",
  "SO_INCOMING_NAPI_ID", "SO_ZEROCOPY", "SO_TIMESTAMP_NEW", "SO_TIMESTAMPNS_NEW", "SO_TIMESTAMPING_NEW", "SO_DETACH_REUSEPORT_BPF",
  "SO_PREFER_BUSY_POLL", "SO_BUSY_POLL_BUDGET", "SO_RESERVE_MEM", "SO_RCVMARK", "SO_TXREHASH",
];
const ints = (say: Say): Readonly<Record<number, Say>> => Object.fromEntries(INTS.map((name) => [SO[name], say]));

/** By level and option: how it is written where it is asked for, and where it is set. `common` for all others. */
type Table = Readonly<Record<number, Readonly<Record<number, Say>> | Say>>;
const GET: Table = {
  [SOL.SOL_SOCKET]:  { ...ints(intOrHex), [SO.SO_LINGER]: beginning(linger), [SO.SO_PEERCRED]: beginning(ucred), [SO.SO_ERROR]: error, [SO.SO_GET_FILTER]: () => null },
  [SOL.SOL_PACKET]:  { [PACKET.PACKET_STATISTICS]: beginning(tpacket_stats_v3) },
  [SOL.SOL_RAW]:     { [ICMP_FILTER]: icmpTypes },
  [SOL.SOL_NETLINK]: (bytes) => int(Buffer.concat([bytes], Math.max(i32.size, bytes.length))),
};
const SET: Table = {
  [SOL.SOL_SOCKET]:  { ...ints(intOrPlace), [SO.SO_LINGER]: struct(linger) },
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
    [PACKET.PACKET_RX_RING]: exactly(tpacket_req),         [PACKET.PACKET_TX_RING]: exactly(tpacket_req),
    [PACKET.PACKET_ADD_MEMBERSHIP]: exactly(packet_mreq),  [PACKET.PACKET_DROP_MEMBERSHIP]: exactly(packet_mreq),
  },
  [SOL.SOL_RAW]:     { [ICMP_FILTER]: icmpTypes },
  [SOL.SOL_NETLINK]: intOrPlace,
};

/** The text of an option's value; null: strace writes only where it lies. */
export function optionText(call: "getsockopt" | "setsockopt", level: number, option: number, bytes: Uint8Array): string | null {
  if (call === "getsockopt" && bytes.length === 0) return null;
  const row = (call === "getsockopt" ? GET : SET)[level];
  const say = typeof row === "function" ? row : row?.[option] ?? common;
  return level === SOL.SOL_NETLINK && option === NETLINK_OPTION.NETLINK_LIST_MEMBERSHIPS && call === "getsockopt" ? numbers(bytes) : say(bytes);
}

/** The name of an option where strace calls it by what is done with it. */
export const optionNameText = (call: string, level: number, option: number): string | null =>
  level === SOL.SOL_SOCKET && option === SO.SO_GET_FILTER ? (call === "getsockopt" ? "SO_GET_FILTER" : "SO_ATTACH_FILTER") : null;

/** A filter to attach: how long it is, and where its instructions lie. */
export const programText = (length: number, filter: number | bigint): string => fieldsText([`len=${length}`, `filter=${addressText(filter)}`]);
