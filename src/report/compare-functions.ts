/** Which of the kernel's functions only one of several runs was seen to pass. */
import type { StackEvent } from "../lab/events.ts";
import type { Events } from "../lab/fact.ts";
import { callsOf, witnessOf } from "./compare-events.ts";
import { many } from "./counted.ts";

/** One of the runs, and the kernel's functions that are known to teach something about it. */
export interface Compared {
  readonly history: Events;
  readonly functions: readonly string[];
}
/** So many are named. */
const NAMED = 6;

/**
 * For each run, those that no other passed: the ones that teach first, in their order on the way. Only what
 * was seen at tracepoints that were watched in all runs is compared. Empty where stacks were not seen.
 */
export function functionsOnlyIn(sides: readonly Compared[]): readonly (readonly string[])[] {
  const seen = sides.map(({ history }) => passed(history, watchedIn(sides.map((it) => it.history))));
  return sides.map(({ functions }, i) => {
    const others = new Set(seen.filter((_, j) => j !== i).flat());
    const made = new Set(sides.filter((_, j) => j !== i).flatMap(({ history }) => names(history)));
    const own = seen[i]!.filter((fn) => !others.has(fn) && !made.has(fn.replace(ENTRY, "")));
    const teaching = functions.filter((fn) => own.includes(fn));
    const named = [...new Set([...teaching, ...own])].slice(0, NAMED);
    return own.length > named.length ? [...named, many(own.length - named.length, "other function")] : named;
  });
}

/** The tracepoints that every run watched. */
function watchedIn(histories: readonly Events[]): ReadonlySet<string> {
  const lists = histories.map((it) => {
    const { able, watching = [] } = witnessOf(it, "stacks");
    return able ? watching : [];
  });
  return new Set(lists[0]?.filter((at) => lists.every((it) => it.includes(at))));
}

/** Each once, in the order in which they were first seen. */
const passed = (history: Events, at: ReadonlySet<string>): readonly string[] => [...new Set(history
  .filter((it): it is StackEvent => it.type === "stack" && at.has(it.event))
  .flatMap((it) => it.frames.filter((fn) => !MACHINE.test(fn))))];

/** Of a machine, where its calls enter. */
const MACHINE = /^__(x64|arm64)_sys_/;
/** Where a call enters on all of them: whoever makes it passes there, though nothing need be seen. */
const ENTRY = /^_+sys_/;
const names = (history: Events): readonly string[] => callsOf(history).map((it) => it.name);
