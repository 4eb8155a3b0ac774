/**
 * Holds a run against the log that strace wrote of it: every call of the run must stand in the log, in its
 * thread's order, with the same arguments and the same result; and of the network's calls, which Node makes
 * none of, nothing more.
 */
import { errnoName } from "../abi/errno.ts";
import { sockets } from "../abi/syscalls/sockets.ts";
import { callText } from "../sys/decode.ts";
import { readStraceLog, type TracedCall, type TracedLog } from "../witness/strace-log.ts";
import { likeness } from "../witness/strace-same.ts";
import { foundIn, type LoopSight, resultOf, type Sight, sightOf, soughtIn } from "./confirm-sight.ts";
import { type Thread, threadsOf } from "./confirm-threads.ts";
import type { Events } from "./fact.ts";
import { History } from "./history.ts";

/** A call that only one of the two has, or that they tell differently. */
export interface Difference {
  /** The number of our call; null where only strace has it. */
  readonly id: number | null;
  readonly actor: string;
  /** Each as a line of strace; null where there is none. */
  readonly ours: string | null;
  readonly theirs: string | null;
  /** Where it stands in the log, counted from 1. */
  readonly line: number | null;
}
/** What came of holding a run against a log. */
export interface Confirmation {
  readonly experiment: string;
  /** Every call that was looked for was found, and no other network call. */
  readonly agrees: boolean;
  /**
   * How many of the experiment's calls were found in the log, of how many that were looked for; those of
   * `times` loops included. What the chamber does for itself is compared as well, but not counted.
   */
  readonly calls: number;
  readonly of: number;
  readonly differences: readonly Difference[];
  /**
   * What a person should know of the log: that it was made without -f, which calls strace was not asked for.
   */
  readonly note: string | null;
}

/**
 * The calls that `strace -e trace=network` traces. Node makes none of them, as long as its output is no
 * socket.
 */
export const NETWORK: ReadonlySet<string> = new Set([...Object.keys(sockets), "sendfile"]);

/**
 * `events`: the history of one run; `log`: strace's text. `asked`: the calls that strace was told to trace,
 * where that is known; else a name that stands nowhere in the log is taken for one that it was not asked for.
 */
export function confirm(events: Events, log: string, asked: ReadonlySet<string> | null = null): Confirmation {
  const { experiment, witnesses, chamber } = new History(events).run;
  const traced = readStraceLog(log);
  const isUntraced = untracedBy(traced, asked);
  const threads = threadsOf(events);
  const sought = threads.map((it) => it.without(isUntraced)).filter((it) => it.entries.length > 0);
  const sights = assigned(sought, traced);
  const [calls, of] = [sum(sights.map(foundIn)), sum(sights.map(soughtIn))];
  const others = [
    ...["state", "wire"].filter((it) => witnesses[it]?.able),
    ...(chamber.built ? ["what the run built around itself"] : []),
  ];
  const differences = sights.flatMap((it) => differencesOf(it, others.length === 0));
  if (sum(threads.map((it) => it.total)) === 0) {
    return { experiment, agrees: true, calls, of, differences: [], note: "this run made no calls" };
  }
  const why = calls === 0 || differences.length > 0 ? whyNothing(traced, calls, experiment) : null;
  if (why !== null) return { experiment, agrees: false, calls: 0, of, differences: [], note: why };
  const missed = new Set(threads.flatMap((it) => it.calls.map(({ name }) => name)).filter(isUntraced));
  const notes = [
    missed.size === 0 ? []
      : `strace was not asked for ${[...missed].join(", ")}: these calls were not looked for`,
    others.length === 0 ? []
      : `${others.join(" and ")} made calls of the network too: what else strace saw was not compared`,
  ].flat();
  const note = notes.length === 0 ? null : notes.join("; ");
  return { experiment, agrees: differences.length === 0, calls, of, differences, note };
}
const sum = (numbers: readonly number[]): number => numbers.reduce((all, it) => all + it, 0);

/** Whether a call's absence from the log means nothing, for strace was not asked for it. */
function untracedBy(log: TracedLog, asked: ReadonlySet<string> | null): (name: string) => boolean {
  const seen = new Set(log.calls.map((it) => it.name));
  const network = [...seen].some((it) => NETWORK.has(it));
  return (name) => !(asked?.has(name) ?? (seen.has(name) || (network && NETWORK.has(name))));
}

