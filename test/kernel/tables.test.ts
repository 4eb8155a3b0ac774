/** The tables of functions: the data, and how each witness of a kernel proves or contradicts a slot. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { kernelBtf, readBtf } from "../../src/kernel/btf.ts";
import { type KernelMemory, kernelMemory } from "../../src/kernel/kcore.ts";
import { callsBySlot, knownTables, socketKinds } from "../../src/kernel/known-tables.ts";
import { kernelSymbols, parseSymbols } from "../../src/kernel/symbols.ts";
import { contradiction, seenIn, type Witnesses } from "../../src/kernel/table-check.ts";
import { functionIn, slot, table } from "../../src/kernel/tables.ts";
import { named } from "../cli/netlab.ts";
import * as make from "./btf-records.ts";

describe("the data", () => {
  test("a table is declared once, with each slot once", () => {
    expect(new Set(knownTables.map((it) => it.name)).size).toBe(knownTables.length);
    expect(() => table("t", "s", "a.c", "s->t", "it", [slot("a", "f", "g"), slot("a", "h", "g")])).toThrow("t.a is declared twice");
  });

  test("every kind of socket has a function for the calls of the notes", () => {
    for (const { family, ops } of socketKinds) {
      const slots = [...family.slots, ...ops.slots].map((it) => it.slot);
      expect(callsBySlot.slice(0, 7).filter(([, it]) => !slots.includes(it))).toEqual([]);
    }
  });

  test.each([
    ["5.10", "old"], ["6.12.117+deb13", "old"], ["6.15", null], ["6.18.1", "new"], ["7.2", "new"],
  ])("what came between two releases: %s", (kernel, fn) =>
    expect(functionIn(slot("a", "new", "g", { since: ["6.12", "6.18"], was: "old" }), kernel)).toBe(fn));
  test.each([["6.1", "f"], ["6.6", null], ["6.12", null]])("what went: %s", (kernel, fn) =>
    expect(functionIn(slot("a", "f", "g", { until: ["6.1", "6.12"] }), kernel)).toBe(fn));
});

/** A kernel with `struct ops { int (*run)(struct sock *); void (*stop)(alias *); }`, and functions of both types. */
const btf = readBtf(make.btf([
  make.int("int", 4), make.struct("sock", 4, [["a", 1, 0]]), make.pointer(2),
  make.proto(1, [["", 3]]), make.pointer(4), make.typedef("alias", 2), make.pointer(6),
  make.proto(0, [["", 7]]), make.pointer(8), make.struct("ops", 16, [["run", 5, 0], ["stop", 9, 64]]),
  make.proto(1, [["sk", 3]]), make.fn("run_it", 11), make.proto(0, [["sk", 3]]), make.fn("stop_it", 13),
]));
const symbols = parseSymbols([
  "ffffffff81000100 T run_it", "ffffffff81000200 t stop_it", "ffffffff81000300 t other.isra.0", "ffffffff82000000 d my_ops", "",
].join("\n"));
const memory = (...words: readonly bigint[]): KernelMemory => ({
  read: (address, length) => (address === 0xffffffff82000000n && length === 16
    ? Buffer.concat(words.map((it) => { const word = Buffer.alloc(8); word.writeBigUInt64LE(it); return word; })) : null),
  close: () => undefined,
});
const ops = table("my_ops", "ops", "my.c", "sk->ops", "mine", [slot("run", "run_it", "caller"), slot("stop", "stop_it", "caller")]);
const look = (given: Partial<Witnesses>, of = ops) =>
  seenIn(of, { release: "6.18", btf, symbols, memory: null, ...given });
const wrongs = (given: Partial<Witnesses>, of = ops) => look(given, of).slots.map(contradiction);

