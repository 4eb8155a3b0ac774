/** Calls and their numbers on this machine. */
import type { Entry } from "../abi/parameter.ts";
import { type SyscallName, syscalls } from "../abi/syscalls.ts";

/** A call's number here; null where this architecture has no such call. */
export const numberHere = (name: SyscallName): number | null =>
  (syscalls[name] as Entry)[0][process.arch as "x64" | "arm64"] ?? null;

/** The same for netlab's own crossings. Throws where there is no such call. */
export function numberOf(name: SyscallName): number {
  const nr = numberHere(name);
  if (nr === null) throw new Error(`${name} has no number on ${process.arch}`);
  return nr;
}

const names: ReadonlyMap<number | null, SyscallName> = new Map(
  (Object.keys(syscalls) as SyscallName[]).map((name) => [numberHere(name), name]),
);
/** The call of that number here, if netlab knows it. */
export const nameOf = (nr: number): SyscallName | undefined => names.get(nr);
