/** What kind of socket it is: by the arguments of socket(2), or by the name that `strace -yy` gives it. */
import { IPPROTO } from "../../abi/constants/in.ts";
import { NETLINK } from "../../abi/constants/netlink.ts";
import { AF, SOCK } from "../../abi/constants/socket.ts";

/** Both null where the log does not say. */
export interface SocketKind {
  /** As netlab's paths call it: "tcp", "udp", "unix", "packet". */
  readonly protocol: string | null;
  /** As a person says it: "TCP", "TCP over IPv6", "unix stream". */
  readonly text: string | null;
  /** Whether what is sent is a stream of bytes, whose end a receive of nothing tells. */
  readonly stream: boolean;
}
/** Of a socket that was there before the log, and of which it says nothing. */
export const UNKNOWN: SocketKind = { protocol: null, text: null, stream: false };

/** The bits of `type` that are the type itself: SOCK_TYPE_MASK of <linux/net.h>. */
const TYPE = 0xf;

/** By socket's three arguments; null: the log has one that netlab cannot read. */
export function kindMade(family: number | null, type: number | null, protocol: number | null): SocketKind {
  if (family === null || type === null) return UNKNOWN;
  const stream = (type & TYPE) === SOCK.SOCK_STREAM;
  if (family === AF.AF_INET || family === AF.AF_INET6) {
    const over = family === AF.AF_INET6 ? " over IPv6" : "";
    const it = internet(type & TYPE, protocol ?? 0);
    return { protocol: it, text: it === null ? null : `${shout(it)}${over}`, stream };
  }
  const name = nameIn(AF, family)?.replace(/^AF_/, "").toLowerCase();
  if (name === undefined) return { ...UNKNOWN, stream };
  return { protocol: name, text: `${name}${detail(family, type & TYPE, protocol)}`, stream };
}

/** Of an IPv4 or IPv6 socket: "tcp", "udp", "raw"; other protocols by their own name. */
function internet(type: number, protocol: number): string | null {
  if (type === SOCK.SOCK_RAW) return "raw";
  const usual = type === SOCK.SOCK_STREAM ? "tcp" : type === SOCK.SOCK_DGRAM ? "udp" : null;
  if (protocol === 0) return usual;
  return nameIn(IPPROTO, protocol)?.replace(/^IPPROTO_/, "").toLowerCase() ?? null;
}

const shout = (protocol: string): string => (protocol === "raw" ? "raw IP" : protocol.toUpperCase());

const UNIX: Readonly<Record<number, string>> = {
  [SOCK.SOCK_STREAM]: " stream", [SOCK.SOCK_DGRAM]: " datagram", [SOCK.SOCK_SEQPACKET]: " seqpacket",
};
/** What makes one of a family differ from another: the type, or what is spoken. */
function detail(family: number, type: number, protocol: number | null): string {
  if (family === AF.AF_UNIX) return UNIX[type] ?? "";
  const spoken = family === AF.AF_NETLINK && protocol !== null ? nameIn(NETLINK, protocol) : undefined;
  return spoken === undefined ? "" : ` ${spoken.replace(/^NETLINK_/, "").toLowerCase()}`;
}

const nameIn = (names: Readonly<Record<string, number>>, value: number): string | undefined =>
  Object.keys(names).find((name) => names[name] === value);

