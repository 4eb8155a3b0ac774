/**
 * Several runs of one job on one time line: a column each, step beside step, packets as arrows between client
 * and server. Where the screen has no room for columns the runs stand below each other, step by step.
 */
import { abreast, GAP, MARGIN, WIDEST } from "./abreast.ts";
import type { Arrow } from "./arrow.ts";
import { columns } from "./columns.ts";
import type { Step, Steps } from "./compare-steps.ts";
import { BLANK, columnsOf, indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items } from "./words.ts";

/** One of the runs. */
export interface Lane {
  readonly as: string;
  readonly steps: Steps;
  /** Whether packets were watched: if not, that there are none says nothing. */
  readonly watched: boolean;
}

/** How wide the parts of a column are. */
interface Grid {
  readonly column: number;
  readonly who: number;
  /** What a step says, where an arrow stands beside it. */
  readonly says: number;
  /** From client to server; 0 where no packets are drawn. */
  readonly arrow: number;
}
/** Of an arrow: its head, a dash on either side, and the spaces around its word. */
const ROUND = 5;
/** Longer names are cut. */
const NAME = 10;
/** Fewer columns than these a run's steps cannot be told in. */
const NARROWEST = 37;
const ARROW = { least: 13, most: 19 };
const SAYS = 13;

/**
 * `steps`: what happens in each scene, by its id; a scene that is not there is told by its id. Of more than
 * two runs that have no room for columns it tells nothing.
 */
export function timelineLines(
  lanes: readonly Lane[], steps: Readonly<Record<string, string>>, pen: Pen,
): readonly Line[] {
  const scenes = [...new Set(lanes.flatMap((it) => [...it.steps.keys()]))];
  const abreast = lanes.length * (NARROWEST + GAP.length) - GAP.length + MARGIN <= pen.width;
  const grid = gridOf(lanes, abreast ? lanes.length : 1, pen.width);
  if (!abreast && lanes.length > 2) return [];
  const draw = abreast ? besideLines : belowLines;
  const blocks = scenes.flatMap((scene, i) => [
    ...titleLine(i + 1, steps[scene] ?? scene, pen),
    ...draw(lanes, lanes.map((it) => sceneLines(it, scene, lanes, grid, pen)), grid, pen),
  ]);
  return [...(abreast ? headLines(lanes, grid, pen) : [namesLine(lanes, grid, pen)]), ...blocks];
}

function gridOf(lanes: readonly Lane[], abreast: number, width: number): Grid {
  const names = lanes.flatMap(({ steps }) => [...steps.values()].flat().map((it) => columns(it.who)));
  const who = Math.min(NAME, Math.max(...names, 0));
  const label = abreast === 1 ? labelOf(lanes) : 0;
  const all = Math.min(width, WIDEST) - MARGIN - label - (abreast - 1) * GAP.length;
  const column = Math.floor(all / abreast);
  const room = column - who - 3;
  const arrow = lanes.every((it) => !it.watched) ? 0
    : Math.min(ARROW.most, Math.max(ARROW.least, room - SAYS));
  return { column, who, says: room - arrow, arrow };
}

const titleLine = (n: number, says: string, { text }: Pen): readonly Line[] =>
  [BLANK, [piece(`${String(n).padStart(MARGIN + 1)}  `, "dim"), piece(text(says), "strong")]];

/** The names of the runs, and which end of an arrow is whose. */
function headLines(lanes: readonly Lane[], grid: Grid, pen: Pen): readonly Line[] {
  const names = lanes.map(({ as }): Line =>
    flushed([piece(pen.text(as), "strong")], ends(grid), grid.column));
  return [row(names, grid, pen)];
}
const namesLine = (lanes: readonly Lane[], grid: Grid, pen: Pen): Line =>
  indented(MARGIN, flushed([piece(pen.text(lanes.map((it) => it.as).join(", ")), "strong")], ends(grid),
    grid.column + labelOf(lanes)));
const labelOf = (lanes: readonly Lane[]): number => Math.max(...lanes.map((it) => columns(it.as))) + 2;

const ends = ({ arrow }: Grid): string =>
  (arrow === 0 ? "" : `client${" ".repeat(Math.max(1, arrow - 12))}server`);

function flushed(line: Line, right: string, width: number): Line {
  const room = width - columnsOf(line) - columns(right);
  return right === "" || room < 1 ? line : [...line, piece(" ".repeat(room)), piece(right, "dim")];
}

