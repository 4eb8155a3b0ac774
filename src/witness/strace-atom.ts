/** Reads a value of strace's that has no others inside: a string, a number, a name. */
import { exact } from "../memory/integer.ts";
import type { Cursor } from "./strace-cursor.ts";
import { quotedEnd, stretchEnd, unescaped } from "./strace-scan.ts";
import type { Bare, NumberValue, PointerValue, SymbolValue } from "./strace-value.ts";

/** More than 32 bits. */
const WIDE = 0xffff_ffff;
const NUMBER = /-?(?:0x[\da-f]+|\d+)(?![\w.?])/y;
const SYMBOL = /[&*]?[A-Za-z_]\w*\?*|\?+|<[^<>]*>/y;
const MORE = /\.\.\./y;

/** What stands at the cursor; what is nothing else is text, up to what may end a value. */
export const atom = (cursor: Cursor): Bare => quoted(cursor) ?? number(cursor) ?? symbol(cursor)
  ?? stretch(cursor);

function stretch(cursor: Cursor): Bare {
  cursor.at = stretchEnd(cursor.text, cursor.at);
  return { kind: "text" };
}

function quoted(cursor: Cursor): Bare | null {
  const { text, at, char } = cursor;
  const abstract = char === "@" && text[at + 1] === '"';
  if (!abstract && char !== '"' && char !== "'") return null;
  const from = at + (abstract ? 1 : 0);
  const end = quotedEnd(text, from);
  if (end < 0) return stretch(cursor);
  cursor.at = end;
  const bytes = unescaped(text.slice(from + 1, end - 1));
  return { kind: "string", bytes, cut: cursor.skip(MORE), abstract };
}

function number(cursor: Cursor): Bare<NumberValue | PointerValue> | null {
  const text = cursor.take(NUMBER)?.[0];
  if (text === undefined) return null;
  const base = text.includes("x") ? 16 : /^-?0[0-7]+$/.test(text) ? 8 : 10;
  const value = numberIn(text, base);
  return base === 16 && value > WIDE ? { kind: "pointer", value } : { kind: "number", value, base };
}

/** As many digits are exact in a number, of any base. */
const EXACT = 13;

function numberIn(text: string, base: 8 | 10 | 16): number | bigint {
  const isNegative = text[0] === "-";
  const digits = isNegative ? text.slice(1) : text;
  const literal = base === 8 ? `0o${digits.slice(1)}` : digits;
  if (literal.length <= EXACT) return isNegative ? -Number(literal) : Number(literal);
  return exact(isNegative ? -BigInt(literal) : BigInt(literal));
}

function symbol(cursor: Cursor): Bare<SymbolValue | PointerValue> | null {
  const name = cursor.take(SYMBOL)?.[0];
  if (name === undefined) return null;
  return name === "NULL" ? { kind: "pointer", value: 0 } : { kind: "symbol", name };
}
