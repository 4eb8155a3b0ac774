/** What is said of a step, in lines: what it does, then in brackets what else is to be known of it. */
import type { StepThen } from "../kernel/path-at.ts";
import { columns } from "./columns.ts";
import { type Line, piece } from "./line.ts";
import { asides, isVisible } from "./path-asides.ts";
import type { Walk } from "./path-lines.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/** An aside stands whole: behind the last line, or on one of its own. `file`: where it is, is one of them. */
export function stepProse(
  step: StepThen, walk: Walk, { width, file }: { readonly width: number; readonly file: boolean },
  { text }: Pen,
): readonly Line[] {
  const isSeen = walk.seen?.steps.has(step) === true;
  const missed = walk.seen !== null && isVisible(step) && !isSeen;
  const why = missed ? walk.missing?.(step) ?? null : null;
  const list = [...(file ? [step.file] : []), ...asides(step, isSeen, why)];
  const does = words(text(step.does), width);
  const last = does.at(-1) ?? "";
  const tokens = bracketed(list.map(text)).flatMap((it) => (columns(it) <= width ? [it] : words(it, width)));
  const lines = items([last, ...tokens], " ", width);
  return [
    ...does.slice(0, -1).map((it) => [piece(it)]),
    ...lines.map((it, i) =>
      (i > 0 ? [piece(it, "dim")] : [piece(last), piece(it.slice(last.length), "dim")])),
  ];
}

/** One pair of brackets around all. */
const bracketed = (list: readonly string[]): readonly string[] =>
  list.map((it, i) => `${i === 0 ? "(" : ""}${it}${i === list.length - 1 ? ")" : ";"}`);
