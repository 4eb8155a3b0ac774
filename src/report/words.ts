/** Prose and lists in lines of a width. */
import { columns } from "./columns.ts";
import { fold } from "./fold.ts";

/**
 * The lines of a text, each at most `width` columns, broken at spaces only; a longer word stays whole. White
 * space of any kind is one space.
 */
export function words(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((it) => it !== "")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && columns(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * Items in lines, as many on each as it holds. An item that is longer than a line has its lines for itself:
 * broken after a comma, or else at a space.
 */
export function items(list: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = [];
  let open = false;
  for (const item of list) {
    const longer = open ? `${lines.at(-1)}${separator}${item}` : item;
    if (open && columns(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(...(columns(item) <= width ? [item] : broken(item, width)));
    open = columns(item) <= width;
  }
  return lines;
}

/** Before the further lines of what was broken. */
const HANG = "    ";
const broken = (item: string, width: number): readonly string[] =>
  fold(item, width - HANG.length)
    .flatMap((line) => (columns(line) <= width ? [line.trim()] : words(line, width - HANG.length)))
    .map((line, i) => (i === 0 ? line : HANG + line));
