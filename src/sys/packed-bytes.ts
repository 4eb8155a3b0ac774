/**
 * Bytes as the event stream carries them:
 * hex, and beyond 4 KiB as runs, so that a million equal bytes stay one line.
 */

/** Hex digits, or runs: `[["78", 1000000]]` is a million times 0x78; `["0102", 1]` are two bytes once. */
export type PackedBytes = string | readonly (readonly [hex: string, times: number])[];

/** Up to so many bytes are plain hex. */
const PLAIN = 4096;
/** A run shorter than this is not worth an entry of its own. */
const RUN = 16;

/** Packs bytes for the stream. */
export function pack(bytes: Uint8Array): PackedBytes {
  const hex = (from: number, to: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("hex");
  if (bytes.length <= PLAIN) return hex(0, bytes.length);
  const out: [string, number][] = [];
  let plain = 0;
  for (let at = 0; at < bytes.length;) {
    let end = at + 1;
    while (end < bytes.length && bytes[end] === bytes[at]) end++;
    if (end - at >= RUN) {
      if (plain < at) out.push([hex(plain, at), 1]);
      out.push([hex(at, at + 1), end - at]);
      plain = end;
    }
    at = end;
  }
  if (plain < bytes.length) out.push([hex(plain, bytes.length), 1]);
  return out;
}

/** The bytes again, in memory of their own. */
export function unpack(packed: PackedBytes): Buffer {
  if (typeof packed === "string") return Buffer.from(packed, "hex");
  return Buffer.concat(packed.map(([hex, times]) => {
    const once = Buffer.from(hex, "hex");
    return once.length === 1 ? Buffer.alloc(times, once[0]) : Buffer.concat(Array<Buffer>(times).fill(once));
  }));
}

/** Bytes as runs of equal ones, without going through memory: `n.bytes` of a `times` loop. Text is latin1. */
export type Runs = readonly (readonly [text: string, times: number])[];
