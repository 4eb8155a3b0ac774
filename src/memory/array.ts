/** Runs of one type: `char name[16]`, `unsigned char pad[8]`, `int fds[2]`. */
import { allocate, type Memory, POISON } from "./memory.ts";
import { type AnyType, Cell, type Read, type Type, type Written } from "./type.ts";

/**
 * `char[n]`: text up to the first NUL, one character a byte.
 * Writing pads with NULs; n characters need no NUL.
 */
export const char = (length: number): Type<string> => ({
  name: `char[${length}]`, size: length, align: 1,
  read: (memory, at) => {
    const bytes = memory.bytes.subarray(at, at + length);
    const end = bytes.indexOf(0);
    return bytes.toString("latin1", 0, end < 0 ? length : end);
  },
  write: (memory, at, value) => {
    if (value.length > length) throw new RangeError(`"${value}" is longer than char[${length}]`);
    memory.bytes.fill(0, at, at + length).write(value, at, "latin1");
  },
  show: quoted,
});

/** `byte[n]`: bytes as they are, read live. Writing fewer leaves the rest zero. */
export const byte = (length: number): Type<Uint8Array, Uint8Array | readonly number[]> => ({
  name: `byte[${length}]`, size: length, align: 1,
  read: (memory, at) => memory.bytes.subarray(at, at + length),
  write: (memory, at, value) => {
    if (value.length > length) throw new RangeError(`${value.length} bytes are more than byte[${length}]`);
    memory.bytes.fill(0, at, at + length).set(value, at);
  },
  show: (value) => quoted(Buffer.from(value).toString("latin1")),
});

/** The type of `T[n]`, which knows its elements' type. */
type ArrayOf<Y extends AnyType> = Type<readonly Read<Y>[], readonly Written<Y>[]> & { readonly of: Y };

/**
 * `T[n]`. Reading gives a frozen array (of live views where T is a struct);
 * writing fewer leaves the rest zero.
 */
export function array<Y extends AnyType>(of: Y, length: number): ArrayOf<Y> {
  const elements = (memory: Memory, at: number): Read<Y>[] =>
    Array.from({ length }, (_, i) => of.read(memory, at + i * of.size));
  return {
    name: `${of.name}[${length}]`, size: of.size * length, align: of.align, of,
    read: (memory, at) => Object.freeze(elements(memory, at)),
    write: (memory, at, values) => {
      if (values.length > length) {
        throw new RangeError(`${values.length} values are more than ${of.name}[${length}]`);
      }
      memory.bytes.fill(0, at, at + of.size * length);
      for (const [i, value] of values.entries()) of.write(memory, at + i * of.size, value);
    },
    show: (values) => `[${values.map((value) => of.show(value)).join(", ")}]`,
  };
}

/** `T place[n];` in memory of its own: poisoned when given a length, else holding the values. */
export function cells<Y extends AnyType>(
  of: Y, init: number | readonly Written<Y>[],
): Cell<readonly Read<Y>[], readonly Written<Y>[]> {
  const type = array(of, typeof init === "number" ? init : init.length);
  const place = new Cell(allocate(type.size, typeof init === "number" ? POISON : 0), type);
  if (typeof init !== "number") type.write(place, 0, init);
  return place;
}

/**
 * Text in double quotes as strace writes it: \n, \t, \" and octal escapes for what is not printable ASCII.
 */
export function quoted(it: string): string {
  const escaped = (c: string, at: number): string => {
    const next = it[at + 1] ?? "";
    return NAMED[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(next >= "0" && next <= "7" ? 3 : 1, "0")}`;
  };
  return `"${it.replace(/["\\]|[^\x20-\x7e]/g, escaped)}"`;
}
/** Escapes that are not octal. */
const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\f": "\\f", '"': '\\"', "\\": "\\\\",
};

