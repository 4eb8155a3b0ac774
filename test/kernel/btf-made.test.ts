/** Layouts from BTF made by hand: what the kernels of the excerpts do not do, and what no compiler should. */
import { expect, test } from "vitest";
import { type BtfMember, readBtf } from "../../src/kernel/btf.ts";
import { BtfError, Kind } from "../../src/kernel/btf-file.ts";
import * as make from "./btf-records.ts";

const places = (members: readonly BtfMember[] | undefined) =>
  members?.map(({ name, offset }) => [name, offset]);
const members = (types: readonly make.Made[], name = "s") => readBtf(make.btf(types)).struct(name)?.members;

test("anonymous structs and unions give their members to the struct around them, in order", () => {
  const found = members([
    make.int("int", 4),
    make.union("", 8, [["a", 1, 0], ["", 3, 0]]),
    make.struct("", 8, [["b", 1, 0], ["c", 1, 32]]),
    make.struct("s", 16, [["first", 1, 0], ["", 2, 32], ["last", 1, 96]]),
  ]);
  expect(places(found)).toEqual([["first", 0], ["a", 4], ["b", 4], ["c", 8], ["last", 12]]);
});

test("an unnamed member of a named struct gives its members too (-fms-extensions)", () => {
  const types = [
    make.int("int", 4),
    make.struct("base", 4, [["x", 1, 0]]),
    make.wrapped(Kind.CONST, 2),
    make.struct("s", 8, [["", 3, 32]]),
  ];
  expect(places(members(types))).toEqual([["x", 4]]);
});

test.each<[string, make.Made, Pick<BtfMember, "offset" | "size" | "bits">]>([
  ["by the member",            make.struct("s", 8, [["f", 1, 35, 5]]), { offset: 4, size: 4, bits: { offset: 35, size: 5 } }],
  ["by an integer of 5 bits",  make.struct("s", 8, [["f", 2, 35]]),    { offset: 4, size: 4, bits: { offset: 35, size: 5 } }],
  ["by such an integer at a byte", make.struct("s", 8, [["f", 2, 40]]), { offset: 4, size: 4, bits: { offset: 40, size: 5 } }],
  ["by a shifted integer",     make.struct("s", 8, [["f", 3, 32]]),    { offset: 4, size: 4, bits: { offset: 35, size: 5 } }],
  ["through a typedef",        make.struct("s", 8, [["f", 4, 35]]),    { offset: 4, size: 4, bits: { offset: 35, size: 5 } }],
  ["of an enum",               make.struct("s", 8, [["f", 5, 33, 2]]), { offset: 4, size: 4, bits: { offset: 33, size: 2 } }],
  ["across two units",         make.struct("s", 8, [["f", 1, 28, 8]]), { offset: 3, size: 4, bits: { offset: 28, size: 8 } }],
  ["whole, beside bit fields", make.struct("s", 8, [["f", 1, 32, 0]]), { offset: 4, size: 4, bits: null }],
  ["whole",                    make.struct("s", 8, [["f", 1, 32]]),    { offset: 4, size: 4, bits: null }],
])("a bit field: %s", (_, struct, expected) => {
  const types = [
    make.int("int", 4),
    make.int("int", 4, 5),
    make.int("int", 4, 5, 3),
    make.typedef("five", 2),
    make.choice("e", ["A"]),
    struct,
  ];
  expect(members(types)?.[0]).toMatchObject(expected);
});

test("a bit field in an anonymous struct is counted from the outermost", () => {
  const inner = make.struct("", 4, [["f", 1, 3, 2]]);
  expect(members([make.int("int", 4), inner, make.struct("s", 12, [["", 2, 64]])])).toEqual([
    { name: "f", offset: 8, size: 4, type: "int", bits: { offset: 67, size: 2 } },
  ]);
});

