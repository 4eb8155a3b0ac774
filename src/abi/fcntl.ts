/** The third argument of fcntl, by its command: fcntl(2). */
import { i32 } from "../memory/integer.ts";
import type { AnyType } from "../memory/type.ts";
import { F, F_SEAL, FD } from "./constants/fcntl.ts";
import { unsaid } from "./parameter.ts";
import { f_owner_ex } from "./structs/fcntl.ts";
import { openFlags } from "./syscalls/open.ts";
import { signal } from "./syscalls/signal.ts";

const ARGUMENTS: Readonly<Record<number, AnyType>> = {
  [F.F_DUPFD]:         i32,
  [F.F_DUPFD_CLOEXEC]: i32,
  [F.F_DUPFD_QUERY]:   i32,
  [F.F_GETFD]:         unsaid,
  [F.F_SETFD]:         i32.flags(FD),
  [F.F_GETFL]:         unsaid,
  [F.F_SETFL]:         openFlags,
  [F.F_GETOWN]:        unsaid,
  [F.F_SETOWN]:        i32,
  [F.F_GETOWN_EX]:     f_owner_ex,
  [F.F_SETOWN_EX]:     f_owner_ex,
  [F.F_GETSIG]:        unsaid,
  [F.F_SETSIG]:        signal,
  [F.F_GETPIPE_SZ]:    unsaid,
  [F.F_SETPIPE_SZ]:    i32,
  [F.F_GET_SEALS]:     unsaid,
  [F.F_ADD_SEALS]:     i32.flags(F_SEAL),
};

/**
 * How the argument of a command is written, or what it points at; null: a plain number, or bytes (F_GETLK
 * and its kin).
 */
export const fcntlType = (cmd: number): AnyType | null => ARGUMENTS[cmd] ?? null;
