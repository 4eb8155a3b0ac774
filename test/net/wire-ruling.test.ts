/** What becomes of frames by the rules of a wire: case by case, and of any rules and any frames. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { delay, drop, duplicate, here, swap, there } from "../../src/lab/wire.ts";
import type { FrameKind, Toward, WireRule } from "../../src/net/wire-rule.ts";
import { WireRuling } from "../../src/net/wire-ruling.ts";
import { WireTally } from "../../src/net/wire-tally.ts";

interface Frame {
  readonly id: number;
  readonly toward: Toward;
  readonly kind: FrameKind;
}
interface Outcome {
  /** Of every frame what left because of it: number and delay. */
  readonly left: readonly (readonly (readonly [id: number, after: number])[])[];
  readonly held: readonly number[];
  readonly did: readonly (readonly [frames: number, done: number])[];
  readonly dropped: number;
}
function ruled(rules: readonly WireRule[], frames: readonly Frame[]): Outcome {
  const tally = WireTally.of(rules.length);
  const ruling = new WireRuling<number>(rules, tally);
  const left = frames.map(({ id, toward, kind }) => ruling.take(id, toward, kind).map(({ frame, after }) => [frame, after] as const));
  return { left, held: ruling.held, did: tally.rules().map(({ frames: met, done }) => [met, done]), dropped: tally.dropped };
}

const KINDS: Readonly<Record<string, FrameKind>> = { s: "syn", d: "data", a: "ack", x: "any" };
/** `sDd`: a small letter goes there, a large one here; frames are numbered from 1. */
const frames = (text: string): readonly Frame[] => [...text].map((it, i) => {
  const small = it.toLowerCase();
  return { id: i + 1, toward: it === small ? "there" : "here", kind: KINDS[small]! };
});
/** `1 3+5 2`: the order, with what is delayed behind a plus. */
const text = ({ left }: Outcome): string => left.flat().map(([id, after]) => (after === 0 ? `${id}` : `${id}+${after}`)).join(" ");

describe("case by case", () => {
  test.for([
    ["no rules",                          [],                                                    "sSadDx", "1 2 3 4 5 6",      []],
    ["the third with data",               [drop(there("data", 3))],                              "sSaddDdd", "1 2 3 4 5 6 8",  []],
    ["all SYNs on their way back",        [drop(here("syn"))],                                   "sSSsa", "1 4 5",             []],
    ["any counts all",                    [drop(there("any", 2))],                               "sSad", "1 2 4",              []],
    ["what is no TCP is any alone",       [drop(there("syn")), drop(there("data")), drop(there("ack"))], "xXsad", "1 2",       []],
    ["twice",                             [duplicate(there("ack", 1))],                          "saa", "1 2 2 3",             []],
    ["late",                              [delay(there("data", 2), 5)],                          "ddd", "1 2+5 3",             []],
    ["late by nothing",                   [delay(there("data"), 0)],                             "dd", "1 2",                  []],
    ["changed places",                    [swap(there("data", 2))],                              "dddd", "1 3 2 4",            []],
    ["only its own kind frees it",        [swap(there("data", 1))],                              "daDAxd", "2 3 4 5 6 1",      []],
    ["nobody frees it",                   [swap(there("data", 1))],                              "daa", "2 3",                 [1]],
    ["every two change places",           [swap(there("data"))],                                 "ddddd", "2 1 4 3",           [5]],
    ["what is dropped has not passed",    [swap(there("any", 1)), drop(there("data"))],          "dda", "3 1",                 []],
    ["both swaps hold",                   [swap(there("any", 1)), swap(there("any", 2))],        "ddd", "3 1 2",               []],
    ["late together",                     [swap(there("any", 1)), delay(there("any", 2), 7)],    "dd", "2+7 1+7",              []],
    ["behind both of a pair",             [swap(there("any", 1)), duplicate(there("any", 2))],   "dd", "2 2 1",                []],
    ["the first rule decides",            [drop(there("data", 2)), duplicate(there("data"))],    "ddd", "1 1 3 3",             []],
  ] as const)("%s", ([, rules, came, left, held]) => {
    const it = ruled(rules, frames(came));
    expect(text(it)).toBe(left);
    expect(it.held).toEqual(held);
  });

  test("every rule counts what it is about, and how often it was applied", () => {
    const it = ruled([drop(there("any", 2)), drop(there("data", 2)), duplicate(here("ack"))], frames("sSaddADA"));
    expect(it.did).toEqual([[4, 1], [2, 1], [2, 2]]);
    expect(it.dropped).toBe(2);
  });
});

describe("any rules, any frames", () => {
  const toward = fc.constantFrom<Toward>("there", "here");
  const kind = fc.constantFrom<FrameKind>("syn", "data", "ack", "any");
  const which = fc.record({ toward, kind, nth: fc.option(fc.integer({ min: 1, max: 8 })) });
  const rule = fc.record({ does: fc.constantFrom("drop", "duplicate", "delay", "swap"), frames: which, ms: fc.nat(9) })
    .map((it): WireRule => ({ ...it, ms: it.does === "delay" ? it.ms : 0 }));
  const came = fc.array(fc.record({ toward, kind }), { maxLength: 40 }).map((all) => all.map((it, id) => ({ ...it, id })));
  const of = (rules: readonly WireRule[], does: WireRule["does"], { did }: Outcome): number =>
    rules.reduce((sum, it, n) => sum + (it.does === does ? did[n]![1] : 0), 0);
  const holds = (rules: fc.Arbitrary<WireRule>, so: (rules: readonly WireRule[], all: readonly Frame[], it: Outcome) => void): void =>
    fc.assert(fc.property(fc.array(rules, { maxLength: 5 }), came, (some, all) => so(some, all, ruled(some, all))), { numRuns: 500 });

  test("without a drop rule nothing is lost: it left, or it waits", () => holds(rule.filter(({ does }) => does !== "drop"), (_, all, it) => {
    const there = new Set([...it.left.flat().map(([id]) => id), ...it.held]);
    expect([...there].sort((a, b) => a - b)).toEqual(all.map(({ id }) => id));
    expect(it.dropped).toBe(0);
  }));

  test("what came, and what was doubled, left, waits or was dropped", () => holds(rule, (rules, all, it) => {
    expect(it.dropped).toBe(of(rules, "drop", it));
    expect(it.left.flat().length + it.held.length + it.dropped).toBe(all.length + of(rules, "duplicate", it));
  }));

  test("what leaves goes the way of the frame that came", () => holds(rule, (_, all, it) => {
    for (const [i, left] of it.left.entries()) expect(left.map(([id]) => all[id]!.toward)).toEqual(left.map(() => all[i]!.toward));
  }));

  test("order changes by swapping alone; delays are told, not made", () => holds(rule.filter(({ does }) => does !== "swap"), (_, _all, it) => {
    const order = it.left.flat().map(([id]) => id);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }));

  test("a numbered rule is applied once", () => holds(rule, (rules, _, it) => {
    for (const [n, { frames: { nth } }] of rules.entries()) if (nth !== null) expect(it.did[n]![1]).toBeLessThanOrEqual(1);
  }));
});
