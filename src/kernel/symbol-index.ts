/** A symbol table by name. To make it takes as long as some twenty searches through the text, 50 ms. */

import { madeOf } from "./source-name.ts";
import { nameAt } from "./symbol-lines.ts";

export interface SymbolIndex {
  /** By the name of a symbol, the addresses of those that have it, 16 digits each. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** Functions of which there is a changed copy or a part, by their names without what says so. */
  readonly copied: ReadonlySet<string>;
}

/** Reads every line of the text of /proc/kallsyms. */
export function indexed(text: Buffer): SymbolIndex {
  const addresses = new Map<string, string[]>();
  const copied = new Set<string>();
  for (const line of text.toString("latin1").split("\n")) {
    const end = line.indexOf("\t", nameAt);
    const name = line.slice(nameAt, end < 0 ? line.length : end);
    const same = addresses.get(name);
    if (same === undefined) addresses.set(name, [line.slice(0, ADDRESS)]);
    else same.push(line.slice(0, ADDRESS));
    for (const it of madeOf(name)) copied.add(it);
  }
  return { addresses, copied };
}

/** Digits. */
const ADDRESS = 16;
