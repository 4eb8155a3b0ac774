/** IPv6: RFC 8200. */
import { ipv6hdr } from "../../abi/headers/ip.ts";
import { offsetOf } from "../../memory/struct.ts";
import { extended, nextName } from "./ipv6-extension.ts";
import { after, header, type Layer, layer, type Part, padding, payload, within } from "./layer.ts";
import type { Way } from "./way.ts";

/** Where source and destination stand, one behind the other. */
const ADDRESSES = [offsetOf(ipv6hdr, "saddr"), ipv6hdr.size] as const;

/** The header, the headers that extend it, and what they carry. */
export function ipv6(part: Part, way: Way): readonly Layer[] {
  const h = header(ipv6hdr, part);
  const { flow_lbl: [first = 0, second = 0, third = 0] = [], nexthdr } = h;
  const malformed = h.version !== undefined && h.version !== 6 ? `version ${h.version}` : undefined;
  // 0 is said of what 16 bits cannot say: a jumbogram, or what the kernel has yet to cut into segments.
  const said = malformed === undefined ? h.payload_len ?? 0 : 0;
  const length = said === 0 ? part.length : ipv6hdr.size + said;
  const fields = {
    saddr: h.saddr, daddr: h.daddr, nexthdr: nextName(nexthdr), hop_limit: h.hop_limit,
    payload_len: h.payload_len,
    ...(h.flow_lbl && h.priority !== undefined
      ? { tclass: (h.priority << 4) | (first >> 4), flowlabel: ((first & 15) << 16) | (second << 8) | third }
      : {}),
    malformed,
  };
  const rest = after(within(part, length), ipv6hdr.size);
  const addresses = part.bytes.bytes.subarray(...ADDRESSES);
  const carried = { way, protocol: nexthdr ?? -1, addresses, fragment: false };
  return [
    layer("ipv6", part, ipv6hdr.size, fields),
    ...(malformed === undefined ? extended(rest, carried) : payload(rest)), ...padding(part, length),
  ];
}
