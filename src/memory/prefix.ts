/** Structs that grow: a kernel that knows fewer fields fills fewer bytes, and says how many. */
import { type AnyStruct, type Fields, variant } from "./struct.ts";

/**
 * The fields of a struct that lie whole within its first `length` bytes, under the same name; the struct itself where
 * `length` covers it, null where not even one field fits.
 */
export function prefix(of: AnyStruct, length: number): AnyStruct | null {
  if (length >= of.size) return of;
  const whole = of.fields.filter(({ offset, type }) => offset + type.size <= length);
  if (whole.length === 0) return null;
  const fields: Fields = Object.fromEntries(whole.map(({ name, offset, type }) => [name, [offset, type] as const]));
  const over = (of.options.over ?? []).filter((name) => name in fields);
  return variant(of.name, length, fields, { ...of.options, over, packed: true });
}
