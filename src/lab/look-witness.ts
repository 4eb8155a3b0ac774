/** What a look at memory or at a file of /proc can testify to. */
import { bytesOf } from "../memory/memory.ts";
import { pack, unpack } from "../sys/packed-bytes.ts";
import type { LookEvent } from "./events.ts";
import { type Events, type Fact, NotInHistory, replaced, sideOf } from "./fact.ts";
import { headingLines } from "./heading.ts";
import { putAt, typeNamed, type Value, valueAt, walk } from "./place.ts";

export interface LookWitness {
  /** The whole text of a file. */
  readonly text: Fact<string>;
  /**
   * A number in a table: the column by its heading, the row counted from 0 or by its first word. Queues and
   * states are hexadecimal in those of /proc/net. In /proc/net/dev a column has two headings, one above the
   * other: "Transmit drop".
   */
  column(heading: string, row?: number | string): Fact<number>;
  /** How many lines of a file hold this. */
  lines(containing: string): Fact<number>;
  /** Those of these names that begin a line of a file, in the order of the lines. */
  order(names: readonly string[]): Fact<readonly string[]>;
  /** The n-th word of a file's text, counted from 0: `/proc/self/task/TID/syscall` has nine. */
  word(n: number): Fact<string>;
  /** A field of the n-th struct that was looked at; a path where structs are nested: `tp_h.tp_status`. */
  field(name: string, n?: number): Fact<Value>;
  /** The bytes that were looked at, as text. */
  bytes(n?: number): Fact<string>;
}

export function lookWitness(look: LookEvent, events: Events): LookWitness {
  const put = (change: Partial<LookEvent>): Events => replaced(events, look, { ...look, ...change });
  const seen = seenOf(look);
  return {
    get text() {
      return { value: textOf(look), seen: seen("text"), bent: (text: string) => put({ text }) };
    },
    column(heading, row = 0) {
      const cell = cellOf(look, heading, row);
      const bent = (to: number): Events => put({ text: cell.rewrite(to) });
      const where = typeof row === "number" ? `row ${row}` : row;
      return { value: cell.value, seen: seen(`${heading} of ${where}:`), bent };
    },
    ...linesWitness(look, put),
    ...memoryWitness(look, put),
  };
}

/** What is seen of a file's lines and words. */
function linesWitness(
  look: LookEvent, put: (change: Partial<LookEvent>) => Events,
): Pick<LookWitness, "lines" | "order" | "word"> {
  const seen = seenOf(look);
  return {
    lines(containing) {
      const lines = textOf(look).split("\n");
      const others = lines.filter((it) => !it.includes(containing));
      const bent = (to: number): Events =>
        put({ text: [...others, ...Array<string>(Math.max(0, to)).fill(containing)].join("\n") });
      const what = seen(`lines with ${JSON.stringify(containing)}:`);
      return { value: lines.length - others.length, seen: what, bent };
    },
    order(names) {
      const lines = textOf(look).split("\n");
      const isNamed = (line: string): boolean => names.includes(words(line)[0]!);
      const others = lines.filter((it) => !isNamed(it));
      return {
        value: lines.filter(isNamed).map((it) => words(it)[0]!), seen: seen("the order of its lines:"),
        bent: (to) => put({ text: [...others, ...to].join("\n") }),
      };
    },
    word(n) {
      const text = textOf(look);
      const found = [...text.matchAll(/\S+/g)][n];
      if (found === undefined) throw new NotInHistory(`look “${look.name}” has no word ${n}`);
      const [before, value] = [text.slice(0, found.index), found[0]];
      const bent = (to: string): Events =>
        put({ text: `${before}${to}${text.slice(before.length + value.length)}` });
      return { value, seen: seen(`word ${n}`), bent };
    },
  };
}

