/** The Ethernet header, from <linux/if_ether.h> and <linux/if_vlan.h>. */
import { mac } from "../../memory/address.ts";
import { be16 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { ETH_P } from "../constants/ether.ts";

/** To whom, from whom, and what follows, 14 bytes: IP begins at an address that is no multiple of 4. */
export const ethhdr = struct("ethhdr", 14, {
  h_dest:   [0, mac],
  h_source: [6, mac],
  h_proto:  [12, be16.as(ETH_P)],
});

/** An 802.1Q tag, 4 bytes: it stands where h_proto was announced as ETH_P_8021Q. */
export const vlan_hdr = struct("vlan_hdr", 4, {
  h_vlan_TCI:                [0, be16.hex()],
  h_vlan_encapsulated_proto: [2, be16.as(ETH_P)],
});
