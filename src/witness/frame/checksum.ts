/**
 * Whether a checksum is right; RFC 1071. The sum is not that of src/net, which makes packets: a mistake there
 * is to be seen here.
 */
import type { Part } from "./layer.ts";
import type { Carried } from "./way.ts";

/**
 * partial: to be filled in by a device, which lo and veth never do. cut off: not all that it covers is here,
 * because it was not captured, or is in other fragments. none: the sender made none.
 */
export type Verdict = "ok" | "wrong" | "partial" | "cut off" | "none";

/** Of bytes that include their checksum. */
export const verify = (bytes: Uint8Array, sum = 0): Verdict =>
  (fold(add(sum, bytes)) === 0xffff ? "ok" : "wrong");

/**
 * Of TCP, UDP, ICMP. `pseudo`: it also covers addresses, protocol and length, as that of ICMP over IPv4 does
 * not. Undefined: it is not verified here.
 */
export function transportVerdict(part: Part, carried: Carried, pseudo: boolean): Verdict | undefined {
  const { way, protocol, addresses, fragment } = carried;
  if (way.quote === null) return undefined;
  if (way.csumNotReady) return "partial";
  if (fragment || part.bytes.length < part.length) return "cut off";
  if (!pseudo) return verify(part.bytes.bytes);
  return addresses === null ? undefined : verify(part.bytes.bytes, add(protocol + part.length, addresses));
}

/** The 16-bit words of these bytes, added; a last odd byte is the upper half of a word. */
function add(sum: number, bytes: Uint8Array): number {
  let all = sum;
  for (let at = 0; at < bytes.length; at += 2) all += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  return all;
}

/** With its carries added. */
function fold(sum: number): number {
  let it = sum;
  while (it > 0xffff) it = (it & 0xffff) + Math.floor(it / 0x1_0000);
  return it;
}
