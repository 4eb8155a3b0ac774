/**
 * Holds a run against the log that strace wrote of it: every call of the run must stand in the log, in its thread's order,
 * with the same arguments and the same result; and of the network's calls, which Node makes none of, nothing more.
 */
import { sockets } from "../abi/syscalls/sockets.ts";
import { callText } from "../sys/decode.ts";
import { align } from "../witness/strace-align.ts";
import { readStraceLog, type TracedCall, type TracedLog } from "../witness/strace-log.ts";
import { isOwn, type Thread, threadsOf } from "./confirm-threads.ts";
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
export interface Confirmation {
  readonly experiment: string;
  /** Every call that was looked for was found, and no other network call. */
  readonly agrees: boolean;
  /**
   * How many of the experiment's calls were found in the log, of how many that were looked for; those of `times` loops
   * included. What the chamber does for itself is compared as well, but not counted.
   */
  readonly calls: number;
  readonly of: number;
  readonly differences: readonly Difference[];
  /** What a person should know of the log: that it was made without -f, which calls strace was not asked for. */
  readonly note: string | null;
}

/** The calls that `strace -e trace=network` traces. Node makes none of them, as long as its output is no socket. */
export const NETWORK: ReadonlySet<string> = new Set([...Object.keys(sockets), "sendfile"]);

/**
 * `events`: the history of one run; `log`: strace's text. `asked`: the calls that strace was told to trace, where that is
 * known; else a name that stands nowhere in the log is taken for one that it was not asked for.
 */
export function confirm(events: Events, log: string, asked: ReadonlySet<string> | null = null): Confirmation {
  const { experiment } = new History(events).run;
  const traced = readStraceLog(log);
  const isUntraced = untracedBy(traced, asked);
  const threads = threadsOf(events);
  const sights = assigned(threads.map((it) => it.without(isUntraced)).filter((it) => it.names.length > 0), traced);
  const differences = sights.flatMap(differencesOf);
  const calls = sights.reduce((sum, it) => sum + foundIn(it), 0);
  const missed = new Set(threads.flatMap((it) => it.names).filter(isUntraced));
  return {
    experiment, calls, differences,
    of: sights.reduce((sum, { thread }) => sum + thread.total, 0),
    agrees: differences.length === 0 && calls > 0,
    note: calls === 0 ? whyNothing(traced, experiment) : missed.size === 0 ? null
      : `strace was not asked for ${[...missed].join(", ")}: these calls were not looked for`,
  };
}

/** Whether a call's absence from the log means nothing, for strace was not asked for it. */
function untracedBy(log: TracedLog, asked: ReadonlySet<string> | null): (name: string) => boolean {
  const seen = new Set(log.calls.map((it) => it.name));
  const network = [...seen].some((it) => NETWORK.has(it));
  return (name) => !(asked?.has(name) ?? (seen.has(name) || (network && NETWORK.has(name))));
}

function whyNothing({ calls, followed, strange }: TracedLog, experiment: string): string {
  if (calls.length === 0) return strange > 0 ? "this is no log of strace" : "this log holds no calls";
  if (followed) return "strace saw none of this run's calls: the log is of another run, or strace was asked for other calls";
  return "this log was made without -f: strace followed only the program's first thread, "
    + "and a run's calls are made in a process of its own. "
    + `Make it again: strace -f -o log netlab run ${experiment} --save run.ndjson`;
}

/** One thread of the run, and what strace saw of it. */
interface Sight {
  readonly thread: Thread;
  readonly theirs: readonly TracedCall[];
  /** Ours and theirs that are the same, by index. */
  readonly pairs: ReadonlyMap<number, number>;
  /** Theirs that are none of ours, by index. */
  readonly rest: readonly number[];
}

