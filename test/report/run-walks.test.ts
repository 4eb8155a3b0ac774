/** The paths of a run as its kernel has them: by its release, and by the names on its stacks. */
import { expect, test } from "vitest";
import { path, step } from "../../src/kernel/path.ts";
import type { HistoryEvent, RunEvent } from "../../src/lab/events.ts";
import { walksOf } from "../../src/report/run-walks.ts";

const way = path("x", ["a:b"], [step(0, "f", "a.c", "does"), step(1, "renamed", "a.c", "does", { was: "old", since: ["5.10", "6.1"] })]);
const run = (kernel: string, able: boolean): RunEvent => ({
  type: "run", schema: 1, netlab: "0", asks: "?", parameters: {}, experiment: "e", t: 0, chamber: { mode: "root", why: null },
  machine: { kernel, arch: "x64", node: "v20", koffi: "3", uid: 0 }, witnesses: { stacks: { able, why: able ? null : "no" } },
});
const kept = (actor: string, ...frames: readonly string[]): readonly HistoryEvent[] => [
  { type: "call", id: 1, name: "sendto", actor, nr: 44, args: [], result: 1, errno: null, enter: 0, exit: 9, t: 9, experiment: "e" },
  { type: "stack", event: "a:b", actor, inside: 1, frames, fields: {}, t: 5, experiment: "e" },
];
const walks = (kernel: string, able: boolean, frames: readonly string[], actor = "main"): readonly string[] =>
  walksOf({ sendto: way, "sendto transmit": way, connect: way }, run(kernel, able), kept(actor, ...frames), () => null)
    .map(({ way: name, inside, path: { steps }, seen }) => `${name} in ${inside}: ${steps.map(({ fn, unsure }) => fn + (unsure ? "?" : "")).join(" ")}, ${seen === null ? "not watched" : `${seen.steps.size} seen`}`);

test.each([
  ["5.10.1",  ["f", "old"],     "f old, 2 seen"],
  ["6.18.44", ["f", "renamed"], "f renamed, 2 seen"],
  ["5.15",    ["f", "old"],     "f old, 2 seen"],
  ["5.15",    ["f"],            "f renamed?, 1 seen"],
] as const)("Linux %s, with %j on its stacks: %s", (kernel, frames, said) =>
  expect(walks(kernel, true, frames)).toEqual([`sendto in sendto: ${said}`, `transmit in sendto: ${said}`]));

test("where nobody watched", () => expect(walks("6.18", false, [])[0]).toBe("sendto in sendto: f renamed, not watched"));
test("of calls that the chamber made nothing is told", () => expect(walks("6.18", true, ["f"], "chamber")).toEqual([]));
