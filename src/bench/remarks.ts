/** What makes figures doubtful: said beside them, with what to do about it. */
import type { BenchResult, Remark } from "./result.ts";
import type { NoTwin } from "./twin.ts";

type Found = Omit<BenchResult, "remarks">;

/** More of the processors' time than this is taken by other guests. */
const STEAL = 0.01;
/** Half of the ratios lie within this part of their median, or they are too far apart. */
const APART = 0.1;
/** Governors that let the frequency follow the load. */
const FOLLOWS = ["powersave", "ondemand", "conservative", "schedutil"];

/** `noTwin`, `noGate`: why there is no C twin, and no prepared call; null where there is. */
export function remarks(it: Found, noTwin: NoTwin | null, noGate: string | null): readonly Remark[] {
  return [
    ...missing(noTwin, noGate), ...company(it), ...frequency(it), ...apart(it),
    ...(it.mode === "none" ? [{
      says: "it ran on the machine's own loopback, whose packet filter takes time too",
      remedy: "netlab doctor tells why there was no network namespace",
    }] : []),
  ];
}

function missing(noTwin: NoTwin | null, noGate: string | null): readonly Remark[] {
  return [
    ...(noTwin === null ? []
      : [{ says: `nothing is compared with C: ${noTwin.why}`, remedy: noTwin.remedy }]),
    ...(noGate === null ? []
      : [{ says: `no prepared calls: ${noGate}`, remedy: "netlab doctor tells what would allow them" }]),
  ];
}

function company({ machine: { processors }, company: { load, steal } }: Found): readonly Remark[] {
  const many = `${processors} processor${processors === 1 ? "" : "s"}`;
  return [
    ...(load <= processors / 2 ? [] : [{
      says: `the load was ${load.toFixed(1)} on ${many}: other programs ran beside it`,
      remedy: "end them, or wait until they are done, and run it again",
    }]),
    ...(steal <= STEAL ? [] : [{
      says: `${(steal * 100).toFixed(1)} % of the processors' time went to other guests of this host (steal)`,
      remedy: "run it again when the host has less to do, or on hardware of your own",
    }]),
  ];
}

function frequency({ machine: { governor } }: Found): readonly Remark[] {
  if (governor === null || !FOLLOWS.includes(governor)) return [];
  return [{
    says: `the processor's frequency follows the load (governor ${governor})`,
    remedy: "sudo cpupower frequency-set -g performance",
  }];
}

function apart({ loops, quick }: Found): readonly Remark[] {
  const wide = loops.filter(({ comparisons }) => comparisons.some(({ ratio, target }) =>
    ratio !== null && target !== null && (ratio.quartiles[1] - ratio.quartiles[0]) / ratio.median > APART));
  if (wide.length === 0) return [];
  const remedy = "let nothing else run meanwhile";
  const which = wide.map(({ name }) => name).join(", ");
  return [{
    says: `the ratios of ${which} lie far apart: take their medians with care`,
    remedy: quick ? `${remedy}, and leave out --quick` : remedy,
  }];
}
