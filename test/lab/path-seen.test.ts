/** What the stacks of a run show of a path. */
import { expect, test } from "vitest";
import { path, step } from "../../src/kernel/path.ts";
import type { CallEvent, StackEvent } from "../../src/lab/events.ts";
import { callOf, pathSeen, wayOf } from "../../src/lab/path-seen.ts";

const way = path("x", ["a:b"], ["f", "g", "h"].map((fn, depth) => step(depth, fn, "a.c", "does")));
const call = (id: number, name: string, enter: number): CallEvent =>
  ({ type: "call", id, name, actor: "main", nr: 1, args: [], result: 0, errno: null, enter, exit: enter + 900, t: enter + 900, experiment: "e" });
const stack = (inside: number | null, t: number, event: string, ...frames: readonly string[]): StackEvent =>
  ({ type: "stack", event, actor: "main", inside, frames, fields: {}, t, experiment: "e" });
const text = (names: readonly string[]): object => {
  const { steps, shown } = pathSeen([
    call(1, "sendto", 1000), stack(1, 1100, "a:b", "x", "f"), stack(1, 1150, "a:b", "f"),
    call(2, "write", 2000),  stack(2, 2100, "a:b", "f", "g"), stack(null, 2200, "a:b", "f", "g", "h"), stack(2, 2500, "c:d", "f", "h"),
    call(3, "write", 3000),  stack(3, 3100, "a:b", "f", "g", "h"),
  ], names, way);
  return {
    steps: [...steps].map(([{ fn }, { at, call: id, after }]) => `${fn} ${at} #${id} ${after}`),
    shown: shown === null ? null : [shown.call.id, ...shown.looks.map((it) => `${it.at} ${it.after} ${it.steps.map(({ fn }) => fn).join()}`)],
  };
};

test("the first sight of a step, and the call that shows most, the earlier of two", () => expect(text(["write"])).toEqual({
  steps: ["f a:b #2 100", "g a:b #2 100", "h c:d #2 500"], shown: [2, "a:b 100 f,g", "c:d 500 h"],
}));
test("in calls of several names", () => expect(text(["sendto", "write"])).toEqual({
  steps: ["f a:b #1 100", "g a:b #2 100", "h c:d #2 500"], shown: [2, "a:b 100 f,g", "c:d 500 h"],
}));
test("nothing in calls that were not made", () => expect(text(["connect"])).toEqual({ steps: [], shown: null }));
test("a key is a call, or a call and a way inside it", () =>
  expect(["sendto", "sendto receive", "close close listener"].map((it) => [callOf(it), wayOf(it)])).toEqual([["sendto", "sendto"], ["sendto", "receive"], ["close", "close listener"]]));
