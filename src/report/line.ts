/**
 * A printed line before it is printed: pieces of text with their ink, so that columns are counted on what a
 * person sees.
 */
import { columns } from "./columns.ts";
import { words } from "./words.ts";

/**
 * What colour is used for: a verdict's mark (good, bad, open), a heading (strong), what stands back (dim).
 */
export type Ink = "plain" | "strong" | "dim" | "good" | "bad" | "open";
export interface Piece {
  readonly text: string;
  readonly ink: Ink;
}
export type Line = readonly Piece[];

/** Text in one ink. */
export const piece = (text: string, ink: Ink = "plain"): Piece => ({ text, ink });
export const BLANK: Line = [];

/** The line, so many columns further right. */
export const indented = (by: number, line: Line): Line => [piece(" ".repeat(by)), ...line];
/** Text in lines already, all of them so many columns further right. */
export const inset = (by: number, lines: readonly string[], ink: Ink = "plain"): readonly Line[] =>
  lines.map((it) => indented(by, [piece(it, ink)]));
export const columnsOf = (line: Line): number => line.reduce((sum, { text }) => sum + columns(text), 0);

/** Between text and what stands at the right edge. */
const GAP = 2;
/**
 * On a wider screen the right edge is here where it can be: too far from the text the eye does not find the
 * line again.
 */
const EDGE = 120;

/**
 * Lines of `width` columns with a remark at the right edge of the last one; where it has no room, on a line
 * of its own.
 */
export function flushRight(lines: readonly Line[], { text, ink }: Piece, width: number): readonly Line[] {
  if (text === "") return lines;
  const last = lines.at(-1) ?? BLANK;
  const taken = columnsOf(last) + columns(text);
  const room = (taken + GAP <= EDGE ? Math.min(width, EDGE) : width) - taken;
  if (room >= GAP) return [...lines.slice(0, -1), [...last, piece(" ".repeat(room)), piece(text, ink)]];
  const edge = Math.min(width, EDGE);
  const own = words(text, edge - GAP).flatMap((it) => inset(Math.max(GAP, edge - columns(it)), [it], ink));
  return [...lines, ...own];
}
