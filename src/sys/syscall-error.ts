/**
 * A call that failed where it should not:
 * said as strace would, with what the errno means for this call and what to try.
 */
import { advice } from "../abi/advice.ts";
import { errnoName, errnoText } from "../abi/errno.ts";
import type { Number as CallNumber } from "../abi/parameter.ts";
import type { SyscallName } from "../abi/syscalls.ts";
import { type Call, callText } from "./decode.ts";

/** `id` finds the recorded call. */
export class SyscallError extends Error {
  override readonly name = "SyscallError";
  readonly call: SyscallName;
  readonly id: number;
  readonly errno: string;
  /** What the errno means for this call, and what to try. */
  readonly means: string;

  constructor(call: SyscallName, decoded: Call) {
    const errno = decoded.errno ?? errnoName(0);
    const means = advice(call, errno) ?? `${errnoText(errno)}.`;
    super(`#${decoded.id} ${callText(decoded)}. ${means}`);
    this.call = call;
    this.id = decoded.id;
    this.errno = errno;
    this.means = means;
  }
}

/** For a call that this machine's architecture does not have. */
export function refused(call: SyscallName, numbers: CallNumber): Error {
  const there = Object.entries(numbers).filter(([, nr]) => nr !== null).map(([arch]) => arch);
  const where = there.length === 0
    ? "x86-64 and arm64 have no such call"
    : `${process.arch} has no such call, only ${there.join(", ")} has`;
  return new Error(`${call}: ${where}`);
}
