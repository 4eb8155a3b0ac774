/** A place in a text of strace's that only moves on, and what is found there. */
import { decorationEnd } from "./strace-scan.ts";
import type { Bare, Value } from "./strace-value.ts";

const DELETED = /\(deleted\)/y;

/** What stands in angle brackets. */
export interface Decoration {
  readonly decoration: string;
  readonly deleted: boolean;
}

/** Takes any text whatever. */
export class Cursor {
  readonly text: string;
  at: number;
  /** Further on a comment ends, a decoration: what was sought to the end in vain is not sought again. */
  #hasComments = true;
  #hasDecorations = true;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here; "" at the end. */
  get char(): string {
    return this.text[this.at] ?? "";
  }

  /** Nothing that belongs to a value stands here. */
  get isAtBreak(): boolean {
    return this.isAtEnd || ",)]}".includes(this.char);
  }

  /** What a sticky pattern finds here, which is then behind. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  /** The same, where only matters that it is behind. */
  skip(pattern: RegExp): boolean {
    const found = this.sees(pattern);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  /** Whether a sticky pattern finds something here. */
  sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  /** A comment here, or behind a space, without its signs. */
  comment(): string | null {
    const at = this.char === " " ? this.at + 1 : this.at;
    if (!this.#hasComments || !this.text.startsWith("/*", at)) return null;
    const end = this.text.indexOf("*/", at + 2);
    this.#hasComments = end >= 0;
    if (end < 0) return null;
    this.at = end + 2;
    return this.text.slice(at + 2, end).trim();
  }

  /** `<…>` directly behind a descriptor; `<<` is C's. */
  decoration(): Decoration | null {
    if (!this.#hasDecorations || this.char !== "<" || this.text[this.at + 1] === "<") return null;
    const end = decorationEnd(this.text, this.at);
    this.#hasDecorations = end >= 0;
    if (end < 0) return null;
    const decoration = this.text.slice(this.at + 1, end - 1);
    this.at = end;
    return { decoration, deleted: this.skip(DELETED) };
  }

  /** Makes `bare` a node, from `at` to here or to `end`. */
  made(bare: Bare, at: number, remark: string | null = null, end = this.at): Value {
    return Object.assign(bare, { source: this.text.slice(at, end), at, remark }) as Value;
  }
}
