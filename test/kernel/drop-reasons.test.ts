/** Why a packet was thrown away, as three kernels number it. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { kernelBtf, readBtf } from "../../src/kernel/btf.ts";
import { dropReason, dropReasonsIn, dropReasonsOf } from "../../src/kernel/drop-reasons.ts";
import * as make from "./btf-records.ts";

const excerpt = (kernel: string) =>
  readBtf(readFileSync(new URL(`../fixtures/btf/${kernel}-x86_64.btf`, import.meta.url)));

describe.each([
  ["6.18", { 2: "NOT_SPECIFIED", 3: "NO_SOCKET", 6: "SOCKET_RCVBUFF", 10: "TCP_CSUM", 40: "TCP_LISTEN_OVERFLOW", 71: "CPU_BACKLOG" }],
  ["7.2",  { 2: "NOT_SPECIFIED", 3: "NO_SOCKET", 6: "SOCKET_RCVBUFF", 10: "TCP_CSUM" }],
])("Linux %s", (kernel, some) => {
  const reasons = dropReasonsOf(excerpt(kernel))!;
  test("numbers them so", () => {
    expect(Object.fromEntries(Object.keys(some).map((it) => [it, reasons.get(Number(it))]))).toEqual(some);
    expect([...reasons.values()].filter((it) => /^(SKB_DROP|MAX$|SUBSYS)/.test(it))).toEqual([]);
    expect(reasons.size).toBeGreaterThan(100);
  });
});

test("Linux 5.10 has no reasons", () => expect(dropReasonsOf(excerpt("5.10"))).toBe(null));

const FORMAT = 'print fmt: "skbaddr=%p reason: %s", REC->skbaddr, __print_symbolic(REC->reason, '
  + '{ 2, "NOT_SPECIFIED" }, { 3, "NO_SOCKET" }, { 4, "MAX" })';
test("where there is no BTF, the tracepoint's format has them", () =>
  expect([...dropReasonsIn(FORMAT)]).toEqual([[2, "NOT_SPECIFIED"], [3, "NO_SOCKET"]]));

describe("one reason", () => {
  const reasons = new Map([[3, "NO_SOCKET"], [9, "QUITE_NEW"]]);
  test.each([
    [3,            { name: "NO_SOCKET", why: "no socket is bound to where it was to go" }],
    [9,            { name: "QUITE_NEW", why: null }],
    [500,          { name: "reason 500", why: null }],
    [0x3_0005,     { name: "reason 5 of subsystem 3", why: null }],
    [0xffff_0001,  { name: "reason 1 of subsystem 65535", why: null }],
  ])("%i", (reason, told) => expect(dropReason(reason, reasons)).toEqual(told));

  test("most that a kernel has are told in words", () => {
    const its = dropReasonsOf(excerpt("6.18"))!;
    const all = [...its.keys()].map((it) => dropReason(it, its));
    expect(all.filter((it) => it.why !== null).length).toBeGreaterThan(70);
    expect(dropReason(0, its)).toMatchObject({ name: "NOT_DROPPED_YET" });
  });
});

describe("an enum of BTF", () => {
  test("the first name of a value is told", () => {
    const twice = { ...make.choice("twice", ["A", "B"]), tail: ["A", 1, "B", 1] };
    expect([...readBtf(make.btf([twice])).enumeration("twice")!]).toEqual([[1, "A"]]);
  });

  test("of both sizes", () => {
    const kinds = readBtf(make.btf([make.choice("kind", ["A", "B"]), make.choice64("wide", ["C", "D"])]));
    expect([...kinds.enumeration("kind")!]).toEqual([[0, "A"], [1, "B"]]);
    expect([...kinds.enumeration("wide")!]).toEqual([[0, "C"], [1, "D"]]);
    expect(kinds.enumeration("none")).toBe(null);
  });

  test.each([
    ["unsigned, 32 bits", false, { ...make.choice("e", ["A"]), tail: ["A", -1] },            0xffff_ffff],
    ["signed, 32 bits",   true,  { ...make.choice("e", ["A"]), tail: ["A", -1] },            -1],
    ["unsigned, 64 bits", false, { ...make.choice64("e", ["A"]), tail: ["A", 1, 2] },        2 ** 33 + 1],
    ["signed, 64 bits",   true,  { ...make.choice64("e", ["A"]), tail: ["A", -2, -1] },      -2],
  ])("%s", (_, flag, type, value) => {
    const { enumeration } = readBtf(make.btf([{ ...type, flag }]));
    expect([...enumeration("e")!]).toEqual([[value, "A"]]);
  });
});

const running = process.platform === "linux" ? kernelBtf() : null;
const here = running && dropReasonsOf(running);
/** Where this kernel's own list can be read. */
const format = (() => {
  try {
    return readFileSync("/sys/kernel/tracing/events/skb/kfree_skb/format", "latin1");
  } catch {
    return null;
  }
})();
const cannot = here === null ? "no BTF with reasons here" : format === null ? "no tracefs to read here" : null;
const skipped = cannot === null ? "" : ` (skipped: ${cannot})`;
test.skipIf(cannot !== null)(`this kernel's BTF and its tracepoint say the same${skipped}`, () => {
  const told = dropReasonsIn(format!);
  expect(told.size).toBeGreaterThan(40);
  expect([...told].map(([value]) => [value, here!.get(value)])).toEqual([...told]);
});