/** One scene of one run. */
function sceneLines(
  { steps, watched }: Lane, scene: string, lanes: readonly Lane[], grid: Grid, pen: Pen,
): readonly Line[] {
  const own = steps.get(scene) ?? [];
  const packets = (of: readonly Step[] = []): number => of.reduce((n, it) => n + it.arrows.length, 0);
  const others = lanes.some((it) => packets(it.steps.get(scene)) > 0);
  const silent = watched && own.length > 0 && packets(own) === 0 && others;
  if (own.length === 0) return [[piece("(nothing to do)", "dim")]];
  const remark = (it: Step, i: number): string =>
    ((silent && i === own.length - 1) || (watched && accepts(it)) ? "no packet" : "");
  return own.flatMap((it, i) => stepLines(it, remark(it, i), grid, pen));
}

/** Of a server that takes a connection it is often thought that it answers the client then. */
const accepts = ({ says, arrows }: Step): boolean =>
  arrows.length === 0 && says.some((it) => it.startsWith("accept"));

function stepLines({ who, says, arrows }: Step, remark: string, grid: Grid, pen: Pen): readonly Line[] {
  const drawn = grid.arrow === 0 ? [] : arrows.map((it) => arrowOf(it, grid, pen));
  const beside: readonly Line[] = remark === "" ? drawn : [[piece(remark.padStart(grid.arrow), "dim")]];
  const room = beside.length === 0 ? grid.says + grid.arrow + 1 : grid.says;
  const told = items(says.map(pen.text), " ", room);
  const lines: Line[] = told.map((it, i) => [
    piece(padded(i === 0 ? short(pen.text(who), grid.who, pen.text) : "", grid.who + 2), "dim"), piece(it),
  ]);
  const [first, ...more] = beside;
  if (first === undefined) return lines;
  const last = lines.at(-1)!;
  const at = grid.column - grid.arrow;
  const fits = columnsOf(last) < at;
  const placed = (line: Line, it: Line): Line => [...line, piece(" ".repeat(at - columnsOf(line))), ...it];
  const head = fits ? [...lines.slice(0, -1), placed(last, first)] : [...lines, placed([], first)];
  return [...head, ...more.map((it) => placed([], it))];
}

const padded = (it: string, width: number): string => it + " ".repeat(Math.max(0, width - columns(it)));

/** Cut where it is longer. */
function short(it: string, most: number, text: Pen["text"]): string {
  const [more, letters] = [text("…"), [...it]];
  if (columns(it) <= most) return it;
  while (letters.length > 0 && columns(letters.join("") + more) > most) letters.pop();
  return letters.join("") + more;
}

/** `── SYN ───▶`, as wide as all of them. */
function arrowOf({ way, label }: Arrow, { arrow }: Grid, { text }: Pen): Line {
  const word = ` ${short(text(label), arrow - ROUND, text)} `;
  const dashes = Math.max(2, arrow - 1 - columns(word));
  const left = Math.max(1, Math.floor(dashes / 2));
  const [before, after] = [text("─").repeat(left), text("─").repeat(dashes - left)];
  if (way === null) return [piece(`${before}${word}${after}`, "dim")];
  return way === "there"
    ? [piece(before, "dim"), piece(word), piece(after + text("▶"), "dim")]
    : [piece(text("◀") + before, "dim"), piece(word), piece(after, "dim")];
}

/** Side by side. */
function besideLines(
  _: readonly Lane[], blocks: readonly (readonly Line[])[], grid: Grid, pen: Pen,
): readonly Line[] {
  const height = Math.max(...blocks.map((it) => it.length));
  return Array.from({ length: height }, (_, i) => row(blocks.map((it) => it[i] ?? BLANK), grid, pen));
}

const row = (cells: readonly Line[], { column }: Grid, pen: Pen): Line =>
  indented(MARGIN, abreast(cells, column, pen));

/** Below each other, each with its name. */
const belowLines = (
  lanes: readonly Lane[], blocks: readonly (readonly Line[])[], _: Grid, { text }: Pen,
): readonly Line[] =>
  blocks.flatMap((block, i) => block.map((line, j): Line => {
    const name = (j === 0 ? text(lanes[i]!.as) : "").padEnd(labelOf(lanes));
    return [piece(" ".repeat(MARGIN)), piece(name, "strong"), ...line];
  }));
