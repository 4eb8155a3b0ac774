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

const names = new Map<number | null, SyscallName>();
/** The call of that number here, if netlab knows it. */
export function nameOf(nr: number): SyscallName | undefined {
  if (names.size === 0) {
    for (const it of Object.keys(syscalls) as SyscallName[]) names.set(numberHere(it), it);
  }
  return names.get(nr);
}
