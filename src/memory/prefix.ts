/** Structs that grow: a kernel that knows fewer fields fills fewer bytes, and says how many. */
import { isPointer, pointer } from "./pointer.ts";
import { type AnyStruct, type Fields, variant } from "./struct.ts";
import type { AnyType } from "./type.ts";

/**
 * The fields of a struct that lie whole within its first `length` bytes, under the same name; the struct
 * itself where `length` covers it, null where not even one field fits.
 * A pointer whose length is cut off leads nowhere.
 */
export function prefix(of: AnyStruct, length: number): AnyStruct | null {
  if (length >= of.size) return of;
  const whole = of.fields.filter(({ offset, type }) => offset + type.size <= length);
  if (whole.length === 0) return null;
  const names = whole.map((it) => it.name);
  const blind = (type: AnyType): AnyType =>
    isPointer(type) && type.reach !== null && !names.includes(type.reach.length) ? pointer : type;
  const fields: Fields = Object.fromEntries(whole.map((it) => [it.name, [it.offset, blind(it.type)]]));
  const over = (of.options.over ?? []).filter((name) => name in fields);
  return variant(of.name, length, fields, { ...of.options, over, packed: true });
}