test("sizes: arrays of arrays, pointers, enums of 8 bytes, floats; through typedefs and tags", () => {
  const types = [
    make.int("char", 1), make.array(1, 3), make.array(2, 4), make.pointer(3), make.choice64("big", ["A"]),
    make.float("double", 8), make.typedef("t", 8), make.typeTag("user", 3), make.declTag("tag", 7),
    make.data(1), make.section(10),
    make.struct("s", 64, [["a", 3, 0], ["p", 4, 96], ["e", 5, 160], ["d", 6, 224], ["t", 7, 288]]),
  ];
  const sizes = members(types)?.map(({ name, size }) => [name, size]);
  expect(sizes).toEqual([["a", 12], ["p", 8], ["e", 8], ["d", 8], ["t", 12]]);
  expect(readBtf(make.btf(types)).size("enum big")).toBe(8);
  expect(readBtf(make.btf(types)).size("double")).toBe(8);
});

test("of several definitions the first is meant, a declaration never", () => {
  const btf = readBtf(make.btf([
    make.forward("s"), make.choice("e", []), make.struct("s", 4, []), make.struct("s", 8, []),
    make.choice64("e", ["A"]), make.proto(0, []), make.fn("f", 6), make.proto(0, [["", 0]]), make.fn("f", 8),
  ]));
  expect(btf.size("struct s")).toBe(4);
  expect(btf.struct("s")?.size).toBe(4);
  expect(btf.size("enum e")).toBe(8);
  expect(btf.prototype("f")).toBe("void f(void)");
});

test("the first is meant also where a name is written twice", () => {
  const record = (name: number, size: number) => [name, Kind.STRUCT * 2 ** 24, size];
  const words = Uint32Array.from([...record(3, 4), ...record(1, 8)]);
  const btf = readBtf(make.file(Buffer.from(words.buffer), Buffer.from("\0s\0s\0")));
  expect(btf.size("struct s")).toBe(4);
});

test("a name that is the end of another one is itself", () => {
  const types = [make.struct("in_addr", 4, []), make.struct("addr", 8, []), make.struct("dr", 12, [])];
  const btf = readBtf(make.btf(types));
  const names = ["in_addr", "addr", "dr", "ddr", "in_addr\0addr"];
  expect(names.map((name) => btf.size(name))).toEqual([4, 8, 12, null, null]);
});

test.each<[string, make.Made[], RegExp]>([
  ["contains itself",        [make.struct("s", 4, [["", 1, 0]])],                          /contains itself/],
  ["is a circle of typedefs", [make.struct("s", 4, [["a", 2, 0]]), make.typedef("t", 2)],  /in circles/],
  ["is a circle of arrays",  [make.struct("s", 4, [["a", 2, 0]]), make.array(2, 1)],       /in circles/],
  ["doubles and doubles",    [make.struct("s", 4, [["", 2, 0], ["", 2, 0]]), ...Array.from({ length: 30 }, (_, i) =>
    make.struct("", 4, [["", i + 3, 0], ["", i + 3, 0]])), make.struct("", 0, [])],        /in circles/],
  ["refers to nothing",      [make.struct("s", 4, [["a", 9, 0]])],                         /has 1 types, not 9/],
  ["has a void member",      [make.struct("s", 4, [["a", 0, 0]])],                         /has no size/],
  ["has a declared member",  [make.struct("s", 4, [["a", 2, 0]]), make.forward("t")],      /has no size/],
  ["is too large",           [make.struct("s", 4, [["a", 3, 0]]), make.int("int", 4), make.array(4, 0xffff_ffff),
    make.array(2, 0xffff_ffff)],                                                      /larger than memory/],
])("a struct that %s", (_, types, message) => {
  const btf = readBtf(make.btf(types));
  expect(() => btf.struct("s")).toThrow(BtfError);
  expect(() => btf.struct("s")).toThrow(message);
});

test("a union is a union", () => {
  const { struct } = readBtf(make.btf([make.union("u", 4, [])]));
  expect(struct("u")).toEqual({ name: "u", kind: "union", size: 4, members: [] });
});
