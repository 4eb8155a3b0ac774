/**
 * A picture of figures that a run measured: shown, never judged. Times are another matter in every run, so no
 * claim may rest on them; a reader may still want to see them.
 *
 *     draws: [
 *       plot("One wait, by how many are watched", { across: "descriptors", up: "one wait" }, [
 *         medians("epoll_pwait", /^(\d+) watched$/),
 *         medians("ppoll", /^(\d+) watched$/),
 *       ]),
 *     ],
 */
import type { SyscallName } from "../abi/syscalls.ts";
import type { TimesEvent } from "./events.ts";
import type { History } from "./history.ts";

/** What is told along an axis, in words, and in what it is counted. */
export interface Axis {
  readonly is: string;
  readonly unit: "count" | "ns";
}
export type Point = readonly [x: number, y: number];
/** The points of one thing that was measured. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}
export interface Plot {
  /** What is to be seen, in a few words. */
  readonly says: string;
  readonly across: Axis;
  readonly up: Axis;
  /** Of a history and of nothing else: a saved run gives the same picture. */
  series(history: History): readonly Series[];
}

/** Declares a plot of how long calls took (up) by a number (across). */
export const plot = (
  says: string, { across, up }: { readonly across: string; readonly up: string },
  series: readonly ((history: History) => Series)[],
): Plot => ({
  says, across: { is: across, unit: "count" }, up: { is: up, unit: "ns" },
  series: (history) => series.map((it) => it(history)),
});

/**
 * How long a call took in each `times(…)` whose label has a number in this place, `/^(\d+) watched$/`; across
 * stands that number.
 */
export const medians = (name: SyscallName, label: RegExp) => ({ events }: History): Series => ({
  name,
  points: events.filter((it): it is TimesEvent => it.type === "times").flatMap((times): Point[] => {
    const found = label.exec(times.label)?.[1];
    const median = times.calls.find((it) => it.name === name)?.median;
    return found === undefined || median === undefined ? [] : [[Number(found), median]];
  }),
});
