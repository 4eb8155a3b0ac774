/** The answer to the kernel's question who has an address: RFC 826. */

import { ETH_P_ARP, ETH_P_IP } from "../abi/constants/ether.ts";
import { ARPHRD_ETHER } from "../abi/constants/if.ts";
import { ARPOP, ether_arp } from "../abi/headers/arp.ts";
import { ethhdr } from "../abi/headers/ethernet.ts";
import { allocate, bytesOf } from "../memory/memory.ts";

const WHOLE = ethhdr.size + ether_arp.size;

/** The frame that says it is at `mac`; null: this is no ARP request, or for no address of `ours`. */
export function arpAnswer(
  frame: Uint8Array, mac: string, ours: (address: string) => boolean,
): Uint8Array | null {
  if (frame.length < WHOLE || frame[12] !== ETH_P_ARP >> 8 || frame[13] !== (ETH_P_ARP & 0xff)) return null;
  const asked = ether_arp.at(bytesOf(frame), ethhdr.size);
  if (asked.ea_hdr.ar_op !== ARPOP.ARPOP_REQUEST || !ours(asked.arp_tpa)) return null;
  const answer = allocate(WHOLE, 0);
  Object.assign(ethhdr.at(answer), { h_dest: asked.arp_sha, h_source: mac, h_proto: ETH_P_ARP });
  Object.assign(ether_arp.at(answer, ethhdr.size), {
    ea_hdr: { ar_hrd: ARPHRD_ETHER, ar_pro: ETH_P_IP, ar_hln: 6, ar_pln: 4, ar_op: ARPOP.ARPOP_REPLY },
    arp_sha: mac, arp_spa: asked.arp_tpa, arp_tha: asked.arp_sha, arp_tpa: asked.arp_spa,
  });
  return answer.bytes;
}
