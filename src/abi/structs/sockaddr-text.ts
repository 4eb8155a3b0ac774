/** Addresses as strace 6.1 writes them: with the conversions that a C program would need to make them. */
import { byte, char, quoted } from "../../memory/array.ts";
import { named, u16, u32 } from "../../memory/integer.ts";
import type { View } from "../../memory/struct.ts";
import type { Type } from "../../memory/type.ts";
import { ETH_P } from "../constants/ether.ts";
import { ARPHRD } from "../constants/if.ts";
import { PACKET_TYPE } from "../constants/packet.ts";
import { AF } from "../constants/socket.ts";
import { ifindex } from "./ifindex.ts";

const family = u16.as(AF);
const braced = (parts: readonly string[]): string => `{${parts.join(", ")}}`;
/** A field that an address which ends early may lack. */
const ifThere = <T>(name: string, type: Type<T, never>, value: T | undefined): readonly string[] =>
  value === undefined ? [] : [`${name}=${type.show(value)}`];

/** Bytes that no layout fits: `{sa_family=AF_INET, sa_data="\0\0"}`. */
export const rawText = ({ sa_family, sa_data }: View): string =>
  braced([`sa_family=${family.show(sa_family)}`, ...ifThere("sa_data", byte(0), sa_data)]);

/** `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}` */
export const inText = ({ sin_family, sin_port, sin_addr }: View): string =>
  braced([
    `sa_family=${family.show(sin_family)}`,
    `sin_port=htons(${sin_port})`,
    `sin_addr=inet_addr("${sin_addr}")`,
  ]);

/** The scope of a link-local address is an interface; that of others only a number. */
export function in6Text({ sin6_family, sin6_port, sin6_flowinfo, sin6_addr, sin6_scope_id }: View): string {
  const scope = /^(fe[89ab][0-9a-f]|ff[0-9a-f]2):/.test(String(sin6_addr)) ? ifindex : u32;
  return braced([
    `sa_family=${family.show(sin6_family)}`,
    `sin6_port=htons(${sin6_port})`,
    `sin6_flowinfo=htonl(${sin6_flowinfo})`,
    `inet_pton(AF_INET6, "${sin6_addr}", &sin6_addr)`,
    ...ifThere("sin6_scope_id", scope, sin6_scope_id),
  ]);
}

/**
 * `char sun_path[length]`: a path ends at its NUL; an abstract name begins with NUL and takes all bytes,
 * NULs included. It is shown as @"name".
 */
export function sunPath(length: number): Type<string> {
  const path = char(length);
  return {
    ...path,
    read(memory, at) {
      const abstract = memory.bytes[at] === 0;
      return abstract ? memory.bytes.toString("latin1", at, at + length) : path.read(memory, at);
    },
    show: (it) => (it.startsWith("\0") ? `@${quoted(it.slice(1))}` : quoted(it)),
  };
}

/** `{sa_family=AF_UNIX, sun_path="/run/x"}`; an address without a name is only its family. */
export const unText = ({ sun_family, sun_path }: View): string =>
  braced([`sa_family=${family.show(sun_family)}`, ...ifThere("sun_path", sunPath(0), sun_path)]);

/**
 * `{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_IP), …, sll_halen=6, sll_addr=[0x2, 00, 00, 00, 00, 0x1]}`
 */
export function llText(it: View): string {
  const { sll_halen, sll_addr } = it as unknown as { sll_halen: number; sll_addr: Uint8Array };
  const address = [...sll_addr.subarray(0, sll_halen)].map((one) => wideHex(one, 2));
  const more = sll_halen > sll_addr.length ? ["..."] : [];
  return braced([
    `sa_family=${family.show(it.sll_family)}`,
    `sll_protocol=htons(${named(ETH_P, it.sll_protocol)})`,
    `sll_ifindex=${ifindex.show(it.sll_ifindex)}`,
    `sll_hatype=${named(ARPHRD, it.sll_hatype)}`,
    `sll_pkttype=${named(PACKET_TYPE, it.sll_pkttype)}`,
    `sll_halen=${sll_halen}`,
    ...(sll_halen === 0 ? [] : [`sll_addr=[${[...address, ...more].join(", ")}]`]),
  ]);
}

/**
 * `{sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}`:
 * a port that the kernel chose itself is shown as a negative number.
 */
export const nlText = ({ nl_family, nl_pad, nl_pid, nl_groups }: View): string =>
  braced([
    `sa_family=${family.show(nl_family)}`,
    ...(nl_pad === 0 ? [] : [`nl_pad=0x${nl_pad.toString(16)}`]),
    `nl_pid=${nl_pid | 0}`,
    `nl_groups=${wideHex(nl_groups, 8)}`,
  ]);

/** C's `%#0*x`: at least `width` characters, `0x` included; 0 has no `0x`. */
const wideHex = (it: number, width: number): string =>
  it === 0 ? "0".repeat(width) : `0x${it.toString(16).padStart(width - 2, "0")}`;
