/** What IP carries, by its protocol. */
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from "../../abi/constants/in.ts";
import { icmp } from "./icmp.ts";
import { icmpv6 } from "./icmpv6.ts";
import { type Layer, type Part, payload } from "./layer.ts";
import { tcp } from "./tcp.ts";
import { udp } from "./udp.ts";
import type { Carried } from "./way.ts";

const READERS: Readonly<Record<number, (part: Part, carried: Carried) => readonly Layer[]>> = {
  [IPPROTO_ICMP]:   icmp,
  [IPPROTO_TCP]:    tcp,
  [IPPROTO_UDP]:    udp,
  [IPPROTO_ICMPV6]: icmpv6,
};

/** The layers from here on; of what is not known, the payload. */
export const transport = (part: Part, carried: Carried): readonly Layer[] =>
  (part.bytes.length === 0 ? payload(part) : (READERS[carried.protocol] ?? payload)(part, carried));
