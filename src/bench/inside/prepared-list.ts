/** A list of prepared calls in memory, made through the gate again and again, and its results. */
import type { SyscallName } from "../../abi/syscalls.ts";
import { buffer, type Memory } from "../../memory/memory.ts";
import { type Gate, preparedCall } from "../../sys/gate.ts";
import { numberOf } from "../../sys/number-of.ts";
import { expect } from "./loop.ts";

/** A call as it is to be made, and what it has to answer. */
export interface Prepared {
  readonly call: SyscallName;
  /** Memory stands for its address, and is kept from being collected. */
  readonly args: readonly (number | Memory)[];
  readonly expects: number;
}

const SIZE = preparedCall.size;
/** Which words of a prepared call are its result (the low one) and, of 8 bytes each, the clock. */
const RESULT = { at: 14, every: SIZE >> 2 } as const;
const CLOCK = { before: 8, after: 9, every: SIZE >> 3 } as const;

export class PreparedList {
  readonly #gate: Gate;
  readonly #calls: readonly Prepared[];
  readonly #address: number;
  readonly #results: Int32Array;
  readonly #expected: Int32Array;
  readonly #clocks: BigUint64Array;

  constructor(gate: Gate, calls: readonly Prepared[]) {
    const memory = buffer(calls.length * SIZE);
    for (const [i, { call, args }] of calls.entries()) {
      const words = args.map((it) => (typeof it === "number" ? it : it.address));
      preparedCall.write(memory, i * SIZE, { nr: numberOf(call), args: words });
    }
    this.#gate = gate;
    this.#calls = calls;
    this.#address = memory.address;
    this.#results = new Int32Array(memory.home.buffer, memory.offset, memory.length >> 2);
    this.#expected = Int32Array.from(calls, ({ expects }) => expects);
    this.#clocks = new BigUint64Array(memory.home.buffer, memory.offset, memory.length >> 3);
  }

  /** Makes the first `count` calls. Throws where one does not answer what it has to. */
  run(count: number): void {
    this.#gate.run(this.#address, count);
    for (let i = 0; i < count; i++) {
      const result = this.#results[i * RESULT.every + RESULT.at]!;
      if (result !== this.#expected[i]) expect(this.#calls[i]!.call, result, this.#expected[i]!);
    }
  }

  /** Ticks between the clock before and after each call, when it was made last, by the call's name. */
  ticks(): ReadonlyMap<string, readonly number[]> {
    const found = new Map<string, number[]>();
    for (const [i, { call }] of this.#calls.entries()) {
      const at = i * CLOCK.every;
      const ticks = Number(this.#clocks[at + CLOCK.after]! - this.#clocks[at + CLOCK.before]!);
      const known = found.get(call);
      if (known === undefined) found.set(call, [ticks]);
      else known.push(ticks);
    }
    return found;
  }

  /** The clock after the first call, in ticks. */
  clock(): bigint {
    return this.#clocks[CLOCK.after]!;
  }
}
