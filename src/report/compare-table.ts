/**
 * What several runs differ in, a column each. Where the screen has no room for columns, the values stand
 * below each other.
 */
import { abreast, GAP, MARGIN, WIDEST } from "./abreast.ts";
import { columns } from "./columns.ts";
import type { Row } from "./compare-facts.ts";
import { indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items } from "./words.ts";

/** `names`: of the runs, in the order of the rows' values. */
export function tableLines(names: readonly string[], rows: readonly Row[], pen: Pen): readonly Line[] {
  const label = Math.max(...rows.map((it) => columns(it.label)));
  const room = Math.min(pen.width, WIDEST) - MARGIN - label;
  const width = Math.floor(room / names.length) - GAP.length;
  const widest = Math.max(...rows.flatMap(({ values }) => values.flat()).flatMap(words).map(columns));
  return widest <= width ? framed(names, rows, { label, width }, pen) : listed(names, rows, pen);
}
const words = (item: string): readonly string[] => item.split(" ");

interface Widths {
  readonly label: number;
  /** Of each value. */
  readonly width: number;
}

function framed(
  names: readonly string[], rows: readonly Row[], { label, width }: Widths, pen: Pen,
): readonly Line[] {
  const line = (head: string, cells: readonly Line[]): Line => indented(MARGIN, [
    piece(`${head.padEnd(label)}${pen.text(GAP)}`, "dim"), ...abreast(cells, width, pen),
  ]);
  const dash = pen.text("─");
  const rule = [label, ...names.map(() => width)].map((it) => dash.repeat(it)).join(pen.text("─┼─"));
  return [
    line("", names.map((it) => [piece(pen.text(it), "strong")])),
    indented(MARGIN, [piece(rule, "dim")]),
    ...rows.flatMap(({ label: head, values }) => {
      const cells = values.map((it) => valueLines(it, width, pen));
      return Array.from({ length: Math.max(...cells.map((it) => it.length)) }, (_, i) =>
        line(i === 0 ? head : "", cells.map((it) => [piece(it[i] ?? "")])));
    }),
  ];
}

/** What there is none of is a dash. */
const valueLines = (value: readonly string[], width: number, { text }: Pen): readonly string[] =>
  (value.length === 0 ? [text("–")] : items(value.map(text), text(" · "), width));

function listed(names: readonly string[], rows: readonly Row[], pen: Pen): readonly Line[] {
  const name = Math.max(...names.map(columns)) + 2;
  const room = pen.width - MARGIN - 2 - name;
  return rows.flatMap(({ label, values }) => [
    indented(MARGIN, [piece(label, "dim")]),
    ...values.flatMap((it, i) => valueLines(it, room, pen).map((line, j): Line => indented(MARGIN + 2, [
      piece((j === 0 ? pen.text(names[i]!) : "").padEnd(name), "strong"), piece(line),
    ]))),
  ]);
}
