/** Reads strace's values: arguments, members of structs, items of lists, however they are nested. */
import { atom } from "./strace-atom.ts";
import { Cursor } from "./strace-cursor.ts";
import { stretchEnd } from "./strace-scan.ts";
import type { Bare, Member, Value } from "./strace-value.ts";

/** Deeper than anything that strace writes; what is nested deeper is text. */
const DEEPEST = 64;
/** `iov_len=`, `msg_iov(1)=` of old versions, `[SOME_INDEX]=`. */
const NAME = /([A-Za-z_][\w.]*(?:\(\d+\))?|\[[\w?]+\])=(?![=>])/y;
/** What names something behind a result: `in [3]`, `flags O_RDWR`. */
const WORD = /([a-z]+) (?=[[{A-Z\d])/y;
const CALL = /([A-Za-z_]\w*)\(/y;
const OPERATOR = / ?(\||&&|==|<<|\*|\+) ?| (or|-) /y;
const ARROW = / ?=> ?/y;
/** The security context of a file (`--secontext`) stands behind it. */
const CONTEXT = / \[([a-z_][\w.,:!-]*)\]/y;
const OPEN = /~?\[|\{/y;
const MORE = /\.\.\./y;
const SPACES = /\s*/y;
/** The end of a call's arguments: what follows is its result, or the line was cut off there. */
const RESULT = /\)(?:\s+= |\s*(?:=\s*)?$)/y;

/** What may stand before an item, and behind the last of them. */
interface Row {
  readonly name: RegExp;
  /** What has to be seen at its end. */
  readonly end: RegExp;
  /** What besides ends an item: the same behind spaces; of a row that is apart by spaces any. */
  readonly over: RegExp;
}
const ROWS = {
  args:    { name: NAME, end: RESULT, over: /\s+(?:\)\s+= |$)/y },
  inside:  { name: NAME, end: /\)/y, over: /\s+(?:\)|$)/y },
  members: { name: NAME, end: /\}/y, over: /\s+(?:\}|$)/y },
  items:   { name: NAME, end: /\]/y, over: /\s+/y },
  behind:  { name: WORD, end: /\)/y, over: /\s+(?:\)|$)/y },
} as const satisfies Readonly<Record<string, Row>>;

/** Some members, and whether `...` stood among them. */
export interface Members {
  readonly members: readonly Member[];
  readonly cut: boolean;
}

/** Values with commas between them, such as a call's arguments, and nothing else. */
export const readValues = (text: string): Members => new ValueReader(text).row("args");

/** Goes through a text once, in time linear to its length, whatever it is; the cursor says how far. */
export class ValueReader {
  readonly cursor: Cursor;
  #depth = 0;

  constructor(text: string, at = 0) {
    this.cursor = new Cursor(text, at);
  }

  /** Members up to the bracket that ends the row, which is not taken, or to the end of the text. */
  row(which: keyof typeof ROWS): Members {
    const { cursor } = this;
    const row: Row = ROWS[which];
    const members: Member[] = [];
    let cut = false;
    for (;;) {
      cursor.skip(SPACES);
      if (this.#isEnd(row)) return { members, cut };
      if (cursor.skip(MORE)) {
        cut = true;
        cursor.comment();
      } else if (cursor.char === ",") cursor.at++;
      else members.push(this.#member(row));
    }
  }

  /** One value, to wherever it ends. */
  value(): Value {
    const { cursor } = this;
    const { at } = cursor;
    const first = this.#term();
    if (cursor.isAtBreak) return first;
    const [parts, operators]: [Value[], string[]] = [[first], []];
    for (let found = cursor.take(OPERATOR); found !== null; found = cursor.take(OPERATOR)) {
      operators.push(found[1] ?? found[2]!);
      parts.push(this.#term());
    }
    return operators.length === 0 ? first : this.#flags(parts, operators, at);
  }

  #isEnd({ end }: Row): boolean {
    return this.cursor.isAtEnd || this.cursor.sees(end);
  }

  #member(row: Row): Member {
    const { at, text } = this.cursor;
    const name = this.cursor.take(row.name)?.[1] ?? null;
    const value = this.#changing(row);
    return { name, value, source: text.slice(at, this.cursor.at), at };
  }

  /** A value, and what it became. Where something else stands behind it, both are text. */
  #changing(row: Row): Value {
    const { cursor } = this;
    const { at } = cursor;
    const before = this.value();
    const isChanged = !cursor.isAtBreak && cursor.skip(ARROW);
    const value = isChanged ? cursor.made({ kind: "change", before, after: this.value() }, at) : before;
    if (this.#isOver(row)) return value;
    while (!this.#isOver(row)) cursor.at = Math.max(stretchEnd(cursor.text, cursor.at), cursor.at + 1);
    return cursor.made({ kind: "text" }, at);
  }

  #isOver(row: Row): boolean {
    return this.cursor.char === "," || this.#isEnd(row) || this.cursor.sees(row.over);
  }

  /** `|` is what binds least. */
  #flags(parts: readonly Value[], operators: readonly string[], at: number): Value {
    const bars = [...operators.keys()].filter((it) => operators[it] === "|");
    const groups = [...bars, operators.length].map((end, i) => {
      const from = i === 0 ? 0 : bars[i - 1]! + 1;
      return this.#terms(parts.slice(from, end + 1), operators.slice(from, end));
    });
    return bars.length === 0 ? groups[0]! : this.cursor.made({ kind: "flags", parts: groups }, at);
  }

  #terms(parts: readonly Value[], operators: readonly string[]): Value {
    if (operators.length === 0) return parts[0]!;
    const last = parts.at(-1)!;
    const end = last.at + last.source.length;
    return this.cursor.made({ kind: "terms", parts, operators }, parts[0]!.at, null, end);
  }

  /** One value with the comments before and behind it, and what angle brackets say of it. */
  #term(): Value {
    const { cursor } = this;
    const { at } = cursor;
    const before = cursor.comment();
    if (before !== null) cursor.skip(SPACES);
    const bare = (this.#depth < DEEPEST ? this.#call() ?? this.#bracketed() : null) ?? atom(cursor);
    const of = cursor.made(bare, at, this.#remark() ?? before);
    const decoration = of.kind === "number" || of.kind === "symbol" ? cursor.decoration() : null;
    if (decoration === null) return of;
    const descriptor = { kind: "descriptor", of, ...decoration } as Bare;
    return cursor.made(descriptor, at, this.#remark());
  }

  #remark(): string | null {
    if (this.cursor.isAtBreak) return null;
    return this.cursor.take(CONTEXT)?.[1] ?? this.cursor.comment();
  }

  #call(): Bare | null {
    const name = this.cursor.take(CALL)?.[1];
    return name === undefined ? null : { kind: "call", name, args: this.#within("inside").members };
  }

  #bracketed(): Bare | null {
    const open = this.cursor.take(OPEN)?.[0];
    if (open === undefined) return null;
    if (open === "{") return { kind: "struct", ...this.#within("members") };
    const { members: items, cut } = this.#within("items");
    return { kind: "array", items, cut, inverted: open !== "[" };
  }

  /** What stands before the closing bracket, and that bracket. */
  #within(which: keyof typeof ROWS): Members {
    this.#depth++;
    const found = this.row(which);
    this.#depth--;
    if (!this.cursor.isAtEnd) this.cursor.at++;
    return found;
  }
}
