/**
 * What the main party of a run and its actors do alike:
 * die with their parent, answer at once, tell how they broke.
 */
import { inspect } from "node:util";
import { F_SETFL, F_SETOWN, F_SETSIG, O_ASYNC, O_CLOEXEC } from "../../abi/constants/fcntl.ts";
import { PR_SET_PDEATHSIG } from "../../abi/constants/prctl.ts";
import { NetlinkError } from "../../net/netlink-answer.ts";
import { keepCode } from "../../start/bundles.ts";
import { addressOfBytes, cross } from "../../sys/libc.ts";
import { numberOf } from "../../sys/number-of.ts";
import { SyscallError } from "../../sys/syscall-error.ts";
import { CannotHere } from "../cannot-here.ts";
import type { ChamberNote } from "./job.ts";
import { UNRECORDED } from "./unrecorded.ts";

type Broken = Extract<ChamberNote, { type: "broke" }>;

const SIGKILL = 9;

/**
 * The kernel ends this process when its parent ends, however that happens.
 * Asked before the parent is looked at: no gap.
 */
export function diesWith(parent: number): void {
  cross(numberOf("prctl"), [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  leaveWithout(parent);
}

/**
 * The same for all of this process's group, when nobody holds the writing end of a pipe any more, for the
 * parent ended. The kernel forgets PR_SET_PDEATHSIG when a process becomes another user, and it does not
 * reach what an experiment starts by itself. Answers the writing end, for the parent to take (/proc/PID/fd)
 * and for this process then to close.
 */
export function groupDiesWith(parent: number): number {
  const ends = new Int32Array(new ArrayBuffer(8));
  cross(numberOf("pipe2"), [addressOfBytes(new Uint8Array(ends.buffer)), O_CLOEXEC]);
  const [reading = -1, writing = -1] = ends;
  const fcntl = numberOf("fcntl");
  const orders = [[F_SETOWN, -process.pid], [F_SETSIG, SIGKILL], [F_SETFL, O_ASYNC]] as const;
  for (const [command, value] of orders) {
    cross(fcntl, [reading, command, value]);
  }
  leaveWithout(parent);
  return writing;
}

/** Ends this process where its parent is gone. */
export function leaveWithout(parent: number): void {
  if (cross(numberOf("getppid"), []) !== parent) leave(70);
}

/** Ends the process at once: threads that still sleep in a call would hold Node up for ever. */
export function leave(code: number): never {
  keepCode();
  cross(numberOf("exit_group"), [code]);
  throw new Error("unreachable: exit_group does not return");
}

/** process.exit would end a run without a word; from now on it throws. */
export function staysUntilTheEnd(): void {
  process.exit = (code) => {
    throw new Error(`process.exit(${code ?? ""}) was called: a run ends when run() returns`);
  };
}

/** Throws where a function answered a promise: what it does later nobody would wait for. */
export function atOnce(what: string, answer: unknown): void {
  if (answer instanceof Promise) {
    throw new TypeError(`${what} answered a promise: it is to be synchronous, for its calls block`);
  }
}

/**
 * What to tell of an error: its sentence, and the call it came from. The call's own text is in the record.
 */
export function broken(error: unknown): Broken {
  if (isForbidden(error)) {
    const message = `what surrounds the run may not be made here (netlab doctor): ${sentence(error)}`;
    return { type: "broke", how: "cannot", message, call: null };
  }
  const call = error instanceof SyscallError && error.id !== UNRECORDED ? error.id : null;
  if (error instanceof CannotHere) {
    return { type: "broke", how: "cannot", message: error.message, call: null };
  }
  return { type: "broke", how: "error", message: sentence(error), call };
}

/** What a kernel answers that does not have such a thing, or does not allow it. */
const REFUSALS: ReadonlySet<string> =
  new Set(["EPERM", "EACCES", "EROFS", "ENOSYS", "EOPNOTSUPP", "EAFNOSUPPORT", "EMFILE", "ENFILE"]);

/** Whether links, namespaces and the peer could not be had: their calls are not the experiment's. */
function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { errno, cause } = error as { readonly errno?: unknown; readonly cause?: NodeJS.ErrnoException };
  // A sysctl of a link that may not be set: src/net/sysctl.ts.
  if (cause?.syscall !== undefined && REFUSALS.has(cause.code ?? "")) return true;
  const isTheirs = error instanceof NetlinkError
    || (error instanceof SyscallError && error.id === UNRECORDED);
  return isTheirs && typeof errno === "string" && REFUSALS.has(errno);
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) {
    return `it threw ${inspect(error, { breakLength: Number.POSITIVE_INFINITY })}`;
  }
  if (error instanceof SyscallError) return error.id === UNRECORDED ? error.message.slice(3) : error.means;
  return `${error.name === "Error" ? "" : `${error.name}: `}${error.message}${placeIn(error)}`;
}

/** ` (mine.mjs:12)`: the innermost line of an experiment's file in the error's stack. */
function placeIn(error: Error): string {
  const line = error.stack?.split("\n")
    .find((it) => /file:.*\.(m?[jt]s):\d+/.test(it) && !/\/dist\/(?!experiments)/.test(it));
  const found = line === undefined ? null : /([^/]+\.m?[jt]s):(\d+)/.exec(line);
  return found === null ? "" : ` (${found[1]}:${found[2]})`;
}
