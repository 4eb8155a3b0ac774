/** What is said of a step beside what it does: by which pointer, under which names, when, and why unseen. */

import type { Hidden, Step } from "../kernel/path.ts";
import type { StepThen } from "../kernel/path-at.ts";
import { cameWith } from "../kernel/release.ts";

/** Why a step is on no stack. */
const WHY: Readonly<Record<Hidden, string>> = {
  "tail call": "a tail call: never on a stack",
  "inlined":   "inlined: without a frame of its own",
  "unwatched": "nobody watches inside it",
};

/**
 * Each a few words, in the order in which a reader wants them. `isSeen`: why it is hidden is not said then.
 * `missing`: why it was not seen though it can be.
 */
export const asides = (step: StepThen, isSeen: boolean, missing: string | null): readonly string[] => [
  ...(step.by === null ? [] : [`by ${step.by}`]),
  ...(step.when === null ? [] : [`when ${step.when}`]),
  ...names(step),
  ...(step.unsure ? ["not looked at on this release"] : []),
  ...(step.hidden !== null && isSeen ? [`seen, though declared ${step.hidden}`] : []),
  ...(step.hidden !== null && !isSeen ? [WHY[step.hidden]] : []),
  ...(missing === null ? [] : [`not seen: ${missing}`]),
];

function names({ inNote, later, since, was, until }: StepThen): readonly string[] {
  const noted = inNote === null ? [] : [`in the notes: ${inNote}`];
  if (later !== null && until !== null) return [...noted, `from ${cameWith(until)} on: ${later}`];
  if (since !== null && was !== null && was === inNote) {
    return [`in the notes: ${was}, renamed with ${cameWith(since)}`];
  }
  const before = was === null ? "" : `, before that ${was}`;
  const come = since === null ? [] : [`since ${cameWith(since)}${before}`];
  const gone = until === null ? [] : [`no more since ${cameWith(until)}`];
  return [...noted, ...come, ...gone];
}

/** Declared to be seen where somebody looks. */
export const isVisible = ({ hidden }: Step): boolean => hidden === null;
