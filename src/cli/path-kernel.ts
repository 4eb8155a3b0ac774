/** Of which kernel a path is told: the running one, or the one that was asked for by --kernel. */
import { release } from "node:os";
import { kernelBtf } from "../kernel/btf.ts";
import type { StepThen } from "../kernel/path-at.ts";
import { exists, isOlder, LOOKED_AT, releaseIn } from "../kernel/release.ts";
import { kernelSymbols } from "../kernel/symbols.ts";
import { wrongUsage } from "./said.ts";

/** A kernel, and what is known of it. */
export interface Kernel {
  /** "6.18" */
  readonly release: string;
  /** Whether it is the running one: then its symbols and types can be asked. */
  readonly running: boolean;
  /** What the reader has to know of it. */
  readonly remarks: readonly string[];
}

const { oldest, newest } = LOOKED_AT;
/** Where the paths were looked at closely: on which stacks a step lies, and on which it does not. */
const HOME = "6.18";
/** The notes' own (002: "Linux version 5.15.0 on AST2500 emulation"). */
const NOTES = "5.15";

/**
 * `asked` is what --kernel says. Without it the running kernel is meant; where that is no Linux, the newest
 * that was looked at. Throws a sentence (64) for what is no release, or none that was looked at.
 */
export function kernelAsked(asked: string | undefined): Kernel {
  const here = process.platform === "linux" ? releaseIn(release()) : null;
  if (asked === undefined) return unasked(here);
  const wanted = releaseIn(asked);
  if (wanted === null || !exists(wanted)) {
    throw wrongUsage(`there is no Linux ${JSON.stringify(asked)}: --kernel takes a release, as 6.1`);
  }
  if (!isKnown(wanted)) {
    throw wrongUsage(`the paths were held against Linux ${oldest} to ${newest}, not ${wanted}`);
  }
  return { release: wanted, running: wanted === here, remarks: remarksOn(wanted) };
}

const isKnown = (it: string): boolean => !isOlder(it, oldest) && !isOlder(newest, it);

function unasked(here: string | null): Kernel {
  if (here === null) {
    const remark = `As Linux ${newest} has it, the newest looked at.`;
    return { release: newest, running: false, remarks: [remark] };
  }
  const where = `This is Linux ${here}; the paths were held against ${oldest} to ${newest}.`;
  return { release: here, running: true, remarks: isKnown(here) ? [] : [where] };
}

const remarksOn = (wanted: string): readonly string[] => [
  `As Linux ${wanted} has it: its functions, by their names there.`
    + (wanted === HOME ? "" : ` What is hidden, and why, was seen on ${HOME}.`),
  ...(wanted === NOTES ? [ON_ARM] : []),
];

/**
 * Looked up: include/linux/syscalls.h (__SYSCALL_DEFINEx), arch/arm/tools/syscall.tbl. That kernel itself
 * could not be run.
 */
const ON_ARM = "The kernel of the notes is 5.15 on a 32-bit ARM, the AST2500: there a call enters at "
  + "sys_connect, without a machine's prefix, for only machines with a wrapper of their own have one; "
  + "socketcall is left to programs of the old ABI; a pointer has 4 bytes. Nobody ran it here: what came "
  + "between 5.10 and 6.1 is marked.";

/** Whether the kernel has a function of this name; null where it cannot be asked. */
export const hasIn = ({ running }: Kernel) => (fn: string): boolean | null =>
  (running ? kernelSymbols()?.has(fn) ?? null : null);

/** Why a step that can be seen was not, as far as the running kernel tells. */
export function whyMissing({ fn, when }: StepThen): string {
  if (when !== null) return "it was not so in this run";
  const isFunction = kernelSymbols()?.has(fn) ?? kernelBtf()?.hasFunction(fn) ?? null;
  if (isFunction === false) return "this kernel has no such function: it is inlined, or has another name";
  return "not taken in this run, or left to ksoftirqd, outside of the call";
}
