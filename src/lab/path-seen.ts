/** What a run showed of a declared path: which steps were seen, where first, and how long into a call. */
import { follow, type KernelPath, type Step } from "../kernel/path.ts";
import type { CallEvent, HistoryEvent, StackEvent } from "./events.ts";

/** The first sight of a step. */
export interface Sight {
  /** The tracepoint, "sock:sk_data_ready". */
  readonly at: string;
  /** The call's number in the run. */
  readonly call: number;
  /** Since that call entered the kernel, in ns, with tracing on: by then the step had been entered. */
  readonly after: number;
}
/** The call that shows most of a path, and its stacks, each with the steps that no earlier one showed. */
export interface Shown {
  readonly call: CallEvent;
  readonly looks: readonly { readonly at: string; readonly after: number; readonly steps: readonly Step[] }[];
}
export interface PathSeen {
  /** By step, of whatever call showed it first. */
  readonly steps: ReadonlyMap<Step, Sight>;
  /** Null where no call showed any. */
  readonly shown: Shown | null;
}

/** Of the key of an experiment's path, "sendto" or "sendto receive", the call that is made. */
export const callOf = (key: string): string => key.split(" ", 1)[0]!;
/** And what the way is called: "sendto", "receive". */
export const wayOf = (key: string): string => key.slice(key.indexOf(" ") + 1);

/** What the stacks in calls of these names show of a path. Of two calls that show as much, the earlier. */
export function pathSeen(
  history: readonly HistoryEvent[], names: readonly string[], path: KernelPath,
): PathSeen {
  const known = memoized(path);
  const calls = callsWithStacks(history, names).map((it) => shownBy(it, known));
  const sights = calls.flatMap(({ call: { id }, looks }) =>
    looks.flatMap(({ at, after, steps }) => steps.map((it) => [it, { at, call: id, after }] as const)));
  const most = calls.reduce<Shown | null>((a, b) => (a === null || count(b) > count(a) ? b : a), null);
  const steps = new Map<Step, Sight>();
  for (const [it, sight] of sights) if (!steps.has(it)) steps.set(it, sight);
  return { steps, shown: most === null || count(most) === 0 ? null : most };
}

/** A call, and the stacks that were seen in it, in their order. */
type Stacked = readonly [call: CallEvent, stacks: readonly StackEvent[]];

function callsWithStacks(history: readonly HistoryEvent[], names: readonly string[]): readonly Stacked[] {
  const stacks = new Map<number, StackEvent[]>();
  for (const it of history) {
    if (it.type !== "stack" || it.inside === null) continue;
    const before = stacks.get(it.inside);
    if (before === undefined) stacks.set(it.inside, [it]);
    else before.push(it);
  }
  return history.flatMap((it) =>
    (it.type === "call" && names.includes(it.name) && stacks.has(it.id)
      ? [[it, stacks.get(it.id)!] as const] : []));
}

const count = ({ looks }: Shown): number => looks.reduce((sum, { steps }) => sum + steps.length, 0);

function shownBy([call, stacks]: Stacked, known: Known): Shown {
  const before = new Set<Step>();
  const looks = stacks.flatMap(({ event, t, frames }) => {
    const steps = known(frames).filter((it) => !before.has(it));
    for (const it of steps) before.add(it);
    return steps.length === 0 ? [] : [{ at: event, after: t - call.enter, steps }];
  });
  return { call, looks };
}

/** The steps on a stack. The same stack is seen a thousand times. */
type Known = (frames: readonly string[]) => readonly Step[];
function memoized(path: KernelPath): Known {
  const found = new Map<string, readonly Step[]>();
  return (frames) => {
    const key = frames.join(" ");
    const steps = found.get(key) ?? [...follow(path, [frames]).keys()];
    found.set(key, steps);
    return steps;
  };
}
