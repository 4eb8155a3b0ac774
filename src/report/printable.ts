/**
 * Text that came from elsewhere, made safe to print. Control characters could move the cursor or recolour the
 * terminal, so they are escaped; for terminals without UTF-8 what is not ASCII is written in ASCII.
 */

/** C0 without line feed, DEL, C1, and the characters that break lines or turn the direction of writing. */
export const CONTROL = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const ASCII: Readonly<Record<string, string>> = {
  "·": "-",   "…": "...", "→": "->",  "←": "<-",  "–": "-",   "—": "-",   "−": "-",   "×": "x",
  "“": '"',   "”": '"',   "„": '"',   "‘": "'",   "’": "'",   "≤": "<=",  "≥": ">=",  "≠": "!=",
  "✔": "ok",  "✘": "NO",  "●": "*",   "┊": ":",   "○": "o",   "░": ".",   "│": "|",   "─": "-",
  "┤": "+",   "┬": "+",   "└": "+",
  "▶": ">",   "◀": "<",   "\u00b5": "u",        "\u03bc": "u",        "²": "^2",  "½": "1/2",
  "ß": "ss",  "æ": "ae",  "ø": "o",   "€": "EUR", "█": "#",
};

/** Control characters escaped, `\x1b`; a line feed stays, for it is the caller's to break lines. */
export function printable(text: string, plain: boolean): string {
  const safe = text.replaceAll("\t", "    ").replace(CONTROL, escaped);
  return plain ? safe.replace(/[^\0-\x7f]/gu, ascii) : safe;
}

/** All text in plain data made printable, the names of properties too; the data itself where all of it is. */
export function printableAll<T>(it: T, plain: boolean): T {
  if (typeof it === "string") return (SAFE.test(it) ? it : printable(it, plain)) as T;
  if (it === null || typeof it !== "object" || isPrintable(it)) return it;
  if (Array.isArray(it)) return it.map((each: unknown) => printableAll(each, plain)) as T;
  const safe = Object.entries(it).map(([key, value]) => [printable(key, plain), printableAll(value, plain)]);
  return Object.fromEntries(safe) as T;
}

/** What any terminal prints as it is. */
const SAFE = /^[\x20-\x7e]*$/;
function isPrintable(it: unknown): boolean {
  if (typeof it === "string") return SAFE.test(it);
  if (it === null || typeof it !== "object") return true;
  for (const key in it) if (!SAFE.test(key) || !isPrintable(it[key as never])) return false;
  return true;
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
}

/** An accent goes, the letter stays; what has no ASCII at all is a question mark. */
function ascii(character: string): string {
  const letters = character.normalize("NFKD").replace(/\p{M}/gu, "");
  return ASCII[character] ?? (/^[\x20-\x7e]+$/.test(letters) ? letters : "?");
}
