/** A table of what a run saw, as wide as its words need; where that is too much, cells below each other. */
import type { HistoryEvent } from "../lab/events.ts";
import { History } from "../lab/history.ts";
import type { Table } from "../lab/table.ts";
import { columns } from "./columns.ts";
import { indented, inset, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { words } from "./words.ts";

const MARGIN = 4;
const GAP = 2;

/** What a table shows of a run. */
export function tableLines(it: Table, events: readonly HistoryEvent[], pen: Pen): readonly Line[] {
  const rows = it.rows(new History(events)).map((row) => row.map(pen.text));
  const headings = it.headings.map(pen.text);
  const widths = widthsOf([headings, ...rows], pen.width - MARGIN);
  const title = inset(2, words(pen.text(it.says), pen.width - 2), "strong");
  if (widths === null) return [...title, ...listed(headings, rows, pen)];
  const rule = widths.map((width) => pen.text("─").repeat(width)).join(" ".repeat(GAP));
  return [
    ...title, ...rowLines(headings, widths, "dim"), indented(MARGIN, [piece(rule, "dim")]),
    ...rows.flatMap((row) => rowLines(row, widths, "plain")),
  ];
}

/** As wide as its longest text; while all are too wide the widest gives way, down to a word. Or null. */
function widthsOf(rows: readonly (readonly string[])[], room: number): readonly number[] | null {
  const column = (i: number): readonly string[] => rows.map((row) => row[i] ?? "");
  const all = rows[0]!.map((_, i) => Math.max(...column(i).map(columns)));
  const least = rows[0]!.map((_, i) => Math.max(...column(i).flatMap((it) => it.split(" ")).map(columns)));
  const total = (): number => all.reduce((sum, it) => sum + it + GAP, -GAP);
  while (total() > room) {
    const spare = all.map((it, i) => it - least[i]!);
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) return null;
    all[widest]!--;
  }
  return all;
}

function rowLines(row: readonly string[], widths: readonly number[], ink: "dim" | "plain"): readonly Line[] {
  const cells = widths.map((width, i) => words(row[i] ?? "", width));
  const height = Math.max(...cells.map((it) => it.length));
  return Array.from({ length: height }, (_, line): Line =>
    indented(MARGIN, cells.map((it, i) => {
      const text = it[line] ?? "";
      return piece(text + " ".repeat(widths[i]! - columns(text) + GAP), ink);
    })));
}

/** Each cell on a line of its own, behind its heading. */
function listed(
  headings: readonly string[], rows: readonly (readonly string[])[], { width }: Pen,
): readonly Line[] {
  const label = Math.max(...headings.map(columns)) + GAP;
  return rows.flatMap(([name = "", ...cells]) => [
    indented(MARGIN, [piece(name)]),
    ...cells.flatMap((cell, i) => words(cell, width - MARGIN - 2 - label).map((line, j): Line =>
      indented(MARGIN + 2, [piece((j === 0 ? headings[i + 1]! : "").padEnd(label), "dim"), piece(line)]))),
  ]);
}
