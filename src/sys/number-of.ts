/** A call's number on this machine, for crossings that are netlab's own and not the experiment's. */
import type { Entry } from "../abi/parameter.ts";
import { type SyscallName, syscalls } from "../abi/syscalls.ts";

/** Throws where this architecture has no such call. */
export function numberOf(name: SyscallName): number {
  const nr = (syscalls[name] as Entry)[0][process.arch === "arm64" ? "arm64" : "x64"];
  if (nr === null) throw new Error(`${name} has no number on ${process.arch}`);
  return nr;
}
