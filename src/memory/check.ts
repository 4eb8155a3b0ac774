/** What can be said against a layout without a kernel or a compiler. */
import { isPointer } from "./pointer.ts";
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

type Wrong = (why: string) => never;

/**
 * Throws LayoutError unless fields are in order, aligned, inside the struct, and only declared ones overlap.
 */
export function checkLayout(layout: Layout): void {
  const { tag, size, align, fields, over } = layout;
  const wrong: Wrong = (why) => { throw new LayoutError(`struct ${tag}: ${why}`); };
  if (fields.length === 0) wrong("has no fields");
  const missing = over.find((name) => !fields.some((it) => it.name === name));
  if (missing !== undefined) wrong(`there is no ${missing} to lie over others`);
  for (const field of fields) checkPlace(field, layout, wrong);
  checkOverlap(fields.filter((it) => !over.includes(it.name)), wrong);
  if (size % align !== 0) wrong(`${size} bytes are not a multiple of its alignment, ${align}`);
}

function checkPlace({ name, offset, type }: Field, { size, align, fields }: Layout, wrong: Wrong): void {
  if (!Number.isInteger(offset) || offset < 0) wrong(`${name} cannot lie at ${offset}`);
  if (align > 1 && offset % type.align !== 0) wrong(`${name} at ${offset} is not aligned to ${type.align}`);
  if (offset + type.size > size) wrong(`${name} ends at ${offset + type.size}, beyond its ${size} bytes`);
  const length = isPointer(type) ? type.reach?.length : undefined;
  if (length !== undefined && !fields.some((it) => it.name === length)) {
    wrong(`there is no ${length} to say how long the target of ${name} is`);
  }
}

/** Fields of their own bytes, and bit fields of their own bits. */
function checkOverlap(fields: readonly Field[], wrong: Wrong): void {
  let end = 0;
  let unit: Field[] = [];
  for (const field of fields) {
    const { name, offset, type } = field;
    const shares = unit.every((it) => shareUnit(it, field));
    if (offset < end && !shares) {
      wrong(`${name} at ${offset} overlaps the field before it, which ends at ${end}`);
    }
    unit = offset < end ? [...unit, field] : [field];
    end = Math.max(end, offset + type.size);
  }
}

/** Two bit fields of one storage unit, not touching each other's bits. */
function shareUnit(a: Field, b: Field): boolean {
  if (a.offset !== b.offset || !("bit" in a.type) || !("bit" in b.type)) return false;
  const left = a.type as unknown as { bit: number; width: number };
  const right = b.type as unknown as { bit: number; width: number };
  return left.bit + left.width <= right.bit || right.bit + right.width <= left.bit;
}
