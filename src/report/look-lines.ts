/** What a run looked at that is no call: a file's lines, or structs. */
import type { LookEvent } from "../lab/events.ts";
import { quoted } from "../memory/array.ts";
import { layouts } from "../memory/layouts.ts";
import { bytesOf } from "../memory/memory.ts";
import { unpack } from "../sys/packed-bytes.ts";
import { TEXT } from "./call-lines.ts";
import { many } from "./counted.ts";
import { fold } from "./fold.ts";
import { inset, type Line } from "./line.ts";
import type { Pen } from "./pen.ts";
import { structLines } from "./struct-sights.ts";
import { words } from "./words.ts";

/** Of a file so many lines are shown. */
const LINES = 12;
const MARGIN = TEXT + 2;
/** Where the text would be of a file that this machine, or this user, does not have. */
const UNREAD = "It cannot be read here.";

/** The first lines of a file, or structs in strace's words, with their bytes where `drawn`. */
export function lookLines({ name, of, text, memory }: LookEvent, drawn: boolean, pen: Pen): readonly Line[] {
  const title = of === null ? name : `${name}${pen.text(" · ")}${of}`;
  const rows = (text ?? (of === null ? "" : UNREAD)).split("\n").filter((it) => it.trim() !== "");
  const more = rows.length > LINES ? [`${pen.text("…")} ${many(rows.length - LINES, "more line")}`] : [];
  return [
    ...inset(TEXT, [title], "dim"),
    ...inset(MARGIN, [...rows.slice(0, LINES), ...more].flatMap((it) => tableRow(it, pen.width - MARGIN))),
    ...(memory ?? []).flatMap((it) => memoryLines(it, drawn, pen)),
  ];
}

/** A row of a table with its own spaces, broken before a cell where it is too long. */
function tableRow(row: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const cell of row.match(/\s*\S+/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + cell.length <= width) lines[lines.length - 1] = last + cell;
    else lines.push(last === undefined ? cell : `    ${cell.trimStart()}`);
  }
  return lines;
}

type Seen = NonNullable<LookEvent["memory"]>[number];

function memoryLines({ layout, bytes }: Seen, drawn: boolean, pen: Pen): readonly Line[] {
  const raw = unpack(bytes);
  const type = layout === null ? undefined : layouts.get(layout);
  const width = pen.width - MARGIN;
  if (type === undefined || raw.length < type.size) return inset(MARGIN, words(plainText(raw, pen), width));
  const text = pen.text(type.show(type.at(bytesOf(raw))));
  return [...inset(MARGIN, fold(text, width)), ...(drawn ? structLines(type, raw, pen) : [])];
}

/** Of plain bytes so many are shown. */
const BYTES = 32;

/** `5 bytes: "after"` where all of them are letters, else in hex. */
function plainText(bytes: Buffer, { text }: Pen): string {
  const shown = bytes.subarray(0, BYTES);
  const letters = shown.every((it) => it >= 0x20 && it < 0x7f);
  const hex = [...shown].map((it) => it.toString(16).padStart(2, "0")).join(" ");
  const more = bytes.length > BYTES ? ` ${text("…")}` : "";
  return `${many(bytes.length, "byte")}: ${letters ? quoted(shown.toString("latin1")) : hex}${more}`;
}