/** Finds each thread among strace's: the one in which most of its calls are found. */
function assigned(threads: readonly Thread[], { calls }: TracedLog): readonly Sight[] {
  const byPid = new Map<number | null, TracedCall[]>(calls.map((it) => [it.pid, []]));
  for (const it of calls) byPid.get(it.pid)!.push(it);
  const found = new Map<Thread, Sight>();
  for (const thread of threads.toSorted((a, b) => b.total - a.total)) {
    const sights = [...byPid.values()].map((theirs) => sightOf(thread, theirs));
    const best = sights.reduce((a, b) => (b.pairs.size > a.pairs.size ? b : a), sightOf(thread, []));
    found.set(thread, best);
    byPid.delete(best.theirs[0]?.pid ?? null);
  }
  return threads.map((it) => found.get(it)!);
}

function sightOf(thread: Thread, theirs: readonly TracedCall[]): Sight {
  const pairs = new Map(align(thread.calls, theirs));
  const used = new Set(pairs.values());
  return { thread, theirs, pairs, rest: [...theirs.keys()].filter((it) => !used.has(it) && !isRestarted(theirs[it]!)) };
}

/** A call that a signal interrupted, and that the kernel then made once more by itself: the program saw one call. */
const isRestarted = ({ result }: TracedCall): boolean => /^\? ERESTART/.test(result);
const named = ({ theirs, rest }: Sight, name: string): readonly number[] => rest.filter((it) => theirs[it]!.name === name);

const foundIn = (sight: Sight): number => {
  const summed = [...sight.thread.between].map(([name, count]) => Math.min(count, named(sight, name).length));
  const singly = [...sight.pairs.keys()].filter((it) => isOwn(sight.thread.calls[it]!)).length;
  return summed.reduce((sum, it) => sum + it, singly);
};

function differencesOf(sight: Sight): readonly Difference[] {
  const { thread, theirs, pairs, rest } = sight;
  const taken = new Set<number>();
  const lost = [...thread.calls.keys()].filter((it) => !pairs.has(it)).map((i): Difference => {
    const call = thread.calls[i]!;
    const other = counterpart(sight, i, taken);
    if (other !== null) taken.add(other);
    const told = other === null ? { theirs: null, line: null } : lineOf(theirs[other]!);
    return { id: call.id, actor: call.actor, ours: callText(call), ...told };
  });
  const isMore = ({ name }: TracedCall): boolean => NETWORK.has(name) && !thread.between.has(name);
  const more = rest.filter((it) => !taken.has(it) && isMore(theirs[it]!));
  return [
    ...lost,
    ...more.map((it): Difference => ({ id: null, actor: thread.actor, ours: null, ...lineOf(theirs[it]!) })),
    ...[...thread.between].flatMap(([name, count]) => miscounted(sight, name, count)),
  ];
}

const lineOf = ({ name, args, result, line }: TracedCall): { readonly theirs: string; readonly line: number } =>
  ({ theirs: `${name}(${args}) = ${result}`, line });

/** The call that strace tells where ours should stand: of the same name, between the neighbours that were found. */
function counterpart({ thread, theirs, pairs, rest }: Sight, i: number, taken: ReadonlySet<number>): number | null {
  const found = [...pairs];
  const after = found.findLast(([ours]) => ours < i)?.[1] ?? -1;
  const before = found.find(([ours]) => ours > i)?.[1] ?? theirs.length;
  const { name } = thread.calls[i]!;
  return rest.find((it) => it > after && it < before && !taken.has(it) && theirs[it]!.name === name) ?? null;
}

/** Of calls that were recorded in sum, strace must have as many; of those that Node makes too, at least as many. */
function miscounted(sight: Sight, name: string, count: number): readonly Difference[] {
  const there = named(sight, name).length;
  if (NETWORK.has(name) ? there === count : there >= count) return [];
  const text = (n: number): string => `# ${n} calls of ${name} between the first and the last`;
  return [{ id: null, actor: sight.thread.actor, ours: text(count), theirs: text(there), line: null }];
}
