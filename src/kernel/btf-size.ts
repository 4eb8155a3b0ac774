/**
 * What a type of BTF takes in memory: the type behind its names, its size, and the place of a bit field.
 */
import { among, BtfError, type BtfFile, type BtfType, Kind } from "./btf-file.ts";

/** BTF does not say how long pointers are: only 64-bit kernels are supported. */
const pointerSize = 8;

/** Bits of a struct: where they begin, from the start of the struct, and how many they are. */
export interface BitRange {
  readonly offset: number;
  readonly size: number;
}

/**
 * A bit field's place in its struct; null for a whole member. Its width stands with the member (`stated`),
 * or, in a struct without kind_flag, with its integer type, which then also may shift it.
 */
export function bitField(file: BtfFile, type: BtfType, first: number, stated: number): BitRange | null {
  if (stated !== 0) return { offset: first, size: stated };
  if (type.kind !== Kind.INT) return null;
  const encoding = file.u32(type.at);
  const offset = first + ((encoding >>> 16) & 0xff);
  const size = encoding & 0xff;
  return offset % 8 === 0 && size === type.size * 8 ? null : { offset, size };
}

/**
 * The byte at which a bit field's unit begins: a multiple of its size, unless the field lies across two of
 * them.
 */
export function unit({ offset, size }: BitRange, bytes: number): number {
  const aligned = Math.floor(offset / (bytes * 8)) * bytes;
  return offset + size <= (aligned + bytes) * 8 ? aligned : Math.floor(offset / 8);
}

/** Whether a type, without its names, is a struct or a union. */
export const isStruct = ({ kind }: BtfType): boolean => kind === Kind.STRUCT || kind === Kind.UNION;

/** What gives a type another name or a qualifier, and leaves its bytes alone. */
const wrappers = among(Kind.TYPEDEF, Kind.VOLATILE, Kind.CONST, Kind.RESTRICT, Kind.TYPE_TAG);

/** The type without typedefs and qualifiers. */
export function plain(file: BtfFile, id: number): BtfType {
  let type = file.type(id);
  while ((wrappers & (1 << type.kind)) !== 0) type = file.type(type.target);
  return type;
}

/** The type of an array's elements, without typedefs and qualifiers; of any other type, itself. */
export function element(file: BtfFile, id: number): BtfType {
  let type = plain(file, id);
  while (type.kind === Kind.ARRAY) type = plain(file, file.u32(type.at));
  return type;
}

const sized = among(Kind.INT, Kind.FLOAT, Kind.STRUCT, Kind.UNION, Kind.ENUM, Kind.ENUM64);

/** sizeof, in bytes; null for what has none: void, a function, a struct that is only declared. */
export function sizeOf(file: BtfFile, id: number): number | null {
  let elements = 1;
  let type = plain(file, id);
  for (; type.kind === Kind.ARRAY; type = plain(file, file.u32(type.at))) elements *= file.u32(type.at + 8);
  const each = type.kind === Kind.PTR ? pointerSize : (sized & (1 << type.kind)) !== 0 ? type.size : null;
  const size = each && elements * each;
  if (size === null || Number.isSafeInteger(size)) return size;
  throw new BtfError(`type ${id} of this BTF is larger than memory can be`);
}
