/** A dim label at the column of the calls, and items behind it. */
import { TEXT } from "./call-lines.ts";
import { indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items } from "./words.ts";

/** In as many lines as the items need, below each other. */
export function labelled(label: string, list: readonly string[], { width, text }: Pen): readonly Line[] {
  const wide = label.length + 2;
  return items(list, text(" · "), width - TEXT - wide)
    .map((it, i) => indented(TEXT, [piece((i === 0 ? label : "").padEnd(wide), "dim"), piece(it)]));
}
