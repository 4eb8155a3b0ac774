import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { u8 } from "../../src/memory/integer.ts";
import {
  addressOf, allocate, buffer, bytesOf, Home, Memory, memoryOf, POISON, text, Wild, wild,
} from "../../src/memory/memory.ts";

describe("a slice", () => {
  test("is the same bytes at the same address", () => {
    const whole = bytesOf([0, 1, 2, 3, 4, 5, 6, 7]);
    const part = whole.slice(2, 6);
    part.bytes[0] = 9;
    expect([...whole.bytes]).toEqual([0, 1, 9, 3, 4, 5, 6, 7]);
    expect(part.address - whole.address).toBe(2);
    expect([...part.slice(1).bytes]).toEqual([3, 4, 5]);
  });

  test("cannot leave its memory", () => {
    fc.assert(fc.property(fc.integer({ min: -4, max: 12 }), fc.integer({ min: -4, max: 12 }), (from, to) => {
      const part = bytesOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).slice(1, 9);
      const inside = from >= 0 && from <= to && to <= 8;
      if (inside) expect([...part.slice(from, to).bytes]).toEqual([1, 2, 3, 4, 5, 6, 7, 8].slice(from, to));
      else expect(() => part.slice(from, to)).toThrow(RangeError);
    }));
  });
});

describe("memory of which bytes 4 to 8 are unmapped", () => {
  const whole = buffer(12);
  const parts = Array.from({ length: 12 }, (_, from) => whole.slice(from, Math.min(from + 2, 12)));
  whole.home.closed.push({ from: 4, to: 8, why: "munmap" });

  test("refuses to be touched where that is, by any way that leads there", () => {
    for (const it of [whole, whole.slice(3, 5), whole.slice(7)]) {
      expect(it.closed).toBe("munmap");
      expect(() => it.bytes).toThrow("this memory may not be touched: munmap");
      expect(() => it.text()).toThrow(RangeError);
      expect(() => u8.read(it, 0)).toThrow(RangeError);
    }
  });

  test("can be touched everywhere else", () => {
    expect(parts.map((it) => it.closed === null)).toEqual(
      [true, true, true, false, false, false, false, false, true, true, true, true]);
    for (const it of parts.filter((one) => one.closed === null)) expect(it.bytes[0]).toBe(0xa5);
  });
});

test.each([
  ["buffer",   buffer(3),           "a5a5a5"],
  ["allocate", allocate(3, 0),      "000000"],
  ["text",     text("hi\xff\0"),    "6869ff00"],
  ["bytesOf",  bytesOf([1, 2]),     "0102"],
  ["nothing",  text(""),            ""],
])("%s", (_, memory, hex) => {
  expect(memory.bytes.toString("hex")).toBe(hex);
});

test("bytesOf copies, text reads back", () => {
  const source = Uint8Array.of(1, 2);
  const copy = bytesOf(source);
  source[0] = 9;
  expect(copy.bytes[0]).toBe(1);
  expect(text("a\x80\0b").text()).toBe("a\x80\0b");
  expect(POISON).toBe(0xa5);
});

test("memory must lie inside its allocation", () => {
  const { home } = buffer(4);
  for (const [offset, length] of [[0, 5], [-1, 2], [4, 1], [0.5, 1], [0, -1]] as const) {
    expect(() => new Memory(home, offset, length)).toThrow(RangeError);
  }
  expect(new Memory(home, 4, 0).bytes).toHaveLength(0);
});

test("addresses differ, stay, and overlap only where memory does", () => {
  const many = Array.from({ length: 20 }, (_, i) => buffer(i * 1000));
  const sorted = many.map((it) => ({ from: it.address, to: it.address + it.length })).sort((a, b) => a.from - b.from);
  for (const [i, it] of sorted.entries()) expect(it.from).toBeGreaterThanOrEqual(sorted[i - 1]?.to ?? 1);
  expect(many.map((it) => it.address)).toEqual(many.map((it) => it.address));
  expect(new Home(new ArrayBuffer(8), 0x7000).address).toBe(0x7000);
});

test("what a pointer may hold has an address", () => {
  const memory = buffer(8);
  expect([addressOf(null), addressOf(wild(8)), addressOf(memory), addressOf({ $: memory.slice(4) })])
    .toEqual([0, 8, memory.address, memory.address + 4]);
  expect([memoryOf(wild(8)), memoryOf(memory), memoryOf({ $: memory })]).toEqual([null, memory, memory]);
  expect(wild(1)).toBeInstanceOf(Wild);
});

test("a cast keeps the bytes and is no longer than the memory", () => {
  const memory = bytesOf([1, 2, 3, 4]);
  expect([memory.as({ name: "a", size: 2 }).length, memory.as({ name: "b", size: 9 }).length]).toEqual([2, 4]);
  expect(memory.as({ name: "a", size: 2 }).type?.name).toBe("a");
});
