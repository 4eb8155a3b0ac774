/**
 * Socket options: the name of each and what its value is, by level. Most are an int; what is not stands in
 * a table here. From socket(7), ip(7), ipv6(7), tcp(7), udp(7), packet(7), netlink(7), and the uapi headers
 * they name.
 */
import { ipv4 } from "../memory/address.ts";
import { array, char } from "../memory/array.ts";
import { i32, type Names, named, u32, u64 } from "../memory/integer.ts";
import type { AnyType, Type } from "../memory/type.ts";
import { ICMP_FILTER } from "./constants/icmp.ts";
import { XDP_OPTION } from "./constants/if_xdp.ts";
import { IP, MCAST } from "./constants/in.ts";
import { IPV6 } from "./constants/in6.ts";
import { NETLINK_OPTION } from "./constants/netlink.ts";
import { PACKET } from "./constants/packet.ts";
import { SO, SOL } from "./constants/socket.ts";
import { TCP } from "./constants/tcp.ts";
import { UDP } from "./constants/udp.ts";
import { errnoName } from "./errno.ts";
import { sock_fprog } from "./structs/filter.ts";
import { in6_pktinfo, ip_mreq, ip_mreqn } from "./structs/ip.ts";
import * as packet from "./structs/packet.ts";
import { linger, ucred } from "./structs/socket.ts";
import { tcpInfoOf } from "./structs/tcp.ts";
import { timeval } from "./structs/time.ts";

/** The names of a level's options. */
const NAMES: Readonly<Record<number, Names>> = {
  [SOL.SOL_SOCKET]:  SO,
  [SOL.SOL_IP]:      IP,
  [SOL.SOL_IPV6]:    IPV6,
  [SOL.SOL_TCP]:     TCP,
  [SOL.SOL_UDP]:     UDP,
  [SOL.SOL_RAW]:     { ICMP_FILTER },
  [SOL.SOL_PACKET]:  PACKET,
  [SOL.SOL_NETLINK]: NETLINK_OPTION,
  [SOL.SOL_XDP]:     XDP_OPTION,
};

/**
 * A value's type, by the bytes there are for it: the kernel takes several lengths for some, and cuts what
 * does not fit.
 */
type Fit = (length: number) => AnyType | null;
/** This type, where there is room for all of it. */
const one = (type: AnyType): Fit => (length) => (length >= type.size ? type : null);
/** The type that has exactly as many bytes, else the first, where there is room for it. */
const oneOf = (...types: readonly [AnyType, ...AnyType[]]): Fit => (length) =>
  types.find((it) => it.size === length) ?? one(types[0])(length);
const text: Fit = (length) => (Number.isFinite(length) ? char(length) : null);
const bytes: Fit = () => null;
const numbers: Fit = (length) => (Number.isFinite(length) ? array(u32, Math.floor(length / u32.size)) : null);
const int = one(i32);
/** A pending error, as a positive number; 0 is none. */
const error = one({ ...i32, show: (it: number) => (it === 0 ? "0" : errnoName(it)) });

type Table<T extends Names> = { readonly [K in keyof T]?: Fit };

