/** What an experiment needs, held against what the machine and the chamber can do. */
import { accessSync, constants, readFileSync } from "node:fs";
import { release } from "node:os";
import { isOlder } from "../kernel/release.ts";
import type { Chamber } from "./chamber/chamber.ts";
import type { AnyExperiment, Need } from "./experiment.ts";

type Machine = Pick<Chamber, "mode" | "why">;
/** Each need: null where it is met, else why not, and what would help. */
const MET: Readonly<Record<string, (machine: Machine) => string | null>> = {
  namespace: ({ mode, why }) => (mode === "none" ? withoutNamespace(why ?? "no reason was given") : null),
  root: () => (process.getuid?.() === 0 ? null : 'it needs root: sudo env "PATH=$PATH" netlab run …'),
  veth: (machine) => MET.namespace!(machine),
  tun: () => (opens("/dev/net/tun") ? null : "it needs /dev/net/tun, which this user may not open"),
  io_uring: () => ringsForbidden(),
};
/**
 * What the sysctl says (Linux 6.6 and later): 2, nobody may; 1, only who has CAP_SYS_ADMIN or is of the
 * group io_uring_group. A seccomp filter is not seen here, but in the chamber.
 */
function ringsForbidden(): string | null {
  const all = sysctlValue("kernel/io_uring_disabled") === "2";
  return all ? "io_uring is switched off here: sudo sysctl kernel.io_uring_disabled=0" : null;
}

function sysctlValue(path: string): string | null {
  try {
    return readFileSync(`/proc/sys/${path}`, "latin1").trim();
  } catch {
    return null;
  }
}
const withoutNamespace = (why: string): string =>
  `it needs a network namespace of its own, and none could be made (${why}): see netlab doctor`;

/** Why an experiment cannot run here, or null. What it pins needs a namespace too. */
export function unmet(experiment: Pick<AnyExperiment, "needs" | "pins">, machine: Machine): string | null {
  const pins: readonly Need[] = experiment.pins === undefined ? [] : ["namespace"];
  const needs = [...(experiment.needs ?? []), ...pins];
  return needs.map((it) => reason(it, machine)).find((it) => it !== null) ?? null;
}

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
