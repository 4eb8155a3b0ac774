/**
 * The kernel's symbol table, /proc/kallsyms: which functions there are, and which one an address lies in. It
 * is 5 MB of lines `ffffffff81e312a0 T __sys_sendto`, so it stays text, in which addresses are searched for;
 * who asks for a name has an index made. Format: kernel/kallsyms.c.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { indexed, type SymbolIndex } from "./symbol-index.ts";
import {
  type FunctionLine, firstAfter, functionBefore, functionsFrom, lineStart, nameOf,
} from "./symbol-lines.ts";

/** What can be asked of a symbol table. */
export interface Symbols {
  /**
   * False where the kernel shows zeros instead (kptr_restrict, or no CAP_SYSLOG): names are known, places are
   * not.
   */
  readonly addresses: boolean;
  /** Is there such a symbol, as it is or as the compiler renamed it (see sourceName)? */
  has(name: string): boolean;
  /**
   * The function that an address lies in, by its name in the table, and how many bytes into it; null where
   * none is.
   */
  at(address: bigint): Place | null;
  /**
   * Where the one symbol of this name is, of a function or not; null where there is none, where there are
   * several, and where the kernel shows zeros.
   */
  address(name: string): bigint | null;
}
interface Place {
  readonly name: string;
  readonly offset: number;
}

/** Reads the text of /proc/kallsyms. Lines that are none of its are passed over. */
export function parseSymbols(table: string | Buffer): Symbols {
  const text = typeof table === "string" ? Buffer.from(table, "latin1") : table;
  const firstLoaded = text.indexOf("\t[");
  const ownEnd = firstLoaded < 0 ? text.length : lineStart(text, firstLoaded);
  let later: readonly FunctionLine[] | null = null;
  const loaded = (): readonly FunctionLine[] => {
    later ??= functionsFrom(text, ownEnd);
    return later;
  };
  let index: SymbolIndex | null = null;
  const names = (): SymbolIndex => {
    index ??= indexed(text);
    return index;
  };
  const places = new Map<bigint, Place | null>();
  return {
    addresses: text.toString("latin1", 0, 2) === "ff" || text.includes("\nff"),
    has: (name) => name !== "" && (names().addresses.has(name) || names().copied.has(name)),
    address: (name) => addressOf(names(), name),
    at(address) {
      const known = places.get(address);
      if (known !== undefined) return known;
      const place = lookup({ text, ownEnd, loaded }, address);
      places.set(address, place);
      return place;
    },
  };
}
interface Table {
  readonly text: Buffer;
  /** Where the lines of what was loaded later begin. */
  readonly ownEnd: number;
  readonly loaded: () => readonly FunctionLine[];
}

let kernel: Symbols | null | undefined;
/** The running kernel's symbols, read once; null where there are none (CONFIG_KALLSYMS, another system). */
export function kernelSymbols(): Symbols | null {
  if (kernel !== undefined) return kernel;
  try {
    const text = wholeTable();
    kernel = text.length === 0 ? null : parseSymbols(text);
  } catch {
    kernel = null;
  }
  return kernel;
}

/** Reading a file of unknown length at once would take a new buffer for each of its thousand pages. */
function wholeTable(): Buffer {
  const fd = openSync("/proc/kallsyms", "r");
  try {
    let text = Buffer.allocUnsafeSlow(8 << 20);
    let length = 0;
    for (let more = -1; more !== 0; length += more) {
      if (length === text.length) text = Buffer.concat([text], 2 * length);
      more = readSync(fd, text, length, text.length - length, null);
    }
    return text.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

function addressOf({ addresses }: SymbolIndex, name: string): bigint | null {
  const found = new Set(addresses.get(name));
  const [first = "0"] = found;
  const isAddress = /^[0-9a-f]{16}$/.test(first) && !/^0+$/.test(first);
  return found.size === 1 && isAddress ? BigInt(`0x${first}`) : null;
}

/** No function is as long: an address farther behind a symbol lies in something that has none. */
const longest = 1 << 20;

/**
 * The kernel's own symbols come first, in order of address: the kernel itself looks them up by halves. What
 * was loaded later, modules and BPF programs, follows as it came.
 */
function lookup({ text, ownEnd, loaded }: Table, address: bigint): Place | null {
  if (address >> 52n !== 0xfffn) return null;
  const wanted = Number(address & 0xf_ffff_ffff_ffffn);
  const least = wanted - longest + 1;
  const end = firstAfter(text, ownEnd, wanted);
  let found = functionBefore(text, end, least);
  // Between two of the kernel's own symbols lies nothing that was loaded.
  if (found === null || end === ownEnd) {
    for (const it of loaded()) {
      if (it.start <= wanted && it.start >= (found === null ? least : found.start + 1)) found = it;
    }
  }
  return found && { name: nameOf(text, found.at), offset: wanted - found.start };
}
