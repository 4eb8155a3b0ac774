/** Several ways through the kernel, one below the other: shorter than one that was asked for by its name. */
import { callerOf } from "../kernel/path.ts";
import type { StepThen } from "../kernel/path-at.ts";
import { many } from "./counted.ts";
import { BLANK, inset, type Line } from "./line.ts";
import { isVisible } from "./path-asides.ts";
import { headingLines, markOf, stepsLines, type Walk } from "./path-lines.ts";
import type { Pen } from "./pen.ts";
import { items } from "./words.ts";

/** A path of more steps is drawn without those that lie beside the way. */
const LONG = 20;
/** Of paths that have more steps together only the functions are named, in a row. */
const MANY = 60;

/** With a blank line between two. `whole`: all of each, however long. */
export function pathsLines(walks: readonly Walk[], whole: boolean, pen: Pen): readonly Line[] {
  const kept = walks.map((it) => (whole ? it : { ...it, path: onTheWay(it) }));
  const steps = kept.reduce((sum, { path }) => sum + path.steps.length, 0);
  const isRow = !whole && steps > MANY;
  return walks.flatMap((walk, i) => [
    ...(i === 0 ? [] : [BLANK]),
    ...(isRow ? rowLines(walk, pen) : treeLines(walk, kept[i]!, pen)),
  ]);
}

function treeLines(walk: Walk, kept: Walk, pen: Pen): readonly Line[] {
  const left = walk.path.steps.length - kept.path.steps.length;
  const lines = [...headingLines(walk, pen), ...stepsLines(kept, pen)];
  if (left === 0) return lines;
  const are = left === 1 ? "is" : "are";
  const more = [`${many(left, "step")} beside the way ${are} not drawn`, ...commandFor(walk)];
  return [...lines, ...inset(4, items(more.map(pen.text), ": ", pen.width - 4), "dim")];
}

const commandFor = ({ name }: Walk): readonly string[] =>
  (name === null ? [] : [`netlab path ${name}`]);

/** Without hidden steps that lead to none that can be seen. */
function onTheWay({ path, seen }: Walk): Walk["path"] {
  const { steps } = path;
  if (steps.length <= LONG) return path;
  const isSeen = (it: StepThen): boolean => isVisible(it) || seen?.steps.has(it) === true;
  const needed = new Set<number>([0]);
  for (const [i, it] of steps.entries()) {
    for (let at = isSeen(it) ? i : -1; at >= 0; at = callerOf(steps, at)) needed.add(at);
  }
  return { ...path, steps: steps.filter((_, i) => needed.has(i)) };
}

/**
 * The heading, and the functions that can be seen, in the order of their entry. What is passed only sometimes
 * is named where it was seen: a row has no room for conditions.
 */
function rowLines(walk: Walk, pen: Pen): readonly Line[] {
  const { path: { steps }, seen } = walk;
  const shown = steps.filter((it) => (isVisible(it) && it.when === null) || seen?.steps.has(it) === true);
  const names = shown.map((it, i) => {
    const unseen = seen !== null && !seen.steps.has(it) ? `${pen.mark(markOf(it, seen)).text} ` : "";
    return `${unseen}${it.fn}${i === shown.length - 1 ? "" : pen.text(" ›")}`;
  });
  return [
    ...headingLines(walk, pen),
    ...inset(4, items(names, " ", pen.width - 4)),
    ...inset(4, commandFor(walk), "dim"),
  ];
}
