/**
 * A call as the trace shows it: its number, strace's text, and at the right edge what the text does not say.
 */
import { errnoText } from "../abi/errno.ts";
import { type Call, callText } from "../sys/decode.ts";
import { fold } from "./fold.ts";
import { flushRight, inset, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { remark } from "./remark.ts";
import { shortened } from "./shorten.ts";

/** The columns before the text of a call: a margin of two, the number, two more. */
export const TEXT = 7;
const NUMBER = TEXT - 2;

/** `timed`: how long it took stands behind the result, as `strace -T` writes it. */
export function callLines(call: Call, { width, text }: Pen, timed: boolean): readonly Line[] {
  const number = piece(`#${call.id}`.padStart(NUMBER), "dim");
  const said = (it: Call): string => text(`${by(it)}${traced(it)}${timed ? took(it) : ""}`);
  const whole = said(call);
  const fits = TEXT + whole.length <= width;
  const [first = "", ...more] = fold(fits ? whole : said(shortened(call)), width - TEXT);
  const lines = [[number, piece("  "), piece(first)], ...inset(TEXT, more)];
  return flushRight(lines, piece(text(remark(call) ?? ""), "dim"), width);
}

/** `[writer] ` before a call of another actor than main, where strace -f names the thread. */
export const by = ({ actor }: Call): string => (actor === "main" ? "" : `[${actor}] `);

/** strace's text without the errno's words, which are a remark. */
function traced(call: Call): string {
  const text = callText(call);
  const words = call.errno === null ? "" : ` (${errnoText(call.errno)})`;
  return text.endsWith(words) ? text.slice(0, text.length - words.length) : text;
}

/** In seconds, between entering the kernel and being back. */
const took = ({ enter, exit }: Call): string =>
  exit === null ? "" : ` <${((exit - enter) / 1e9).toFixed(6)}>`;
