/**
 * The kernel's symbol table, /proc/kallsyms: which functions there are, and which one an address lies in. It
 * is 5 MB of lines `ffffffff81e312a0 T __sys_sendto`, so it stays text: a name is searched for, and addresses
 * are read from it when the first one is asked about. Format: kernel/kallsyms.c.
 */
import { readFileSync } from "node:fs";

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
}
interface Place {
  readonly name: string;
  readonly offset: number;
}

/** What gcc appends to a changed copy of a function (constprop, isra), and to a part of one (part, cold). */
const suffixes = /(?:\.(?:constprop|isra|part)\.\d+|\.cold)+/;
const atEnd = new RegExp(`${suffixes.source}$`);
const inTable = new RegExp(`(?:${suffixes.source})?(?=[\\t\\n]|$)`, "y");

/**
 * The name in the source of the function that a symbol comes from: `tcp_schedule_loss_probe.part.0` without
 * `.part.0`.
 */
export const sourceName = (symbol: string): string => symbol.replace(atEnd, "");

/** Reads the text of /proc/kallsyms. Lines that are none of its are passed over. */
export function parseSymbols(text: string): Symbols {
  let table: Table | null = null;
  return {
    addresses: text.startsWith("ff") || text.includes("\nff"),
    has: (name) => has(text, name),
    at(address) {
      table ??= functions(text);
      return lookup(text, table, address);
    },
  };
}

let kernel: Symbols | null | undefined;
/** The running kernel's symbols, read once; null where there are none (CONFIG_KALLSYMS, another system). */
export function kernelSymbols(): Symbols | null {
  if (kernel !== undefined) return kernel;
  try {
    const text = readFileSync("/proc/kallsyms", "latin1");
    kernel = text === "" ? null : parseSymbols(text);
  } catch {
    kernel = null;
  }
  return kernel;
}

function has(text: string, name: string): boolean {
  if (name === "" || /\s/.test(name)) return false;
  for (let at = text.indexOf(` ${name}`); at >= 0; at = text.indexOf(` ${name}`, at + 1)) {
    inTable.lastIndex = at + 1 + name.length;
    if (inTable.test(text)) return true;
  }
  return false;
}

/**
 * The functions in order of address (its low 52 bits, which a number holds), and where the line of each
 * begins.
 */
interface Table {
  readonly addresses: Float64Array;
  readonly lines: Uint32Array;
}

/** A line: 16 digits, a space, the type's letter, a space, the name. */
const typeAt = 17;
const nameAt = 19;
/** Functions, exported or static, weak ones too. */
const ofFunctions = "tTwW";

function functions(text: string): Table {
  const addresses: number[] = [];
  const lines: number[] = [];
  let sorted = true;
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    // The upper half of the addresses is the kernel's; below it are offsets of per-CPU variables.
    if (end - at <= nameAt || !text.startsWith("fff", at)) continue;
    if (!ofFunctions.includes(text.charAt(at + typeAt))) continue;
    const address = Number.parseInt(text.slice(at + 3, at + 16), 16);
    if (Number.isNaN(address)) continue;
    sorted &&= address >= (addresses.at(-1) ?? 0);
    addresses.push(address);
    lines.push(at);
  }
  // Modules follow the kernel in the order of loading.
  const order = sorted ? null : lines.map((_, i) => i).sort((a, b) => addresses[a]! - addresses[b]!);
  const ordered = (column: readonly number[]) => (order === null ? column : order.map((i) => column[i]!));
  return { addresses: Float64Array.from(ordered(addresses)), lines: Uint32Array.from(ordered(lines)) };
}

/** A name ends where the line does, or the module it is from follows. */
const nameEnd = /[^\t\n]*/y;
/** No function is as long: an address farther behind a symbol lies in something that has none. */
const longest = 1 << 20;

function lookup(text: string, { addresses, lines }: Table, address: bigint): Place | null {
  if (address >> 52n !== 0xfffn) return null;
  const wanted = Number(address & 0xf_ffff_ffff_ffffn);
  let low = 0;
  let high = addresses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (addresses[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  let found = low - 1;
  const start = addresses[found];
  if (start === undefined || wanted - start >= longest) return null;
  // Of several names for one address the kernel itself prints the first.
  while (addresses[found - 1] === start) found--;
  const name = lines[found]! + nameAt;
  nameEnd.lastIndex = name;
  nameEnd.test(text);
  return { name: text.slice(name, nameEnd.lastIndex), offset: wanted - start };
}
