/** A sentence or two, set in a little, in lines of the page's width. */
import { type Ink, indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { words } from "./words.ts";

/** No line where there is no text. */
export const prose = (it: string, { text, width }: Pen, ink: Ink = "plain"): readonly Line[] =>
  words(text(it), width - 2).map((line) => indented(2, [piece(line, ink)]));
