/**
 * One thread of a run, and what strace saw of it: which calls are the same, which loops, and what is left
 * over.
 */
import { errnoName } from "../abi/errno.ts";
import { align } from "../witness/strace-align.ts";
import type { TracedCall } from "../witness/strace-log.ts";
import { sameCall } from "../witness/strace-same.ts";
import { countOf, type Entry, isOwn, type Thread } from "./confirm-threads.ts";
import type { SumOfCalls } from "./events.ts";

/** A `times` loop of calls of one name, and strace's calls in its place. */
export interface LoopSight {
  readonly sum: SumOfCalls;
  readonly theirs: readonly TracedCall[];
  readonly agrees: boolean;
}
/** What came of laying one thread against one of strace's. */
export interface Sight {
  readonly thread: Thread;
  readonly theirs: readonly TracedCall[];
  /** Single calls, by index in `thread.calls`, with the index of strace's that is the same. */
  readonly pairs: ReadonlyMap<number, number>;
  /** Single calls that were not found, by index. */
  readonly lost: readonly number[];
  readonly loops: readonly LoopSight[];
  /** Theirs that are none of ours, by index. */
  readonly rest: readonly number[];
}

/** `exact`: calls of this name are the run's alone; of others Node makes some too. */
export function sightOf(
  thread: Thread, theirs: readonly TracedCall[], exact: (name: string) => boolean,
): Sight {
  const { calls } = thread;
  const all = new Map(align(calls, theirs));
  const taken = new Set<number>();
  const [pairs, lost, loops]: [Map<number, number>, number[], LoopSight[]] = [new Map(), [], []];
  let at = 0;
  for (const entry of thread.entries) {
    const own = entry.calls.map((_, n) => at + n);
    at += own.length;
    if (entry.sums.length === 0) {
      const found = all.get(own[0]!);
      if (found === undefined) lost.push(own[0]!);
      else pairs.set(own[0]!, found);
      continue;
    }
    const place = placeOf(all, own, theirs.length);
    for (const sum of entry.sums) {
      const found = within(theirs, place, sum);
      for (const it of found) taken.add(it);
      loops.push(loopSight(sum, found.map((it) => theirs[it]!), exact(sum.name)));
    }
  }
  for (const it of pairs.values()) taken.add(it);
  const rest = [...theirs.keys()].filter((it) => !taken.has(it) && !isRestarted(theirs[it]!));
  return { thread, theirs, pairs, lost, loops, rest };
}

/** How many of the experiment's calls were found. */
export const foundIn = ({ thread: { calls }, pairs, loops }: Sight): number => {
  const single = [...pairs.keys()].filter((it) => isOwn(calls[it]!)).length;
  return loops.reduce((sum, it) => sum + Math.min(it.sum.count, it.theirs.length), single);
};

/** How many were looked for. */
export const soughtIn = ({ thread }: Sight): number =>
  thread.entries.map((it: Entry) => countOf(it)).reduce((sum, it) => sum + it, 0);

/**
 * A call that a signal interrupted, and that the kernel then made once more by itself: the program saw one
 * call.
 */
const isRestarted = ({ result }: TracedCall): boolean => /^\? ERESTART/.test(result);

/** Where a loop stands among theirs: from its first call that was found to the call that follows it. */
function placeOf(found: ReadonlyMap<number, number>, own: readonly number[], end: number): Stretch {
  const starts = own.flatMap((it) => found.get(it) ?? []);
  const later = [...found].filter(([ours]) => ours > own.at(-1)!).map(([, it]) => it);
  return [Math.min(end, ...starts), Math.min(end, ...later)];
}
type Stretch = readonly [from: number, to: number];

/** The calls of a loop's name in its place, up to the last that is the same as its last. */
function within(theirs: readonly TracedCall[], [from, to]: Stretch, sum: SumOfCalls): readonly number[] {
  const isOne = (it: number): boolean =>
    it >= from && it < to && theirs[it]!.name === sum.name && !isRestarted(theirs[it]!);
  const there = [...theirs.keys()].filter(isOne);
  return there.slice(0, there.findLastIndex((it) => sameCall(sum.last, theirs[it]!)) + 1);
}

/**
 * As many, with the same results, the first and the last of them the same; of what Node makes too, at least
 * as many.
 */
function loopSight(sum: SumOfCalls, theirs: readonly TracedCall[], exact: boolean): LoopSight {
  if (!exact) return { sum, theirs, agrees: theirs.length >= sum.count };
  const [first, last] = [theirs[0], theirs.at(-1)];
  const ends = first !== undefined && last !== undefined
    && sameCall(sum.first, first) && sameCall(sum.last, last);
  return { sum, theirs, agrees: ends && theirs.length === sum.count && sameResults(sum, theirs) };
}

function sameResults({ results }: SumOfCalls, theirs: readonly TracedCall[]): boolean {
  const counts = new Map<string, number>();
  for (const it of theirs) counts.set(resultOf(it), (counts.get(resultOf(it)) ?? 0) + 1);
  const ours = results.map(([result, count]) =>
    [result < 0 ? errnoName(-result) : String(result), count] as const);
  return ours.length === counts.size && ours.every(([result, count]) => counts.get(result) === count);
}

/** `70`, `EAGAIN`. */
export const resultOf = ({ errno, result }: TracedCall): string =>
  errno ?? String(Number(result.split(" ")[0]));
