/** What calls are about, and which of their arguments are descriptors. */
import type { Parameter } from "../../abi/parameter.ts";
import { sockets } from "../../abi/syscalls/sockets.ts";
import { type SyscallName, syscalls } from "../../abi/syscalls.ts";
import type { StraceCall } from "../../witness/strace-entry.ts";
import type { Member, Value } from "../../witness/strace-value.ts";
import { memberOf, settled } from "./worth.ts";

/** What a call is about by its name alone; what is done to a socket's descriptor is about the socket, too. */
export type About = "socket" | "waiting" | "process";

const WAITING = /^(?:p?poll|p?select6?|_newselect|epoll_\w+)(?:_time64)?$/;
const PROCESS = /^(?:execve|execveat|clone3?|v?fork)$/;

/** Null: nothing that netlab has to say anything of. */
export function aboutOf(call: string): About | null {
  if (Object.hasOwn(sockets, call)) return "socket";
  return WAITING.test(call) ? "waiting" : PROCESS.test(call) ? "process" : null;
}

/** Calls that succeed on nothing but sockets: what they are given is one. */
export const isOnlyForSockets = (call: string): boolean =>
  Object.hasOwn(sockets, call) && call !== "socket" && call !== "socketpair" && call !== "socketcall";

/** The parameters of a call by netlab's table; null for a call that it does not know. */
export const parametersOf = (call: string): readonly Parameter[] | null =>
  (Object.hasOwn(syscalls, call) ? syscalls[call as SyscallName].slice(1) as readonly Parameter[] : null);

const DESCRIPTOR = /^(?:fd|fildes|oldfd|ufd|out_fd|fd_in|fdin)$/;
/** Where the descriptor stands that the call is about, if it is not the first. */
const PLACE: Readonly<Record<string, number>> = { epoll_ctl: 2 };

/** The descriptors that a call was given. */
interface Given {
  /** The one it is about. */
  readonly first: Value | null;
  /** Those that it waits for, or moves bytes to. */
  readonly others: readonly Value[];
}

/** Which of a call's arguments are descriptors. */
export function descriptorsIn(call: StraceCall): Given {
  const place = Object.hasOwn(PLACE, call.name) ? PLACE[call.name]! : 0;
  const parameter = parametersOf(call.name)?.[place];
  const isFirst = parameter !== undefined && DESCRIPTOR.test(parameter.name);
  const first = isFirst ? call.args[place]?.value ?? null : null;
  const others = Object.hasOwn(OTHERS, call.name) ? OTHERS[call.name]!(call.args) : [];
  return { first, others };
}

type Find = (args: readonly Member[]) => readonly Value[];
const at = (...places: readonly number[]): Find => (args) => places.flatMap((n) => args[n]?.value ?? []);
/** `[{fd=3, events=POLLIN}]` */
const polled: Find = ([list]) => {
  const all = settled(list?.value);
  return all?.kind === "array" ? all.items.flatMap(({ value }) => memberOf(value, "fd") ?? []) : [];
};
/** `[3 5]`, three times */
const selected: Find = (args) => args.slice(1, 4).flatMap(({ value }) =>
  (value.kind === "array" ? value.items.map((it) => it.value) : []));

const OTHERS: Readonly<Record<string, Find>> = {
  poll: polled, ppoll: polled, ppoll_time64: polled,
  select: selected, pselect6: selected, _newselect: selected, pselect6_time64: selected,
  sendfile: at(1), splice: at(2),
};
