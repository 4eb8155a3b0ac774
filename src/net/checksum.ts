/** The Internet checksum of IPv4, TCP and UDP: RFC 1071. */

/** A sum with the 16-bit words of bytes [from, to) added; a last odd byte is the upper half of a word. */
export function addWords(sum: number, bytes: Uint8Array, from: number, to: number): number {
  let all = sum;
  const even = to - ((to - from) & 1);
  for (let at = from; at < even; at += 2) all += (bytes[at]! << 8) | bytes[at + 1]!;
  return even === to ? all : all + (bytes[even]! << 8);
}

/**
 * What belongs into the checksum field: the sum with its carries added, complemented. Over bytes that
 * already have a right checksum it is 0.
 */
export function checksumOf(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}
