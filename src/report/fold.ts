/**
 * A call, a struct or a prototype in lines of a width: broken after a comma, as far out in the brackets as it
 * can be, and continued below the bracket that is open there. Of the fields only flags are ever divided.
 */
import { columns } from "./columns.ts";

/**
 * A place where a line may end. `depth` counts the brackets that are open there; `open` is where the
 * innermost one stands.
 */
interface Break {
  readonly at: number;
  readonly depth: number;
  readonly open: number | null;
}

/**
 * The lines of `text`, at most `width` columns where a field is not longer; those after the first begin with
 * spaces.
 */
export function fold(text: string, width: number): readonly string[] {
  const breaks = breaksIn(text);
  const lines: string[] = [];
  const starts: Start[] = [];
  let from = 0;
  let indent = 0;
  while (from < text.length) {
    starts.push({ from, indent });
    const end = endOf(text.slice(from), from, width - indent, breaks);
    lines.push(" ".repeat(indent) + text.slice(from, end?.at ?? text.length).trimEnd());
    from = end?.at ?? text.length;
    indent = end === null ? 0 : Math.min(columnOf(end.open, starts), Math.floor(width / 3));
  }
  return lines;
}

/** Where the line that begins at `from` ends: null, where the rest fits. */
function endOf(rest: string, from: number, room: number, breaks: readonly Break[]): Break | null {
  if (columns(rest) <= room) return null;
  const ahead = breaks.filter((it) => it.at > from);
  const fitting = ahead.filter((it) => columns(rest.slice(0, it.at - from).trimEnd()) <= room);
  if (fitting.length === 0) return ahead[0] ?? null;
  const outermost = Math.min(...fitting.map((it) => it.depth));
  return fitting.filter((it) => it.depth === outermost).at(-1)!;
}

/** Where a line begins in the text, and how many columns stand before it. */
interface Start {
  readonly from: number;
  readonly indent: number;
}

/** The column behind an open bracket, on the line where it stands; four where none is open. */
function columnOf(open: number | null, starts: readonly Start[]): number {
  const line = open === null ? undefined : starts.findLast((it) => it.from <= open);
  return line === undefined ? 4 : line.indent + (open! - line.from) + 1;
}

/** The depth of a place that is taken only where there is no other. */
const LAST = 1000;
/** And of one that is taken only where there is not even that: it divides a field. */
const WITHIN = Number.POSITIVE_INFINITY;

/**
 * After every comma that is not in quotes; where nothing else is left, before the ` = ` of a result, and at
 * last between flags.
 */
function breaksIn(text: string): readonly Break[] {
  const out: Break[] = [];
  const open: number[] = [];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[([{]|[)\]}]|, | = |\|/g)) {
    if (/^[([{]/.test(token)) open.push(index);
    else if (/^[)\]}]/.test(token)) open.pop();
    else if (token === ", ") out.push({ at: index + 2, depth: open.length, open: open.at(-1) ?? null });
    else if (token === "|") out.push({ at: index + 1, depth: WITHIN, open: open.at(-1) ?? null });
    else if (token === " = " && open.length === 0) out.push({ at: index + 1, depth: LAST, open: null });
  }
  return out;
}
