/** The lines of a tree of who calls whom, beside which its names stand. */
import type { Pen } from "./pen.ts";

/** What stands before a name, and before what is said below it: of the same width, as far as the name. */
export interface Branch {
  readonly before: string;
  readonly below: string;
}

/** How they are drawn, and in ASCII. */
const DRAWN = { on: "│", between: "├", last: "└", to: "─" };
const ASCII: typeof DRAWN = { on: "|", between: "+", last: "`", to: "-" };

/**
 * By depths, each a step: below a function that calls several there are lines, below one that calls a single
 * one it only stands further right, by so many columns.
 */
export function branches(depths: readonly number[], by: 1 | 2, { plain }: Pen): readonly Branch[] {
  const draw = plain ? ASCII : DRAWN;
  const gap = " ".repeat(by - 1);
  return depths.map((depth, i) => {
    const chain = Array.from({ length: depth }, (_, above) => nodeOn(depths, i, above + 1));
    const passing = chain.map((it) => (hasNext(depths, it) ? draw.on : " ") + gap);
    const own = draw.to.repeat(by - 1);
    const joins = depth > 0 && !isOnly(depths, i);
    const last = joins ? (hasNext(depths, i) ? draw.between : draw.last) + own : ` ${gap}`;
    return {
      before: [...passing.slice(0, -1), ...(depth === 0 ? [] : [last])].join(""),
      below: passing.join("") + (callsSeveral(depths, i) ? draw.on : " "),
    };
  });
}

/** The step of this depth that leads to another one, or is it. */
const nodeOn = (depths: readonly number[], i: number, depth: number): number =>
  depths.findLastIndex((it, j) => j <= i && it === depth);

/** Whether its caller calls another one after it, or before it. */
const hasNext = (depths: readonly number[], i: number): boolean =>
  depths[depths.findIndex((it, j) => j > i && it <= depths[i]!)] === depths[i];
const hasBefore = (depths: readonly number[], i: number): boolean =>
  depths[depths.findLastIndex((it, j) => j < i && it <= depths[i]!)] === depths[i];
const isOnly = (depths: readonly number[], i: number): boolean =>
  !hasNext(depths, i) && !hasBefore(depths, i);
const callsSeveral = (depths: readonly number[], i: number): boolean =>
  depths[i + 1] === depths[i]! + 1 && hasNext(depths, i + 1);
