/** The headers of IPv4 and IPv6, from <linux/ip.h> and <linux/ipv6.h>; RFC 791, RFC 8200. */
import { ipv4, ipv6 } from "../../memory/address.ts";
import { byte } from "../../memory/array.ts";
import { bits } from "../../memory/bits.ts";
import { be16, u8 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { IPPROTO } from "../constants/in.ts";

/**
 * 20 bytes; options follow, as many words as ihl says more than 5. frag_off is in units of 8 bytes, under
 * three flags.
 */
export const iphdr = struct("iphdr", 20, {
  ihl:      [0, bits(u8, 0, 4)],
  version:  [0, bits(u8, 4, 4)],
  tos:      [1, u8.hex()],
  tot_len:  [2, be16],
  id:       [4, be16],
  frag_off: [6, be16.hex()],
  ttl:      [8, u8],
  protocol: [9, u8.as(IPPROTO)],
  check:    [10, be16.hex()],
  saddr:    [12, ipv4],
  daddr:    [16, ipv4],
});

/**
 * 40 bytes. The traffic class is priority and the upper half of flow_lbl's first byte; payload_len counts no
 * header.
 */
export const ipv6hdr = struct("ipv6hdr", 40, {
  priority:    [0, bits(u8, 0, 4)],
  version:     [0, bits(u8, 4, 4)],
  flow_lbl:    [1, byte(3)],
  payload_len: [4, be16],
  nexthdr:     [6, u8.as(IPPROTO)],
  hop_limit:   [7, u8],
  saddr:       [8, ipv6],
  daddr:       [24, ipv6],
});
