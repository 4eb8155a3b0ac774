/**
 * A way through the kernel as data: the functions that one system call passes, written down once, as a tree
 * of who calls whom, with what each does. Only those that teach are named, so a path is compared with a stack
 * as a subsequence, never name by name. Prototypes are not written here: the running kernel's BTF has them.
 */
import type { Between } from "./release.ts";
import { sourceName } from "./source-name.ts";

/**
 * Why a function that is passed is on none of the stacks that are watched:
 * - tail call: it ends by jumping to the next one, which takes its place on the stack
 * - inlined: the compiler put its body into its caller; it may not even be a symbol
 * - unwatched: none of the path's tracepoints lies inside it, so nobody looks while it runs
 */
export type Hidden = "tail call" | "inlined" | "unwatched";

/** One function on the way. */
export interface Step {
  /** How far below the path's first function. Its caller is the last step above it that is less deep. */
  readonly depth: number;
  readonly fn: string;
  /** Where in the kernel's source, "net/ipv4/udp.c". */
  readonly file: string;
  /** What it does, in plain words. */
  readonly does: string;
  /** Null where it can be seen. */
  readonly hidden: Hidden | null;
  /** The pointer in a table of functions that it is called by: "inet_stream_ops.connect". */
  readonly by: string | null;
  /** The name that the notes use for it, where that is another one. */
  readonly inNote: string | null;
  /** When it is passed, where that is not always: "an address is asked for". */
  readonly when: string | null;
  /** When the kernel got a function of this name; null: every kernel that was looked at has it. */
  readonly since: Between | null;
  /** What stood in its place before `since`; null: nothing did. */
  readonly was: string | null;
  /** When the kernel lost it; null: every kernel since has it. */
  readonly until: Between | null;
}

/** What one system call does inside the kernel, as far as `to`. */
export interface KernelPath {
  readonly to: string;
  /** The tracepoints on whose stacks it can be seen, "sock:sk_data_ready". */
  readonly at: readonly string[];
  /** In the order in which they are entered, each behind its caller. */
  readonly steps: readonly Step[];
}

type Options = Partial<Pick<Step, "by" | "inNote" | "when" | "since" | "was" | "until">>;

/**
 * A path. Its steps may be a function, which makes them when they are first looked at: a start loads all
 * paths, and needs few of them. Throws RangeError for one that cannot be right: no tracepoint; and, at the
 * latest when its steps are looked at, for no steps, one that nobody above it can have called, one twice in
 * the same place, no source file.
 */
export function path(
  to: string, at: readonly string[], steps: readonly Step[] | (() => readonly Step[]),
): KernelPath {
  if (at.length === 0) throw wrong(to, "it can be seen at no tracepoint");
  const odd = at.find((it) => !/^[\w-]+:\w+$/.test(it));
  if (odd !== undefined) {
    throw wrong(to, `"${odd}" is not the name of a tracepoint, as in sock:sk_data_ready`);
  }
  if (typeof steps !== "function") return { to, at, steps: checked(to, steps) };
  let made: readonly Step[] | null = null;
  return {
    to, at,
    get steps() {
      made ??= checked(to, steps());
      return made;
    },
  };
}

const wrong = (to: string, what: string): RangeError => new RangeError(`the path to ${to}: ${what}`);

function checked(to: string, steps: readonly Step[]): readonly Step[] {
  if (steps.length === 0) throw wrong(to, "it has no steps");
  const uncalled = steps.find(({ depth }, i) =>
    (i === 0 ? depth !== 0 : depth < 1 || depth > steps[i - 1]!.depth + 1));
  if (uncalled) {
    throw wrong(to, `nothing above ${uncalled.fn} can have called it, at depth ${uncalled.depth}`);
  }
  const places = steps.map(({ fn }, i) => `${callerOf(steps, i)} ${fn}`);
  const twice = steps.find((_, i) => places.indexOf(places[i]!) < i);
  if (twice) throw wrong(to, `${twice.fn} is called twice by the same function`);
  // A header has bodies of functions only for their callers.
  const isSource = ({ file, hidden }: Step) => (hidden === "inlined" ? /\.[chS]$/ : /\.[cS]$/).test(file);
  const nowhere = steps.find((it) => !isSource(it));
  if (nowhere) {
    throw wrong(to, `${nowhere.fn} is said to be in ${nowhere.file}, which is no source file`);
  }
  return steps;
}