describe("a slot and its witnesses", () => {
  test("its types agree, whatever a parameter is called and by whichever name its type", () => {
    expect(look({}).slots).toEqual([
      { slot: "run",  fn: "run_it",  by: ["caller"], there: true, fits: true, holds: null, type: "int (*)(struct sock *)" },
      { slot: "stop", fn: "stop_it", by: ["caller"], there: true, fits: true, holds: null, type: "void (*)(alias *)" },
    ]);
  });

  test("memory says what it holds", () => {
    const good = look({ memory: memory(0xffffffff81000100n, 0xffffffff81000200n) });
    expect([good.read, ...good.slots.map((it) => it.holds)]).toEqual([true, "run_it", "stop_it"]);
    expect(good.slots.map(contradiction)).toEqual([null, null]);
    expect(wrongs({ memory: memory(0n, 0xffffffff81000300n) })).toEqual(["run is empty, not run_it", "stop points to other, not to stop_it"]);
    expect(look({ memory: memory(0xffffffff81000104n, 0n) }).slots[0]!.holds).toBe("0xffffffff81000104");
  });

  test("a function that is of another type, or is not there, contradicts", () => {
    const swapped = table("my_ops", "ops", "my.c", "", "", [slot("run", "stop_it", "x"), slot("stop", "no_such", "x")]);
    expect(wrongs({}, swapped)).toEqual(["run is int (*)(struct sock *), and stop_it is something else", "stop: this kernel has no function no_such"]);
  });

  test("slots that nobody declared are told where they hold something", () => {
    const one = table("my_ops", "ops", "my.c", "", "", [slot("run", "run_it", "x")]);
    expect(look({}, one).slots.map((it) => it.slot)).toEqual(["run"]);
    expect(look({ memory: memory(0xffffffff81000100n, 0xffffffff81000200n) }, one).slots[1])
      .toEqual({ slot: "stop", fn: null, by: [], there: true, fits: true, holds: "stop_it", type: "void (*)(alias *)" });
  });

  test("without witnesses nothing is contradicted", () => {
    expect(wrongs({ btf: null, symbols: null })).toEqual([null, null]);
    expect(look({ btf: null, symbols: null }).slots[0]).toMatchObject({ there: null, fits: null, holds: null, type: null });
  });
});

describe("symbols and memory", () => {
  test("a symbol's address, where it is the only one", () => {
    const several = parseSymbols("ffffffff81000100 T one\nffffffff81000200 t two\nffffffff81000300 t two\n0000000000000000 t zero\n");
    expect(["one", "two", "zero", "on", "three"].map((it) => several.address(it))).toEqual([0xffffffff81000100n, null, null, null, null]);
  });

  const folder = mkdtempSync(join(tmpdir(), "netlab-kcore-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  test("a core file is read where its segments say", () => {
    const file = join(folder, "kcore");
    const bytes = Buffer.alloc(64 + 2 * 56 + 16);
    bytes.write("\x7fELF", "latin1");
    bytes.writeBigUInt64LE(64n, 32);
    bytes.writeUInt16LE(56, 54);
    bytes.writeUInt16LE(2, 56);
    bytes.writeUInt32LE(4, 64);
    for (const [at, word] of [[8, 176n], [16, 0xffffffff82000000n], [32, 16n]] as const) bytes.writeBigUInt64LE(word, 64 + 56 + at);
    bytes.writeUInt32LE(1, 64 + 56);
    bytes.write("sixteen bytes ..", 176);
    writeFileSync(file, bytes);
    const memory = kernelMemory(file) as KernelMemory;
    expect(memory.read(0xffffffff82000008n, 5)?.toString()).toBe("bytes");
    expect(memory.read(0xffffffff8200000cn, 5)).toBeNull();
    expect(memory.read(0n, 1)).toBeNull();
    memory.close();
  });
  test("where there is none, it says why", () =>
    expect(kernelMemory(join(folder, "none"))).toMatch(/^there is no \S+: this kernel was built without CONFIG_PROC_KCORE$/));
});

const types = process.platform === "linux" ? kernelBtf() : null;
const why = types === null ? "this kernel has no BTF" : null;
describe.skipIf(why !== null)(named("the running kernel", why), () => {
  test.each(knownTables.map((it) => [it.name, it] as const))("%s is as declared", (_, it) => {
    const { slots } = seenIn(it, { release: release(), btf: types, symbols: kernelSymbols(), memory: null });
    expect(slots.map(contradiction).filter((one) => one !== null)).toEqual([]);
    expect(slots.filter(({ fn, there }) => fn !== null && there !== true)).toEqual([]);
  });
});
