/** The names of the declared paths, "udp sendto": a group and one of its ways, or only one of both. */
import { knownPaths } from "./known-paths.ts";
import type { KernelPath } from "./path.ts";

/** A declared path, by what people ask for it. */
export interface Way {
  /** "udp sendto" */
  readonly name: string;
  readonly group: string;
  /** The call that takes it, or its own name, where it is no call's. */
  readonly call: string;
  readonly path: KernelPath;
}

/** All of them, group by group. */
export const WAYS: readonly Way[] = Object.entries(knownPaths).flatMap(([group, calls]) =>
  Object.entries(calls).map(([call, path]) => ({ name: `${group} ${call}`, group, call, path })));

/** The name of a path, "udp sendto"; null for one that is not among the declared ones. */
export const nameOf = (path: KernelPath): string | null =>
  WAYS.find((it) => it.path === path)?.name ?? null;

/**
 * What libc, or who types, calls otherwise: send(2) is sendto without an address, in libc; accept and accept4
 * meet in one function; epoll_wait and poll are made by their newer calls.
 */
const SAME: Readonly<Record<string, string>> = {
  send: "sendto", recv: "recvfrom", accept4: "accept", accept: "accept4",
  epoll_wait: "epoll_pwait", epoll_pwait: "epoll_wait", poll: "ppoll", ppoll: "poll",
};

/** All that can be asked for, by one word or two. */
export const NAMES: readonly string[] = [...new Set(WAYS.flatMap(({ name, group, call }) =>
  [name, group, ...aliases(call).map((it) => `${group} ${it}`)]))];

function aliases(call: string): readonly string[] {
  return Object.keys(SAME).filter((it) => SAME[it] === call);
}

/**
 * What is asked for: one way, or several where a group is named, or a call that several groups have. Empty
 * where there is none.
 */
export function waysNamed(asked: string): readonly Way[] {
  const found = WAYS.filter(({ name, group, call }) => [name, group, call].includes(asked));
  const whole = found.filter(({ name }) => name === asked);
  if (found.length > 0) return whole.length > 0 ? whole : found;
  const words = asked.split(" ");
  const other = SAME[words.at(-1)!];
  const again = [...words.slice(0, -1), other].join(" ");
  return other === undefined ? [] : WAYS.filter(({ name, call }) => name === again || call === again);
}
