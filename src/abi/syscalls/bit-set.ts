/** Sets of small numbers, one bit each: the descriptors of select, the processors of sched_setaffinity. */
import type { Memory } from "../../memory/memory.ts";
import type { Type } from "../../memory/type.ts";

/** As many bits as this memory has: the numbers whose bit is set, written `[3 5]`. Null without memory. */
export const bitsOf = (memory: Memory | null): Type<readonly number[]> | null =>
  (memory === null ? null : bitSet(memory.length));

/** A set of `length` bytes, bit 0 of byte 0 first, as on every little-endian machine. */
export const bitSet = (length: number): Type<readonly number[]> => ({
  name: `bits[${length * 8}]`, size: length, align: 1,
  read(memory, at) {
    const bytes = memory.bytes.subarray(at, at + length);
    return Array.from({ length: length * 8 }, (_, bit) => bit).filter((bit) => bytes[bit >> 3]! & (1 << (bit & 7)));
  },
  write(memory, at, numbers) {
    const bytes = memory.bytes.subarray(at, at + length).fill(0);
    for (const it of numbers) {
      if (!Number.isInteger(it) || it < 0 || it >= length * 8) throw new RangeError(`${it} does not fit ${length * 8} bits`);
      bytes[it >> 3]! |= 1 << (it & 7);
    }
  },
  show: (numbers) => `[${numbers.join(" ")}]`,
});
