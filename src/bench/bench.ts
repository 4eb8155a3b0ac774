/**
 * `netlab bench`, from the compiler to the result. What is measured runs in processes of its own, and nothing
 * is left behind.
 */
import { Cast } from "./cast.ts";
import { gateTrial } from "./gate-trial.ts";
import { LOOPS, PAYLOAD } from "./loops.ts";
import { between, busy, machine } from "./machine.ts";
import { measured, type Pace } from "./measure.ts";
import { remarks } from "./remarks.ts";
import type { BenchLoop, BenchResult } from "./result.ts";
import { isTwin, twin } from "./twin.ts";

export interface BenchOrder {
  readonly quick: boolean;
  /** Ends it when it fires. */
  readonly stop: AbortSignal;
  /** Hears what is done now, and which part of it is over, where that can be told. */
  told(what: string, part: number | null): void;
}

/**
 * In ms: samples of so many, after a time to get warm, in so many turns; and when the last must be over.
 * Samples are short and many: who was asleep is given some ms before others have their turn, so most of them
 * are whole even where the machine has other work.
 */
const PACES = {
  full:  { warm: 250, sample: 5, turns: 201, limit: 45_000 },
  quick: { warm: 80,  sample: 4, turns: 41,  limit: 6500 },
} as const;
const NS = 1e6;

/** Null where it was stopped. Throws Error where nothing at all can be measured. */
export async function bench({ quick, stop, told }: BenchOrder): Promise<BenchResult | null> {
  const [begun, before] = [performance.now(), busy()];
  told("compiling the C twin", null);
  const [it, noGate] = await Promise.all([twin(stop), gateTrial()]);
  try {
    const cast = stop.aborted ? null : await Cast.start(it, noGate);
    const end = (): void => void cast?.end();
    stop.addEventListener("abort", end);
    const loops = cast === null ? [] : await all(cast, { quick, stop, told }).finally(() => cast.end());
    stop.removeEventListener("abort", end);
    if (stop.aborted || cast === null) return null;
    const [company, here] = [between(before, busy()), machine()];
    const found = {
      type: "bench", schema: 1, quick, payload: PAYLOAD, machine: here, mode: cast.mode, company, loops,
      compiler: isTwin(it) ? it.compiler : null, seconds: (performance.now() - begun) / 1000,
    } as const;
    return { ...found, remarks: remarks(found, isTwin(it) ? null : it, noGate) };
  } finally {
    if (isTwin(it)) it.close();
  }
}

/** One loop after the other; each has its share of the time that is left. */
async function all(cast: Cast, { quick, stop, told }: BenchOrder): Promise<readonly BenchLoop[]> {
  const { warm, sample, turns, limit } = quick ? PACES.quick : PACES.full;
  const begin = performance.now();
  const loops: BenchLoop[] = [];
  for (const [n, kind] of LOOPS.entries()) {
    if (stop.aborted) return loops;
    const pace: Pace = {
      warm: warm * NS, sample: sample * NS, turns, until: begin + (limit * (n + 1)) / LOOPS.length,
    };
    loops.push(await measured(kind, cast.players(kind), pace, (part) =>
      told(`measuring ${kind.name}, ${n + 1} of ${LOOPS.length}`, part)));
  }
  return loops;
}
