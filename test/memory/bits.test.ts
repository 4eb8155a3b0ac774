import fc from "fast-check";
import { expect, test } from "vitest";
import { bits } from "../../src/memory/bits.ts";
import { u8, u16, u32 } from "../../src/memory/integer.ts";
import { bytesOf } from "../../src/memory/memory.ts";

const place = fc.constantFrom(u8, u16, u32).chain((unit) => fc.record({
  unit: fc.constant(unit), bit: fc.nat(unit.size * 8 - 1), bytes: fc.uint8Array({ minLength: unit.size, maxLength: unit.size }),
})).chain((it) => fc.record({ ...bare(it), width: fc.integer({ min: 1, max: it.unit.size * 8 - it.bit }) }));

function bare<T extends object>(it: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(it).map(([key, value]) => [key, fc.constant(value)])) as never;
}

test("a bit field is cut out of its unit, and writing it touches no other bit", () => {
  fc.assert(fc.property(place, fc.nat(), ({ unit, bit, width, bytes }, seed) => {
    const memory = bytesOf(bytes);
    const before = BigInt(unit.read(memory, 0));
    const mask = ((1n << BigInt(width)) - 1n) << BigInt(bit);
    const field = bits(unit, bit, width);
    expect(BigInt(field.read(memory, 0))).toBe((before & mask) >> BigInt(bit));
    const value = seed % 2 ** width;
    field.write(memory, 0, value);
    expect(field.read(memory, 0)).toBe(value);
    expect(BigInt(unit.read(memory, 0)) & ~mask).toBe(before & ~mask);
  }), { numRuns: 1000 });
});

test.each([-1, 16, 1.5])("four bits refuse %d", (value) => {
  const memory = bytesOf([0xff]);
  expect(() => bits(u8, 0, 4).write(memory, 0, value)).toThrow(RangeError);
  expect(memory.bytes[0]).toBe(0xff);
});

test("a field beyond its unit cannot be declared", () => {
  expect(() => bits(u8, 5, 4)).toThrow(RangeError);
});
