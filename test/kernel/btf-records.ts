/**
 * Writes BTF by hand, one line a type, so that a test can say what no kernel at hand has: `btf([int("int",
 * 4), pointer(1)])`.
 */
import { Kind } from "../../src/kernel/btf-file.ts";

/**
 * A type record: its kind, name, kind_flag and vlen, its third word, and the words that follow. A string is a
 * name.
 */
export interface Made {
  readonly kind: number;
  readonly name: string;
  readonly flag: boolean;
  readonly vlen: number;
  readonly word: number;
  readonly tail: readonly (number | string)[];
}

/** The file of these types; the first is type 1. */
export function btf(types: readonly Made[]): Buffer {
  const named = types.flatMap(({ name, tail }) => [name, ...tail.filter((it) => typeof it === "string")]);
  const texts = [...new Set(["", ...named])];
  const before = (i: number) => texts.slice(0, i).reduce((sum, it) => sum + it.length + 1, 0);
  const offsets = new Map(texts.map((text, i) => [text, before(i)]));
  const words = types.flatMap(({ kind, name, flag, vlen, word, tail }) =>
    [name, (kind * 2 ** 24 + vlen + (flag ? 2 ** 31 : 0)) >>> 0, word, ...tail]);
  const body = Buffer.alloc(words.length * 4);
  const number = (it: number | string) => (typeof it === "string" ? offsets.get(it)! : it >>> 0);
  for (const [i, it] of words.entries()) body.writeUInt32LE(number(it), i * 4);
  return file(body, Buffer.from(texts.map((it) => `${it}\0`).join("")));
}

/** A header, a section of types, a section of names. */
export function file(types: Buffer, names: Buffer): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt16LE(0xeb9f, 0);
  header.writeUInt8(1, 2);
  const words = [24, 0, types.length, types.length, names.length];
  for (const [i, word] of words.entries()) header.writeUInt32LE(word, 4 + i * 4);
  return Buffer.concat([header, types, names]);
}

const made = (kind: number, word: number, rest: Partial<Made> = {}): Made =>
  ({ kind, word, name: "", flag: false, vlen: 0, tail: [], ...rest });

/** `shift` and `bits` as old compilers told of bit fields: by an integer type of fewer bits. */
export const int = (name: string, size: number, bits = size * 8, shift = 0): Made =>
  made(Kind.INT, size, { name, tail: [shift * 2 ** 16 + bits] });
export const float   = (name: string, size: number): Made => made(Kind.FLOAT, size, { name });
export const pointer = (to: number): Made => made(Kind.PTR, to);
export const array   = (of: number, length: number): Made => made(Kind.ARRAY, 0, { tail: [of, 1, length] });
export const typedef = (name: string, of: number): Made => made(Kind.TYPEDEF, of, { name });
/** const, volatile, restrict. */
export const wrapped = (kind: number, of: number): Made => made(kind, of);
export const typeTag = (name: string, of: number): Made => made(Kind.TYPE_TAG, of, { name });
export const declTag = (name: string, of: number): Made =>
  made(Kind.DECL_TAG, of, { name, tail: [0xffff_ffff] });
export const forward = (name: string, union = false): Made => made(Kind.FWD, 0, { name, flag: union });
export const fn      = (name: string, proto: number): Made => made(Kind.FUNC, proto, { name, vlen: 1 });
export const data    = (of: number): Made => made(Kind.VAR, of, { name: "variable", tail: [0] });
export const section = (of: number): Made =>
  made(Kind.DATASEC, 8, { name: ".data", vlen: 1, tail: [of, 0, 8] });
export const choice  = (name: string, values: readonly string[]): Made =>
  made(Kind.ENUM, 4, { name, vlen: values.length, tail: values.flatMap((it, i) => [it, i]) });
export const choice64 = (name: string, values: readonly string[]): Made =>
  made(Kind.ENUM64, 8, { name, vlen: values.length, tail: values.flatMap((it, i) => [it, i, 0]) });
type Parameter = readonly [name: string, type: number];
export const proto = (returns: number, parameters: readonly Parameter[]): Made =>
  made(Kind.FUNC_PROTO, returns, { vlen: parameters.length, tail: parameters.flat() });

/** A member: its name, its type, its first bit, and, of a bit field in a struct that says so, its width. */
type Member = readonly [name: string, type: number, bit: number, width?: number];
const composed = (kind: number, name: string, size: number, members: readonly Member[]): Made => {
  const flag = members.some(({ length }) => length === 4);
  const tail = members.flatMap(([name, type, bit, width = 0]) => [name, type, (width * 2 ** 24 + bit) >>> 0]);
  return made(kind, size, { name, flag, vlen: members.length, tail });
};
export const struct = (name: string, size: number, members: readonly Member[]): Made =>
  composed(Kind.STRUCT, name, size, members);
export const union = (name: string, size: number, members: readonly Member[]): Made =>
  composed(Kind.UNION, name, size, members);
