/** A loop of the bench as Node makes it: what it sends and receives, and that the one is the other. */
import { errnoName } from "../../abi/errno.ts";
import type { Memory } from "../../memory/memory.ts";

export interface Loop {
  /** Packets, or round trips, of a round. */
  readonly packets: number;
  /** What a round sends, and where the last round received it. */
  readonly sent: Memory;
  readonly came: Memory;
  /** Makes so many rounds. Throws Error at the first result that is not the expected one. */
  run(rounds: number): void;
  /** Medians of the calls that were made last, in ns by name; null where there is no clock in the loop. */
  inside(): Readonly<Record<string, number>> | null;
}

/** Throws where a call did not answer what it has to: a bench must not measure errors. */
export function expect(call: string, result: number, expected: number): void {
  if (result === expected) return;
  const did = result < 0 ? `failed with ${errnoName(-result)}` : `returned ${result}, not ${expected}`;
  throw new Error(`${call} ${did}`);
}

const PROOFS = 4;

/** What is received is what was sent, byte for byte: shown once, for rounds with other bytes each. */
export function prove(it: Loop): void {
  for (let round = 0; round < PROOFS; round++) {
    for (const at of it.sent.bytes.keys()) it.sent.bytes[at] = at * 7 + (at >> 6) + round * 31;
    it.came.bytes.fill(0);
    it.run(1);
    if (!it.came.bytes.equals(it.sent.bytes)) throw new Error("other bytes came than were sent");
  }
}
