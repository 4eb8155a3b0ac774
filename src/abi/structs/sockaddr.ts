/**
 * Socket addresses, by their family. From <linux/socket.h>, <linux/in.h>, <linux/in6.h>, <linux/un.h>,
 * <linux/if_packet.h>, <linux/netlink.h>. Their text is strace's, which names the conversions that C needs.
 */
import { ipv4, ipv6 } from "../../memory/address.ts";
import { byte, char, quoted } from "../../memory/array.ts";
import { be16, be32, named, u8, u16, u32 } from "../../memory/integer.ts";
import type { Memory } from "../../memory/memory.ts";
import { pointer } from "../../memory/pointer.ts";
import { prefix } from "../../memory/prefix.ts";
import { type AnyStruct, struct, type View, variant } from "../../memory/struct.ts";
import type { Type } from "../../memory/type.ts";
import { ETH_P } from "../constants/ether.ts";
import { ARPHRD } from "../constants/if.ts";
import { PACKET_TYPE } from "../constants/packet.ts";
import { AF } from "../constants/socket.ts";
import { ifindex } from "./ifindex.ts";

const family = u16.as(AF);

/** An address of a family that netlab does not know, or one too short for its own. 2 bytes of family, 14 of data. */
export const sockaddr = struct("sockaddr", 16, {
  sa_family: [0, family],
  sa_data:   [2, byte(14)],
}, { aliases: { sa_data: "sa_data_min" }, show: showRaw });

function showRaw({ sa_family, sa_data }: View): string {
  const data = sa_data === undefined ? "" : `, sa_data=${byte(0).show(sa_data)}`;
  return `{sa_family=${family.show(sa_family)}${data}}`;
}

/** An IPv4 address and a port, 16 bytes. The last eight are not read by the kernel; glibc calls them sin_zero. */
export const sockaddr_in = struct("sockaddr_in", 16, {
  sin_family: [0, family],
  sin_port:   [2, be16],
  sin_addr:   [4, ipv4],
  sin_zero:   [8, byte(8)],
}, {
  aliases: { sin_zero: "__pad" },
  show: ({ sin_family, sin_port, sin_addr }) =>
    `{sa_family=${family.show(sin_family)}, sin_port=htons(${sin_port}), sin_addr=inet_addr("${sin_addr}")}`,
});

/** An IPv6 address, a port, a flow label and the interface of a link-local address, 28 bytes. The kernel takes 24, too. */
export const sockaddr_in6 = struct("sockaddr_in6", 28, {
  sin6_family:   [0, family],
  sin6_port:     [2, be16],
  sin6_flowinfo: [4, be32],
  sin6_addr:     [8, ipv6],
  sin6_scope_id: [24, u32],
}, { show: showIn6 });

function showIn6({ sin6_family, sin6_port, sin6_flowinfo, sin6_addr, sin6_scope_id }: View): string {
  const local = /^(fe[89ab]|ff[0-9a-f]2)/.test(String(sin6_addr));
  const scope = sin6_scope_id === undefined ? "" : `, sin6_scope_id=${local ? ifindex.show(sin6_scope_id) : sin6_scope_id}`;
  const address = `inet_pton(AF_INET6, "${sin6_addr}", &sin6_addr)`;
  return `{sa_family=${family.show(sin6_family)}, sin6_port=htons(${sin6_port}), sin6_flowinfo=htonl(${sin6_flowinfo}), ${address}${scope}}`;
}

/** `char sun_path[n]`: a path ends at its NUL; an abstract name begins with NUL and takes all n bytes, NULs included. */
const sunPath = (length: number): Type<string> => {
  const path = char(length);
  return {
    ...path,
    read: (memory, at) => (memory.bytes[at] === 0 ? memory.bytes.toString("latin1", at, at + length) : path.read(memory, at)),
    show: (it) => (it.startsWith("\0") ? `@${quoted(it.slice(1))}` : quoted(it)),
  };
};

/** A path in the file system, or "\0name" for an abstract one, 110 bytes. The length of the call says where a name ends. */
export const sockaddr_un = struct("sockaddr_un", 110, {
  sun_family: [0, family],
  sun_path:   [2, sunPath(108)],
}, { show: showUn });

function showUn({ $, sun_family, sun_path }: View): string {
  const path = sun_path === undefined ? "" : `, sun_path=${sunPath($.length - 2).show(sun_path)}`;
  return `{sa_family=${family.show(sun_family)}${path}}`;
}

/** A protocol on an interface, 20 bytes; on receive also who sent the frame and which way it went. */
export const sockaddr_ll = struct("sockaddr_ll", 20, {
  sll_family:   [0, family],
  sll_protocol: [2, be16.as(ETH_P)],
  sll_ifindex:  [4, ifindex],
  sll_hatype:   [8, u16.as(ARPHRD)],
  sll_pkttype:  [10, u8.as(PACKET_TYPE)],
  sll_halen:    [11, u8],
  sll_addr:     [12, byte(8)],
}, { show: showLl });

