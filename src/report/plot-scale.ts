/** An axis of a plot: where a value stands on it, and which values are written beside it. */
import type { Axis } from "../lab/plot.ts";
import { counted } from "./counted.ts";

export interface Scale {
  /** Where a value stands: 0 is the beginning of the axis, 1 its end. */
  at(value: number): number;
  /** What is written beside it, in rising order; the first stands at 0, the last at 1. */
  readonly ticks: readonly number[];
}

/** From so many times the smallest on, each step along the axis is a factor, not a sum. */
const WIDE = 30;
/** About so many steps. */
const STEPS = 5;

/** An axis with room for these values: by powers of ten where they lie far apart, else in even steps. */
export function scaleOf(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least > 0 && most / least >= WIDE ? powers(least, most) : steps(Math.min(0, least), most);
}

function powers(least: number, most: number): Scale {
  const [from, to] = [Math.floor(log(least)), Math.ceil(log(most))];
  return {
    at: (value) => (log(value) - from) / (to - from),
    ticks: Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i)),
  };
}
/** Of powers of ten exactly their exponent. */
const log = (value: number): number => Number(Math.log10(value).toFixed(12));

function steps(least: number, most: number): Scale {
  const step = roundStep((most - least) / STEPS || 1);
  const from = Math.floor(least / step);
  const to = Math.max(from + 1, Math.ceil(most / step));
  return {
    at: (value) => (value / step - from) / (to - from),
    ticks: Array.from({ length: to - from + 1 }, (_, i) => (from + i) * step),
  };
}

/** 1, 2, 5, 10, 20, 50 …: the next one that is not less. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(log(least));
  return ([1, 2, 5].find((it) => it * power >= least) ?? 10) * power;
}

const TIMES = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]] as const;

/** A value as it is written: `10,000`, `4.81 ms`. */
export function valueText(value: number, { unit }: Pick<Axis, "unit">): string {
  if (unit === "count") return counted(value);
  const rounded = Math.abs(Number(value.toPrecision(3)));
  const [by, name] = TIMES.find(([least]) => rounded >= least) ?? [1, "ns"];
  return `${Number((value / by).toPrecision(3))} ${name}`;
}
