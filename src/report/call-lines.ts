/** A call as the trace shows it: its number, strace's text, and at the right edge what the text does not say. */
import { errnoText } from "../abi/errno.ts";
import { type Call, callText } from "../sys/decode.ts";
import { fold } from "./fold.ts";
import { flushRight, indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { remark } from "./remark.ts";
import { shortened } from "./shorten.ts";

/** The columns before the text of a call: a margin of two, the number, two more. */
export const TEXT = 7;
const NUMBER = TEXT - 2;

/** `timed`: how long it took stands behind the result, as `strace -T` writes it. */
export function callLines(call: Call, { width, text }: Pen, timed: boolean): readonly Line[] {
  const number = piece(`#${call.id}`.padStart(NUMBER), "dim");
  const said = (it: Call): string => text(`${it.actor === "main" ? "" : `[${it.actor}] `}${traced(it)}${timed ? took(it) : ""}`);
  const whole = said(call);
  const [first = "", ...more] = fold(TEXT + whole.length <= width ? whole : said(shortened(call)), width - TEXT);
  const lines: Line[] = [[number, piece("  "), piece(first)], ...more.map((it) => indented(TEXT, [piece(it)]))];
  return flushRight(lines, piece(text(remark(call) ?? ""), "dim"), width);
}

/** strace's text without the errno's words, which are a remark. */
function traced(call: Call): string {
  const text = callText(call);
  const words = call.errno === null ? "" : ` (${errnoText(call.errno)})`;
  return text.endsWith(words) ? text.slice(0, text.length - words.length) : text;
}

/** In seconds, between entering the kernel and being back. */
const took = ({ enter, exit }: Call): string => (exit === null ? "" : ` <${((exit - enter) / 1e9).toFixed(6)}>`);
