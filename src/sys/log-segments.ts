/**
 * Segments, as they stand in a record of the log:
 * bytes behind one pointer of a call, each on a multiple of 8.
 *
 *     0 parameter · 4 path length · 8 type length · 12 bytes · 16 room · 20 wrote · 24 address (i64)
 *     32 path · type · bytes
 */

/** Bytes behind one pointer of a call, at one moment. */
export interface Segment {
  /** Which parameter, counted from 0. */
  readonly parameter: number;
  /** C's way to what a struct's pointer reached: `.msg_iov[0].iov_base`; empty for the parameter itself. */
  readonly path: string;
  /** The C type the memory was made as; empty where it has none. */
  readonly type: string;
  readonly address: number;
  /** How many bytes the call may touch. */
  readonly room: number;
  /** Of EXIT: how many the kernel wrote, by the call's contract. */
  readonly wrote: number;
  readonly bytes: Uint8Array;
}

const FIXED = 32;
const up = (length: number): number => (length + 7) & ~7;
const sizeOfOne = (it: Segment): number => up(FIXED + it.path.length + it.type.length + it.bytes.length);
/** In bytes. */
export function sizeOf(segments: readonly Segment[]): number {
  let sum = 0;
  for (let i = 0; i < segments.length; i++) sum += sizeOfOne(segments[i]!);
  return sum;
}

/** A register: 64 bits, signed. */
export function writeWord(u32: Int32Array, at: number, word: number | bigint): void {
  if (typeof word === "bigint") {
    u32[at >> 2] = Number(BigInt.asIntN(32, word));
    u32[(at >> 2) + 1] = Number(BigInt.asIntN(32, word >> 32n));
    return;
  }
  u32[at >> 2] = word | 0;
  u32[(at >> 2) + 1] = Math.floor(word / 2 ** 32);
}

/** `u32` and `u8` are two views of the same log, `from` a place in it, in bytes. */
export function writeSegments(
  u32: Int32Array, u8: Uint8Array, from: number, segments: readonly Segment[],
): void {
  let at = from;
  for (const it of segments) {
    const w = at >> 2;
    u32[w] = it.parameter;
    u32[w + 1] = it.path.length;
    u32[w + 2] = it.type.length;
    u32[w + 3] = it.bytes.length;
    u32[w + 4] = it.room;
    u32[w + 5] = it.wrote;
    writeWord(u32, at + 24, it.address);
    const type = at + FIXED + it.path.length;
    for (let i = 0; i < it.path.length; i++) u8[at + FIXED + i] = it.path.charCodeAt(i);
    for (let i = 0; i < it.type.length; i++) u8[type + i] = it.type.charCodeAt(i);
    u8.set(it.bytes, type + it.type.length);
    at += sizeOfOne(it);
  }
}

/** `count` segments from `from` on, copied. Throws RangeError where the record ends before they do. */
export function readSegments(record: Buffer, from: number, count: number): readonly Segment[] {
  const out: Segment[] = [];
  for (let at = from; out.length < count;) {
    const path = record.readUInt32LE(at + 4);
    const type = record.readUInt32LE(at + 8);
    const length = record.readUInt32LE(at + 12);
    const names = at + FIXED;
    const data = names + path + type;
    const end = within(record, data + length);
    out.push({
      parameter: record.readInt32LE(at),
      path: record.toString("latin1", names, names + path),
      type: record.toString("latin1", names + path, data),
      room: record.readUInt32LE(at + 16),
      wrote: record.readUInt32LE(at + 20),
      address: Number(record.readBigInt64LE(at + 24)),
      bytes: Uint8Array.prototype.slice.call(record, data, end),
    });
    at = up(end);
  }
  return out;
}

/** `end`, if the record has so many bytes; else it throws RangeError. */
export function within(record: Buffer, end: number): number {
  if (end > record.length) throw new RangeError(`the record ends at ${record.length}, before ${end}`);
  return end;
}
