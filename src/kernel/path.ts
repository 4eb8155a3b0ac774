/**
 * A way through the kernel as data: the functions that one system call passes, written down once, with what
 * each does. Only those that teach are named, so a path is compared with a stack as a subsequence, never name
 * by name. Prototypes are not written here: the running kernel's BTF has them.
 */
import { sourceName } from "./symbols.ts";

/**
 * Why a function that is passed is on none of the stacks that are watched:
 * - tail call: it ends by jumping to the next one, which takes its place on the stack
 * - inlined: the compiler put its body into its caller; it may not even be a symbol
 * - has returned by then: it was called, and was done before the tracepoint was reached
 * - leaf: no tracepoint that is watched lies inside it, so nobody looks while it runs
 */
export type Hidden = "tail call" | "inlined" | "has returned by then" | "leaf";

/** One function on the way. */
export interface Step {
  readonly fn: string;
  /** Where in the kernel's source, "net/ipv4/udp.c". */
  readonly file: string;
  /** What it does, in plain words. */
  readonly does: string;
  /** Null where it can be seen. */
  readonly hidden: Hidden | null;
  /** The name that the notes use for it, where that is another one. */
  readonly inNote: string | null;
  /** When it is passed, where that is not always: "an address is asked for". */
  readonly when: string | null;
}

/** What one system call does inside the kernel, as far as `to`. */
export interface KernelPath {
  readonly to: string;
  /** The tracepoints on whose stacks it can be seen, "sock:sk_data_ready". */
  readonly at: readonly string[];
  readonly steps: readonly Step[];
}

interface Options {
  readonly inNote?: string;
  readonly when?: string;
}

/**
 * A path; throws RangeError for one that cannot be right: no steps, one twice, no tracepoint, no source file.
 */
export function path(to: string, at: readonly string[], steps: readonly Step[]): KernelPath {
  const wrong = (what: string) => new RangeError(`the path to ${to}: ${what}`);
  if (steps.length === 0) throw wrong("it has no steps");
  if (at.length === 0) throw wrong("it can be seen at no tracepoint");
  const odd = at.find((it) => !/^[\w-]+:\w+$/.test(it));
  if (odd !== undefined) throw wrong(`"${odd}" is not the name of a tracepoint, as in sock:sk_data_ready`);
  const twice = steps.find(({ fn }, i) => steps.findIndex((it) => it.fn === fn) < i);
  if (twice) throw wrong(`${twice.fn} is in it twice`);
  const nowhere = steps.find(({ file }) => !/\.[cS]$/.test(file));
  if (nowhere) throw wrong(`${nowhere.fn} is said to be in ${nowhere.file}, which is no source file`);
  return { to, at, steps };
}

/** A function that can be seen on a stack. */
export const step = (fn: string, file: string, does: string, options: Options = {}): Step =>
  ({ fn, file, does, hidden: null, inNote: options.inNote ?? null, when: options.when ?? null });

/** A function that is passed but cannot be seen, and why. */
export const hidden = (why: Hidden, fn: string, file: string, does: string, options: Options = {}): Step =>
  ({ ...step(fn, file, does, options), hidden: why });

/**
 * Where a system call enters: the function that the kernel's SYSCALL_DEFINE makes for it, which takes the
 * arguments out of the saved registers. Its name begins with the machine's: `__x64_sys_sendto`, on arm64
 * `__arm64_sys_sendto`.
 */
export const entry = (call: string, file: string, does: string, options: Options = {}): Step =>
  step(`${process.arch === "arm64" ? "__arm64" : "__x64"}_sys_${call}`, file, does, options);

/**
 * The steps that were seen: on each stack (function names, outermost first) the longest series of steps that
 * lie on it in the path's order. A copy that the compiler made of a function (`.isra.0`, `.cold`) is that
 * function.
 */
export function follow({ steps }: KernelPath, stacks: readonly (readonly string[])[]): ReadonlySet<Step> {
  return new Set(stacks.flatMap((stack) => onStack(steps, stack.map(sourceName))));
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
