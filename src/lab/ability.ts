/** What an experiment needs, held against what the machine and the chamber can do. */
import { accessSync, constants } from "node:fs";
import { release } from "node:os";
import { isOlder } from "../kernel/release.ts";
import { smallFile } from "../sys/small-file.ts";
import type { Chamber } from "./chamber/chamber.ts";
import type { AnyExperiment, Need } from "./experiment.ts";
import { AS_ROOT, helpedBy } from "./helped-by.ts";

type Machine = Pick<Chamber, "mode" | "why">;
/**
 * Each need: null where it is met, else why not, and what would help. Packet sockets and, at last, rings are
 * asked for in the chamber: needs-allowed.ts.
 */
const MET: Readonly<Record<string, (machine: Machine) => string | null>> = {
  namespace: ({ mode, why }) => (mode === "none" ? `it needs ${withoutNamespace(why)}` : null),
  root: () => (process.getuid?.() === 0 ? null : `it needs root: ${AS_ROOT}`),
  veth: (machine) => MET.namespace!(machine),
  packet: () => null,
  tun: () => (opens("/dev/net/tun") ? null : "it needs /dev/net/tun, which this user may not open"),
  io_uring: () => ringsForbidden(),
};
/**
 * What the sysctl says (Linux 6.6 and later): 2, nobody may; 1, only who has CAP_SYS_ADMIN or is of the
 * group io_uring_group. A seccomp filter is not seen here, but in the chamber.
 */
function ringsForbidden(): string | null {
  const all = smallFile("/proc/sys/kernel/io_uring_disabled") === "2";
  return all ? "io_uring is switched off here: sudo sysctl kernel.io_uring_disabled=0" : null;
}
/** What is needed, and why there is none. */
export const withoutNamespace = (why: string | null): string =>
  `a network namespace of its own, and none could be made (${why ?? "no reason was given"})`
    + helpedBy("namespace");

/** A run takes as many descriptors: netlab's own begin at 64, out of the experiment's way. */
export const DESCRIPTORS = 128;
/** Why a limit of so many is too low; null where it is not, or where it is not known. */
export const tooFewDescriptors = (limit: number | null): string | null =>
  (limit === null || limit >= DESCRIPTORS ? null
    : `a run takes ${DESCRIPTORS} descriptors, and RLIMIT_NOFILE allows ${limit}${helpedBy("limits")}`);
/** The hard limit, for Node raises the soft one to it. */
function descriptorLimit(): number | null {
  const line = /^Max open files +\S+ +(\d+)/m.exec(smallFile("/proc/self/limits") ?? "");
  return line === null ? null : Number(line[1]);
}

/** Why an experiment cannot run here, or null. What it pins needs a namespace too. */
export function unmet(experiment: Pick<AnyExperiment, "needs" | "pins">, machine: Machine): string | null {
  const few = tooFewDescriptors(descriptorLimit());
  return few ?? needsOf(experiment).map((it) => reason(it, machine)).find((it) => it !== null) ?? null;
}

/** What it says, and what follows from what it pins. */
export const needsOf = ({ needs = [], pins }: Pick<AnyExperiment, "needs" | "pins">): readonly Need[] =>
  [...needs, ...(pins === undefined ? [] : ["namespace" as const])];

function reason(need: Need, machine: Machine): string | null {
  if (!need.startsWith("kernel ")) return MET[need]!(machine);
  const version = need.slice("kernel ".length);
  return isOlder(release(), version) ? `it needs Linux ${version}, this is ${release()}` : null;
}

function opens(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
