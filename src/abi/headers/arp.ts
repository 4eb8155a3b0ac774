/** ARP over Ethernet for IPv4, from <linux/if_arp.h> and glibc's <netinet/if_ether.h>; RFC 826. */
import { ipv4, mac } from "../../memory/address.ts";
import { be16, u8 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { ETH_P } from "../constants/ether.ts";
import { ARPHRD } from "../constants/if.ts";

/** ar_op: who has an address, and who answers. <linux/if_arp.h>. */
export const ARPOP = {
  ARPOP_REQUEST:   1, ARPOP_REPLY:   2, ARPOP_RREQUEST: 3, ARPOP_RREPLY: 4,
  ARPOP_InREQUEST: 8, ARPOP_InREPLY: 9, ARPOP_NAK:     10,
} as const;

/** Between which kinds of addresses, and what is asked, 8 bytes. */
export const arphdr = struct("arphdr", 8, {
  ar_hrd: [0, be16.as(ARPHRD)],
  ar_pro: [2, be16.as(ETH_P)],
  ar_hln: [4, u8],
  ar_pln: [5, u8],
  ar_op:  [6, be16.as(ARPOP)],
});

/**
 * The whole of it, 28 bytes: sender's and target's link and IPv4 addresses follow the header without holes.
 */
export const ether_arp = struct("ether_arp", 28, {
  ea_hdr:  [0, arphdr],
  arp_sha: [8, mac],
  arp_spa: [14, ipv4],
  arp_tha: [18, mac],
  arp_tpa: [24, ipv4],
}, { packed: true });
