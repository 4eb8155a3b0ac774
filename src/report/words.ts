/** Prose in lines: broken at spaces only. */
import { columns } from "./columns.ts";

/** The lines of a text, each at most `width` columns; a longer word stays whole. White space of any kind is one space. */
export function words(text: string, width: number): readonly string[] {
  return joined(text.split(/\s+/).filter((it) => it !== ""), " ", width);
}

/** Items in lines, broken between items only; an item that is longer than a line is broken at its spaces. */
export function items(list: readonly string[], separator: string, width: number): readonly string[] {
  return joined(list.flatMap((it) => (columns(it) > width ? words(it, width) : [it])), separator, width);
}

/** As many on each line as it holds, with the separator between two of them. One that ends a line is dropped there. */
function joined(parts: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last}${separator}${part}`;
    if (last !== undefined && columns(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
