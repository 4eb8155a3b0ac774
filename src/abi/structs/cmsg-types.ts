/**
 * What control messages carry, by level and type: <linux/socket.h>, <linux/in.h>, <linux/in6.h>,
 * <linux/udp.h>, <linux/tcp.h>, <linux/if_packet.h>. The names are strace's, which tells the old time stamps
 * from the new.
 */
import { array } from "../../memory/array.ts";
import { i32, type Names, named, u16, u32 } from "../../memory/integer.ts";
import { isStruct } from "../../memory/struct.ts";
import type { AnyType } from "../../memory/type.ts";
import { IP } from "../constants/in.ts";
import { IPV6 } from "../constants/in6.ts";
import { PACKET } from "../constants/packet.ts";
import { SCM, SO, SOL } from "../constants/socket.ts";
import { TCP } from "../constants/tcp.ts";
import { UDP } from "../constants/udp.ts";
import { in_pktinfo, in6_pktinfo, ip_recverr, ipv6_recverr, sock_extended_err, tos } from "./ip.ts";
import { tpacket_auxdata } from "./packet.ts";
import { sockaddr_in, sockaddr_in6 } from "./sockaddr.ts";
import { ucred } from "./socket.ts";
import { timespec, timeval } from "./time.ts";

/** One kind of control message. */
export interface CmsgType {
  readonly level: number;
  readonly type: number;
  readonly name: string;
  /** The type of a payload of so many bytes. */
  readonly payload: (length: number) => AnyType;
}
const fds = (length: number): AnyType => array(i32, Math.floor(length / i32.size));
const { SOL_SOCKET, SOL_IP, SOL_IPV6, SOL_TCP, SOL_UDP, SOL_PACKET } = SOL;

/** The number is the name's in its table; a payload whose type depends on its length is a function of it. */
const kind = (level: number, names: Names, name: string, payload: AnyType | CmsgType["payload"]): CmsgType =>
  ({ level, type: names[name]!, name, payload: byLength(payload) ? payload : () => payload });
const byLength = (it: AnyType | CmsgType["payload"]): it is CmsgType["payload"] =>
  typeof it === "function" && !isStruct(it);

/** Every kind of control message that netlab can read. */
export const CMSG_TYPES: readonly CmsgType[] = [
  kind(SOL_SOCKET, SCM,    "SCM_RIGHTS",          fds),
  kind(SOL_SOCKET, SCM,    "SCM_CREDENTIALS",     ucred),
  kind(SOL_SOCKET, SCM,    "SCM_PIDFD",           i32),
  kind(SOL_SOCKET, SO,     "SO_TIMESTAMP_OLD",    timeval),
  kind(SOL_SOCKET, SO,     "SO_TIMESTAMPNS_OLD",  timespec),
  kind(SOL_SOCKET, SO,     "SO_TIMESTAMPING_OLD", array(timespec, 3)),
  kind(SOL_SOCKET, SO,     "SO_MARK",             u32),
  kind(SOL_SOCKET, SO,     "SO_RXQ_OVFL",         u32),
  kind(SOL_SOCKET, SO,     "SO_INQ",              i32),
  kind(SOL_IP,     IP,     "IP_TOS",              tos),
  kind(SOL_IP,     IP,     "IP_TTL",              i32),
  kind(SOL_IP,     IP,     "IP_PKTINFO",          in_pktinfo),
  kind(SOL_IP,     IP,     "IP_RECVERR",          ip_recverr),
  kind(SOL_IP,     IP,     "IP_ORIGDSTADDR",      sockaddr_in),
  kind(SOL_IPV6,   IPV6,   "IPV6_RECVERR",        ipv6_recverr),
  kind(SOL_IPV6,   IPV6,   "IPV6_PKTINFO",        in6_pktinfo),
  kind(SOL_IPV6,   IPV6,   "IPV6_HOPLIMIT",       i32),
  kind(SOL_IPV6,   IPV6,   "IPV6_TCLASS",         i32),
  kind(SOL_IPV6,   IPV6,   "IPV6_ORIGDSTADDR",    sockaddr_in6),
  kind(SOL_TCP,    TCP,    "TCP_INQ",             i32),
  kind(SOL_UDP,    UDP,    "UDP_SEGMENT",         u16),
  kind(SOL_UDP,    UDP,    "UDP_GRO",             i32),
  kind(SOL_PACKET, PACKET, "PACKET_AUXDATA",      tpacket_auxdata),
  kind(SOL_PACKET, PACKET, "PACKET_TX_TIMESTAMP", sock_extended_err),
];

/** The level and the type of a control message in words; a type that the table lacks is a number. */
export function levelText(level: number, type: number): { readonly level: string; readonly name: string } {
  const known = CMSG_TYPES.find((it) => it.level === level && it.type === type);
  return { level: named(SOL, level), name: known?.name ?? `0x${type.toString(16)}` };
}
