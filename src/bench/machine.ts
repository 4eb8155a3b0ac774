/** The machine that is measured, and what was measured beside: what makes figures worse than they are. */
import { arch, availableParallelism, cpus, loadavg, release } from "node:os";
import { VERSION } from "../lab/version.ts";
import { smallFile } from "../sys/small-file.ts";

export interface Machine {
  readonly kernel: string;
  readonly arch: string;
  readonly cpu: string;
  readonly processors: number;
  /** Who chooses the processor's frequency, as cpufreq has it; null where nobody says. */
  readonly governor: string | null;
  readonly node: string;
  readonly netlab: string;
}

/** As it is now. */
export const machine = (): Machine => ({
  kernel: release(), arch: arch(),
  cpu: cpus()[0]?.model.trim() || "unknown", processors: availableParallelism(),
  governor: smallFile("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
  node: process.versions.node, netlab: VERSION,
});

/** What the processors did since the machine started, in ticks; proc_stat(5). */
export interface Busy {
  readonly all: number;
  /** Taken by other guests of the same host. */
  readonly stolen: number;
  /** How many wanted to run, on average of the last minute. */
  readonly load: number;
}

/** As it stands now. Where /proc/stat cannot be read nothing was stolen. */
export function busy(): Busy {
  const [first = ""] = (smallFile("/proc/stat") ?? "").split("\n", 1);
  const ticks = first.split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, it) => sum + it, 0), stolen: ticks[7] ?? 0, load: loadavg()[0]! };
}

/** Who else used the machine meanwhile. */
export interface Company {
  /** When the bench began. */
  readonly load: number;
  /** Part of the processors' time that others took meanwhile, 0 to 1. */
  readonly steal: number;
}

/** Between two looks. */
export const between = (begin: Busy, end: Busy): Company => ({
  load: begin.load,
  steal: end.all > begin.all ? (end.stolen - begin.stolen) / (end.all - begin.all) : 0,
});
