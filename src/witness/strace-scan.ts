/**
 * Where something ends in a line of strace's: a quoted string, what stands in angle brackets, a stretch that
 * nobody understands. Each goes forward only and looks at a character once; -1 where the text ends first.
 */

/** `from`: a quote, single or double. Behind the one that closes it. */
export function quotedEnd(text: string, from: number): number {
  const quote = text[from]!;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at + 1;
  }
  return -1;
}
/** Its last character, so that a loop goes on behind it; where it does not end, the text's last. */
function quotedLast(text: string, from: number): number {
  const end = quotedEnd(text, from);
  return (end < 0 ? text.length : end) - 1;
}

/** What may stand behind a decoration. */
const BEHIND = /(?:\(deleted\))?(?:[\s,)\]}|(]|$)/y;

/**
 * `from`: the `<` behind a descriptor. A socket's text holds arrows and quoted names,
 * `<UNIX-STREAM:[1->2,"/a>b"]>`, a device's is nested, `</dev/tty<char 5:0>>`; old versions of strace left
 * the brackets in a path as they are: one that nothing follows which could is taken for a part of it.
 */
export function decorationEnd(text: string, from: number): number {
  const isPath = text[from + 1] === "/";
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === '"' && !isPath) at = quotedLast(text, at);
    else if (char === "<") depth++;
    else if (char === ">" && (isPath || text[at - 1] !== "-")) depth--;
    if (char === ">" && depth <= 0 && mayEndAt(text, at + 1)) return at + 1;
  }
  return -1;
}
function mayEndAt(text: string, at: number): boolean {
  BEHIND.lastIndex = at;
  return BEHIND.test(text);
}

/** From `from` to the comma or the closing bracket that ends it, brackets inside and strings passed over. */
export function stretchEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') at = quotedLast(text, at);
    else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char) && depth-- === 0) return at;
    else if (char === "," && depth === 0) return at;
  }
  return text.length;
}

const NAMED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" };
const ESCAPE = /\\(?:x([0-9a-f]{2})|([0-7]{1,3})|(.))/gs;

/** The bytes of a string, a character each: `\1`, `\x01`, `\n`, `\"`. */
export const unescaped = (text: string): string =>
  (text.includes("\\") ? text.replace(ESCAPE, byteOf) : text);

function byteOf(_: string, hex?: string, octal?: string, other?: string): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  return NAMED[other!] ?? other!;
}
