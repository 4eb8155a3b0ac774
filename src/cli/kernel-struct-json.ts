/** What `netlab struct --kernel --json` says: one object for each type of the name. */
import type { KernelLayout, KernelMember } from "../kernel/btf-layout.ts";
import type { MemberPlace } from "../kernel/find-member.ts";
import { type Gap, isGap, partsOf, sumsOf } from "../kernel/gaps.ts";
import type { NamedType } from "../kernel/named-type.ts";
import { CACHE_LINE, cacheLines } from "../report/kernel-struct-lines.ts";

/**
 * Of a struct or union: tag, kind, size, cacheLines, sums, members (each with name, type, offset, size, bits
 * and, as deep as it is opened, members of its own), gaps (hole or padding; first and bits are in bits, from
 * the start of the outermost struct). Of an enum its values, of anything else how it is declared.
 */
export function typeJson(type: NamedType, name: string, depth: number, from: string): object {
  if ("members" in type) {
    const { kind, name: tag, size } = type;
    const lines = cacheLines(size);
    return { name, tag, kind, size, cacheLines: lines, sums: sumsOf(type), ...inner(type, depth), from };
  }
  if (type.kind !== "enum") return { ...type, name, from };
  const values = type.values.map(([it, value]) => ({ name: it, value: exact(value) }));
  return { name, tag: type.name, kind: type.kind, size: type.size, values, from };
}

/** Where a member was found; `line` is the line of the cache that it begins in. */
export function placesJson(
  { kind, size }: NamedType, name: string, places: readonly MemberPlace[], from: string,
): object {
  const found = places.map(({ path, member: { type, offset, size: bytes, bits } }) => {
    const first = bits?.offset ?? offset * 8;
    return { path, type, offset, size: bytes, bits, line: Math.floor(first / 8 / CACHE_LINE) };
  });
  return { name, kind, size, found, from };
}

function inner(layout: KernelLayout, depth: number): { members: readonly object[]; gaps: readonly Gap[] } {
  const parts = partsOf(layout);
  return { members: layout.members.map((it) => memberJson(it, depth)), gaps: parts.filter(isGap) };
}

function memberJson({ name, type, offset, size, bits, inside, inline }: KernelMember, depth: number): object {
  const opened = inside !== null && (inline || depth > 0) ? inner(inside, inline ? depth : depth - 1) : {};
  return { name, type, offset, size, bits, ...opened };
}

/** A number where it holds the value, else text. */
const exact = (value: bigint): number | string =>
  (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));
