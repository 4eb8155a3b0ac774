/**
 * The gate's clock beside CLOCK_MONOTONIC: rdtsc counts at a rate of the processor's own, cntvct_el0 at that
 * of the board's system counter, and neither says how fast.
 */
import type { Gate } from "../../sys/gate.ts";
import { PreparedList } from "./prepared-list.ts";

/** How long the two are compared at least, in ns: a look takes less than a thousandth of that. */
const LONG = 5_000_000n;

export class Ticks {
  readonly #list: PreparedList;
  readonly #begin: readonly [ns: bigint, ticks: bigint];

  constructor(gate: Gate) {
    this.#list = new PreparedList(gate, [{ call: "getppid", args: [], expects: process.ppid }]);
    this.#look();
    this.#begin = this.#look();
  }

  /** Nanoseconds of a tick, from all the time since this was made. */
  get ns(): number {
    let now = this.#look();
    while (now[0] - this.#begin[0] < LONG) now = this.#look();
    return Number(now[0] - this.#begin[0]) / Number(now[1] - this.#begin[1]);
  }

  #look(): readonly [ns: bigint, ticks: bigint] {
    this.#list.run(1);
    return [process.hrtime.bigint(), this.#list.clock()];
  }
}
