/**
 * What came of holding a run against strace's log:
 * one line where they agree, else both sides of each difference.
 */
import type { Confirmation, Difference } from "../lab/confirm.ts";
import { many } from "./counted.ts";
import { columnsOf, flushRight, indented, inset, type Line, piece } from "./line.ts";
import { type Pen, pen } from "./pen.ts";
import type { Style } from "./style.ts";
import { words } from "./words.ts";

/** So many differences are shown; the rest is counted. */
const MOST = 12;

/** `by`: who wrote the log, "strace 6.1", at the right edge. */
export function confirmText(confirmation: Confirmation, by: string, style: Style): string {
  const paper = pen(style);
  const { width, text, print } = paper;
  const { differences, note } = confirmation;
  const notes = note === null ? [] : inset(2, words(text(note), width - 2));
  const more = differences.length - MOST;
  return print([
    ...flushRight(verdict(confirmation, paper), piece(by, "dim"), width),
    ...differences.slice(0, MOST).flatMap((it) => both(it, paper)),
    ...(more > 0 ? inset(2, [`… and ${many(more, "more difference")}`].map(text)) : []),
    ...notes,
  ]);
}

function verdict(
  { agrees, calls, of, experiment }: Confirmation, { width, mark, text }: Pen,
): readonly Line[] {
  const sign = mark(agrees ? "proven" : "refuted");
  const says = agrees
    ? `strace saw the same ${many(calls, "call")} of ${experiment}, `
      + "in the same order, with the same arguments and results."
    : `strace saw ${calls} of the ${many(of, "call")} of ${experiment} as the run recorded them.`;
  const margin = columnsOf([sign]) + 1;
  const [first = "", ...rest] = words(text(says), width - margin);
  return [[sign, piece(` ${first}`)], ...rest.map((it) => indented(margin, [piece(it)]))];
}

/** Our line above, strace's below; `nothing` where one of them has none. */
function both({ id, actor, ours, theirs, line }: Difference, { width, text }: Pen): readonly Line[] {
  const which = id === null ? actor : `#${id}${actor === "main" ? "" : ` ${actor}`}`;
  const side = (who: string, it: string | null): readonly Line[] => {
    const [first = "", ...rest] = words(text(it ?? "nothing"), width - 12);
    return [
      indented(4, [piece(who.padEnd(8), "dim"), piece(first)]),
      ...rest.map((more) => indented(12, [piece(more)])),
    ];
  };
  const where = line === null ? "" : `, line ${line} of the log`;
  return [
    ...inset(2, [text(`${which}${where}`)], "strong"),
    ...side("netlab", ours),
    ...side("strace", theirs),
  ];
}
