/** What a guest's bench is taken for: a line that was measured is proven; a gate that refuses is broken. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { BenchResult } from "../../src/bench/result.ts";

interface Run {
  readonly code: number;
  readonly events: string | null;
  readonly said: string | null;
}
const { benched } = (await import(new URL("./benched.js", import.meta.url).href)) as { benched(run: Run): { readonly items: readonly unknown[] } };
const measured = JSON.parse(readFileSync(new URL("../bench/fixtures/measured.json", import.meta.url), "utf8")) as BenchResult;
/** The fixture, without the lines of these names. */
const without = (...names: readonly string[]): string => JSON.stringify({
  ...measured,
  loops: measured.loops.map((it) => ({ ...it, lines: it.lines.map((line) => (names.includes(`${it.name} ${line.name}`) ? { ...line, rate: null, why: "why" } : line)) })),
});

test.for([
  ["all of it",              0, without(),                                   { proven: 16, refuted: 0, unknown: 0, broken: 0 }],
  ["no C",                   0, without("sendto c", "tcp c"),                { proven: 14, unknown: 0, broken: 0 }],
  ["a loop that is not to be had", 0, without("gso call", "gso prepared"),   { proven: 14, unknown: 2, broken: 0 }],
  ["no gate",                0, without("gso prepared"),                     { proven: 15, unknown: 0, broken: 1 }],
  ["it failed",              77, "",                                         { proven: 0, broken: 1 }],
  ["it was cut off",         0, null,                                        { proven: 0, broken: 1 }],
] as const)("%s", ([, code, events, is]) => expect(benched({ code, events, said: "netlab: said\n" })).toMatchObject(is));
