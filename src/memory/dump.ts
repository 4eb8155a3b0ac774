/**
 * Bytes and fields together: two lines of cells, bytes above, names below, holes and unwritten bytes drawn.
 */
import type { Memory } from "./memory.ts";
import { type Span, spans } from "./spans.ts";
import type { AnyStruct } from "./struct.ts";

/** One field's column. `above` and `below` have the same width. */
export interface DumpCell {
  readonly kind: Span["kind"];
  readonly above: string;
  readonly below: string;
}
/** Cells that fit one line. */
export type DumpRow = readonly DumpCell[];

/** At most this many bytes of a field are written out; the rest is told by `…`. */
const MOST = 16;
const GAP = 2;

/** The rows of one struct, each at most `width` columns; a field is never broken. */
export function dump(memory: Memory, layout: AnyStruct, width: number): readonly DumpRow[] {
  const rows: DumpCell[][] = [[]];
  let used = 0;
  for (const span of spans(memory, layout)) {
    const cell = cellOf(memory, span);
    if (used > 0 && used + cell.above.length > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(cell);
    used += cell.above.length + GAP;
  }
  return rows;
}

function cellOf(memory: Memory, { offset, length, kind, label }: Span): DumpCell {
  const bytes = memory.bytes.subarray(offset, offset + Math.min(length, MOST));
  const drawn = { field: null, hole: "··", unwritten: "░░" }[kind];
  const hex = [...bytes].map((it) => drawn ?? it.toString(16).padStart(2, "0"));
  const above = hex.join(" ") + (length > MOST ? " …" : "");
  const name = kind === "hole" ? (above.length >= 4 ? "hole" : "") : label;
  const wide = Math.max(above.length, name.length);
  return { kind, above: above.padEnd(wide), below: name.padEnd(wide) };
}
