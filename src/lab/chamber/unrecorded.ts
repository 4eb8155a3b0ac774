/**
 * Calls of whoever watches a run, or builds what surrounds it:
 * checked like all others, but no part of the trace.
 */
import { type Calls, callsOf, type Recorder } from "../../sys/calls.ts";

/** The id of all of them: no recorded call has it. */
export const UNRECORDED = 0;
const NOBODY: Recorder = {
  nextId: () => UNRECORDED, enter: () => undefined, exit: () => undefined, now: () => 0,
};

/** Calls that are not written down. */
export const unrecorded = (): Calls => callsOf(NOBODY);
