/** What counts as a disagreement between a layout and a kernel's; all of src/abi against real kernels is test/abi/layouts.test.ts. */
import { expect, test } from "vitest";
import type { Btf, BtfMember, BtfStruct } from "../../src/kernel/btf.ts";
import { compare } from "../../src/kernel/compare.ts";
import { byte } from "../../src/memory/array.ts";
import { bits } from "../../src/memory/bits.ts";
import { u8, u16, u32, u64 } from "../../src/memory/integer.ts";
import { type Fields, type Options, variant } from "../../src/memory/struct.ts";

type Member = readonly [name: string, offset: number, size: number, bits?: readonly [offset: number, size: number]];
const member = ([name, offset, size, it]: Member): BtfMember =>
  ({ name, offset, size, type: "", bits: it === undefined ? null : { offset: it[0], size: it[1] } });
const kernelWith = (size: number, members: readonly Member[], name = "thing"): Btf => {
  const found: BtfStruct = { name, kind: "struct", size, members: members.map(member) };
  return { struct: (it) => (it === name ? found : null), prototype: () => null, hasFunction: () => false, size: () => null, enumeration: () => null, pointsTo: () => null, types: () => [], typeNames: () => [] };
};

interface Case {
  readonly what: string;
  readonly ours: readonly [size: number, fields: Fields, options?: Options];
  readonly kernel: readonly [size: number, members: readonly Member[]];
  readonly differences?: readonly string[];
  readonly notes?: readonly string[];
}
const CASES: readonly Case[] = [
  { what: "the same",
    ours: [8, { a: [0, u32], b: [4, u16] }], kernel: [8, [["a", 0, 4], ["b", 4, 2]]] },
  { what: "another offset",
    ours: [8, { a: [0, u32], b: [4, u16] }], kernel: [8, [["a", 0, 4], ["b", 6, 2]]],
    differences: ["b: offset 4, 2 bytes / offset 6, 2 bytes"], notes: ["only the kernel has b"] },
  { what: "another size of a field",
    ours: [8, { a: [0, u32] }, { packed: true }], kernel: [8, [["a", 0, 8]]],
    differences: ["a: offset 0, 4 bytes / offset 0, 8 bytes"] },
  { what: "another name",
    ours: [4, { a: [0, u32] }], kernel: [4, [["b", 0, 4]]],
    differences: ["a: offset 0, 4 bytes / no such field; there lies b"] },
  { what: "another size of the struct, for no field's sake",
    ours: [4, { a: [0, u32] }], kernel: [8, [["a", 0, 4]]],
    differences: ["sizeof: 4 bytes / 8 bytes"], notes: ["8 bytes in the kernel, 4 here"] },
  { what: "a struct that grew in the kernel",
    ours: [4, { a: [0, u32] }], kernel: [8, [["a", 0, 4], ["b", 4, 4]]],
    notes: ["8 bytes in the kernel, 4 here", "only the kernel has b"] },
  { what: "a kernel that has less of it",
    ours: [8, { a: [0, u32], b: [4, u32] }], kernel: [4, [["a", 0, 4]]],
    notes: ["4 bytes in the kernel, 8 here", "only we have b"] },
  { what: "a field where the kernel has a hole",
    ours: [8, { a: [0, u16], b: [2, u8], c: [4, u32] }], kernel: [8, [["a", 0, 2], ["c", 4, 4]]],
    notes: ["only we have b"] },
  { what: "a field where the kernel keeps room",
    ours: [8, { a: [0, u32], b: [4, u32] }], kernel: [8, [["a", 0, 4], ["__reserved_2", 4, 4]]],
    notes: ["only we have b"] },
  { what: "room of our own that the kernel has partly given away",
    ours: [8, { a: [0, u32], pad: [4, byte(4)] }], kernel: [8, [["a", 0, 4], ["b", 4, 2], ["pad", 6, 2]]] },
  { what: "an alias",
    ours: [4, { a: [0, u32] }, { aliases: { a: "__a" } }], kernel: [4, [["__a", 0, 4]]] },
  { what: "an alias that this kernel does not use",
    ours: [4, { a: [0, u32] }, { aliases: { a: "a_min" } }], kernel: [4, [["a", 0, 4]]] },
  { what: "a lone alias of another size",
    ours: [4, { a: [0, u16] }, { aliases: { a: "__a" }, packed: true }], kernel: [4, [["__a", 0, 4]]],
    differences: ["a: offset 0, 2 bytes / offset 0, 4 bytes"] },
  { what: "fields inside one member of the kernel's",
    ours: [8, { a: [0, u32], b: [4, u32] }, { aliases: { a: "all", b: "all" } }], kernel: [8, [["all", 0, 8]]] },
  { what: "a field that leaves the member it is said to be in",
    ours: [8, { a: [0, u32], b: [4, u32] }, { aliases: { a: "all", b: "all" } }], kernel: [8, [["all", 0, 6]]],
    differences: ["b: offset 4, 4 bytes / offset 0, 6 bytes"] },
  { what: "one name of a union that the kernel lacks",
    ours: [8, { a: [0, u64], b: [0, u32] }, { over: ["b"] }], kernel: [8, [["a", 0, 8]]],
    notes: ["only we have b"] },
  { what: "the same bit fields",
    ours: [1, { a: [0, bits(u8, 0, 4)], b: [0, bits(u8, 4, 4)] }], kernel: [1, [["a", 0, 1, [0, 4]], ["b", 0, 1, [4, 4]]]] },
  { what: "bit fields the other way round",
    ours: [1, { a: [0, bits(u8, 0, 4)], b: [0, bits(u8, 4, 4)] }], kernel: [1, [["b", 0, 1, [0, 4]], ["a", 0, 1, [4, 4]]]],
    differences: ["a: bit 0, 4 bits / bit 4, 4 bits", "b: bit 4, 4 bits / bit 0, 4 bits"] },
  { what: "a bit of a unit that we read by another unit",
    ours: [8, { a: [4, bits(u32, 1, 1)], b: [0, u32] }, { over: ["b"] }], kernel: [8, [["a", 0, 8, [33, 1]], ["b", 0, 4]]] },
  { what: "members without size, which mark a place",
    ours: [4, { a: [0, u32] }], kernel: [4, [["a", 0, 4], ["end", 4, 0]]] },
];

test.each(CASES)("$what", ({ ours: [size, fields, options], kernel: [kernelSize, members], differences = [], notes = [] }) => {
  const result = compare(variant("thing", size, fields, options), kernelWith(kernelSize, members))!;
  expect(result.differences.map((it) => `${it.field}: ${it.ours} / ${it.kernel}`)).toEqual(differences);
  expect(result.notes).toEqual(notes);
  expect(result.agrees).toBe(differences.length === 0);
});

test("a struct that this kernel does not have, or has under another tag", () => {
  const layout = variant("thing", 4, { a: [0, u32] });
  expect(compare(layout, kernelWith(4, [["a", 0, 4]], "other"))).toBeNull();
  expect(compare(variant("thing", 4, { a: [0, u32] }, { btf: "other" }), kernelWith(4, [["a", 0, 4]], "other"))!.agrees).toBe(true);
});
