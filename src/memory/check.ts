/** What can be said against a layout without a kernel or a compiler. */
import type { Field } from "./struct.ts";

export class LayoutError extends Error {
  override readonly name = "LayoutError";
}

interface Layout {
  readonly tag: string;
  readonly size: number;
  readonly align: number;
  readonly fields: readonly Field[];
  /** Names of fields that may lie over others. */
  readonly over: readonly string[];
}

/** Throws LayoutError unless fields are in order, aligned, inside the struct, and only declared ones overlap. */
export function checkLayout({ tag, size, align, fields, over }: Layout): void {
  const wrong = (why: string): never => { throw new LayoutError(`struct ${tag}: ${why}`); };
  if (fields.length === 0) wrong("has no fields");
  let end = 0;
  let before: Field | null = null;
  for (const field of fields) {
    const { name, offset, type } = field;
    if (align > 1 && offset % type.align !== 0) wrong(`${name} at ${offset} is not aligned to ${type.align}`);
    if (offset + type.size > size) wrong(`${name} ends at ${offset + type.size}, beyond its ${size} bytes`);
    if (over.includes(name)) continue;
    if (offset < end && !shareUnit(before, field)) wrong(`${name} at ${offset} overlaps the field before it, which ends at ${end}`);
    end = Math.max(end, offset + type.size);
    before = field;
  }
  for (const name of over) if (!fields.some((it) => it.name === name)) wrong(`there is no ${name} to lie over others`);
  if (size % align !== 0) wrong(`${size} bytes are not a multiple of its alignment, ${align}`);
}

/** Two bit fields of one storage unit, not touching each other's bits. */
function shareUnit(a: Field | null, b: Field): boolean {
  if (a === null || a.offset !== b.offset || !("bit" in a.type) || !("bit" in b.type)) return false;
  const left = a.type as unknown as { bit: number; width: number };
  const right = b.type as unknown as { bit: number; width: number };
  return left.bit + left.width <= right.bit || right.bit + right.width <= left.bit;
}
