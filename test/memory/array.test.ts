import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { array, byte, cells, char, quoted } from "../../src/memory/array.ts";
import { be16, i32, u8 } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { struct } from "../../src/memory/struct.ts";

describe("char[n]", () => {
  const text = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((it) => String.fromCharCode(it)), maxLength: 16 });
  test("gives back what was written, and clears the rest", () => {
    fc.assert(fc.property(text, (it) => {
      const memory = buffer(18);
      char(16).write(memory, 1, it);
      expect(char(16).read(memory, 1)).toBe(it);
      expect(memory.bytes.subarray(1 + it.length, 17).every((one) => one === 0)).toBe(true);
      expect([memory.bytes[0], memory.bytes[17]]).toEqual([0xa5, 0xa5]);
    }));
  });
  test("n characters need no NUL; one more is refused", () => {
    const memory = buffer(4);
    char(4).write(memory, 0, "abcd");
    expect(char(4).read(memory, 0)).toBe("abcd");
    expect(() => char(4).write(memory, 0, "abcde")).toThrow(RangeError);
  });
});

describe("byte[n]", () => {
  test("is read live, and written with the rest zero", () => {
    const memory = buffer(4);
    const live = byte(4).read(memory, 0);
    byte(4).write(memory, 0, [1, 2]);
    expect([...live]).toEqual([1, 2, 0, 0]);
    memory.bytes[3] = 9;
    expect(live[3]).toBe(9);
    expect(() => byte(4).write(memory, 0, [1, 2, 3, 4, 5])).toThrow(RangeError);
  });
});

describe("T[n]", () => {
  const pair = struct("test_pair", 4, { a: [0, u8], b: [2, be16] });
  test("of numbers", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 4 }), (values) => {
      const memory = buffer(16);
      array(i32, 4).write(memory, 0, values);
      expect(array(i32, 4).read(memory, 0)).toEqual([...values, 0, 0, 0, 0].slice(0, 4));
    }));
    expect(() => array(i32, 1).write(buffer(8), 0, [1, 2])).toThrow(RangeError);
    expect(array(i32, 2).show([3, -1])).toBe("[3, -1]");
  });
  test("of structs: the elements are live views, the list is frozen", () => {
    const place = pair.array([{ a: 1, b: 2 }, { b: 0x1234 }]);
    expect(place.bytes.toString("hex")).toBe("0100000200001234");
    place.value[1]!.a = 7;
    expect(place.bytes[4]).toBe(7);
    expect(Object.isFrozen(place.value)).toBe(true);
    expect(pair.array(2).bytes.every((it) => it === 0xa5)).toBe(true);
  });
  test("cells are a place of their own", () => {
    expect(cells(i32, [1, 2]).bytes.toString("hex")).toBe("0100000002000000");
    expect(cells(i32, 2).bytes.every((it) => it === 0xa5)).toBe(true);
  });
});

/** What `strace -e trace=write` printed for these bytes (6.1). */
test.each([
  ["plain",           '"plain"'],
  ["",                '""'],
  ['say "hi"',        '"say \\"hi\\""'],
  ["back\\slash",     '"back\\\\slash"'],
  ["\n\r\t\v\f",      '"\\n\\r\\t\\v\\f"'],
  ["\0",              '"\\0"'],
  ["\0a",             '"\\0a"'],
  ["\x001",           '"\\0001"'],
  ["\x018",           '"\\18"'],
  ["\x017",           '"\\0017"'],
  ["\x1b[0m",         '"\\33[0m"'],
  ["\x7f\x80\xff",    '"\\177\\200\\377"'],
  ["\xff7",           '"\\3777"'],
  ["~ !",             '"~ !"'],
])("%j is quoted as strace does", (text, expected) => {
  expect(quoted(text)).toBe(expected);
});
