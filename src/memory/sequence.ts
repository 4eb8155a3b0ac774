/**
 * Elements of different lengths in a row, each with a header that says how long it is:
 * cmsg, netlink attributes, TCP options.
 */
import { allocate, type Memory } from "./memory.ts";
import type { AnyType } from "./type.ts";

/** One kind of sequence. `H` is what a header says. */
export interface Shape<H> {
  readonly name: string;
  /** Bytes of the header. Payload follows it. */
  readonly header: number;
  /** Elements that are one byte, with neither length nor payload: TCP's NOP. */
  readonly alone?: (head: H) => boolean;
  /** Each element begins on a multiple of this. */
  readonly align: number;
  /**
   * Reads the header at `at`: what it says, and the element's length with its header, in bytes;
   * null where the row ends.
   */
  read(memory: Memory, at: number): { readonly head: H; readonly length: number } | null;
  /** Writes a header for an element of `length` bytes in all. */
  write(memory: Memory, at: number, head: H, length: number): void;
  /** How the payload of such an element is typed, or null: bytes. */
  payload(head: H, length: number): AnyType | null;
}
export interface Element<H> {
  readonly head: H;
  /** Where the element begins, in bytes from the start of the row. */
  readonly offset: number;
  /** With its header, without padding. */
  readonly length: number;
  readonly payload: Memory;
  readonly type: AnyType | null;
}
export interface Sequence<H> {
  readonly name: string;
  readonly shape: Shape<H>;
  /** The elements, as far as they are whole; a length that does not fit ends the row. */
  read(memory: Memory): readonly Element<H>[];
  /** Lays elements out in memory of their own: [header, payload bytes]. */
  make(elements: readonly (readonly [head: H, payload: Memory])[]): Memory;
  /** Bytes that one payload of `length` bytes takes, padding included: CMSG_SPACE, NLA_ALIGN. */
  space(length: number): number;
}

/** Declares a kind of sequence. */
export function sequence<H>(shape: Shape<H>): Sequence<H> {
  const up = (n: number): number => Math.ceil(n / shape.align) * shape.align;
  const header = (head: H): number => (shape.alone?.(head) ? 1 : shape.header);
  return {
    name: shape.name,
    shape,
    space: (length) => up(shape.header + length),
    read(memory) {
      const out: Element<H>[] = [];
      for (let at = 0; at < memory.length;) {
        const found = shape.read(memory, at);
        if (found === null || found.length < 1 || at + found.length > memory.length) break;
        const { head, length } = found;
        const body = Math.min(header(head), length);
        const payload = memory.slice(at + body, at + length);
        out.push({ head, offset: at, length, payload, type: shape.payload(head, payload.length) });
        at += up(length);
      }
      return out;
    },
    make(elements) {
      const total = elements.reduce((sum, [head, payload]) => sum + up(header(head) + payload.length), 0);
      const memory = allocate(total, 0);
      let at = 0;
      for (const [head, payload] of elements) {
        const length = header(head) + payload.length;
        shape.write(memory, at, head, length);
        memory.bytes.set(payload.bytes, at + header(head));
        at += up(length);
      }
      return memory;
    },
  };
}
