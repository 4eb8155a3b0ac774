/** The headers of ICMP for IPv4 and IPv6, from <linux/icmp.h> and <linux/icmpv6.h>; RFC 792, RFC 4443. */
import { ipv4 } from "../../memory/address.ts";
import { be16, be32, u8 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { ICMP_TYPE, ICMPV6_TYPE } from "../constants/icmp.ts";

/**
 * 8 bytes, the last four by type: an echo has id and sequence, a redirect gateway, "fragmentation needed"
 * mtu.
 */
export const icmphdr = struct("icmphdr", 8, {
  type:     [0, u8.as(ICMP_TYPE)],
  code:     [1, u8],
  checksum: [2, be16.hex()],
  id:       [4, be16],
  sequence: [6, be16],
  gateway:  [4, ipv4],
  mtu:      [6, be16],
}, {
  over: ["gateway", "mtu"],
  aliases: { id: "un", sequence: "un", gateway: "un", mtu: "un" },
});

/** 8 bytes; "packet too big" has all four for the mtu. */
export const icmp6hdr = struct("icmp6hdr", 8, {
  icmp6_type:       [0, u8.as(ICMPV6_TYPE)],
  icmp6_code:       [1, u8],
  icmp6_cksum:      [2, be16.hex()],
  icmp6_identifier: [4, be16],
  icmp6_sequence:   [6, be16],
  icmp6_mtu:        [4, be32],
}, {
  over: ["icmp6_mtu"],
  aliases: { icmp6_identifier: "icmp6_dataun", icmp6_sequence: "icmp6_dataun", icmp6_mtu: "icmp6_dataun" },
});
