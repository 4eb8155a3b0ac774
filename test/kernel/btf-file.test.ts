/** What is not BTF is refused with a sentence, and nothing but BtfError ever comes of any bytes. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Btf, readBtf } from "../../src/kernel/btf.ts";
import { BtfError, BtfFile, Kind } from "../../src/kernel/btf-file.ts";
import * as make from "./btf-records.ts";

const excerpt = readFileSync(new URL("../fixtures/btf/6.18-x86_64.btf", import.meta.url));
const small = make.btf([make.int("int", 4)]);
const changed = (at: number, ...bytes: number[]) => {
  const copy = Buffer.from(small);
  copy.set(bytes, at);
  return copy;
};
const unknown = (kind: number) => make.btf([make.int("int", 4), { ...make.pointer(1), kind }]);

test.each<[string, Buffer, string]>([
  ["nothing",               Buffer.alloc(0),              "0 bytes are no BTF: its header alone has 24"],
  ["half a header",         small.subarray(0, 12),        "12 bytes are no BTF: its header alone has 24"],
  ["zeros",                 Buffer.alloc(100),            "this is not BTF: it begins with 0x0"],
  ["an ELF file",           changed(0, 0x7f, 0x45),       "this is not BTF: it begins with 0x457f"],
  ["a big-endian machine",  changed(0, 0xeb, 0x9f),       "this BTF is of a big-endian machine, which is not supported"],
  ["version 2",             changed(2, 2),                "this is BTF of version 2; known is version 1"],
  ["a short header",        changed(4, 23),               "this BTF is cut off: its types are at 23…39 of 45 bytes"],
  ["an endless header",     changed(4, 0, 0, 0, 255),     "this BTF is cut off: its types are at 4278190080…4278190096 of 45 bytes"],
  ["types beyond the end",  changed(12, 99),              "this BTF is cut off: its types are at 24…123 of 45 bytes"],
  ["names beyond the end",  changed(20, 99),              "this BTF is cut off: its names are at 40…139 of 45 bytes"],
  ["one byte less",         small.subarray(0, -1),        "this BTF is cut off: its names are at 40…45 of 44 bytes"],
  ["half a type",           changed(12, 8),               "this BTF is cut off in type 1"],
  ["a type without a tail", changed(12, 12),              "this BTF is cut off in type 1"],
  ["a module's",            changed(40, 0x69),            "the names of this BTF do not begin and end with a zero: it is cut off, "
    + "or it is a module's, which only adds to vmlinux's"],
  ["names without an end",  changed(44, 0x69),            "the names of this BTF do not begin and end with a zero: it is cut off, "
    + "or it is a module's, which only adds to vmlinux's"],
  ["no names",              changed(20, 0),               "the names of this BTF do not begin and end with a zero: it is cut off, "
    + "or it is a module's, which only adds to vmlinux's"],
  ["kind 0",                unknown(0),                   "type 2 of this BTF is of kind 0; known are the kinds 1 to 19"],
  ["kind 20",               unknown(20),                  "type 2 of this BTF is of kind 20; known are the kinds 1 to 19"],
  ["kind 127",              unknown(127),                 "type 2 of this BTF is of kind 127; known are the kinds 1 to 19"],
])("refused: %s", (_, bytes, message) => {
  expect(() => readBtf(bytes)).toThrow(BtfError);
  expect(() => readBtf(bytes)).toThrow(message);
});

test("a longer header of the future is passed over", () => {
  const longer = Buffer.concat([small.subarray(0, 24), Buffer.alloc(8), small.subarray(24)]);
  longer.writeUInt32LE(32, 4);
  expect(readBtf(longer).size("int")).toBe(4);
});

test("bytes may begin anywhere in memory", () =>
  expect(readBtf(Buffer.concat([Buffer.alloc(3), small]).subarray(3)).size("int")).toBe(4));

test("more than 65535 members are read", () => {
  const many = Array.from({ length: 70_000 }, () => ["x", 1, 0] as const);
  const file = new BtfFile(make.btf([make.int("int", 4), make.struct("s", 4, many), make.int("after", 8)]));
  expect(file.type(2).vlen).toBe(70_000);
  expect(file.type(3).name).toBe("after");
});

test.each<[string, () => unknown, string]>([
  ["a type that is not there", () => new BtfFile(small).type(2),                                    "this BTF has 1 types, not 2"],
  ["a name that is not there", () => new BtfFile(small).name(5),                                    "5 bytes of names, none at 5"],
  ["a name that is too long",  () => new BtfFile(make.btf([make.int("x".repeat(600), 4)])).type(1), "the name at 1 of this BTF has 600 bytes"],
])("refused when asked: %s", (_, ask, message) => {
  expect(ask).toThrow(BtfError);
  expect(ask).toThrow(message);
});

describe("any bytes", () => {
  const structs = ["s", "t", "u", "sk_buff", "tcp_sock", "tcp_info", "proto_ops", "wait_queue_head_t"];
  const functions = ["f", "g", "udp_sendmsg", "_printk", "bsearch"];

  /** Everything is asked; what is answered is well formed, what is thrown is a BtfError. */
  const interrogate = (bytes: Buffer) => {
    const questions: ((btf: Btf) => unknown)[] = [
      ...structs.map((name) => (btf: Btf) => btf.struct(name)),
      ...structs.map((name) => (btf: Btf) => btf.size(name)),
      ...functions.map((name) => (btf: Btf) => btf.prototype(name)),
      ...functions.map((name) => (btf: Btf) => btf.hasFunction(name)),
    ];
    const btf = asked(() => readBtf(bytes));
    if (btf !== null) for (const question of questions) asked(() => question(btf));
  };
  const asked = <T>(question: () => T): T | null => {
    try {
      return question();
    } catch (error) {
      if (!(error instanceof BtfError)) throw error;
      return null;
    }
  };

  test("at random, behind a header", () => {
    const [types, names] = [fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 40 })];
    fc.assert(fc.property(types, names, (types, names) =>
      interrogate(make.file(Buffer.from(types), Buffer.from([0, ...names, 0])))), { numRuns: 1000 });
  });

  test("a kernel's, cut off anywhere", () =>
    fc.assert(fc.property(fc.nat(excerpt.length - 1), (length) =>
      interrogate(excerpt.subarray(0, length))), { numRuns: 50 }));

  test("a kernel's, with some bytes changed", () => {
    const change = fc.tuple(fc.nat(excerpt.length - 1), fc.nat(255));
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
      const copy = Buffer.from(excerpt);
      for (const [at, byte] of changes) copy[at] = byte;
      interrogate(copy);
    }), { numRuns: 150 });
  });

  test("whole records that mean anything at all", () => {
    const id = fc.nat(12);
    const name = fc.constantFrom("", "s", "t", "u", "f", "g");
    const bit = fc.oneof(fc.nat(200), fc.nat(0xff_ffff));
    const members = fc.array(fc.tuple(name, id, bit, fc.nat(70)), { maxLength: 4 });
    const wrapper = fc.constantFrom(Kind.CONST, Kind.VOLATILE, Kind.RESTRICT);
    const record = fc.oneof(
      fc.tuple(name, fc.nat(16), fc.nat(255), fc.nat(255)).map((it) => make.int(...it)),
      id.map(make.pointer),
      fc.tuple(id, fc.nat()).map((it) => make.array(...it)),
      fc.tuple(name, id).map((it) => make.typedef(...it)),
      fc.tuple(wrapper, id).map((it) => make.wrapped(...it)),
      fc.tuple(name, fc.nat(100), members).map((it) => make.struct(...it)),
      fc.tuple(name, fc.nat(100), members).map((it) => make.union(...it)),
      fc.tuple(name, id).map((it) => make.fn(...it)),
      fc.tuple(id, fc.array(fc.tuple(name, id), { maxLength: 3 })).map((it) => make.proto(...it)),
      fc.tuple(name, fc.boolean()).map((it) => make.forward(...it)),
      id.map(make.section),
    );
    fc.assert(fc.property(fc.array(record, { maxLength: 12 }), (records) =>
      interrogate(make.btf(records))), { numRuns: 3000 });
  });
});
