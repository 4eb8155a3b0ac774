/** A call that failed where it should not: said as strace would, with what the errno means for this call and what to try. */
import { advice } from "../abi/advice.ts";
import { errnoName, errnoText } from "../abi/errno.ts";
import type { Number as CallNumber } from "../abi/parameter.ts";
import type { SyscallName } from "../abi/syscalls.ts";
import type { Argument } from "./reach.ts";

/** `id` finds the recorded call, with its arguments in strace's words. */
export class SyscallError extends Error {
  override readonly name = "SyscallError";
  readonly call: SyscallName;
  readonly id: number;
  readonly errno: string;

  constructor(call: SyscallName, { id }: { readonly id: number; readonly values: readonly Argument[] }, errno: number) {
    const name = errnoName(errno);
    super([`#${id} ${call} = -1 ${name} (${errnoText(name)})`, advice(call, name)].filter((it) => it !== null).join(". "));
    this.call = call;
    this.id = id;
    this.errno = name;
  }
}

/** For a call that this machine's architecture does not have. */
export function refused(call: SyscallName, numbers: CallNumber): Error {
  const there = Object.entries(numbers).filter(([, nr]) => nr !== null).map(([arch]) => arch);
  const where = there.length === 0 ? "x86-64 and arm64 have no such call" : `${process.arch} has no such call, only ${there.join(", ")} has`;
  return new Error(`${call}: ${where}`);
}
