/**
 * What options and control messages of IPPROTO_IP and IPPROTO_IPV6 carry: <linux/in.h>, <linux/ipv6.h>,
 * <linux/errqueue.h>.
 */
import { ipv4, ipv6 } from "../../memory/address.ts";
import { type Integer, u8, u32 } from "../../memory/integer.ts";
import { type AnyStruct, struct, type View } from "../../memory/struct.ts";
import type { Type } from "../../memory/type.ts";
import { ifindex } from "./ifindex.ts";
import { addressText, sockaddr_in, sockaddr_in6 } from "./sockaddr.ts";

/** An address as C would make it. */
const inet_addr: Type<string> = { ...ipv4, show: (it) => `inet_addr("${it}")` };
const in6_addr: Type<string> = { ...ipv6, show: (it) => `inet_pton(AF_INET6, "${it}")` };

/**
 * IP_PKTINFO: where a datagram came in and to which address it was sent; or where it is to leave. 12 bytes.
 */
export const in_pktinfo = struct("in_pktinfo", 12, {
  ipi_ifindex:  [0, ifindex],
  ipi_spec_dst: [4, inet_addr],
  ipi_addr:     [8, inet_addr],
});

/** IPV6_PKTINFO, 20 bytes. */
export const in6_pktinfo = struct("in6_pktinfo", 20, {
  ipi6_addr:    [0, in6_addr],
  ipi6_ifindex: [16, ifindex],
});

/**
 * IP_ADD_MEMBERSHIP, the old form: the group, and an address of the interface. 8 bytes; it is not in every
 * kernel's BTF.
 */
export const ip_mreq = struct("ip_mreq", 8, {
  imr_multiaddr: [0, inet_addr],
  imr_interface: [4, inet_addr],
});

/** IP_ADD_MEMBERSHIP with the interface by number. 12 bytes. */
export const ip_mreqn = struct("ip_mreqn", 12, {
  imr_multiaddr: [0, inet_addr],
  imr_address:   [4, inet_addr],
  imr_ifindex:   [8, ifindex],
});

/**
 * Why a packet of ours failed, or when it left: MSG_ERRQUEUE. 16 bytes. ee_errno is an errno, not negated.
 */
export const sock_extended_err = struct("sock_extended_err", 16, {
  ee_errno:  [0, u32],
  ee_origin: [4, u8],
  ee_type:   [5, u8],
  ee_code:   [6, u8],
  ee_pad:    [7, u8],
  ee_info:   [8, u32],
  ee_data:   [12, u32],
}, { show: (it) => `{${errorFields(it)}}` });

type Err = Readonly<Record<string, unknown>>;
function errorFields(it: Err): string {
  const names = ["ee_errno", "ee_origin", "ee_type", "ee_code", "ee_info", "ee_data"];
  return names.map((name) => `${name}=${it[name]}`).join(", ");
}

const reported = <S extends AnyStruct>(tag: string, size: number, offender: S) => struct(tag, size, {
  ee:       [0, sock_extended_err],
  offender: [16, offender],
}, {
  show: (it) => `{${errorFields(it.ee as Err)}, offender=${addressText((it.offender as View).$)}}`,
});

/**
 * IP_RECVERR: the error, and who reported it, AF_UNSPEC if nobody did. 32 bytes; a struct without a name in
 * net/ipv4/ip_sockglue.c.
 */
export const ip_recverr = reported("ip_recverr", 32, sockaddr_in);
/** IPV6_RECVERR, 44 bytes; net/ipv6/datagram.c. */
export const ipv6_recverr = reported("ipv6_recverr", 44, sockaddr_in6);

/** IP_TOS: given as an int, received as one byte. */
export const tos = (length: number): Integer => (length < u32.size ? u8 : u32).hex();
