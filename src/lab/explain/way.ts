/** The declared way of a call of a log through the kernel, by the protocol of its socket. */
import { knownPaths } from "../../kernel/known-paths.ts";
import { callerOf, type KernelPath, type Step } from "../../kernel/path.ts";

export interface Way {
  /** As `netlab path` takes it: `tcp connect`. */
  readonly name: string;
  readonly path: KernelPath;
}

/** Calls that go the way of another one, the nearest first. */
const LIKE: Readonly<Record<string, readonly string[]>> = {
  accept4: ["accept"], epoll_create: ["epoll_create1"], epoll_wait: ["epoll_pwait"],
  epoll_pwait2: ["epoll_pwait"], poll: ["ppoll"], select: ["pselect6"], close: ["close listener"],
};
/** Where the ways of calls stand that wait, whatever the sockets are. */
const WAITING = ["epoll", "poll", "select"] as const;

/**
 * Null where netlab declares no such way. `protocol` null: it is not known, or there is none. `waits`: the
 * call is one that waits for descriptors. `listens`: its socket is a listener, which closes otherwise.
 */
export function wayOf(
  protocol: string | null, call: string, waits: boolean, listens: boolean,
): Way | null {
  const groups = [...(protocol === null ? [] : [protocol]), ...(waits ? WAITING : [])];
  const like = own(LIKE, call) ?? [];
  const calls = listens ? [...like, call] : [call, ...like.filter((it) => it !== "close listener")];
  for (const group of groups) {
    for (const one of calls) {
      const path = own(own(knownPaths, group) ?? {}, one);
      if (path !== undefined) return { name: `${group} ${one}`, path };
    }
  }
  return null;
}

/** What a table has under a name that a log gave. */
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  (Object.hasOwn(table, name) ? table[name] : undefined);

/**
 * The functions from the first down to the deepest of those that are always passed, each called by the one
 * before it: the way in short.
 */
export function spineOf({ steps }: KernelPath): readonly Step[] {
  const spines = steps.map((_, i) => spineTo(steps, i)).filter((it) => it.every(({ when }) => when === null));
  const deepest = Math.max(...spines.map((it) => it.length));
  return spines.find((it) => it.length === deepest) ?? [];
}

/** A step, and above it whoever called it. */
function spineTo(steps: readonly Step[], place: number): readonly Step[] {
  const spine: Step[] = [];
  for (let i = place; i >= 0; i = callerOf(steps, i)) spine.unshift(steps[i]!);
  return spine;
}
