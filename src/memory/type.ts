/** C types: how one value sits in memory, and how it is read, written and shown. */
import { allocate, Memory } from "./memory.ts";

/**
 * One C type. `T` is what reading gives, `I` what writing takes.
 * `show` gives strace's text for a value.
 */
export interface Type<T = unknown, I = T> {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly align: number;
  read(memory: Memory, at: number): T;
  write(memory: Memory, at: number, value: I): void;
  show(value: T): string;
}
/** Any type at all, where only its place matters. */
// biome-ignore lint/suspicious/noExplicitAny: memory's generics: a field may be of any type
export type AnyType = Type<any, any>;
export type Read<Y> = Y extends { read(memory: Memory, at: number): infer T } ? T : never;
export type Written<Y> = Y extends { write(memory: Memory, at: number, value: infer I): void } ? I : never;

/** A single value in memory of its own: `int len = 16;`, handed over as `&len`. */
export class Cell<T, I = T> extends Memory {
  readonly of: Type<T, I>;
  constructor(place: Memory, of: Type<T, I>) {
    super(place.home, place.offset, of.size, of);
    this.of = of;
  }
  get value(): T {
    return this.of.read(this, 0);
  }
  set value(it: T & I) {
    this.of.write(this, 0, it);
  }
}

/** `T place = value;` */
export function cell<T, I>(type: Type<T, I>, value: I): Cell<T, I> {
  const place = new Cell(allocate(type.size, 0), type);
  type.write(place, 0, value);
  return place;
}
