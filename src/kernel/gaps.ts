/**
 * What lies between a struct's members: holes, and padding at its end, in bits and in whole bytes. Pure.
 */
import type { KernelLayout, KernelMember } from "./btf-layout.ts";

/** Bits of a struct that belong to no member of it. They do not go beyond a byte, or are whole bytes. */
export interface Gap {
  readonly gap: "hole" | "padding";
  /** The first of them, and how many; both in bits, from the start of the outermost struct. */
  readonly first: number;
  readonly bits: number;
}
/** Whether this part of a struct is a gap. */
export const isGap = (part: KernelMember | Gap): part is Gap => "gap" in part;

/** The members of a struct or union in their order, with the gaps between them. A union has none. */
export function partsOf({ kind, offset, size, members }: KernelLayout): readonly (KernelMember | Gap)[] {
  if (kind === "union") return members;
  let end = offset * 8;
  const parts = members.flatMap((it): readonly (KernelMember | Gap)[] => {
    const { first, after } = placeOf(it);
    const before = gaps("hole", end, first);
    end = Math.max(end, after);
    return [...before, it];
  });
  return [...parts, ...gaps("padding", end, (offset + size) * 8)];
}

/** The bits of a member, `after` not among them. */
function placeOf({ offset, size, bits }: KernelMember): { first: number; after: number } {
  if (bits !== null) return { first: bits.offset, after: bits.offset + bits.size };
  return { first: offset * 8, after: (offset + size) * 8 };
}

/** What is left of a byte that was begun, whole bytes, and the bits of a byte that somebody else ends. */
function gaps(gap: Gap["gap"], from: number, to: number): readonly Gap[] {
  if (to <= from) return [];
  const byte = Math.ceil(from / 8) * 8;
  const borders = [from, Math.min(byte, to), Math.max(Math.floor(to / 8) * 8, Math.min(byte, to)), to];
  return borders.slice(1).flatMap((end, i): readonly Gap[] => {
    const first = borders[i]!;
    return end > first ? [{ gap, first, bits: end - first }] : [];
  });
}

/** A struct in numbers. Its members' members do not count. */
export interface Sums {
  readonly members: number;
  /** Of members that are whole bytes. */
  readonly bytes: number;
  /** Of bit fields. */
  readonly bits: number;
  /** Holes of whole bytes, and holes of bits. */
  readonly holes: number;
  readonly holeBytes: number;
  readonly bitHoles: number;
  readonly holeBits: number;
  readonly paddingBytes: number;
  readonly paddingBits: number;
}

/** Of a union, the sums are of all its members, which share their bytes. */
export function sumsOf(layout: KernelLayout): Sums {
  const parts = partsOf(layout);
  const gapped = parts.filter(isGap);
  const members = parts.filter((it) => !isGap(it)) as readonly KernelMember[];
  const of = (gap: Gap["gap"], whole: boolean): readonly number[] =>
    gapped.filter((it) => it.gap === gap && (it.first % 8 === 0 && it.bits % 8 === 0) === whole)
      .map((it) => it.bits);
  return {
    members: members.length,
    bytes: sum(members.filter((it) => it.bits === null).map((it) => it.size)),
    bits: sum(members.map((it) => it.bits?.size ?? 0)),
    holes: of("hole", true).length, holeBytes: sum(of("hole", true)) / 8,
    bitHoles: of("hole", false).length, holeBits: sum(of("hole", false)),
    paddingBytes: sum(of("padding", true)) / 8, paddingBits: sum(of("padding", false)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, it) => all + it, 0);
