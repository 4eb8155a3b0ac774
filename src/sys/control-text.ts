/**
 * Control messages as strace 6.1 writes them: in a row, each with its header. It knows those of two levels;
 * of others it says level, number and length, whatever netlab can read in them.
 */
import { IP } from "../abi/constants/in.ts";
import { SCM, SO, SOL } from "../abi/constants/socket.ts";
import { in_pktinfo, ip_recverr } from "../abi/structs/ip.ts";
import { cmsghdr } from "../abi/structs/message.ts";
import { sockaddrOf } from "../abi/structs/sockaddr.ts";
import { ucred } from "../abi/structs/socket.ts";
import { timespec, timeval } from "../abi/structs/time.ts";
import { quoted } from "../memory/array.ts";
import { i32, named, u32 } from "../memory/integer.ts";
import { bytesOf, type Memory } from "../memory/memory.ts";
import type { AnyType } from "../memory/type.ts";
import { addressText, fieldsText, listText } from "./memory-text.ts";

/** One kind: what strace calls it, and from how many bytes on it reads what it carries. */
interface Kind {
  readonly name: string;
  readonly least: number;
  readonly say: ((payload: Memory) => string) | null;
}
/** Each control message begins on a multiple of this. */
const ALIGN = 8;

const many = (type: AnyType) => (it: Memory): string => {
  const count = Math.floor(it.length / type.size);
  return listText(Array.from({ length: count }, (_, n) => type.show(type.read(it, n * type.size))));
};
const one = (type: AnyType) => (it: Memory): string => type.show(type.read(it, 0));
const octets = (it: Memory): string =>
  listText([...it.bytes].map((byte) => (byte === 0 ? "0" : `0x${byte.toString(16)}`)));
const address = (it: Memory): string => sockaddrOf(it)!.show(sockaddrOf(it)!.at(it) as never);
const label = (it: Memory): string => quoted(it.text());

const known = (name: string, least: number, say: Kind["say"]): Kind => ({ name, least, say });
const bare = (name: string): Kind => known(name, 0, null);
const SOCKET: Readonly<Record<number, Kind>> = {
  [SCM.SCM_RIGHTS]:                 known("SCM_RIGHTS", i32.size, many(i32)),
  [SCM.SCM_CREDENTIALS]:            known("SCM_CREDENTIALS", ucred.size, one(ucred)),
  [SCM.SCM_SECURITY]:               known("SCM_SECURITY", 1, label),
  [SCM.SCM_PIDFD]:                  known("SCM_PIDFD", i32.size, one(i32)),
  [SO.SO_TIMESTAMP_OLD]:            known("SO_TIMESTAMP_OLD", timeval.size, one(timeval)),
  [SO.SO_TIMESTAMPNS_OLD]:          known("SO_TIMESTAMPNS_OLD", timespec.size, one(timespec)),
  [SO.SO_TIMESTAMPING_OLD]:         known("SO_TIMESTAMPING_OLD", 3 * timespec.size, many(timespec)),
  [SO.SO_TIMESTAMP_NEW]:            known("SO_TIMESTAMP_NEW", timeval.size, one(timeval)),
  [SO.SO_TIMESTAMPNS_NEW]:          known("SO_TIMESTAMPNS_NEW", timespec.size, one(timespec)),
  [SO.SO_TIMESTAMPING_NEW]:         known("SO_TIMESTAMPING_NEW", 3 * timespec.size, many(timespec)),
  [SO.SO_WIFI_STATUS]:              bare("SO_WIFI_STATUS"),
  [SO.SO_TXTIME]:                   bare("SO_TXTIME"),
  [SCM.SCM_TIMESTAMPING_OPT_STATS]: bare("SCM_TIMESTAMPING_OPT_STATS"),
  [SCM.SCM_TIMESTAMPING_PKTINFO]:   bare("SCM_TIMESTAMPING_PKTINFO"),
};
const INTERNET: Readonly<Record<number, Kind>> = {
  [IP.IP_TOS]:         known("IP_TOS", 1, octets),
  [IP.IP_TTL]:         known("IP_TTL", u32.size, many(u32)),
  [IP.IP_RECVOPTS]:    known("IP_RECVOPTS", 1, octets),
  [IP.IP_RETOPTS]:     known("IP_RETOPTS", 1, octets),
  [IP.IP_PKTINFO]:     known("IP_PKTINFO", in_pktinfo.size, one(in_pktinfo)),
  [IP.IP_RECVERR]:     known("IP_RECVERR", ip_recverr.size, one(ip_recverr)),
  [IP.IP_ORIGDSTADDR]: known("IP_ORIGDSTADDR", 16, address),
  [IP.IP_CHECKSUM]:    known("IP_CHECKSUM", u32.size, many(u32)),
};
/** The kinds of one level, and what strace calls one that it does not know. */
interface Level {
  readonly kinds: Readonly<Record<number, Kind>>;
  readonly stranger: string;
}
const LEVELS: Readonly<Record<number, Level>> = {
  [SOL.SOL_SOCKET]: { kinds: SOCKET, stranger: "SCM_???" },
  [SOL.SOL_IP]:     { kinds: INTERNET, stranger: "IP_???" },
};

/** All of msg_control; `place` is where it lies. What is too short for a header is only a place. */
export function controlText(bytes: Uint8Array, place: number): string {
  if (bytes.length < cmsghdr.size) return addressText(place);
  const memory = bytesOf(bytes);
  const out: string[] = [];
  let at = 0;
  while (bytes.length - at >= cmsghdr.size) {
    const { cmsg_len } = cmsghdr.at(memory, at);
    const length = Math.min(Number(cmsg_len), bytes.length - at);
    out.push(messageText(memory, at, length));
    at += length < cmsghdr.size ? cmsghdr.size : Math.ceil(Number(cmsg_len) / ALIGN) * ALIGN;
    if (length < cmsghdr.size) break;
  }
  if (at < bytes.length) out.push(`... /* ${addressText(place + at)} */`);
  return `[${out.join(", ")}]`;
}

function messageText(memory: Memory, at: number, length: number): string {
  const { cmsg_len, cmsg_level, cmsg_type } = cmsghdr.at(memory, at);
  const level = LEVELS[cmsg_level];
  const kind = level?.kinds[cmsg_type];
  const number = `0x${(cmsg_type >>> 0).toString(16)}`;
  const payload = memory.slice(at + Math.min(cmsghdr.size, length), at + length);
  return fieldsText([
    `cmsg_len=${cmsg_len}`, `cmsg_level=${named(SOL, cmsg_level)}`,
    `cmsg_type=${kind?.name ?? (level === undefined ? number : `${number} /* ${level.stranger} */`)}`,
    kind?.say && payload.length >= kind.least ? `cmsg_data=${kind.say(payload)}` : null,
  ]);
}
