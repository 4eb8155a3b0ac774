/**
 * strace's grammar taken apart: the arguments of a call, and what stands inside braces, brackets and
 * parentheses.
 */

/** What stands in quotes: its bytes, one character each, and whether strace cut it. */
export interface Text {
  readonly kind: "text";
  readonly bytes: string;
  readonly cut: boolean;
}
/** Flags, a number, a name: `AF_INET`, `0x8|SOCK_CLOEXEC`, `=>`. A remark behind it belongs to it. */
export interface Word {
  readonly kind: "word";
  readonly word: string;
  readonly remark: string | null;
}
/** `{…}`, `[…]`, `(…)`, with what stands between its commas. */
export interface Group {
  readonly kind: "group";
  readonly open: string;
  readonly items: readonly Item[];
}
export type Part = Text | Word | Group;
/** What stands between two commas: `iov_len=16` is three words. */
export type Item = readonly Part[];

/** Some items, and where they end. */
export interface Items {
  readonly items: readonly Item[];
  /** Where the bracket stands that closes them; the length of the text where there is none. */
  readonly end: number;
}

/** Reads items from `at` on. */
export function readItems(text: string, at = 0): Items {
  const reader = new Reader(text, at);
  const items = reader.items();
  return { items, end: reader.at };
}

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*")(\.\.\.)?|(\/\*.*?\*\/)|(=>?)|([^\s",{}()[\]=]+)|([{[(])|([}\]),]))/sy;

class Reader {
  readonly #text: string;
  at: number;
  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  /** Up to a closing bracket, which is not taken, or to the end. */
  items(): Item[] {
    const out: Item[] = [];
    for (;;) {
      const item = this.#item();
      const more = this.#text[this.at] === ",";
      if (item.length > 0 || more || out.length > 0) out.push(item);
      if (!more) return out;
      this.at++;
    }
  }

  #item(): Item {
    const parts: Part[] = [];
    for (let found = this.#token(); found !== null; found = this.#token()) {
      const [, quoted, cut, remark, equals, word, open, stop] = found;
      if (stop !== undefined) {
        this.at -= stop.length;
        return parts;
      }
      if (quoted !== undefined) {
        parts.push({ kind: "text", bytes: unescaped(quoted.slice(1, -1)), cut: cut !== undefined });
      } else if (open !== undefined) {
        parts.push(this.#group(open));
      } else if (remark !== undefined && parts.at(-1)?.kind === "word") {
        parts.push({ ...parts.pop() as Word, remark });
      } else {
        parts.push({ kind: "word", word: (equals ?? word ?? remark)!, remark: null });
      }
    }
    return parts;
  }

  #group(open: string): Group {
    const items = this.items();
    this.at++;
    return { kind: "group", open, items };
  }

  #token(): RegExpExecArray | null {
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.#text);
    this.at = found === null ? this.#text.length : TOKEN.lastIndex;
    return found;
  }
}

const NAMED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" };
const ESCAPE = /\\(?:x([0-9a-f]{2})|([0-7]{1,3})|(.))/gs;
const unescaped = (it: string): string =>
  it.replace(ESCAPE, (_, hex?: string, octal?: string, other?: string) =>
    hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16))
      : octal !== undefined ? String.fromCharCode(Number.parseInt(octal, 8)) : NAMED[other!] ?? other!);
