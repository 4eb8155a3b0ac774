/**
 * Every table of functions that is written down, and which of them serve one kind of socket. Each declared
 * slot was read in the memory of Debian's 5.10.262, 6.1.192, 6.12.117, 6.18.15 and 7.2.13, and held what is
 * declared.
 */
import {
  inetDgram, inetFamily, inetRaw, inetStream, rawProt, tcpProt, udpProt,
} from "./tables/inet.ts";
import {
  eventpollFile, ipPacket, ipv4Specific, loopback, socketFile, tcpProtocol, udpProtocol, unixDgram,
  unixFamily, unixSeqpacket, unixStream,
} from "./tables/others.ts";
import type { FunctionTable } from "./tables.ts";

/** From a descriptor down to the device, as a call goes. */
export const knownTables: readonly FunctionTable[] = [
  socketFile, inetFamily, inetStream, inetDgram, inetRaw, unixFamily, unixStream, unixDgram, unixSeqpacket,
  tcpProt, udpProt, rawProt, ipv4Specific, tcpProtocol, udpProtocol, ipPacket, loopback, eventpollFile,
];

/** A kind of socket, and the tables that a call to one passes. */
export interface SocketKind {
  readonly name: string;
  readonly family: FunctionTable;
  readonly ops: FunctionTable;
  /** Null where the family does all by itself. */
  readonly prot: FunctionTable | null;
}
/** Those of the notes first. */
export const socketKinds: readonly SocketKind[] = [
  { name: "TCP",                    family: inetFamily, ops: inetStream,    prot: tcpProt },
  { name: "UDP",                    family: inetFamily, ops: inetDgram,     prot: udpProt },
  { name: "raw IPv4",               family: inetFamily, ops: inetRaw,       prot: rawProt },
  { name: "AF_UNIX SOCK_STREAM",    family: unixFamily, ops: unixStream,    prot: null },
  { name: "AF_UNIX SOCK_DGRAM",     family: unixFamily, ops: unixDgram,     prot: null },
  { name: "AF_UNIX SOCK_SEQPACKET", family: unixFamily, ops: unixSeqpacket, prot: null },
];

/** A system call, the family's slot that it comes to, and the protocol's slots that are called from there. */
export const callsBySlot: readonly (readonly [call: string, ops: string, prot: readonly string[]])[] = [
  ["socket",          "create",     ["init"]],
  ["bind",            "bind",       ["bind", "get_port"]],
  ["listen",          "listen",     ["get_port", "hash"]],
  ["connect",         "connect",    ["connect"]],
  ["accept",          "accept",     ["accept"]],
  ["write, sendto",   "sendmsg",    ["sendmsg"]],
  ["read, recvfrom",  "recvmsg",    ["recvmsg"]],
  ["poll, epoll_ctl", "poll",       []],
  ["ioctl",           "ioctl",      ["ioctl"]],
  ["setsockopt",      "setsockopt", ["setsockopt"]],
  ["getsockopt",      "getsockopt", ["getsockopt"]],
  ["shutdown",        "shutdown",   ["shutdown"]],
  ["close",           "release",    ["close"]],
];