const SOCKET: Table<typeof SO> = {
  SO_ERROR:                  error,
  SO_LINGER:                 one(linger),
  SO_PEERCRED:               one(ucred),
  SO_RCVTIMEO:               one(timeval),
  SO_SNDTIMEO:               one(timeval),
  SO_RCVTIMEO_NEW:           one(timeval),
  SO_SNDTIMEO_NEW:           one(timeval),
  SO_BINDTODEVICE:           text,
  SO_ATTACH_FILTER:          one(sock_fprog),
  SO_ATTACH_REUSEPORT_CBPF:  one(sock_fprog),
  SO_PEERNAME:               bytes,
  SO_PEERSEC:                text,
  SO_MAX_PACING_RATE:        oneOf(u32, u64),
  SO_MEMINFO:                numbers,
  SO_COOKIE:                 one(u64),
  SO_NETNS_COOKIE:           one(u64),
  SO_PEERGROUPS:             numbers,
  SO_TXTIME:                 bytes,
  SO_DEVMEM_DONTNEED:        bytes,
};
const INTERNET: Table<typeof IP> = {
  IP_OPTIONS:                bytes,
  IP_PKTOPTIONS:             bytes,
  IP_IPSEC_POLICY:           bytes,
  IP_XFRM_POLICY:            bytes,
  IP_MULTICAST_IF:           oneOf(ipv4, ip_mreq, ip_mreqn),
  IP_ADD_MEMBERSHIP:         oneOf(ip_mreq, ip_mreqn),
  IP_DROP_MEMBERSHIP:        oneOf(ip_mreq, ip_mreqn),
  IP_UNBLOCK_SOURCE:         bytes,
  IP_BLOCK_SOURCE:           bytes,
  IP_ADD_SOURCE_MEMBERSHIP:  bytes,
  IP_DROP_SOURCE_MEMBERSHIP: bytes,
  IP_MSFILTER:               bytes,
};
const INTERNET6: Table<typeof IPV6> = {
  IPV6_2292PKTOPTIONS:       bytes,
  IPV6_2292HOPOPTS:          bytes,
  IPV6_2292DSTOPTS:          bytes,
  IPV6_2292RTHDR:            bytes,
  IPV6_NEXTHOP:              bytes,
  IPV6_AUTHHDR:              bytes,
  IPV6_ADD_MEMBERSHIP:       bytes,
  IPV6_DROP_MEMBERSHIP:      bytes,
  IPV6_JOIN_ANYCAST:         bytes,
  IPV6_LEAVE_ANYCAST:        bytes,
  IPV6_FLOWLABEL_MGR:        bytes,
  IPV6_IPSEC_POLICY:         bytes,
  IPV6_XFRM_POLICY:          bytes,
  IPV6_PKTINFO:              one(in6_pktinfo),
  IPV6_HOPOPTS:              bytes,
  IPV6_RTHDRDSTOPTS:         bytes,
  IPV6_RTHDR:                bytes,
  IPV6_DSTOPTS:              bytes,
  IPV6_PATHMTU:              bytes,
};
const TRANSMISSION: Table<typeof TCP> = {
  TCP_INFO:                  tcpInfoOf,
  TCP_CONGESTION:            text,
  TCP_MD5SIG:                bytes,
  TCP_COOKIE_TRANSACTIONS:   bytes,
  TCP_REPAIR_OPTIONS:        bytes,
  TCP_CC_INFO:               bytes,
  TCP_SAVED_SYN:             bytes,
  TCP_REPAIR_WINDOW:         bytes,
  TCP_ULP:                   text,
  TCP_MD5SIG_EXT:            bytes,
  TCP_FASTOPEN_KEY:          bytes,
  TCP_ZEROCOPY_RECEIVE:      bytes,
  TCP_AO_ADD_KEY:            bytes,
  TCP_AO_DEL_KEY:            bytes,
  TCP_AO_INFO:               bytes,
  TCP_AO_GET_KEYS:           bytes,
  TCP_AO_REPAIR:             bytes,
};
const FRAMES: Table<typeof PACKET> = {
  PACKET_ADD_MEMBERSHIP:     one(packet.packet_mreq),
  PACKET_DROP_MEMBERSHIP:    one(packet.packet_mreq),
  PACKET_RX_RING:            oneOf(packet.tpacket_req, packet.tpacket_req3),
  PACKET_TX_RING:            oneOf(packet.tpacket_req, packet.tpacket_req3),
  PACKET_STATISTICS:         oneOf(packet.tpacket_stats, packet.tpacket_stats_v3),
  PACKET_FANOUT:             oneOf(u32, packet.fanout_args),
  PACKET_ROLLOVER_STATS:     one(packet.tpacket_rollover_stats),
  PACKET_FANOUT_DATA:        oneOf(i32, sock_fprog),
};
const MONITOR: Table<typeof NETLINK_OPTION> = {
  NETLINK_RX_RING:           bytes,
  NETLINK_TX_RING:           bytes,
  NETLINK_LIST_MEMBERSHIPS:  numbers,
};
const EXPRESS: Table<typeof XDP_OPTION> = {
  XDP_MMAP_OFFSETS:          bytes,
  XDP_UMEM_REG:              bytes,
  XDP_STATISTICS:            bytes,
};

/** By option number, what is not an int. */
const byNumber = <T extends Names>(names: T, table: Table<T>): ReadonlyMap<number, Fit> =>
  new Map(Object.entries<Fit | undefined>(table).map(([name, fit]) => [names[name]!, fit!]));

const TYPES: Readonly<Record<number, ReadonlyMap<number, Fit>>> = {
  [SOL.SOL_SOCKET]:  byNumber(SO, SOCKET),
  [SOL.SOL_IP]:      byNumber(IP, INTERNET),
  [SOL.SOL_IPV6]:    byNumber(IPV6, INTERNET6),
  [SOL.SOL_TCP]:     byNumber(TCP, TRANSMISSION),
  [SOL.SOL_UDP]:     new Map(),
  [SOL.SOL_RAW]:     new Map(),
  [SOL.SOL_PACKET]:  byNumber(PACKET, FRAMES),
  [SOL.SOL_NETLINK]: byNumber(NETLINK_OPTION, MONITOR),
  [SOL.SOL_XDP]:     byNumber(XDP_OPTION, EXPRESS),
};

const hasNumber = (names: Names, value: number): boolean => Object.values(names).includes(value);
/** The options that IPv4 and IPv6 share (RFC 3678) have names of their own. */
const isMulticast = (level: number, optname: number): boolean =>
  (level === SOL.SOL_IP || level === SOL.SOL_IPV6) && hasNumber(MCAST, optname);

/**
 * What the value of an option is, in a place of `length` bytes (not given: as large as it likes). Null
 * where it is plain bytes, where the place is too small for its type, and for an option nobody has named.
 */
export function sockoptType(level: number, optname: number, length: number = Infinity): AnyType | null {
  const names = NAMES[level];
  if (names === undefined || !hasNumber(names, optname)) return null;
  return (TYPES[level]?.get(optname) ?? int)(length);
}

/** The text of a level: `SOL_SOCKET`. */
export const sockoptLevel: Type<number> = { ...i32, show: (level) => named(SOL, level).replace("???", "??") };

/** The text of an option's name: `SO_RCVBUF`; a plain number at a level that netlab has no names for. */
export function optionName(level: number): Type<number> {
  const names = NAMES[level];
  if (names === undefined) return { ...i32, show: (it) => String(it >>> 0) };
  return { ...i32, show: (it) => named(isMulticast(level, it) ? MCAST : names, it) };
}
