/**
 * Integers of 1, 2, 4 and 8 bytes: little-endian as the machines we run on,
 * or in network order (`__be16` and its kin).
 */

import type { Memory } from "./memory.ts";
import { type Cell, cell, type Type } from "./type.ts";

/** Numbers that have names: `{ AF_INET: 2 }`. */
export type Names = Readonly<Record<string, number>>;

/**
 * A number in memory. `u16.as(AF)` shows 2 as AF_INET;
 * `i32.flags(MSG)` shows 0x40 as MSG_DONTWAIT; `be16.hex()` 0x88b5.
 */
export interface Integer extends Type<number> {
  readonly names: Names | null;
  as(names: Names): Integer;
  flags(names: Names): Integer;
  hex(): Integer;
}
/** 64 bits: a number where that is exact (up to 2^53), else a bigint. */
export type Wide = number | bigint;
export interface WideInteger extends Type<Wide> {
  hex(): WideInteger;
}

type Get = (bytes: Buffer, at: number) => number;
type Set = (bytes: Buffer, at: number, value: number) => void;

function integer(
  name: string, size: number, get: Get, set: Set,
  show: (v: number) => string = String, names: Names | null = null,
): Integer {
  const again = (how: (v: number) => string, from: Names | null): Integer =>
    integer(name, size, get, set, how, from);
  const least = name.startsWith("i") ? -(2 ** (size * 8 - 1)) : 0;
  const most = least + 2 ** (size * 8) - 1;
  return {
    name, size, align: size, show, names,
    read: (memory, at) => get(memory.bytes, at),
    write: (memory, at, value) => set(memory.bytes, at, inRange(name, value, least, most)),
    as: (table) => again((v) => named(table, v), table),
    flags: (table) => again((v) => flagged(table, v), table),
    hex: () => again(hexadecimal, null),
  };
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${value} does not fit ${name} (${least}…${most})`);
}

/** C's %#x: no 0x before a plain 0. */
const hexadecimal = (value: Wide): string => (BigInt(value) === 0n ? "0" : `0x${value.toString(16)}`);

/** The name of a value; a value without one as strace says it: `0x63 /* AF_??? *\/`. */
export function named(names: Names, value: number): string {
  const found = Object.keys(names).find((key) => names[key] === value);
  return found ?? `${hexadecimal(value >>> 0)} /* ${prefix(names)}??? */`;
}

/** Names joined by `|`, what is left over in hex; 0 is `0` unless the table names it. */
export function flagged(names: Names, value: number): string {
  const bits = value >>> 0;
  if (bits === 0) return Object.keys(names).find((key) => names[key] === 0) ?? "0";
  let left = bits;
  const set: string[] = [];
  for (const [name, flag] of Object.entries(names)) {
    const mask = flag >>> 0;
    if (mask === 0 || (left & mask) >>> 0 !== mask) continue;
    set.push(name);
    left = (left & ~mask) >>> 0;
  }
  if (set.length === 0) return `0x${bits.toString(16)} /* ${prefix(names)}??? */`;
  return [...set, ...(left === 0 ? [] : [`0x${left.toString(16)}`])].join("|");
}

/** What all names of a table begin with: `AF_`, `ETH_P_`; `POLL` where there is no underscore. */
function prefix(names: Names): string {
  const [first = "", ...others] = Object.keys(names);
  let shared = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, shared))) shared--;
  const underscore = first.lastIndexOf("_", shared - 1);
  return first.slice(0, underscore < 0 ? shared : underscore + 1);
}

/** Unsigned and signed, by their bits, as the machine has them. */
export const u8 = integer("u8", 1, (b, at) => b.readUInt8(at), (b, at, v) => b.writeUInt8(v, at));
export const i8 = integer("i8", 1, (b, at) => b.readInt8(at), (b, at, v) => b.writeInt8(v, at));
export const u16 = integer("u16", 2, (b, at) => b.readUInt16LE(at), (b, at, v) => b.writeUInt16LE(v, at));
export const i16 = integer("i16", 2, (b, at) => b.readInt16LE(at), (b, at, v) => b.writeInt16LE(v, at));
export const u32 = integer("u32", 4, (b, at) => b.readUInt32LE(at), (b, at, v) => b.writeUInt32LE(v, at));
export const i32 = integer("i32", 4, (b, at) => b.readInt32LE(at), (b, at, v) => b.writeInt32LE(v, at));
/** Network byte order; the kernel calls it `__be16`. The `htons` is in the type. */
export const be16 = integer("be16", 2, (b, at) => b.readUInt16BE(at), (b, at, v) => b.writeUInt16BE(v, at));
export const be32 = integer("be32", 4, (b, at) => b.readUInt32BE(at), (b, at, v) => b.writeUInt32BE(v, at));

/** A wide value as a number where that is exact. */
export const exact = (value: bigint): Wide => (value >= LEAST && value <= MOST ? Number(value) : value);
const LEAST = BigInt(Number.MIN_SAFE_INTEGER);
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

function wide(
  name: string, get: (b: Buffer, at: number) => bigint, set: (b: Buffer, at: number, v: bigint) => void,
  show: (v: Wide) => string = String,
): WideInteger {
  const put = (memory: Memory, at: number, value: Wide): void => {
    const whole = BigInt(value);
    const kept = name === "i64" ? BigInt.asIntN(64, whole) : BigInt.asUintN(64, whole);
    if (kept !== whole) throw new RangeError(`${value} does not fit ${name}`);
    set(memory.bytes, at, whole);
  };
  return {
    name, size: 8, align: 8, show, write: put,
    read: (memory, at) => exact(get(memory.bytes, at)),
    hex: () => wide(name, get, set, hexadecimal),
  };
}

/** 64 bits: unsigned, signed, and in network byte order. */
export const u64 = wide("u64", (b, at) => b.readBigUInt64LE(at), (b, at, v) => b.writeBigUInt64LE(v, at));
export const i64 = wide("i64", (b, at) => b.readBigInt64LE(at), (b, at, v) => b.writeBigInt64LE(v, at));
export const be64 = wide("be64", (b, at) => b.readBigUInt64BE(at), (b, at, v) => b.writeBigUInt64BE(v, at));
/** `size_t`: 8 bytes on both machines that netlab knows. */
export const size_t =
  wide("size_t", (b, at) => b.readBigUInt64LE(at), (b, at, v) => b.writeBigUInt64LE(v, at));

/** `int place = value;` — a place for a value-result, handed over as `&place`. */
export const int = (value: number): Cell<number> => cell(i32, value);

/**
 * A 16-bit number in network order, for arguments that want it in a register:
 * `socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))`.
 */
export const htons = (value: number): number => ((value & 0xff) << 8) | (value >> 8);
