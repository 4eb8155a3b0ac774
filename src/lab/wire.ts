/**
 * What a wire between two namespaces does to frames, and to which of them:
 *
 *     net.wire({ here: "192.0.2.1/24", there: "192.0.2.2/24", rules: [drop(there("data", 3))] })
 */
import type { FrameKind, Frames, Toward, WireRule } from "../net/wire-rule.ts";
// Declares the layout of what a rule did: a saved run is judged where no wire was laid.
import "../net/wire-tally.ts";

const frames = (toward: Toward, kind: FrameKind, nth: number | null): Frames => {
  if (nth === null || (Number.isInteger(nth) && nth >= 1)) return { toward, kind, nth };
  throw new RangeError(`${toward}("${kind}", ${nth}): frames are counted from 1`);
};

/**
 * `there("data", 3)`: the third segment with payload on its way there. Every frame counts, a repetition too;
 * without a number it is all of them. Throws RangeError.
 */
export const there = (kind: FrameKind, nth: number | null = null): Frames => frames("there", kind, nth);
/** The same on the way back: `here("ack")`. */
export const here = (kind: FrameKind, nth: number | null = null): Frames => frames("here", kind, nth);

/** They do not arrive. */
export const drop = (which: Frames): WireRule => ({ does: "drop", frames: which, ms: 0 });
/** They arrive twice, one right behind the other. */
export const duplicate = (which: Frames): WireRule => ({ does: "duplicate", frames: which, ms: 0 });
/**
 * They arrive so many milliseconds later; those that are not delayed may overtake them. Throws RangeError for
 * what is no time to wait.
 */
export const delay = (which: Frames, ms: number): WireRule => {
  if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`nothing can be delayed by ${ms} ms`);
  return { does: "delay", frames: which, ms };
};
/** They change places with the next of their kind that passes, and wait for it however long it takes. */
export const swap = (which: Frames): WireRule => ({ does: "swap", frames: which, ms: 0 });
