/**
 * Memory in strace's words: text in quotes and lists, both cut where `-s 64` cuts them, and values by their C
 * type.
 */
import { cString } from "../abi/parameter.ts";
import { quoted } from "../memory/array.ts";
import { bytesOf, type Memory } from "../memory/memory.ts";
import type { AnyStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";

/** strace's -s: so many bytes of a text, and so many elements of a list, are written out. */
export const LIMIT = 64;

/** `0x7ffd…`, `NULL`. */
export const addressText = (word: number | bigint): string =>
  (Number(word) === 0 ? "NULL" : `0x${BigInt.asUintN(64, BigInt(word)).toString(16)}`);

/** `"text"`, and `"text"...` where it is longer than the limit. */
export function stringText(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, LIMIT)).toString("latin1");
  return `${quoted(shown)}${bytes.length > LIMIT ? "..." : ""}`;
}

/** `"\x01\x00"`: bytes that strace takes for no text. */
export function hexText(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, LIMIT)].map((it) => `\\x${it.toString(16).padStart(2, "0")}`).join("");
  return `"${shown}"${bytes.length > LIMIT ? "..." : ""}`;
}

/** A path or a name: it ends at its NUL. */
export function cStringText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return stringText(end < 0 ? bytes : bytes.subarray(0, end));
}

/** `[a, b]`, and `[a, b, ...]` where there are more elements than the limit. */
export function listText(items: readonly string[]): string {
  const shown = items.length > LIMIT ? [...items.slice(0, LIMIT), "..."] : items;
  return `[${shown.join(", ")}]`;
}

/** `{name=value, name=value}`; null leaves a field out. */
export const fieldsText = (fields: readonly (string | null)[]): string =>
  `{${fields.filter((it) => it !== null).join(", ")}}`;

const isNumber = (type: AnyType): boolean => /^([iu]|be)\d+$|^size_t$/.test(type.name);

/**
 * What lies behind a pointer. A number stands in brackets; without a type, or with too few bytes for it, it
 * is text.
 */
export function pointedText(type: AnyType | null, bytes: Uint8Array): string {
  if (type === cString) return cStringText(bytes);
  if (type === null || bytes.length < type.size) return stringText(bytes);
  return isNumber(type) ? `[${valueText(type, bytesOf(bytes))}]` : valueText(type, bytesOf(bytes));
}

function valueText(type: AnyType, memory: Memory): string {
  const value: unknown = type.read(memory, 0);
  const of = "of" in type ? (type.of as AnyType) : null;
  return of === null ? type.show(value) : listText((value as readonly unknown[]).map((it) => of.show(it)));
}

type Say = (view: never) => string;

/** As many of these as the bytes hold, always in brackets: `[{…}]`. */
export function structsText(layout: AnyStruct, bytes: Uint8Array, one: Say = layout.show): string {
  const memory = bytesOf(bytes);
  const count = Math.floor(bytes.length / layout.size);
  return listText(Array.from({ length: count }, (_, n) => one(layout.at(memory, n * layout.size) as never)));
}

/**
 * A struct of numbers of which only the beginning is there: fields as far as they are whole, of the one that
 * is cut its bytes.
 */
export function beginningText(layout: AnyStruct, bytes: Uint8Array): string {
  const memory = bytesOf(bytes);
  return fieldsText(layout.fields.map(({ name, offset, type }) => {
    if (offset >= bytes.length) return null;
    const end = offset + type.size;
    const isWhole = end <= bytes.length;
    return `${name}=${isWhole ? type.show(type.read(memory, offset)) : hexText(bytes.subarray(offset, end))}`;
  }));
}
