/** What `strace -yy` says of a descriptor: `TCP:[127.0.0.1:40000->127.0.0.1:80]`, `UNIX-STREAM:[5->6]`. */
import type { SocketKind } from "./socket-kind.ts";

/** A socket as strace names it. */
export interface Decorated {
  readonly kind: SocketKind;
  /** Null: strace gives only its number. */
  readonly local: string | null;
  readonly peer: string | null;
}

const kind = (protocol: string, text: string, stream = false): SocketKind => ({ protocol, text, stream });
/** `TCP` and `TCPv6` of each; strace's names are those of /proc/net. */
const KINDS: Readonly<Record<string, SocketKind>> = {
  "TCP":            kind("tcp", "TCP", true),        "TCPv6":     kind("tcp", "TCP over IPv6", true),
  "UDP":            kind("udp", "UDP"),              "UDPv6":     kind("udp", "UDP over IPv6"),
  "UDPLITE":        kind("udplite", "UDPLITE"),      "UDPLITEv6": kind("udplite", "UDPLITE over IPv6"),
  "RAW":            kind("raw", "raw IP"),           "RAWv6":     kind("raw", "raw IP over IPv6"),
  "PING":           kind("icmp", "ICMP"),            "PINGv6":    kind("icmpv6", "ICMPV6 over IPv6"),
  "UNIX-STREAM":    kind("unix", "unix stream", true),
  "UNIX-DGRAM":     kind("unix", "unix datagram"),
  "UNIX-SEQPACKET": kind("unix", "unix seqpacket"),
  "UNIX":           kind("unix", "unix"),
  "NETLINK":        kind("netlink", "netlink"),      "PACKET":    kind("packet", "packet"),
};

/**
 * Null where it is no socket: a file's path, `pipe:[12]`, `anon_inode:[eventpoll]`. `"unnamed"`: it is a
 * socket, and that is all that strace says, `socket:[12]`. Under `-xx` every character is escaped.
 */
export function decorated(written: string): Decorated | "unnamed" | null {
  const text = written.replace(/\\x[0-9a-f]{2}/g, (it) => String.fromCharCode(Number(`0${it.slice(1)}`)));
  if (/^socket:\[\d+\]$/.test(text)) return "unnamed";
  const [, name = "", inside = ""] = /^([A-Za-z0-9-]+):\[(.*)\]$/s.exec(text) ?? [];
  const known = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (known === undefined) return null;
  const [local, peer] = known.protocol === "unix" ? unixEnds(inside) : inside.split("->");
  return { kind: known, local: endOr(local), peer: endOr(peer) };
}

/** `12->13`, `12,"/run/x"`, `12->13,"/run/x"`: two numbers, and a name, which is its own. */
function unixEnds(inside: string): readonly (string | undefined)[] {
  const path = /,\s*(@?)"((?:[^"\\]|\\.)*)"/.exec(inside);
  return path === null ? [] : [`${path[1]}${path[2]}`];
}

/** An address; a bare number is that of the socket, not a place. */
const endOr = (it: string | undefined): string | null => (it === undefined || /^\d*$/.test(it) ? null : it);
