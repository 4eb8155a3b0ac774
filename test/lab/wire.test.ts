/** The words of a wire's rules. */
import { expect, test } from "vitest";
import { delay, drop, duplicate, here, swap, there } from "../../src/lab/wire.ts";
import { layouts } from "../../src/memory/layouts.ts";

test("they are plain data, that travel to a thread", () => {
  const rules = [drop(there("data", 3)), duplicate(here("syn")), delay(there("ack", 1), 20), swap(here("any", 2))];
  expect(structuredClone(rules)).toEqual(rules);
  expect(rules).toEqual([
    { does: "drop", frames: { toward: "there", kind: "data", nth: 3 }, ms: 0 },
    { does: "duplicate", frames: { toward: "here", kind: "syn", nth: null }, ms: 0 },
    { does: "delay", frames: { toward: "there", kind: "ack", nth: 1 }, ms: 20 },
    { does: "swap", frames: { toward: "here", kind: "any", nth: 2 }, ms: 0 },
  ]);
});

test.for([
  ["the zeroth",    () => there("data", 0),                         'there("data", 0): frames are counted from 1'],
  ["one and a half", () => here("ack", 1.5),                        'here("ack", 1.5): frames are counted from 1'],
  ["time past",     () => delay(there("any"), -1),                  "nothing can be delayed by -1 ms"],
  ["for ever",      () => delay(there("any"), Number.POSITIVE_INFINITY), "nothing can be delayed by Infinity ms"],
] as const)("there is no such rule: %s", ([, make, says]) => expect(make).toThrow(new RangeError(says)));

test("what a rule did can be read where a saved run is judged", () => expect(layouts.get("wire_rule")?.size).toBe(8));
