/**
 * A run as a sequence diagram in text: time runs downwards, calls stand beside the side that makes them,
 * segments are arrows between.
 */
import { columns } from "./columns.ts";
import { BLANK, inset, type Line, type Piece, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import type { CallRow, PacketRow, Sequence } from "./sequence.ts";
import { words } from "./words.ts";

/** To the left of all; then the time, in ms; the calls of the left side, the arrows, those of the right. */
interface Grid {
  readonly left: number;
  readonly arrow: number;
  /** 0 where the right side makes no call. */
  readonly right: number;
}
const [MARGIN, TIME, GAP] = [2, 9, 2];
/** Wider diagrams the eye does not follow. */
const WIDEST = 132;
/** The shares of the two sides in what is left beside the time. */
const [SIDE, ALONE] = [0.24, 0.32];
/** `getsockname` and `EADDRNOTAVAIL` are not cut. */
const LEAST = 13;

export function sequenceLines(it: Sequence, pen: Pen): readonly Line[] {
  const grid = gridOf(it, pen.width);
  const blind = it.blind === null ? []
    : inset(MARGIN, words(`No packets are drawn: ${it.blind}.`, pen.width - MARGIN), "open");
  return [
    ...headLines(it, grid, pen), ...blind,
    ...it.rows.flatMap((row) => {
      if (row.is === "scene") return [BLANK, ...inset(MARGIN, words(row.text, pen.width - MARGIN), "strong")];
      const at = time(row.t - it.start);
      return row.is === "call" ? callLines(row, at, grid, pen) : [packetLine(row, at, grid, pen)];
    }),
  ];
}

function gridOf({ rows }: Sequence, width: number): Grid {
  const room = Math.min(width, WIDEST) - MARGIN - TIME - 2 * GAP;
  const both = rows.some((it) => it.is === "call" && it.side === "right");
  const side = Math.max(LEAST, Math.floor(room * (both ? SIDE : ALONE)));
  return { left: side, right: both ? side : 0, arrow: room - side * (both ? 2 : 1) };
}

/** The names of both sides, over the ends of the diagram; one below the other where both have no room. */
function headLines({ left, right }: Sequence, grid: Grid, { text }: Pen): readonly Line[] {
  const room = grid.left + GAP + grid.arrow + (grid.right === 0 ? 0 : GAP + grid.right);
  const names = (it: string): readonly string[] => words(text(it), room);
  const [a, b] = [names(left), names(right)];
  const unit = piece("ms".padStart(MARGIN + TIME - 1).padEnd(MARGIN + TIME), "dim");
  const behind = (it: string): Piece => piece(" ".repeat(room - columns(it)) + it, "strong");
  const gap = room - columns(a[0]!) - columns(b[0]!);
  if (a.length === 1 && b.length === 1 && gap >= GAP) {
    return [[unit, piece(a[0]!, "strong"), piece(" ".repeat(gap)), piece(b[0]!, "strong")]];
  }
  return [...a.map((it) => piece(it, "strong")), ...b.map(behind)]
    .map((it, i): Line => [i === 0 ? unit : time(null), it]);
}

function callLines({ side, says }: CallRow, at: Piece, grid: Grid, pen: Pen): readonly Line[] {
  const lines = words(pen.text(says.join(" ")), side === "left" ? grid.left : grid.right);
  const lane = lifelines(grid, pen);
  return lines.map((it, i): Line => {
    const head = i === 0 ? at : time(null);
    if (side === "left") return [head, piece(it.padEnd(grid.left + GAP)), ...lane];
    return [head, piece(" ".repeat(grid.left + GAP)), ...lane, piece(" ".repeat(GAP) + it)];
  });
}

function packetLine({ to, says }: PacketRow, at: Piece, grid: Grid, { text }: Pen): Line {
  // The head, a dash on either side, and the spaces around the word.
  const room = grid.arrow - 5;
  const told = says.map(text);
  while (told.length > 1 && columns(told.join(" ")) > room) told.pop();
  const word = ` ${told.join(" ")} `;
  const dashes = Math.max(2, grid.arrow - 1 - columns(word));
  const short = Math.max(1, Math.floor(dashes / 4));
  const [near, far] = [text("─").repeat(short), text("─").repeat(dashes - short)];
  const start: Line = [at, piece(" ".repeat(grid.left + GAP))];
  if (to === null) return [...start, piece(text("·") + near, "dim"), piece(word), piece(far, "dim")];
  return to === "right"
    ? [...start, piece(near, "dim"), piece(word), piece(far + text("▶"), "dim")]
    : [...start, piece(text("◀") + far, "dim"), piece(word), piece(near, "dim")];
}

/** Where nothing passes: both ends go on. */
const lifelines = ({ arrow }: Grid, { text }: Pen): Line =>
  [piece(text("│") + " ".repeat(Math.max(0, arrow - 2)) + text("│"), "dim")];

/** In milliseconds. */
const time = (t: number | null): Piece =>
  piece((t === null ? "" : (t / 1e6).toFixed(3)).padStart(MARGIN + TIME - 1).padEnd(MARGIN + TIME), "dim");
