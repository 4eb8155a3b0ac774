/**
 * Our layouts against the kernel's own. The offsets in src/abi are written by hand; BTF says where the
 * compiler put the same fields in the kernel that runs. Pure.
 */
import type { AnyStruct, Field } from "../memory/struct.ts";
import type { Btf, BtfMember, BtfStruct } from "./btf.ts";

/** A field that lies elsewhere, or has another size or another name in the kernel. */
export interface Difference {
  readonly field: string;
  /** "offset 8, 4 bytes", "bit 100, 4 bits". */
  readonly ours: string;
  readonly kernel: string;
}
/**
 * What came of it. Notes tell what is no disagreement: that one side knows more fields, because structs
 * grow.
 */
export interface LayoutComparison {
  readonly agrees: boolean;
  readonly differences: readonly Difference[];
  readonly notes: readonly string[];
}

/**
 * Field by field; null where this BTF has no struct of that name. Structs inside a struct are compared by
 * size.
 */
export function compare(layout: AnyStruct, btf: Btf): LayoutComparison | null {
  const kernel = btf.struct(layout.options.btf ?? layout.name);
  if (kernel === null) return null;
  const unknown = layout.fields.filter((field) => isNewer(field, layout, kernel));
  const shared = layout.fields.filter((field) => !unknown.includes(field));
  const differences = [
    ...shared.flatMap((field) => differenceOf(field, layout, kernel)),
    ...sizeDifference(layout, kernel, unknown),
  ];
  return { agrees: differences.length === 0, differences, notes: notesOn(layout, kernel, unknown) };
}

/** Bits from the start of the struct, `end` not among them. */
interface Range {
  readonly first: number;
  readonly end: number;
  readonly text: string;
}
const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
const bytes = (offset: number, size: number): Range =>
  ({ first: offset * 8, end: (offset + size) * 8, text: `offset ${offset}, ${counted(size, "byte")}` });
const bits = (first: number, width: number): Range =>
  ({ first, end: first + width, text: `bit ${first}, ${counted(width, "bit")}` });

function rangeOf({ offset, type }: Field): Range {
  if (!("bit" in type)) return bytes(offset, type.size);
  const { bit, width } = type as unknown as { bit: number; width: number };
  return bits(offset * 8 + bit, width);
}
const rangeIn = (it: BtfMember): Range =>
  it.bits === null ? bytes(it.offset, it.size) : bits(it.bits.offset, it.bits.size);
const overlap = (a: Range, b: Range): boolean => a.first < b.end && b.first < a.end;
const inTheWay = (field: Field, kernel: BtfStruct): readonly BtfMember[] =>
  kernel.members.filter((it) => overlap(rangeOf(field), rangeIn(it)));

/** The kernel's member of our field's name, or of what options.aliases calls it. */
function memberFor(field: Field, { options }: AnyStruct, { members }: BtfStruct): BtfMember | null {
  const named = (name: string | undefined): BtfMember | undefined => members.find((it) => it.name === name);
  return named(options.aliases?.[field.name]) ?? named(field.name) ?? null;
}

/** Room kept for later, under whatever name. */
const RESERVE = /^_*([a-z]+_)?(reserved|resv|res|padding|pad|unused|spare)_?\d*$/;

/**
 * A field that this kernel does not have yet: nothing lies there, or what was kept for it, or it is one of a
 * union.
 */
function isNewer(field: Field, layout: AnyStruct, kernel: BtfStruct): boolean {
  if (memberFor(field, layout, kernel) !== null) return false;
  const oneOfMany = layout.options.over?.includes(field.name) ?? false;
  return oneOfMany || inTheWay(field, kernel).every(({ name }) => RESERVE.test(name));
}

function differenceOf(field: Field, layout: AnyStruct, kernel: BtfStruct): readonly Difference[] {
  const ours = rangeOf(field);
  const differs = (theirs: string): readonly Difference[] =>
    [{ field: field.name, ours: ours.text, kernel: theirs }];
  const member = memberFor(field, layout, kernel);
  if (member === null) {
    return differs(`no such field; there lies ${inTheWay(field, kernel).map((it) => it.name).join(", ")}`);
  }
  const theirs = rangeIn(member);
  const within = ours.first >= theirs.first && ours.end <= theirs.end;
  const same = ours.first === theirs.first && ours.end === theirs.end;
  const shared = layout.fields.filter((it) => memberFor(it, layout, kernel) === member).length > 1;
  return same || (shared && within) || RESERVE.test(field.name) ? [] : differs(theirs.text);
}

/**
 * A struct may be longer than ours by fields that we do not have, or shorter by fields that it does not
 * have.
 */
function sizeDifference(
  layout: AnyStruct, kernel: BtfStruct, unknown: readonly Field[],
): readonly Difference[] {
  const grew = kernel.members.some((it) => it.offset >= layout.size && it.size > 0);
  const shorter = unknown.some((it) => it.offset >= kernel.size);
  if (kernel.size === layout.size || (kernel.size > layout.size ? grew : shorter)) return [];
  return [{ field: "sizeof", ours: counted(layout.size, "byte"), kernel: counted(kernel.size, "byte") }];
}

function notesOn(layout: AnyStruct, kernel: BtfStruct, unknown: readonly Field[]): readonly string[] {
  const ours = layout.fields.map(rangeOf);
  const isOurs = (it: BtfMember): boolean => ours.some((range) => overlap(range, rangeIn(it)));
  const more = kernel.members.filter((it) => it.size > 0 && !isOurs(it));
  const list = (fields: readonly (Field | BtfMember)[]): string => fields.map((it) => it.name).join(", ");
  const sizes = `${counted(kernel.size, "byte")} in the kernel, ${layout.size} here`;
  return [
    ...(kernel.size === layout.size ? [] : [sizes]),
    ...(more.length === 0 ? [] : [`only the kernel has ${list(more)}`]),
    ...(unknown.length === 0 ? [] : [`only we have ${list(unknown)}`]),
  ];
}
