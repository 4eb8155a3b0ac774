/** Options in a row, each with its kind and its length: those of IPv4, of IPv6's headers, of its messages. */
import type { Memory } from "../../memory/memory.ts";

export interface Item {
  readonly kind: number;
  /** What stands behind kind and length. */
  readonly body: Memory;
}
export interface Row {
  readonly items: readonly Item[];
  /** Where the row ended, in bytes: before its last byte where an item ends it, or does not fit. */
  readonly end: number;
}

/** `lengthOf` answers how long an item is by its first two bytes, 0 where there is none: the row ends. */
export function readRow(row: Memory, lengthOf: (kind: number, second: number) => number): Row {
  const items: Item[] = [];
  let end = 0;
  while (end < row.length) {
    const [kind = 0, second = 0] = row.bytes.subarray(end, end + 2);
    const length = lengthOf(kind, second);
    if (length === 0 || end + length > row.length) break;
    items.push({ kind, body: row.slice(Math.min(end + 2, end + length), end + length) });
    end += length;
  }
  return { items, end };
}
