/**
 * What was found on a machine, as plain data: texts of small files, what came of trials. Everything that
 * doctor says is derived from it, so that what it says of machines that are not here can be tested.
 */
import type { TrialName } from "../chamber/job.ts";
import type { ChamberMode, WitnessState } from "../events.ts";
import type { WitnessName } from "../experiment.ts";

/** A program that is asked for its version. */
export interface Program {
  /** Null where it does not tell. */
  readonly version: string | null;
  /** Why it cannot be used; null where it can. */
  readonly why: string | null;
}

export interface Findings {
  /** uname(2)'s: "6.18.44-fc-v669". */
  readonly release: string;
  /** -1 where it is not known. */
  readonly uid: number;
  /** Small files by their path, trimmed; null where it is not there or not readable, "" for a folder. */
  readonly files: Readonly<Record<string, string | null>>;
  /** The environment's words that tell where this is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** There is a sudo in PATH. */
  readonly sudo: boolean;
  /** In words: "glibc 2.36". */
  readonly libc: string;
  /** The chamber that a run gets: its mode, null where none starts, and why it is not a better one. */
  readonly chamber: { readonly mode: ChamberMode | null; readonly why: string | null };
  /** Those that were opened there. */
  readonly witnesses: Readonly<Partial<Record<WitnessName, WitnessState>>>;
  /** Why it does not work; null where it does. */
  readonly trials: Readonly<Partial<Record<TrialName, string | null>>>;
  /** What the kernel lacks of what experiments name. */
  readonly lacks: { readonly tracepoints: readonly string[]; readonly sysctls: readonly string[] };
  /** Why not all of that was tried; null where it was. */
  readonly cut: string | null;
  /** Where a run's record is kept, and how many bytes it may have; or why there is none. */
  readonly memory: { readonly folder: string; readonly size: number } | { readonly why: string };
  /** The kernel's BTF, in bytes, and how many of our layouts it has and agrees with; null: there is none. */
  readonly btf: { readonly size: number; readonly compared: number; readonly agree: number }
    | { readonly why: string } | null;
  /** What /proc/kallsyms shows to this process. */
  readonly symbols: "addresses" | "names" | null;
  readonly strace: Program;
  readonly tshark: Program;
  /** Why calls cannot be prepared, or null. */
  readonly noGate: string | null;
  /** The kernel's configuration, and where it was read. */
  readonly config: { readonly path: string; readonly text: string } | null;
}

/** The text of one of the files. */
export const textOf = ({ files }: Findings, path: string): string | null => files[path] ?? null;
/** A sysctl by its path below /proc/sys: "kernel/kptr_restrict". */
export const sysctlOf = (found: Findings, path: string): string | null => textOf(found, `/proc/sys/${path}`);
/** What /proc/self/status says of itself under this name. */
export const statusOf = (found: Findings, name: string): string | null =>
  new RegExp(`^${name}:\\s*(.*)$`, "m").exec(textOf(found, "/proc/self/status") ?? "")?.[1] ?? null;

/** A limit of /proc/self/limits, its hard value; Infinity for "unlimited", null where it cannot be read. */
export function limitOf(found: Findings, name: string): number | null {
  const line = new RegExp(`^${name}\\s+\\S+\\s+(\\S+)`, "m").exec(textOf(found, "/proc/self/limits") ?? "");
  if (line === null) return null;
  return line[1] === "unlimited" ? Number.POSITIVE_INFINITY : Number(line[1]);
}
