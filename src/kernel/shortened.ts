/**
 * A way through the kernel in brief: some of its steps, chosen by name, for where all would be too many.
 */
import { callerOf, type KernelPath, path, type Step } from "./path.ts";

/**
 * The steps with these names, in the order of the path, each below the nearest of the others that it is
 * below; `at`: the tracepoints that they can be seen at. Looking at the steps throws RangeError for a name
 * that does not follow the one before it.
 */
export const shortened = (whole: KernelPath, at: readonly string[], names: readonly string[]): KernelPath =>
  path(whole.to, at, () => stepsNamed(whole, names));

function stepsNamed({ to, steps }: KernelPath, names: readonly string[]): readonly Step[] {
  const places: number[] = [];
  for (const name of names) {
    const place = steps.findIndex(({ fn }, i) => i > (places.at(-1) ?? -1) && fn === name);
    if (place < 0) throw new RangeError(`the path to ${to}: there is no ${name} after those named before`);
    places.push(place);
  }
  return places.map((it) => ({ ...steps[it]!, depth: depthAmong(steps, places, it) }));
}

function depthAmong(steps: readonly Step[], places: readonly number[], place: number): number {
  const caller = callerOf(steps, place);
  if (caller < 0) return 0;
  return depthAmong(steps, places, caller) + (places.includes(caller) ? 1 : 0);
}
