/** What comes out of the bench: `netlab bench --json`, and what the report draws. Raw samples are in it. */
import type { ChamberMode } from "../lab/events.ts";
import type { Company, Machine } from "./machine.ts";
import type { Sample } from "./sample.ts";
import type { Spread } from "./statistic.ts";

/** Who made a loop: in C; in Node through netlab call by call, or prepared; or one of Node's own modules. */
export interface BenchLine {
  /** `c`, `call`, `prepared`, or what the library was asked for. */
  readonly name: string;
  readonly says: string;
  /** Why it could not be measured, or null. */
  readonly why: string | null;
  /** Packets, or round trips, a second; null where it could not be measured. */
  readonly rate: Spread | null;
  readonly samples: readonly Sample[];
}
/** One line against another, sample by sample of the same moment. */
export interface BenchComparison {
  readonly of: string;
  readonly against: string;
  /** How many times as fast `of` is; null where one of them could not be measured. */
  readonly ratio: Spread | null;
  readonly ratios: readonly number[];
  /** It must be at least so much; null where nothing is promised. */
  readonly target: number | null;
  /** Null where nothing is promised, or nothing was measured. */
  readonly reached: boolean | null;
}
export interface BenchLoop {
  readonly name: string;
  readonly says: string;
  readonly unit: string;
  readonly lines: readonly BenchLine[];
  readonly comparisons: readonly BenchComparison[];
}
/** What makes the figures doubtful, and what to do about it. */
export interface Remark {
  readonly says: string;
  readonly remedy: string;
}
export interface BenchResult {
  readonly type: "bench";
  readonly schema: 1;
  readonly quick: boolean;
  /** Bytes of a packet. */
  readonly payload: number;
  readonly seconds: number;
  readonly machine: Machine;
  /** In which network namespace: root, user: a fresh one each; none: the machine's own. */
  readonly mode: ChamberMode;
  /** The C compiler; null where there is no twin. */
  readonly compiler: string | null;
  readonly company: Company;
  readonly remarks: readonly Remark[];
  readonly loops: readonly BenchLoop[];
}
