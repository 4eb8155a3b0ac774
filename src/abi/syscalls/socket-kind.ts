/**
 * What socket() makes, in strace's words: the type with its two flags, and the protocol, whose meaning the
 * family decides.
 */
import { i32, named } from "../../memory/integer.ts";
import type { Type } from "../../memory/type.ts";
import { ETH_P } from "../constants/ether.ts";
import { IPPROTO } from "../constants/in.ts";
import { NETLINK } from "../constants/netlink.ts";
import { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, SOCK, SOCK_FLAGS } from "../constants/socket.ts";
import { shown } from "./number.ts";

/** The bits of `type` that are the type itself: SOCK_TYPE_MASK of <linux/net.h>. */
const TYPE_MASK = 0xf;
const flags = i32.flags(SOCK_FLAGS);

/** `SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK`. */
export const socketType: Type<number> = shown((value) => {
  const rest = value & ~TYPE_MASK;
  const kind = value & TYPE_MASK;
  const known = Object.values<number>(SOCK).includes(kind);
  if (!known) return flags.show(value);
  return rest === 0 ? named(SOCK, kind) : `${named(SOCK, kind)}|${flags.show(rest)}`;
});

const plain = shown(String);
const internet = i32.as(IPPROTO);
const netlink = i32.as(NETLINK);
/** AF_PACKET takes an ethertype in network order. */
const ethernet = shown((value) => `htons(${named(ETH_P, ((value & 0xff) << 8) | ((value >> 8) & 0xff))})`);

const BY_FAMILY: Readonly<Record<number, Type<number>>> = {
  [AF_INET]:    internet,
  [AF_INET6]:   internet,
  [AF_NETLINK]: netlink,
  [AF_PACKET]:  ethernet,
};

/**
 * How a protocol of this family is written: `IPPROTO_UDP`, `NETLINK_ROUTE`, `htons(ETH_P_ALL)`, else a
 * plain number.
 */
export const protocolOf = (family: number): Type<number> => BY_FAMILY[family] ?? plain;
