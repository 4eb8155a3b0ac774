/** What a look at memory or at a file of /proc can testify to. */
import { layouts } from "../memory/layouts.ts";
import { bytesOf } from "../memory/memory.ts";
import { pack, unpack } from "../sys/packed-bytes.ts";
import type { LookEvent } from "./events.ts";
import type { Value } from "./expression.ts";
import { type Events, type Fact, NotInHistory, replaced } from "./fact.ts";

export interface LookWitness {
  /** The whole text of a file. */
  readonly text: Fact<string>;
  /** A number in a table of /proc/net: the column by its heading, the row counted from 0. Queues and states are hexadecimal there. */
  column(heading: string, row?: number): Fact<number>;
  /** A field of the n-th struct that was looked at. */
  field(name: string, n?: number): Fact<Value>;
  /** The bytes that were looked at, as text. */
  bytes(n?: number): Fact<string>;
}

export function lookWitness(look: LookEvent, events: Events): LookWitness {
  const put = (change: Partial<LookEvent>): Events => replaced(events, look, { ...look, ...change });
  const seen = (what: string): string => `look “${look.name}”: ${what}`;
  const memoryAt = (n: number): NonNullable<LookEvent["memory"]>[number] => {
    const found = look.memory?.[n];
    if (found === undefined) throw new NotInHistory(`look “${look.name}” has no memory ${n}`);
    return found;
  };
  const withBytes = (n: number, bytes: Uint8Array): Events =>
    put({ memory: look.memory!.map((it, i) => (i === n ? { ...it, bytes: pack(bytes) } : it)) });
  return {
    text: { value: textOf(look), seen: seen("text"), bent: (text) => put({ text }) },
    column(heading, row = 0) {
      const cell = cellOf(look, heading, row);
      return { value: cell.value, seen: seen(`${heading} of row ${row}:`), bent: (to) => put({ text: cell.rewrite(to) }) };
    },
    field(name, n = 0) {
      const { layout, bytes } = memoryAt(n);
      const type = layout === null ? undefined : layouts.get(layout);
      const field = type?.fields.find((it) => it.name === name);
      if (field === undefined) throw new NotInHistory(`look “${look.name}” has no field ${name}`);
      const memory = bytesOf(unpack(bytes));
      const bent = (to: Value): Events => {
        const copy = bytesOf(memory.bytes);
        field.type.write(copy, field.offset, to);
        return withBytes(n, copy.bytes);
      };
      return { value: field.type.read(memory, field.offset) as Value, seen: seen(`${name}${n === 0 ? "" : ` of ${n}`}`), bent };
    },
    bytes(n = 0) {
      return { value: unpack(memoryAt(n).bytes).toString("latin1"), seen: seen(`bytes ${n}`), bent: (to) => withBytes(n, Buffer.from(to, "latin1")) };
    },
  };
}

function textOf({ name, text }: LookEvent): string {
  if (text === null) throw new NotInHistory(`look “${name}” has no text`);
  return text;
}

/** Headings of /proc/net tables whose cells are hexadecimal. */
const HEX: ReadonlySet<string> = new Set(["tx_queue", "rx_queue", "st"]);
/** Headings whose cell is joined to the next one by a colon: `00000000:00000140`. */
const JOINED: ReadonlySet<string> = new Set(["tx_queue", "tr"]);

function cellOf(look: LookEvent, heading: string, row: number): { readonly value: number; rewrite(to: number): string } {
  const lines = textOf(look).split("\n").filter((it) => it.trim() !== "");
  const headings = lines[0]!.trim().split(/\s+/);
  const at = headings.indexOf(heading);
  const line = lines[row + 1];
  if (at < 0 || line === undefined) throw new NotInHistory(`look “${look.name}” has no ${at < 0 ? `column ${heading}` : `row ${row}`}`);
  const before = headings.slice(0, at);
  const joins = before.filter((it) => JOINED.has(it)).length;
  const tail = at > 0 && JOINED.has(headings[at - 1]!);
  const cells = line.trim().split(/\s+/);
  const parts = cells[at - joins]!.split(":");
  const digits = parts[tail ? 1 : 0]!;
  const radix = HEX.has(heading) ? 16 : 10;
  const rewrite = (to: number): string => {
    const written = to.toString(radix).toUpperCase().padStart(digits.length, "0");
    const changed = parts.map((it, i) => (i === (tail ? 1 : 0) ? written : it)).join(":");
    const again = cells.map((it, i) => (i === at - joins ? changed : it)).join(" ");
    return [...lines.slice(0, row + 1), again, ...lines.slice(row + 2)].join("\n");
  };
  return { value: Number.parseInt(digits, radix), rewrite };
}
