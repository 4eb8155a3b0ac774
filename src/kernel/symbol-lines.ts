/**
 * The lines of /proc/kallsyms: 16 digits, a space, the type's letter, a space, the name; then, of what was
 * loaded later, a tab and its module. Format: kernel/kallsyms.c.
 */

const typeAt = 17;
/** Where the name begins. */
export const nameAt = 19;
const newline = 10;
/** Functions, exported or static, weak ones too. */
const ofFunctions: ReadonlySet<number | undefined> = new Set(Buffer.from("tTwW"));
const hexadecimal = Buffer.from("0123456789abcdef");
/** What each byte is worth as a digit; -1: it is none. */
const digits = Int8Array.from({ length: 256 }, (_, byte) => hexadecimal.indexOf(byte));

/** A function: where it starts (the low 52 bits, which a number holds), and where its line does. */
export interface FunctionLine {
  readonly start: number;
  readonly at: number;
}

/** The functions of all lines from here on, as they come. */
export function functionsFrom(text: Buffer, from: number): readonly FunctionLine[] {
  const found: FunctionLine[] = [];
  for (let at = from; at < text.length; at = nextLine(text, at)) {
    const start = addressAt(text, at);
    if (isFunction(text, at, start)) found.push({ start, at });
  }
  return found;
}

/** Of the lines before `end`, which are in order of address, the first that has a higher one; else `end`. */
export function firstAfter(text: Buffer, end: number, wanted: number): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = lineStart(text, (low + high) >>> 1);
    let line = middle;
    while (line < high && Number.isNaN(addressAt(text, line))) line = nextLine(text, line);
    if (line < high && addressAt(text, line) <= wanted) low = nextLine(text, line);
    else high = middle;
  }
  return Math.min(low, end);
}

/**
 * The last function whose line is before `end` and whose address is not before `least`;
 * of several at one address the first.
 */
export function functionBefore(text: Buffer, end: number, least: number): FunctionLine | null {
  let found: FunctionLine | null = null;
  for (let at = end; at > 0;) {
    at = lineStart(text, at - 1);
    const start = addressAt(text, at);
    if (start < (found?.start ?? least)) break;
    if (isFunction(text, at, start)) found = { start, at };
  }
  return found;
}

/** The name of a line, without its module. */
export const nameOf = (text: Buffer, at: number): string =>
  text.toString("latin1", at + nameAt, lineEnd(text, at)).split("\t", 1)[0]!;

/** The start of the line that a byte is in; a newline is in the line that it ends. */
export function lineStart(text: Buffer, at: number): number {
  let start = at;
  while (start > 0 && text[start - 1] !== newline) start--;
  return start;
}

function lineEnd(text: Buffer, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== newline) end++;
  return end;
}

const nextLine = (text: Buffer, start: number): number => lineEnd(text, start) + 1;

const isFunction = (text: Buffer, at: number, start: number): boolean =>
  start >= 0 && ofFunctions.has(text[at + typeAt]) && lineEnd(text, at) > at + nameAt;

/**
 * The address that a line begins with. The upper half of the addresses is the kernel's; what is below it,
 * offsets of per-CPU variables, is -1. NaN where there is none.
 */
function addressAt(text: Buffer, line: number): number {
  let top = 0;
  let low = 0;
  for (let i = 0; i < 16; i++) {
    const digit = digits[text[line + i] ?? 0]!;
    if (digit < 0) return Number.NaN;
    if (i < 3) top = top * 16 + digit;
    else low = low * 16 + digit;
  }
  return top === 0xfff ? low : -1;
}
