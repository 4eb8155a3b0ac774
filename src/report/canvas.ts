/** A drawing of lines and words on a grid of columns, each in an ink; what is drawn later covers the rest. */
import type { Ink, Line } from "./line.ts";
import { piece } from "./line.ts";

/** Row and column, from 0. */
export type Point = readonly [row: number, column: number];

/** How lines are drawn: thin, or heavy for what matters. */
export type Weight = "thin" | "heavy";

/**
 * Characters of a line by the sides that it joins: up, right, down, left. The last of each is in ASCII, where
 * heavy lines are lines and thin ones are dotted.
 */
const STROKES: Readonly<Record<string, Readonly<Record<Weight, readonly [drawn: string, ascii: string]>>>> = {
  "ud": { thin: ["│", ":"], heavy: ["┃", "|"] }, "rl": { thin: ["─", "."], heavy: ["━", "-"] },
  "ur": { thin: ["└", "."], heavy: ["┗", "+"] }, "ul": { thin: ["┘", "."], heavy: ["┛", "+"] },
  "rd": { thin: ["┌", "."], heavy: ["┏", "+"] }, "dl": { thin: ["┐", "."], heavy: ["┓", "+"] },
};
/** The head of an arrow, by where it points. */
const HEADS: Readonly<Record<string, readonly [drawn: string, ascii: string]>> =
  { u: ["▲", "^"], r: ["▶", ">"], d: ["▼", "v"], l: ["◀", "<"] };
const OPPOSITE: Readonly<Record<string, string>> = { u: "d", d: "u", l: "r", r: "l" };
const SIDES = ["u", "r", "d", "l"];

interface Cell {
  readonly text: string;
  readonly ink: Ink;
}

export class Canvas {
  readonly #rows: (Cell | undefined)[][] = [];
  readonly #plain: boolean;

  /** `plain`: ASCII only. */
  constructor(plain: boolean) {
    this.#plain = plain;
  }

  /** Words from a place on; each character takes a column. */
  write([row, column]: Point, text: string, ink: Ink): void {
    for (const [i, it] of [...text].entries()) this.#set([row, column + i], it, ink);
  }

  /** A line through these points, each below or beside the one before it, with an arrow's head at its end. */
  arrow(points: readonly Point[], weight: Weight, ink: Ink): void {
    const cells = points.flatMap((to, i) => (i === 0 ? [to] : between(points[i - 1]!, to)));
    for (const [i, at] of cells.entries()) {
      const [before, after] = [cells[i - 1], cells[i + 1]];
      const came = before && side(at, before);
      const goes = after ? side(at, after) : undefined;
      const both = [came ?? OPPOSITE[goes!]!, goes ?? OPPOSITE[came!]!];
      const key = SIDES.filter((it) => both.includes(it)).join("");
      const drawn = goes === undefined ? HEADS[OPPOSITE[came!]!]! : STROKES[key]![weight];
      this.#set(at, drawn[this.#plain ? 1 : 0], ink);
    }
  }

  /** Row by row. */
  lines(): readonly Line[] {
    return this.#rows.map((row) => Array.from(row, (it) => piece(it?.text ?? " ", it?.ink)));
  }

  #set([row, column]: Point, text: string, ink: Ink): void {
    while (this.#rows.length <= row) this.#rows.push([]);
    this.#rows[row]![column] = { text, ink };
  }
}

/** The points after `from`, up to `to`. */
function between(from: Point, to: Point): readonly Point[] {
  const [down, right] = [to[0] - from[0], to[1] - from[1]];
  const steps = Math.max(Math.abs(down), Math.abs(right));
  return Array.from({ length: steps }, (_, i): Point =>
    [from[0] + Math.sign(down) * (i + 1), from[1] + Math.sign(right) * (i + 1)]);
}

/** On which side of a point its neighbour lies. */
const side = (at: Point, other: Point): string =>
  other[0] < at[0] ? "u" : other[0] > at[0] ? "d" : other[1] > at[1] ? "r" : "l";
