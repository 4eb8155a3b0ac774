/**
 * The headers of a packet, read one after the other: what a layer is, and what of a frame is left for the
 * next. Nothing here throws: a frame says what it likes, and may have been captured in part.
 */
import { u8 } from "../../memory/integer.ts";
import type { Memory } from "../../memory/memory.ts";
import { prefix } from "../../memory/prefix.ts";
import type { Fields as Members, Struct, View } from "../../memory/struct.ts";

type Value = number | string | boolean;
/** A header by its name, and its fields by theirs. */
export interface Layer {
  readonly name: string;
  readonly fields: Readonly<Record<string, Value>>;
}

/** What is left of a frame. */
export interface Part {
  /** The bytes that were captured of it. */
  readonly bytes: Memory;
  /** How many it has: more than were captured, where it is cut off. */
  readonly length: number;
}

/** What comes behind the first bytes. */
export const after = ({ bytes, length }: Part, size: number): Part =>
  ({ bytes: bytes.slice(Math.min(size, bytes.length)), length: Math.max(0, length - size) });

/** As much as a header says that there is; more than there can be counts as cut off. */
export const within = ({ bytes }: Part, length: number): Part =>
  ({ bytes: bytes.slice(0, Math.min(length, bytes.length)), length });

/** A header; of one that is cut off the members that are there whole. */
export function header<M extends Members>(layout: Struct<M>, { bytes }: Part): Partial<View<M>> {
  if (bytes.length >= layout.size) return layout.at(bytes);
  return (prefix(layout, bytes.length)?.at(bytes) ?? {}) as Partial<View<M>>;
}

/**
 * A layer of `size` bytes. Fields that are undefined are left out. `cut_off` says how much of it there was,
 * where that is not all.
 */
export function layer(
  name: string, { bytes }: Part, size: number, fields: Readonly<Record<string, Value | undefined>>,
): Layer {
  const there: Record<string, Value> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) there[key] = value;
  }
  if (bytes.length < size) there.cut_off = `${bytes.length} of ${size} bytes`;
  return { name, fields: there };
}

/** What is no header any more; no layer where there is nothing. */
export const payload = (part: Part): readonly Layer[] =>
  (part.length === 0 ? [] : [layer("payload", part, part.length, { length: part.length })]);

/** What stands behind the packet in its frame: a frame may not be too short. */
export const padding = (part: Part, packet: number): readonly Layer[] =>
  (part.length > packet ? [{ name: "padding", fields: { padding: part.length - packet } }] : []);

/** One byte at an offset; undefined beyond what was captured. */
export const byteAt = ({ bytes }: Part, at: number): number | undefined =>
  (at < bytes.length ? u8.read(bytes, at) : undefined);

/** The name of a number in a table, the number itself where it has none. */
export function namesOf(
  table: Readonly<Record<string, number>>,
): (value: number | undefined) => number | string | undefined {
  const names = new Map(Object.entries(table).reverse().map(([name, value]) => [value, name]));
  return (value) => (value === undefined ? undefined : names.get(value) ?? value);
}
