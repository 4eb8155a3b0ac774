/**
 * How the log of a run lies in memory. Records follow one another, each on a multiple of 8 bytes. A crossing
 * is two of them: ENTER, written before it, with the registers and the bytes that go in; EXIT, written after
 * it, with the result and the bytes that came out. The ENTER of a `times` loop is PASSING: both are taken
 * back when the call is over. A NOTE is a line of JSON: what is no call. A SIGHT is what an instrument saw,
 * as the kernel wrote it. Of a record the kind is written last, and beyond the head all bytes are zero: a
 * reader never takes for a record what is none. Little-endian words:
 *
 *     0 size in bytes · 4 kind · 8 actor · 12 id · 16 t, ns since the run began (f64) · 24 body
 *     ENTER  nr · 0 · argc · nseg · argc × i64 · nseg × segment
 *     EXIT   result (f64) · nseg · 0 · nseg × segment
 *     NOTE   length · 0 · text in UTF-8
 *     SIGHT  length · which instrument · bytes
 */
export const KIND = { none: 0, enter: 1, exit: 2, note: 3, void: 4, passing: 5, sight: 6 } as const;
/** The first page holds words that the parties set for each other; records begin behind it. */
export const HEADER = 4096;
/** The length of what every record begins with, in bytes. */
export const RECORD = 24;
/** How long a call was in the kernel, in ns, of its two records, one behind the other. */
export function stayOf(records: Uint8Array): number {
  const view = new DataView(records.buffer, records.byteOffset);
  return view.getFloat64(view.getInt32(0, true) + 16, true) - view.getFloat64(16, true);
}
/** A flag of Entering: one of a `times` loop; it is taken back when it is over. */
export const TRANSIENT = 1;
/** Which instrument a SIGHT is of: a frame of wire-ring.ts, a record of stack-ring.ts. */
export const SIGHT = { frame: 1, stack: 2 } as const;
