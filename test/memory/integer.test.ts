import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  be16, be32, be64, flagged, type Integer, i8, i16, i32, i64, int, named, size_t, u8, u16, u32, u64, type WideInteger,
} from "../../src/memory/integer.ts";
import { allocate, buffer } from "../../src/memory/memory.ts";

const INTEGERS: readonly (readonly [type: Integer, least: number, most: number])[] = [
  [u8,   0,              255],
  [i8,   -128,           127],
  [u16,  0,              65_535],
  [i16,  -32_768,        32_767],
  [be16, 0,              65_535],
  [u32,  0,              4_294_967_295],
  [i32,  -2_147_483_648, 2_147_483_647],
  [be32, 0,              4_294_967_295],
];
const WIDE: readonly (readonly [type: WideInteger, least: bigint, most: bigint])[] = [
  [u64,    0n,         2n ** 64n - 1n],
  [size_t, 0n,         2n ** 64n - 1n],
  [be64,   0n,         2n ** 64n - 1n],
  [i64,    -(2n ** 63n), 2n ** 63n - 1n],
];

describe.each(INTEGERS)("$name", (type, least, most) => {
  test("gives back what was written, at any place", () => {
    fc.assert(fc.property(fc.integer({ min: least, max: most }), fc.nat(9), (value, at) => {
      const memory = buffer(20);
      type.write(memory, at, value);
      expect(type.read(memory, at)).toBe(value);
      expect(memory.bytes.filter((it, i) => (i < at || i >= at + type.size) && it !== 0xa5)).toHaveLength(0);
    }));
  });

  test.each([least - 1, most + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d and writes nothing", (value) => {
    const memory = buffer(8);
    expect(() => type.write(memory, 0, value)).toThrow(RangeError);
    expect(memory.bytes.every((it) => it === 0xa5)).toBe(true);
  });
});

describe.each(WIDE)("$name", (type, least, most) => {
  test("gives back what was written, a number where that is exact", () => {
    fc.assert(fc.property(fc.bigInt({ min: least, max: most }), (value) => {
      const memory = buffer(8);
      type.write(memory, 0, value);
      const back = type.read(memory, 0);
      expect(BigInt(back)).toBe(value);
      expect(typeof back).toBe(Number.isSafeInteger(Number(value)) ? "number" : "bigint");
    }));
  });

  test.each([least - 1n, most + 1n, 0.5])("refuses %d", (value) => {
    expect(() => type.write(buffer(8), 0, value)).toThrow(RangeError);
  });
});

test.each([
  [u16,  0x1234,      "3412"],
  [be16, 0x1234,      "1234"],
  [u32,  0x12345678,  "78563412"],
  [be32, 0x12345678,  "12345678"],
  [i32,  -2,          "feffffff"],
  [u64,  0x1234,      "3412000000000000"],
  [be64, 0x1234,      "0000000000001234"],
] as const)("$name: the bytes of %i", (type, value, hex) => {
  const memory = allocate(type.size, 0);
  type.write(memory, 0, value);
  expect(memory.bytes.toString("hex")).toBe(hex);
});

const AF = { AF_UNSPEC: 0, AF_UNIX: 1, AF_LOCAL: 1, AF_INET: 2 };
const MSG = { MSG_OOB: 1, MSG_PEEK: 2, MSG_BOTH: 3, MSG_HIGH: 0x8000_0000 };
const POLL = { POLLIN: 1, POLLPRI: 2 };
const NOTHING = { F_NONE: 0, F_ONE: 1 };

test.each([
  [named(AF, 2),                 "AF_INET"],
  [named(AF, 1),                 "AF_UNIX"],
  [named(AF, 0),                 "AF_UNSPEC"],
  [named(AF, 99),                "0x63 /* AF_??? */"],
  [named(AF, -1),                "0xffffffff /* AF_??? */"],
  [named({ ETH_P_IP: 0x800, ETH_P_ARP: 0x806 }, 0), "0 /* ETH_P_??? */"],
  [named(POLL, 4),               "0x4 /* POLL??? */"],
  [flagged(MSG, 0),              "0"],
  [flagged(NOTHING, 0),          "F_NONE"],
  [flagged(MSG, 2),              "MSG_PEEK"],
  [flagged(MSG, 3),              "MSG_OOB|MSG_PEEK"],
  [flagged(MSG, 0x12),           "MSG_PEEK|0x10"],
  [flagged(MSG, 0x10),           "0x10 /* MSG_??? */"],
  [flagged(MSG, -0x8000_0000),   "MSG_HIGH"],
  [u16.as(AF).show(2),           "AF_INET"],
  [i32.flags(MSG).show(3),       "MSG_OOB|MSG_PEEK"],
  [be16.hex().show(0x88b5),      "0x88b5"],
  [u32.hex().show(0),            "0"],
  [u64.hex().show(2n ** 63n),    "0x8000000000000000"],
  [u32.show(7),                  "7"],
])("%s", (shown, expected) => {
  expect(shown).toBe(expected);
});

test("int is a place with a value", () => {
  const length = int(16);
  expect([length.value, length.length]).toEqual([16, 4]);
  length.value = -1;
  expect(length.bytes.toString("hex")).toBe("ffffffff");
});
