/** Reads the text of one call of strace's, from its name to the time that it took. */
import { timeOf } from "./strace-dress.ts";
import type { Result, StraceCall } from "./strace-entry.ts";
import type { Member } from "./strace-value.ts";
import { ValueReader } from "./strace-value-reader.ts";

const BEGIN = /([A-Za-z_]\w*|\?+)\(/y;
const BEHIND = /\)\s+= /y;
/** `-T` */
const SPENT = / <(\d+(?:\.\d+)?)>\s*$/y;
/** The thread was ended inside: strace could not write the arguments that were still to come. */
const BROKEN = / ?<unfinished \.\.\.>(?=(?:\)\s+= \?)?\s*$)/;
const ERRNO = / (E[A-Z\d_?]+)(?= |$)/y;
const SENTENCE = / ?\((.*?)\)(?= \(|$)/sy;
const NOTE = / ?\((?=INJECTED|DELAYED|errno )/y;
const OPEN = / ?\(/y;
const CLOSE = /\)/y;

/** What the text of a call says. */
export type CallText = Pick<StraceCall, "name" | "args" | "result" | "spent" | "missing">;

/** The name with which a text begins, if a parenthesis follows it. */
export function nameOf(source: string): string | null {
  BEGIN.lastIndex = 0;
  return BEGIN.exec(source)?.[1] ?? null;
}

/** `source`: from the name on; `missing` of what has no result is `end`. */
export function readCall(source: string): CallText {
  const name = nameOf(source) ?? "";
  return { name, ...readRest(source, name === "" ? 0 : name.length + 1) };
}

/** What stands behind the name, or behind `<... read resumed>`. */
export function readRest(source: string, from: number): Omit<CallText, "name"> {
  const broken = BROKEN.exec(source);
  const reader = new ValueReader(broken === null ? source : source.slice(0, broken.index), from);
  const { members: args } = reader.row("args");
  const at = endOf(source, broken === null ? reader.cursor.at : broken.index + broken[0].length);
  if (at === null) return { args, result: null, spent: null, missing: "end" };
  SPENT.lastIndex = Math.max(at, source.lastIndexOf(" <"));
  const took = SPENT.exec(source);
  const result = readResult(source.slice(0, took?.index).trimEnd(), at);
  return { args, result, spent: timeOf("span", took?.[1]), missing: broken === null ? null : "end" };
}

/** Where the result begins. */
function endOf(source: string, close: number): number | null {
  BEHIND.lastIndex = close;
  return BEHIND.test(source) ? BEHIND.lastIndex : null;
}

/** Reads what stands from `at` on, up to the end of the text; no time is behind it. */
export function readResult(text: string, at: number): Result {
  const reader = new ValueReader(text, at);
  const { cursor } = reader;
  const value = reader.value();
  const errno = cursor.take(ERRNO)?.[1] ?? null;
  const behind: (readonly Member[])[] = [];
  while (!cursor.isAtEnd) {
    const from = cursor.at;
    const isSaid = errno !== null || cursor.sees(NOTE);
    const sentence = isSaid ? cursor.take(SENTENCE)?.[1] : undefined;
    if (sentence !== undefined) behind.push([textAt(text.indexOf("(", from) + 1, sentence)]);
    else if (!isSaid && cursor.take(OPEN) !== null) {
      behind.push(reader.row("behind").members);
      cursor.take(CLOSE);
    } else {
      behind.push([textAt(from, text.slice(from))]);
      cursor.at = text.length;
    }
  }
  return { source: text.slice(at), at, value, errno, behind };
}

const textAt = (at: number, source: string): Member =>
  ({ name: null, value: { kind: "text", source, at, remark: null }, source, at });