/** What is seen of the structs, or the bytes, of a look. */
function memoryWitness(
  look: LookEvent, put: (change: Partial<LookEvent>) => Events,
): Pick<LookWitness, "field" | "bytes"> {
  const seen = seenOf(look);
  const memoryAt = (n: number): NonNullable<LookEvent["memory"]>[number] => {
    const found = look.memory?.[n];
    if (found === undefined) throw new NotInHistory(`look “${look.name}” has no memory ${n}`);
    return found;
  };
  const withBytes = (n: number, bytes: Uint8Array): Events =>
    put({ memory: look.memory!.map((it, i) => (i === n ? { ...it, bytes: pack(bytes) } : it)) });
  return {
    field(name, n = 0) {
      const { layout, bytes } = memoryAt(n);
      const memory = bytesOf(unpack(bytes));
      const type = layout === null ? null : typeNamed(layout, memory.length);
      const place = type === null ? null : walk(memory, type, `.${name}`);
      if (place === null) throw new NotInHistory(`look “${look.name}” has no field ${name}`);
      const bent = (to: Value): Events => {
        const copy = bytesOf(memory.bytes);
        putAt(copy, place, to);
        return withBytes(n, copy.bytes);
      };
      return { value: valueAt(memory, place), seen: seen(`${name}${n === 0 ? "" : ` of ${n}`}`), bent };
    },
    bytes(n = 0) {
      const value = unpack(memoryAt(n).bytes).toString("latin1");
      return { value, seen: seen(`bytes ${n}`), bent: (to) => withBytes(n, Buffer.from(to, "latin1")) };
    },
  };
}

const seenOf = (look: LookEvent) => (what: string): string => `${sideOf(look)}look “${look.name}”: ${what}`;

function textOf({ name, of, text }: LookEvent): string {
  if (text !== null) return text;
  throw new NotInHistory(of === null ? `look “${name}” has no text` : `${of} cannot be read here`);
}

/** Headings whose cells are hexadecimal: of udp, tcp and raw; of unix; of packet and netlink. */
const HEX: ReadonlySet<string> = new Set([
  "st", "tx_queue", "rx_queue", "tr", "tm->when", "retrnsmt",
  "RefCount", "Protocol", "Flags", "St",
  "Proto", "Groups",
]);
/** Headings whose cell is joined to the next one by a colon: `00000000:00000140`. */
const JOINED: ReadonlySet<string> = new Set(["tx_queue", "tr"]);

interface Cell {
  readonly value: number;
  /** The table with another number there. */
  rewrite(to: number): string;
}

function cellOf(look: LookEvent, heading: string, wanted: number | string): Cell {
  const missing = (what: string): never => { throw new NotInHistory(`look “${look.name}” has no ${what}`); };
  const lines = textOf(look).split("\n").filter((it) => it.trim() !== "");
  const [headings, first] = headingsOf(lines);
  const at = headings.indexOf(heading);
  if (at < 0) return missing(`column ${heading}`);
  const row = typeof wanted === "number" ? wanted : lines.findIndex((it) => words(it)[0] === wanted) - first;
  if (row < 0) return missing(`row ${wanted}`);
  const column = at - headings.slice(0, at).filter((it) => JOINED.has(it)).length;
  const cells = words(lines[first + row] ?? missing(`row ${wanted}`));
  const parts = cells[column]?.split(":") ?? missing(`${heading} in row ${wanted}`);
  const part = JOINED.has(headings[at - 1] ?? "") ? 1 : 0;
  const digits = parts[part] ?? "";
  const [radix, pattern] = HEX.has(heading) ? [16, /^-?[\da-f]+$/i] as const : [10, /^-?\d+$/] as const;
  const isPair = parts.length > 1 && !JOINED.has(heading) && part === 0;
  if (isPair || !pattern.test(digits)) missing(`number in ${heading} of row ${wanted}: ${cells[column]}`);
  const rewrite = (to: number): string => {
    const written = to.toString(radix).toUpperCase().padStart(digits.length, "0");
    const changed = cells.with(column, parts.with(part, written).join(":")).join(" ");
    return lines.with(first + row, changed).join("\n");
  };
  return { value: Number.parseInt(digits, radix), rewrite };
}

/**
 * The headings of a table, and which line its first row is. Where two lines of them stand one above the
 * other, in groups between bars, the group's name comes first: "Receive drop", "Transmit drop".
 */
function headingsOf(lines: readonly string[]): readonly [readonly string[], number] {
  const [above = "", below = ""] = lines;
  const first = headingLines(lines);
  if (first === 1) return [words(above), first];
  const groups = above.split("|").map((it) => it.trim());
  const named = (part: string, i: number): readonly string[] =>
    words(part).map((it) => `${groups[i]} ${it}`);
  return [below.split("|").flatMap(named), first];
}

const words = (line: string): readonly string[] => line.trim().split(/\s+/);
