/**
 * Keeps tracepoints open while several experiments run. To close one that nobody else has open takes the
 * kernel tens of milliseconds, and every run would pay for its own.
 */
import { openStacks } from "../../witness/stack-ring.ts";
import { tracepointsOf } from "../../witness/tracepoints.ts";
import { diesWith, leave } from "./party.ts";
import { unrecorded } from "./unrecorded.ts";

/** What a keeper is started with, as JSON. */
export interface Kept {
  readonly tracepoints: readonly string[];
  readonly parent: number;
}

/** Opens them, enables none, and sleeps until its parent ends it. */
export function keep(): never {
  const { tracepoints, parent } = JSON.parse(process.argv[3] ?? "{}") as Kept;
  diesWith(parent);
  const calls = unrecorded();
  try {
    openStacks(calls, tracepointsOf(calls, tracepoints).found, [0]);
    for (;;) calls.attempt.ppoll(null, 0, null, null, 0);
  } catch {
    return leave(0);   // nobody may watch here: there is nothing to keep
  }
}
