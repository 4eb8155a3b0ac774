/**
 * Socket addresses, by their family. From <linux/socket.h>, <linux/in.h>, <linux/in6.h>, <linux/un.h>,
 * <linux/if_packet.h>, <linux/netlink.h>. How many bytes of one are meant, the length beside it says.
 */
import { ipv4, ipv6 } from "../../memory/address.ts";
import { byte } from "../../memory/array.ts";
import { be16, be32, u8, u16, u32 } from "../../memory/integer.ts";
import type { Memory } from "../../memory/memory.ts";
import { pointer } from "../../memory/pointer.ts";
import { prefix } from "../../memory/prefix.ts";
import { type AnyStruct, type Fields, type Options, struct, variant } from "../../memory/struct.ts";
import type { AnyType } from "../../memory/type.ts";
import { ETH_P } from "../constants/ether.ts";
import { ARPHRD } from "../constants/if.ts";
import { PACKET_TYPE } from "../constants/packet.ts";
import { AF } from "../constants/socket.ts";
import { ifindex } from "./ifindex.ts";
import { in6Text, inText, llText, nlText, rawText, sunPath, unText } from "./sockaddr-text.ts";

const family = u16.as(AF);

/** An address of any family, 16 bytes: what C programs cast the others to. */
export const sockaddr = struct("sockaddr", 16, {
  sa_family: [0, family],
  sa_data:   [2, byte(14)],
}, { aliases: { sa_data: "sa_data_min" }, show: rawText });

/** An IPv4 address and a port, 16 bytes. The kernel does not read the last eight, whose name is glibc's. */
export const sockaddr_in = struct("sockaddr_in", 16, {
  sin_family: [0, family],
  sin_port:   [2, be16],
  sin_addr:   [4, ipv4],
  sin_zero:   [8, byte(8)],
}, { aliases: { sin_zero: "__pad" }, show: inText });

/** An IPv6 address, a port, a flow label, and the interface of a link-local address, 28 bytes. 24 will do. */
export const sockaddr_in6 = struct("sockaddr_in6", 28, {
  sin6_family:   [0, family],
  sin6_port:     [2, be16],
  sin6_flowinfo: [4, be32],
  sin6_addr:     [8, ipv6],
  sin6_scope_id: [24, u32],
}, { show: in6Text });

/** A path in the file system, or "\0name" for an abstract name, 110 bytes. */
export const sockaddr_un = struct("sockaddr_un", 110, {
  sun_family: [0, family],
  sun_path:   [2, sunPath(108)],
}, { show: unText });

const LL_HEAD = {
  sll_family:   [0, family],
  sll_protocol: [2, be16.as(ETH_P)],
  sll_ifindex:  [4, ifindex],
  sll_hatype:   [8, u16.as(ARPHRD)],
  sll_pkttype:  [10, u8.as(PACKET_TYPE)],
  sll_halen:    [11, u8],
} as const;
const LL_ADDR = 12;
/** A protocol on an interface, 20 bytes; on receive also who sent the frame, and whom it was for. */
export const sockaddr_ll = struct("sockaddr_ll", 20, {
  ...LL_HEAD,
  sll_addr: [LL_ADDR, byte(8)],
}, { show: llText });

/** A netlink port (0: the kernel) and multicast groups as bits, 12 bytes. */
export const sockaddr_nl = struct("sockaddr_nl", 12, {
  nl_family: [0, family],
  nl_pad:    [2, u16],
  nl_pid:    [4, u32],
  nl_groups: [8, u32.hex()],
}, { show: nlText });

/** Room for an address of any family, 128 bytes, aligned like a pointer. */
export const sockaddr_storage = struct("sockaddr_storage", 128, {
  ss_family: [0, family],
  __data:    [2, byte(126)],
  __align:   [0, pointer],
}, { btf: "__kernel_sockaddr_storage", over: ["__align"], show: ({ $ }) => addressText($) });

/** An address of whatever family, as strace writes it; at least 2 bytes. */
export function addressText(memory: Memory): string {
  const layout = sockaddrOf(memory)!;
  return layout.show(layout.at(memory));
}

/** By family: the layout that fits `length` bytes, or null where they are too few for it. */
const FITS: Readonly<Record<number, (length: number) => AnyStruct | null>> = {
  [AF.AF_UNIX]:    (length) => (length < sockaddr_un.size ? unOf(length) : sockaddr_un),
  [AF.AF_INET]:    (length) => (length < sockaddr_in.size ? null : sockaddr_in),
  [AF.AF_INET6]:   (length) => (length < 24 ? null : prefix(sockaddr_in6, length)),
  [AF.AF_NETLINK]: (length) => (length < sockaddr_nl.size ? null : sockaddr_nl),
  [AF.AF_PACKET]:  (length) => (length < sockaddr_ll.size ? llOf(length) : sockaddr_ll),
};
const found = new Map<number, AnyStruct>();

/**
 * The layout of the address in memory that is as long as the call says, by the family in its first two
 * bytes. It is never longer than the memory. An unknown family, or too few bytes for a known one, gives
 * `sockaddr` of that length; fewer than 2 bytes give null.
 */
export function sockaddrOf(memory: Memory | null): AnyStruct | null {
  if (memory === null || memory.length < 2) return null;
  const number = u16.read(memory, 0);
  const length = Math.min(memory.length, sockaddr_storage.size);
  const key = number * (sockaddr_storage.size + 1) + length;
  const known = found.get(key);
  if (known !== undefined) return known;
  const layout = FITS[number]?.(length) ?? rawOf(length);
  found.set(key, layout);
  return layout;
}

type Cut = readonly [name: string, at: number, type: (length: number) => AnyType];
type Show = NonNullable<Options["show"]>;
/**
 * An address that ends before its struct does: the last field has what is left, and is missing where that is
 * nothing.
 */
function cut(tag: string, length: number, head: Fields, [name, at, type]: Cut, show: Show): AnyStruct {
  const rest: Fields = length > at ? { [name]: [at, type(length - at)] } : {};
  return variant(tag, length, { ...head, ...rest }, { packed: true, show });
}

const rawOf = (length: number): AnyStruct =>
  cut("sockaddr", length, { sa_family: [0, family] }, ["sa_data", 2, byte], rawText);
const unOf = (length: number): AnyStruct =>
  cut("sockaddr_un", length, { sun_family: [0, family] }, ["sun_path", 2, sunPath], unText);
/**
 * getsockname of a packet socket ends where the device's own address does: 18 bytes for Ethernet; strace
 * leaves it raw.
 */
function llOf(length: number): AnyStruct | null {
  const show: Show = ({ $, sll_family }) =>
    rawText({ $, sa_family: sll_family, sa_data: $.bytes.subarray(2) });
  return length < LL_ADDR ? null : cut("sockaddr_ll", length, LL_HEAD, ["sll_addr", LL_ADDR, byte], show);
}
