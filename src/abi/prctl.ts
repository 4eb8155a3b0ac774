/** The arguments of prctl after the option: prctl(2). How many of them strace writes, the option decides. */
import { char } from "../memory/array.ts";
import { i32 } from "../memory/integer.ts";
import type { AnyType } from "../memory/type.ts";
import { PR } from "./constants/prctl.ts";
import { cString, unsaid } from "./parameter.ts";
import { hex, shown } from "./syscalls/number.ts";
import { signal } from "./syscalls/signal.ts";

const number = shown(String);
const name = char(16);
const all = [hex, hex, hex, hex] as const;
const dumpable = i32.as({ SUID_DUMP_DISABLE: 0, SUID_DUMP_USER: 1, SUID_DUMP_ROOT: 2 });

const ARGUMENTS: Readonly<Record<number, readonly AnyType[]>> = {
  [PR.PR_SET_PDEATHSIG]:       [signal],
  [PR.PR_GET_PDEATHSIG]:       [i32],
  [PR.PR_SET_DUMPABLE]:        [dumpable],
  [PR.PR_GET_DUMPABLE]:        [],
  [PR.PR_SET_KEEPCAPS]:        [number],
  [PR.PR_GET_KEEPCAPS]:        [],
  [PR.PR_SET_NAME]:            [cString],
  [PR.PR_GET_NAME]:            [name],
  [PR.PR_SET_TIMERSLACK]:      [number],
  [PR.PR_GET_TIMERSLACK]:      [],
  [PR.PR_SET_CHILD_SUBREAPER]: [number],
  [PR.PR_GET_CHILD_SUBREAPER]: [i32],
  [PR.PR_SET_NO_NEW_PRIVS]:    [number, number, number, number],
  [PR.PR_GET_NO_NEW_PRIVS]:    [number, number, number, number],
  [PR.PR_TASK_PERF_EVENTS_DISABLE]: [],
  [PR.PR_TASK_PERF_EVENTS_ENABLE]:  [],
};

/** The type of `arg2` … `arg5`; of an option that is not in the table all four are numbers. */
export const prctlType = (option: number, place: 2 | 3 | 4 | 5): AnyType =>
  (ARGUMENTS[option] ?? all)[place - 2] ?? unsaid;
