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
    const end = endOfRun(bytes, at);
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

/** Where the run of equal bytes ends that begins at `at`; a long one is compared piece by piece. */
export function endOfRun(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  let end = at + 1;
  while (bytes[end] === first && end - at < RUN) end++;
  while (end - at >= RUN) {
    const piece = Math.min(end - at, bytes.length - end);
    const [behind, ahead] = [bytes.subarray(at, at + piece), bytes.subarray(end, end + piece)];
    if (piece === 0 || Buffer.compare(behind, ahead) !== 0) break;
    end += piece;
  }
  while (end < bytes.length && bytes[end] === first) end++;
  return end;
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
