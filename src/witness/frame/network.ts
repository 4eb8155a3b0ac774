/** What a frame carries, by its EtherType. */
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from "../../abi/constants/ether.ts";
import { arp } from "./arp.ts";
import { ipv4 } from "./ipv4.ts";
import { ipv6 } from "./ipv6.ts";
import { type Layer, type Part, payload } from "./layer.ts";
import type { Way } from "./way.ts";

const READERS: Readonly<Record<number, (part: Part, way: Way) => readonly Layer[]>> = {
  [ETH_P_IP]:   ipv4,
  [ETH_P_IPV6]: ipv6,
  [ETH_P_ARP]:  arp,
};

/** The layers from here on; of what is not known, the payload. */
export const network = (proto: number, part: Part, way: Way): readonly Layer[] =>
  (part.bytes.length === 0 ? payload(part) : (READERS[proto] ?? payload)(part, way));
