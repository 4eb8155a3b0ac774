/** What was seen besides calls: looks, many calls in sum, sleep, packets, states, counters, stacks. */
import { errnoName } from "../abi/errno.ts";
import type { AsleepEvent, CounterEvent, KnownEvent, LookEvent, PacketEvent, StackEvent, StateEvent, SumOfCalls, TimesEvent } from "../lab/events.ts";
import { quoted } from "../memory/array.ts";
import { layouts } from "../memory/layouts.ts";
import { bytesOf } from "../memory/memory.ts";
import { unpack } from "../sys/packed-bytes.ts";
import { TEXT } from "./call-lines.ts";
import { counted, many } from "./counted.ts";
import { fold } from "./fold.ts";
import { flushRight, indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { structLines } from "./struct-sights.ts";
import { items, words } from "./words.ts";

/** A dim label, then items in as many lines as they need, below each other. */
function labelled(label: string, list: readonly string[], { width, text }: Pen): readonly Line[] {
  const begin = TEXT + label.length + 2;
  return items(list, text(" · "), width - begin).map((it, i) => indented(TEXT, [piece((i === 0 ? label : "").padEnd(label.length + 2), "dim"), piece(it)]));
}

/** Of a file so many lines. */
const LINES = 12;

/** A file's lines, or structs in strace's words, with their bytes where `drawn`. */
export function lookLines({ name, of, text, memory }: LookEvent, drawn: boolean, pen: Pen): readonly Line[] {
  const title = indented(TEXT, [piece(of === null ? name : `${name}${pen.text(" · ")}${of}`, "dim")]);
  const rows = (text ?? "").split("\n").filter((it) => it.trim() !== "");
  const more = rows.length > LINES ? [`${pen.text("…")} ${many(rows.length - LINES, "more line")}`] : [];
  const shown = [...rows.slice(0, LINES), ...more].flatMap((it) => tableRow(it, pen.width - TEXT - 2));
  return [title, ...shown.map((it) => indented(TEXT + 2, [piece(it)])), ...(memory ?? []).flatMap((it) => memoryLines(it, drawn, pen))];
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

function memoryLines({ layout, bytes }: NonNullable<LookEvent["memory"]>[number], drawn: boolean, pen: Pen): readonly Line[] {
  const raw = unpack(bytes);
  const type = layout === null ? undefined : layouts.get(layout);
  if (type === undefined || raw.length < type.size) return words(plainText(raw, pen), pen.width - TEXT - 2).map((it) => indented(TEXT + 2, [piece(it)]));
  const memory = bytesOf(raw);
  const text = fold(pen.text(type.show(type.at(memory))), pen.width - TEXT - 2).map((it) => indented(TEXT + 2, [piece(it)]));
  return [...text, ...(drawn ? structLines(type, raw, pen) : [])];
}

/** So many plain bytes are shown. */
const BYTES = 32;

/** `5 bytes: "after"` where all of them are letters, else in hex. */
function plainText(bytes: Buffer, { text }: Pen): string {
  const shown = bytes.subarray(0, BYTES);
  const letters = shown.every((it) => it >= 0x20 && it < 0x7f);
  const what = letters ? quoted(shown.toString("latin1")) : [...shown].map((it) => it.toString(16).padStart(2, "0")).join(" ");
  return `${many(bytes.length, "byte")}: ${what}${bytes.length > BYTES ? ` ${text("…")}` : ""}`;
}

/** A line for each call that was made many times. */
export const timesLines = ({ label, actor, calls }: TimesEvent, { width, text }: Pen): readonly Line[] =>
  calls.flatMap((sum) => {
    const who = actor === "main" ? "" : `[${actor}] `;
    const lines = fold(`${who}${counted(sum.count)} ${text("×")} ${sum.name}: ${resultsText(sum)}`, width - TEXT).map((it) => indented(TEXT, [piece(it)]));
    return flushRight(lines, piece(text(`“${label}”`), "dim"), width);
  });

/** So many different results are told, the most frequent first. */
const RESULTS = 6;

function resultsText({ results }: SumOfCalls): string {
  const sorted = results.toSorted(([, a], [, b]) => b - a);
  const one = sorted.length === 1 ? sorted[0] : undefined;
  if (one !== undefined) return `${one[1] === 1 ? "it" : "each"} ${outcome(one[0])}`;
  const rest = sorted.slice(RESULTS).reduce((sum, [, times]) => sum + times, 0);
  return [...sorted.slice(0, RESULTS).map(([result, times]) => `${counted(times)} ${outcome(result)}`), ...(rest > 0 ? [`${counted(rest)} something else`] : [])].join(", ");
}
const outcome = (result: number): string => (result < 0 && result >= -4095 ? `failed with ${errnoName(-result)}` : `returned ${result}`);

export const asleepLines = ({ actor, call, id }: AsleepEvent): readonly Line[] => [indented(TEXT, [piece(`${actor} sleeps in ${call} (#${id})`)])];

/** `cookie`: also by what it is recognised. */
export const knownLines = ({ name, fd, cookie }: KnownEvent, withCookie: boolean, pen: Pen): readonly Line[] =>
  labelled("known", [`${name} is fd ${fd}`, ...(withCookie ? [`cookie ${cookie}`] : [])], pen);

export const packetLines = ({ device, direction, length, layers }: PacketEvent, pen: Pen): readonly Line[] =>
  labelled("packet", [`${direction} ${device}, ${many(length, "byte")}`, ...layers.map(({ name, fields }) => [name, ...pairs(fields)].join(" "))], pen);

export const stateLines = ({ socket, state, values }: StateEvent, pen: Pen): readonly Line[] =>
  labelled("state", [`${socket} ${state}`, ...pairs(values)], pen);

const pairs = (fields: Readonly<Record<string, unknown>>): readonly string[] => Object.entries(fields).map(([key, value]) => `${key}=${value}`);

/** Protocols before IP, which all of them use; what is not named stands between. */
const ORDER: readonly string[] = ["Tcp", "Udp", "UdpLite", "Icmp", "TcpExt", "MPTcpExt", "", "Ip", "IpExt", "sockstat"];
const rank = (counter: string): number => {
  const at = ORDER.indexOf(counter.split(".")[0]!);
  return at < 0 ? ORDER.indexOf("") : at;
};

/** By how much counters changed in a scene: one line of the nearest ones, or all of them. */
export function counterLines({ scene, values }: CounterEvent, whole: boolean, pen: Pen): readonly Line[] {
  if (scene === null) return [];
  const changes = Object.entries(values).toSorted(([a], [b]) => rank(a) - rank(b)).map(([name, by]) => `${name} ${by < 0 ? "" : "+"}${counted(by)}`);
  const all = labelled("counted", changes, pen);
  if (whole || all.length <= 1) return all;
  const fitting = changes.findLastIndex((_, n) => labelled("counted", [...changes.slice(0, n), rest(changes.length - n, pen)], pen).length === 1);
  return labelled("counted", [...changes.slice(0, fitting), rest(changes.length - fitting, pen)], pen);
}
const rest = (count: number, { text }: Pen): string => `${text("…")} ${count} more`;

/** Where the kernel stood, outermost function first. */
export const stackLines = ({ event, frames, fields }: StackEvent, pen: Pen): readonly Line[] =>
  labelled("stack", [[event, ...pairs(fields)].join(" "), ...frames], pen);