/** Why a log cannot tell anything of the run; null where it can. */
function whyNothing(
  { calls, followed, strange }: TracedLog, found: number, experiment: string,
): string | null {
  const none = "strace saw none of this run's calls: "
    + "the log is of another run, or strace was asked for other calls";
  if (calls.length === 0) return strange > 0 ? "this is no log of strace" : "this log holds no calls";
  if (followed) return found === 0 ? none : null;
  return "this log was made without -f: strace followed only the program's first thread, "
    + "and a run's calls are made in a process of its own. "
    + `Make it again: strace -f -o log netlab run ${experiment} --save run.ndjson`;
}

/** Finds each thread among strace's: the one in which most of its calls are found. */
function assigned(threads: readonly Thread[], { calls }: TracedLog): readonly Sight[] {
  const byPid = new Map<number | null, TracedCall[]>(calls.map((it) => [it.pid, []]));
  for (const it of calls) byPid.get(it.pid)!.push(it);
  const found = new Map<Thread, Sight>();
  for (const thread of threads.toSorted((a, b) => b.total - a.total)) {
    const sights = [[], ...byPid.values()].map((theirs) =>
      sightOf(thread, theirs, (name) => NETWORK.has(name)));
    const best = sights.reduce((a, b) => (foundIn(b) > foundIn(a) || b.pairs.size > a.pairs.size ? b : a));
    found.set(thread, best);
    if (best.theirs.length > 0) byPid.delete(best.theirs[0]!.pid);
  }
  return threads.map((it) => found.get(it)!);
}

/** `alone`: nobody but the experiment made calls of the network, and no call more may be there. */
function differencesOf(sight: Sight, alone: boolean): readonly Difference[] {
  const { thread, theirs, lost, loops, rest } = sight;
  const { actor, calls } = thread;
  const taken = new Set<number>();
  const ofCalls = lost.map((i): Difference => {
    const other = counterpart(sight, i, taken);
    if (other !== null) taken.add(other);
    const told = other === null ? { theirs: null, line: null } : lineOf(theirs[other]!);
    return { id: calls[i]!.id, actor: calls[i]!.actor, ours: callText(calls[i]!), ...told };
  });
  const more = rest.filter((it) => alone && !taken.has(it) && NETWORK.has(theirs[it]!.name));
  return [
    ...ofCalls,
    ...loops.filter((it) => !it.agrees).map((it) => ofLoop(it, actor)),
    ...more.map((it): Difference => ({ id: null, actor, ours: null, ...lineOf(theirs[it]!) })),
  ];
}

const lineOf = ({ name, args, result, line }: TracedCall): LogLine =>
  ({ theirs: `${name}(${args}) = ${result}`, line });
type LogLine = { readonly theirs: string; readonly line: number };

/**
 * The call that strace tells where ours should stand: between the neighbours that were found, and most like
 * it.
 */
function counterpart(
  { thread, theirs, pairs, rest }: Sight, i: number, taken: ReadonlySet<number>,
): number | null {
  const found = [...pairs];
  const after = found.findLast(([ours]) => ours < i)?.[1] ?? -1;
  const before = found.find(([ours]) => ours > i)?.[1] ?? theirs.length;
  const ours = thread.calls[i]!;
  const there = rest.filter((it) =>
    it > after && it < before && !taken.has(it) && theirs[it]!.name === ours.name);
  return there.toSorted((a, b) => likeness(ours, theirs[b]!) - likeness(ours, theirs[a]!))[0] ?? null;
}

/**
 * A loop that strace tells otherwise: how many calls there were, with which results, the first and the last
 * of them.
 */
function ofLoop(
  { sum: { name, count, results, first, last }, theirs }: LoopSight, actor: string,
): Difference {
  const counts = new Map<string, number>();
  for (const it of theirs) counts.set(resultOf(it), (counts.get(resultOf(it)) ?? 0) + 1);
  const told = (n: number, of: Iterable<readonly [string, number]>, ends: readonly string[]): string => {
    const each = [...of].map(([result, times]) => `${result} × ${times}`).join(", ");
    return [`# ${n} calls of ${name}: ${each}`, ...ends].join("; ");
  };
  const mine = results.map(([result, times]) =>
    [result < 0 ? errnoName(-result) : String(result), times] as const);
  const line = theirs[0]?.line ?? null;
  return {
    id: first.id, actor, line, ours: told(count, mine, [callText(first), callText(last)]),
    theirs: theirs.length === 0 ? null
      : told(theirs.length, counts, [lineOf(theirs[0]!).theirs, lineOf(theirs.at(-1)!).theirs]),
  };
}
