/** Plots, as a terminal can show them: marks between two axes, and below them the figures themselves. */
import type { HistoryEvent } from "../lab/events.ts";
import { History } from "../lab/history.ts";
import type { Plot, Series } from "../lab/plot.ts";
import { columns } from "./columns.ts";
import { BLANK, columnsOf, indented, inset, type Line, type Piece, piece } from "./line.ts";
import type { Mark, Pen } from "./pen.ts";
import { type Scale, scaleOf, valueText } from "./plot-scale.ts";
import { words } from "./words.ts";

/** A series by its mark, so that nobody needs colours to tell them apart. */
const MARKS: readonly Mark[] = ["first", "second", "third", "fourth"];
const markOf = (i: number): Mark => MARKS[i % MARKS.length]!;

const MARGIN = 2;
/** The picture is so many lines high, or a few less; and at most so many columns wide. */
const HIGH = 12;
const WIDE = 72;
/** What stands between an axis and its figures, and between the figures of a table. */
const GAP = 2;

/** What a plot shows of a run. */
export function plotLines(plot: Plot, events: readonly HistoryEvent[], paper: Pen): readonly Line[] {
  const series = plot.series(new History(events));
  const { width, text } = paper;
  const heading = inset(MARGIN, words(text(plot.says), width - MARGIN), "strong");
  const points = series.flatMap((it) => it.points);
  if (points.length === 0) {
    const none = text("no time was measured in this run, and so there is nothing to draw");
    return [...heading, ...inset(MARGIN, words(none, width - MARGIN), "dim")];
  }
  const across = scaleOf(points.map(([x]) => x));
  const up = scaleOf(points.map(([, y]) => y));
  return [
    ...heading, ...inset(MARGIN, words(text(plot.up.is), width - MARGIN), "dim"),
    ...pictureLines({ plot, series, across, up }, paper), BLANK,
    ...tableLines(plot, series, paper),
  ];
}

interface Drawn {
  readonly plot: Plot;
  readonly series: readonly Series[];
  readonly across: Scale;
  readonly up: Scale;
}

/** The axes with what is written beside them, and what stands between them. */
function pictureLines({ plot, series, across, up }: Drawn, paper: Pen): readonly Line[] {
  const { width, text } = paper;
  const upTexts = up.ticks.map((it) => text(valueText(it, plot.up)));
  const acrossTexts = across.ticks.map((it) => valueText(it, plot.across));
  const left = Math.max(...upTexts.map(columns));
  const end = Math.ceil(acrossTexts.at(-1)!.length / 2);
  const wide = Math.min(WIDE, width - MARGIN - left - GAP - end);
  const rise = Math.max(1, Math.floor(HIGH / (up.ticks.length - 1)));
  const high = rise * (up.ticks.length - 1);
  const rows = canvas(series, { across, up, wide, high }, paper);
  const beside = (row: number): Line => {
    const label = row % rise === 0 ? upTexts[up.ticks.length - 1 - row / rise]! : "";
    return [piece(`${" ".repeat(left - columns(label))}${label} ${text(label === "" ? "│" : "┤")}`, "dim")];
  };
  const places = across.ticks.map((it) => Math.round(across.at(it) * (wide - 1)));
  const rule = Array.from({ length: wide }, (_, i) => (places.includes(i) ? "┬" : "─")).join("");
  const below = " ".repeat(left + 1);
  return [
    ...rows.map((row, i) => indented(MARGIN, [...beside(i), ...row])),
    indented(MARGIN, [piece(text(`${below}└${rule}`), "dim")]),
    indented(MARGIN, [piece(below, "dim"), piece(ticksText(acrossTexts, places), "dim")]),
    indented(MARGIN, [piece(below, "dim"), piece(` ${text(plot.across.is)}`, "dim")]),
  ];
}

/** Each below its place; one that has no room beside its neighbour is left out. */
function ticksText(texts: readonly string[], places: readonly number[]): string {
  return texts.reduce((line, it, i) => {
    const from = places[i]! + 1 - Math.floor((it.length - 1) / 2);
    return line.length > 0 && from <= line.length ? line : `${line.padEnd(from)}${it}`;
  }, "");
}

interface Size {
  readonly across: Scale;
  readonly up: Scale;
  readonly wide: number;
  readonly high: number;
}

/** Rows of cells from the top down: marks, and the way from one to the next. */
function canvas(
  series: readonly Series[], { across, up, wide, high }: Size, { mark }: Pen,
): readonly Line[] {
  const cells = Array.from({ length: high + 1 }, () => Array<Piece>(wide).fill(piece(" ")));
  const placed = series.map(({ points }) => points.toSorted(([a], [b]) => a - b).map(([x, y]) =>
    ({ column: Math.round(across.at(x) * (wide - 1)), row: Math.round((1 - up.at(y)) * high) })));
  for (const points of placed) {
    for (const [i, from] of points.slice(0, -1).entries()) {
      const to = points[i + 1]!;
      for (let column = from.column + 1; column < to.column; column++) {
        const part = (column - from.column) / (to.column - from.column);
        cells[Math.round(from.row + part * (to.row - from.row))]![column] = mark("way");
      }
    }
  }
  const taken = new Set<Piece>();
  for (const [i, points] of placed.entries()) {
    for (const { column, row } of points) {
      const drawn = { ...mark(markOf(i)) };
      cells[row]![freeIn(cells[row]!, column, taken)] = drawn;
      taken.add(drawn);
    }
  }
  return cells;
}

/** The nearest cell in which no other mark stands: marks of one place stand side by side. */
function freeIn(row: readonly Piece[], column: number, taken: ReadonlySet<Piece>): number {
  const places = row.map((_, i) => i).filter((i) => !taken.has(row[i]!));
  return places.toSorted((a, b) => Math.abs(a - column) - Math.abs(b - column) || b - a)[0] ?? column;
}

/** Each series by its mark and name, with its figures; where they have no room, with its name alone. */
function tableLines(plot: Plot, series: readonly Series[], paper: Pen): readonly Line[] {
  const { width, text, mark } = paper;
  const all = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].toSorted((a, b) => a - b);
  const names = series.map(({ name }) => text(name));
  const rows = series.map(({ points }) => all.map((x) => {
    const found = points.find(([it]) => it === x);
    return found === undefined ? text("–") : text(valueText(found[1], plot.up));
  }));
  const head = all.map((x) => valueText(x, plot.across));
  const wide = all.map((_, i) => Math.max(head[i]!.length, ...rows.map((row) => columns(row[i]!))) + GAP);
  const left = Math.max(columns(text(plot.across.is)), ...names.map((it) => columns(it) + 2));
  const cell = (it: string, i: number): string => " ".repeat(wide[i]! - columns(it)) + it;
  const named = (i: number): Line => [mark(markOf(i)), piece(` ${names[i]}`)];
  if (MARGIN + left + wide.reduce((a, b) => a + b, 0) > width) {
    return names.map((_, i) => indented(MARGIN, named(i)));
  }
  return [
    indented(MARGIN, [piece(text(plot.across.is).padEnd(left) + head.map(cell).join(""), "dim")]),
    ...rows.map((row, i) => {
      const name = named(i);
      return indented(MARGIN, [...name, piece(" ".repeat(left - columnsOf(name)) + row.map(cell).join(""))]);
    }),
  ];
}
