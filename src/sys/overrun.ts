/**
 * What a call must not be given: more bytes than memory has,
 * memory that is no more, addresses that belong to none.
 */
import type { Closed, Memory } from "../memory/memory.ts";

/** A length that exceeds its memory, or an address that belongs to none. */
export class Overrun extends RangeError {
  override readonly name = "Overrun";
}

/**
 * Bytes that are no more: something else may lie at their address by now,
 * so that not even the kernel is given them.
 */
export class Ended implements Closed {
  readonly from: number;
  readonly to: number;
  readonly why: string;
  constructor({ from, to, why }: Closed) {
    this.from = from;
    this.to = to;
    this.why = why;
  }
}

/**
 * Throws Overrun unless `length` bytes lie in this memory.
 * `name` is the memory's, `spoken` that of the length.
 */
export function refuse(call: string, length: number, memory: Memory, name: string, spoken: string): void {
  if (length > memory.length) {
    throw new Overrun(`${call}: ${spoken} needs ${length} bytes, but ${name} has room for ${memory.length}`);
  }
  if (length < 0) throw new Overrun(`${call}: ${spoken} of ${length} bytes`);
  if (memory.home.closed.length === 0) return;
  const end = memory.offset + memory.length;
  const ended = memory.home.closed
    .find((it) => it instanceof Ended && it.from < end && memory.offset < it.to);
  if (ended !== undefined) throw new Overrun(`${call}: ${name} is no more: ${ended.why}`);
}

/** For an address that was not got from memory, and not by `wild` either. */
export const unknown = (call: string, name: string, verb: "is" | "holds"): Overrun =>
  new Overrun(`${call}: ${name} ${verb} an address that no memory here has (give it memory, or wild(…))`);
