/** A declared path as one release of Linux has it: by the names of then, without what was not there. */
import { callerOf, type KernelPath, type Step } from "./path.ts";
import { against } from "./release.ts";

/** A step of one release. */
export interface StepThen extends Step {
  /** The name that took its place later; null where none did, or none is known. */
  readonly later: string | null;
  /** Nobody looked at this release: whether the function has this name there, or is there, is not known. */
  readonly unsure: boolean;
}
export interface PathThen extends KernelPath {
  readonly steps: readonly StepThen[];
}

/** Whether the kernel has a function of this name; null where that cannot be known. */
export type Has = (fn: string) => boolean | null;

/**
 * What it is in a release, "6.18". Where that lies between two that were looked at, `has` decides, else the
 * step stays, unsure. What a function called that is left out hangs below that one's caller.
 */
export function pathAt(path: KernelPath, release: string, has: Has = () => null): PathThen {
  const then = path.steps.map((it) => stepAt(it, release, has));
  const kept = then.flatMap((it, i) =>
    (it === null ? [] : [{ it, caller: shownCaller(path.steps, then, i) }]));
  const depths = new Map<number, number>();
  const steps = kept.map(({ it, caller }, n) => {
    const depth = n === 0 ? 0 : (depths.get(caller) ?? 0) + 1;
    depths.set(then.indexOf(it), depth);
    return { ...it, depth };
  });
  return { ...path, steps };
}

/** The place of the nearest caller that is there; -1 for none. */
function shownCaller(steps: readonly Step[], then: readonly (StepThen | null)[], i: number): number {
  const caller = callerOf(steps, i);
  return caller < 0 || then[caller] !== null ? caller : shownCaller(steps, then, caller);
}

function stepAt(step: Step, release: string, has: Has): StepThen | null {
  const { fn, since, was, until } = step;
  const sees = (name: string): boolean | null => (step.hidden === "inlined" ? has(name) || null : has(name));
  const went = until === null ? "before" : against(release, until);
  const came = since === null ? "after" : against(release, since);
  const isOld = came === "before" || (came === "unsure" && was !== null && sees(was) === true && !sees(fn));
  if (isOld && was !== null) {
    return { ...step, fn: was, since: null, was: null, until: since, later: fn, unsure: false };
  }
  const isUnsure = (went === "unsure" || came === "unsure") && sees(fn) !== true;
  const isGone = went === "after" || came === "before" || (isUnsure && was === null && sees(fn) === false);
  return isGone ? null : { ...step, later: null, unsure: isUnsure };
}
