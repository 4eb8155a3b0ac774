import { expect, test } from "vitest";
import { bits } from "../../src/memory/bits.ts";
import { LayoutError } from "../../src/memory/check.ts";
import { u8, u16, u32, u64 } from "../../src/memory/integer.ts";
import { pointerTo } from "../../src/memory/pointer.ts";
import { type Fields, type Options, struct, union } from "../../src/memory/struct.ts";

const lost = pointerTo({ to: null, length: "len", wrote: "result" });

const REFUSED: readonly (readonly [why: string, size: number, fields: Fields, options?: Options])[] = [
  ["has no fields",                                        4,  {}],
  ["b at 2 is not aligned to 4",                           8,  { a: [0, u16], b: [2, u32] }],
  ["b ends at 8, beyond its 6 bytes",                      6,  { a: [0, u16], b: [4, u32] }],
  ["b at 2 overlaps the field before it, which ends at 4", 8,  { a: [0, u32], b: [2, u16] }],
  ["a at 0 overlaps the field before it, which ends at 8", 8,  { b: [4, u32], a: [0, u32] }],
  ["6 bytes are not a multiple of its alignment, 4",       6,  { a: [0, u32], b: [4, u16] }],
  ["a cannot lie at -4",                                   4,  { a: [-4, u32] }],
  ["a cannot lie at 0.5",                                  4,  { a: [0.5, u8] }],
  ["there is no c to lie over others",                     4,  { a: [0, u32] }, { over: ["c"] }],
  ["c ends at 8, beyond its 4 bytes",                      4,  { a: [0, u16], c: [0, u64] }, { over: ["c"], packed: true }],
  ["b at 0 overlaps the field before it, which ends at 1", 1,  { a: [0, bits(u8, 0, 4)], b: [0, bits(u8, 3, 2)] }],
  ["c at 0 overlaps the field before it, which ends at 1", 1,
    { a: [0, bits(u8, 0, 4)], b: [0, bits(u8, 4, 4)], c: [0, bits(u8, 0, 1)] }],
  ["b at 0 overlaps the field before it, which ends at 1", 1,  { a: [0, bits(u8, 0, 4)], b: [0, u8] }],
  ["there is no len to say how long the target of p is",   8,  { p: [0, lost] }],
];

for (const [why, size, fields, options] of REFUSED) {
  test(`refused: ${why}`, () => {
    const declare = (): unknown => struct("broken", size, fields, options);
    expect(declare).toThrow(LayoutError);
    expect(declare).toThrow(`struct broken: ${why}`);
  });
}

const ACCEPTED: typeof REFUSED = [
  ["fields with a hole",         8,  { a: [0, u8], b: [4, u32] }],
  ["a hole at the end",          8,  { a: [0, u32], b: [4, u8] }],
  ["bit fields of one unit",     1,  { a: [0, bits(u8, 4, 4)], b: [0, bits(u8, 0, 4)] }],
  ["a declared overlap",         8,  { a: [0, u64], b: [4, u32] }, { over: ["b"] }],
  ["packed: unaligned, odd",     7,  { a: [0, u8], b: [1, u16], c: [3, u32] }, { packed: true }],
  ["a pointer and its length",   16, { p: [0, lost], len: [8, u64] }],
];
for (const [what, size, fields, options] of ACCEPTED) {
  test(`accepted: ${what}`, () => {
    expect(struct("sound", size, fields, options).size).toBe(size);
  });
}

test("a union must have room for its members", () => {
  expect(() => union("narrow", 4, { a: u32, b: u64 })).toThrow(LayoutError);
});