/** A function that can be seen on a stack. */
export const step = (depth: number, fn: string, file: string, does: string, options: Options = {}): Step => ({
  depth, fn, file, does, hidden: null,
  by: null, inNote: null, when: null, since: null, was: null, until: null, ...options,
});

/** A function that is passed but cannot be seen, and why. */
export const hidden = (
  depth: number, why: Hidden, fn: string, file: string, does: string, options: Options = {},
): Step => ({ ...step(depth, fn, file, does, options), hidden: why });

/**
 * Where a system call enters: the function that the kernel's SYSCALL_DEFINE makes for it, which takes the
 * arguments out of the saved registers.
 */
export const entry = (call: string, file: string, does: string, options: Options = {}): Step =>
  step(0, entryName(call), file, does, options);

/** Its name begins with the machine's: `__x64_sys_sendto`, on arm64 `__arm64_sys_sendto`. */
export const entryName = (call: string): string =>
  `${process.arch === "arm64" ? "__arm64" : "__x64"}_sys_${call}`;

/** An entry that does nothing but jump to what it is for, and leaves nothing on the stack. */
export const jumping = (it: Step): Step => ({ ...it, hidden: "tail call" });

/** The place of a step's caller among `steps`; -1 for the first. */
export function callerOf(steps: readonly Step[], i: number): number {
  for (let j = i - 1; j >= 0; j--) if (steps[j]!.depth < steps[i]!.depth) return j;
  return -1;
}

/**
 * The steps that were seen, each with the first of the stacks (function names, outermost first) that it was
 * seen on. A stack shows one way down the tree: the one that has the most steps on it, in their order; where
 * two ways part, those that could be seen on one of them and were not speak against it. A copy that the
 * compiler made of a function (`.isra.0`, `.cold`) is that function.
 */
export function follow(
  { steps }: KernelPath, stacks: readonly (readonly string[])[],
): ReadonlyMap<Step, number> {
  const ways = steps.map((_, i) => wayTo(steps, i));
  const seen = new Map<Step, number>();
  for (const [n, stack] of stacks.entries()) {
    const frames = stack.map(sourceName);
    const there = ways.filter((way) => frames.includes(way.at(-1)!.fn));
    const walks = there.map((way) => ({ way, found: onStack(way, frames) }));
    const best = walks.reduce((a, b) => (isBetter(b, a) ? b : a), { way: [], found: [] });
    for (const it of best.found) if (!seen.has(it)) seen.set(it, n);
  }
  return seen;
}

/** A way down, and what of it is on a stack. */
interface Walk {
  readonly way: readonly Step[];
  readonly found: readonly Step[];
}

function isBetter(a: Walk, b: Walk): boolean {
  const fork = a.way.findIndex((it, i) => it !== b.way[i]);
  if (fork < 0 || fork >= b.way.length) return a.found.length > b.found.length;
  const score = ({ way, found }: Walk): number => way.slice(fork).reduce((sum, it) =>
    sum + (found.includes(it) ? 1 : it.hidden === null ? -1 : 0), 0);
  return score(a) > score(b);
}

/** From the first step down to this one. */
function wayTo(steps: readonly Step[], i: number): readonly Step[] {
  const caller = callerOf(steps, i);
  return [...(caller < 0 ? [] : wayTo(steps, caller)), steps[i]!];
}

/** The longest common subsequence; of several, the one with the earlier steps. */
function onStack(steps: readonly Step[], frames: readonly string[]): readonly Step[] {
  // most[i][j]: how many of the steps from i on lie on the frames from j on.
  const most = Array.from({ length: steps.length + 1 }, () => new Array<number>(frames.length + 1).fill(0));
  for (let i = steps.length - 1; i >= 0; i--) {
    for (let j = frames.length - 1; j >= 0; j--) {
      const here = steps[i]!.fn === frames[j];
      most[i]![j] = here ? 1 + most[i + 1]![j + 1]! : Math.max(most[i + 1]![j]!, most[i]![j + 1]!);
    }
  }
  const seen: Step[] = [];
  let i = 0;
  for (const [j, frame] of frames.entries()) {
    while (steps[i]?.fn !== frame && most[i]![j]! > most[i]![j + 1]!) i++;
    if (steps[i]?.fn === frame) seen.push(steps[i++]!);
  }
  return seen;
}
