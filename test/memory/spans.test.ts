import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byte } from "../../src/memory/array.ts";
import { bits } from "../../src/memory/bits.ts";
import { u8, u16, u32, u64 } from "../../src/memory/integer.ts";
import { bytesOf } from "../../src/memory/memory.ts";
import { spans } from "../../src/memory/spans.ts";
import { type AnyStruct, type Fields, struct, union, variant } from "../../src/memory/struct.ts";
import type { AnyType } from "../../src/memory/type.ts";

const inner = struct("test_inner", 8, { x: [0, u16], y: [4, u32] });
const either = union("test_either", 8, { whole: u64, half: u32 });

/** Any layout that checkLayout lets pass: fields in order, with gaps, some nested, some sharing a unit. */
const types: readonly AnyType[] = [u8, u16, u32, u64, byte(3), inner, either, bits(u8, 0, 4)];
const layouts: fc.Arbitrary<AnyStruct> = fc.array(fc.tuple(fc.constantFrom(...types), fc.nat(5)), { minLength: 1, maxLength: 6 })
  .map((list) => {
    let at = 0;
    const fields: Record<string, Fields[string]> = {};
    for (const [i, [type, gap]] of list.entries()) {
      at = Math.ceil((at + gap) / type.align) * type.align;
      fields[`f${i}`] = [at, type];
      if ("bit" in type) fields[`f${i}b`] = [at, bits(u8, 4, 4)];
      at += type.size;
    }
    const align = Math.max(...list.map(([type]) => type.align));
    return variant("any", Math.ceil(at / align) * align, fields);
  });

describe("whatever the layout and the memory", () => {
  test("spans cover every byte once, in order", () => {
    fc.assert(fc.property(layouts, fc.nat(40), (layout, room) => {
      const memory = bytesOf(Array.from({ length: Math.min(layout.size, room) }, (_, i) => i));
      let end = 0;
      for (const span of spans(memory, layout)) {
        expect(span.offset).toBe(end);
        expect(span.length).toBeGreaterThan(0);
        end += span.length;
      }
      expect(end).toBe(memory.length);
    }), { numRuns: 500 });
  });

  test("holes have neither name nor value, fields have both", () => {
    fc.assert(fc.property(layouts, (layout) => {
      for (const { kind, label, shown } of spans(bytesOf(new Uint8Array(layout.size)), layout)) {
        expect([label === "", shown === ""]).toEqual([kind === "hole", kind === "hole"]);
      }
    }));
  });
});

const message = struct("test_message", 32, {
  head:  [0, inner],
  flags: [8, u8],
  low:   [9, bits(u8, 0, 4)],
  high:  [9, bits(u8, 4, 4)],
  all:   [16, u64],
  part:  [16, u32],
  more:  [24, u32],
}, { over: ["part"] });

test("structs are opened, bit fields of a unit are one span, what lies over others is left out", () => {
  const view = message({ head: { x: 1, y: 2 }, flags: 3, low: 4, high: 5, all: 6 });
  view.$.bytes.fill(0xa5, 24, 28);
  view.$.bytes[8] = 0xa5;
  view.$.bytes[4] = 0xa5;
  expect(spans(view.$, message).map((it) => [it.offset, it.length, it.kind, it.label, it.shown])).toEqual([
    [0,  2, "field",     "head.x",   "1"],
    [2,  2, "hole",      "",         ""],
    [4,  4, "field",     "head.y",   "165"],
    [8,  1, "unwritten", "flags",    ""],
    [9,  1, "field",     "low|high", "4|5"],
    [10, 6, "hole",      "",         ""],
    [16, 8, "field",     "all",      "6"],
    [24, 4, "unwritten", "more",     ""],
    [28, 4, "hole",      "",         ""],
  ]);
});

test("memory that ends in a field leaves it without a value", () => {
  const memory = message({ flags: 3 }).$.slice(0, 6);
  expect(spans(memory, message).map((it) => [it.length, it.label, it.shown])).toEqual([
    [2, "head.x", "0"], [2, "", ""], [2, "head.y", ""],
  ]);
});
