/** ARP: RFC 826. Addresses are read where they are those of Ethernet and IPv4. */
import { ETH_P, ETH_P_IP } from "../../abi/constants/ether.ts";
import { ARPHRD, ARPHRD_ETHER } from "../../abi/constants/if.ts";
import { ARPOP, arphdr, ether_arp } from "../../abi/headers/arp.ts";
import { header, type Layer, layer, namesOf, type Part, padding } from "./layer.ts";

const [hardware, protocol, operation] = [namesOf(ARPHRD), namesOf(ETH_P), namesOf(ARPOP)];

/** Who asks for an address, or answers; behind it there is nothing but padding. */
export function arp(part: Part): readonly Layer[] {
  const { ar_hrd, ar_pro, ar_hln = 0, ar_pln = 0, ar_op } = header(arphdr, part);
  const known = ar_hrd === ARPHRD_ETHER && ar_pro === ETH_P_IP && ar_hln === 6 && ar_pln === 4;
  const size = known ? ether_arp.size : arphdr.size + 2 * (ar_hln + ar_pln);
  const { arp_sha: sha, arp_spa: spa, arp_tha: tha, arp_tpa: tpa } = known ? header(ether_arp, part) : {};
  const fields = { op: operation(ar_op), hrd: hardware(ar_hrd), pro: protocol(ar_pro), sha, spa, tha, tpa };
  const saysItsSize = part.bytes.length >= arphdr.size;
  return [layer("arp", part, size, fields), ...(saysItsSize ? padding(part, size) : [])];
}
