/** Columns beside each other, a bar between them, as a comparison is drawn: its time line and its table. */
import { columnsOf, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";

/** To the left of all. */
export const MARGIN = 2;
/** Between two columns. */
export const GAP = " │ ";
/** Wider lines than these the eye does not follow. */
export const WIDEST = 120;

/** One line of each column; all but the last are `width` wide. */
export const abreast = (cells: readonly Line[], width: number, { text }: Pen): Line =>
  cells.flatMap((cell, i) => [
    ...(i === 0 ? [] : [piece(text(GAP), "dim")]), ...cell,
    ...(i === cells.length - 1 ? [] : [piece(" ".repeat(Math.max(0, width - columnsOf(cell))))]),
  ]);