function showLl(it: View): string {
  const { sll_halen, sll_addr } = it as unknown as { sll_halen: number; sll_addr: Uint8Array };
  const bytes = [...sll_addr.subarray(0, sll_halen)].map((one) => wideHex(one, 2));
  const address = sll_halen === 0 ? "" : `, sll_addr=[${[...bytes, ...(sll_halen > 8 ? ["..."] : [])].join(", ")}]`;
  return [
    `{sa_family=${family.show(it.sll_family)}`, `sll_protocol=htons(${named(ETH_P, it.sll_protocol)})`,
    `sll_ifindex=${ifindex.show(it.sll_ifindex)}`, `sll_hatype=${named(ARPHRD, it.sll_hatype)}`,
    `sll_pkttype=${named(PACKET_TYPE, it.sll_pkttype)}`, `sll_halen=${sll_halen}${address}}`,
  ].join(", ");
}

/** A netlink port (0: the kernel) and multicast groups as bits, 12 bytes. */
export const sockaddr_nl = struct("sockaddr_nl", 12, {
  nl_family: [0, family],
  nl_pad:    [2, u16],
  nl_pid:    [4, u32],
  nl_groups: [8, u32.hex()],
}, { show: showNl });

function showNl({ nl_family, nl_pad, nl_pid, nl_groups }: View): string {
  const pad = nl_pad === 0 ? "" : `, nl_pad=0x${nl_pad.toString(16)}`;
  return `{sa_family=${family.show(nl_family)}${pad}, nl_pid=${nl_pid}, nl_groups=${wideHex(nl_groups, 8)}}`;
}

/** Room for an address of any family, 128 bytes, aligned like a pointer. */
export const sockaddr_storage = struct("sockaddr_storage", 128, {
  ss_family: [0, family],
  __data:    [2, byte(126)],
  __align:   [0, pointer],
}, { btf: "__kernel_sockaddr_storage", over: ["__align"] });

/** C's `%#0*x`: at least `width` characters, `0x` included; 0 has no `0x`. */
const wideHex = (it: number, width: number): string =>
  it === 0 ? "0".repeat(width) : `0x${it.toString(16).padStart(width - 2, "0")}`;

/** By family: the layout that fits `length` bytes, or null where they are too few for it. */
const FITS: Readonly<Record<number, (length: number) => AnyStruct | null>> = {
  [AF.AF_UNIX]:    (length) => (length >= sockaddr_un.size ? sockaddr_un : shortUn(length)),
  [AF.AF_INET]:    (length) => (length >= sockaddr_in.size ? sockaddr_in : null),
  [AF.AF_INET6]:   (length) => (length >= 24 ? prefix(sockaddr_in6, length) : null),
  [AF.AF_NETLINK]: (length) => (length >= sockaddr_nl.size ? sockaddr_nl : null),
  [AF.AF_PACKET]:  (length) => (length >= sockaddr_ll.size ? sockaddr_ll : shortLl(length)),
};
const MOST = sockaddr_storage.size;
/** Where sll_addr begins. */
const LL_ADDR = 12;
const found = new Map<string, AnyStruct>();

/**
 * The layout of an address in memory as long as the call says, by the family in its first two bytes; never longer than
 * the memory. An unknown family, or too few bytes for a known one, gives `sockaddr` of that length; fewer than 2, null.
 */
export function sockaddrOf(memory: Memory | null): AnyStruct | null {
  if (memory === null || memory.length < 2) return null;
  const number = u16.read(memory, 0);
  const length = Math.min(memory.length, MOST);
  const key = `${number}/${length}`;
  const layout = found.get(key) ?? FITS[number]?.(length) ?? plain(length);
  found.set(key, layout);
  return layout;
}

function shortUn(length: number): AnyStruct {
  const path = length > 2 ? { sun_path: [2, sunPath(length - 2)] as const } : {};
  return variant("sockaddr_un", length, { sun_family: [0, family], ...path }, { packed: true, show: showUn });
}

/** getsockname of a packet socket gives no more bytes than the device's address has: 18 for Ethernet. strace takes them raw. */
function shortLl(length: number): AnyStruct | null {
  const { sll_addr: _, ...fields } = Object.fromEntries(sockaddr_ll.fields.map(({ name, offset, type }) => [name, [offset, type] as const]));
  if (length < LL_ADDR) return null;
  const address = length > LL_ADDR ? { sll_addr: [LL_ADDR, byte(length - LL_ADDR)] as const } : {};
  const show = ({ $, sll_family }: View): string => showRaw({ $, sa_family: sll_family, sa_data: $.bytes.subarray(2) });
  return variant("sockaddr_ll", length, { ...fields, ...address }, { packed: true, show });
}

function plain(length: number): AnyStruct {
  const data = length > 2 ? { sa_data: [2, byte(length - 2)] as const } : {};
  return variant("sockaddr", length, { sa_family: [0, family], ...data }, { packed: true, show: showRaw });
}
