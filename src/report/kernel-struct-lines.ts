/**
 * A struct of the kernel in lines: each member as C declares it, with its offset and size before it; the
 * holes between them, and where a line of the cache begins.
 */
import type { KernelLayout, KernelMember } from "../kernel/btf-layout.ts";
import { isGap, partsOf, sumsOf } from "../kernel/gaps.ts";
import { many } from "./counted.ts";
import { fold } from "./fold.ts";
import { BLANK, flushRight, type Ink, indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/** Bytes of a line of the cache: of x86-64, and L1_CACHE_BYTES of arm64. */
export const CACHE_LINE = 64;
/** Lines of the cache that so many bytes take, where they begin with one. */
export const cacheLines = (bytes: number): number => Math.ceil(bytes / CACHE_LINE);

/** The page of a struct or union that was asked for by a name; `depth` is how deep it is opened. */
export function kernelStructLines(
  layout: KernelLayout, asked: string, depth: number, pen: Pen,
): readonly Line[] {
  const title: Line = [piece(titleOf(layout, asked), "strong")];
  const size = `${many(layout.size, "byte")}${pen.text(" · ")}${many(cacheLines(layout.size), "cache line")}`;
  const rows = withBorders(rowsOf(layout, depth, 0));
  return [
    ...flushRight([title], piece(size), pen.width), BLANK,
    ...table(rows, pen), BLANK,
    ...summary(layout, depth, pen),
  ];
}

/** "struct sk_buff", or what a name was given to: "typedef struct wait_queue_head wait_queue_head_t". */
export function titleOf(
  { kind, name }: { readonly kind: string; readonly name: string }, asked: string,
): string {
  if (name === asked) return `${kind} ${name}`;
  return `typedef ${kind} ${name === "" ? "{...}" : name} ${asked}`;
}

/** One line of the table, before it is set. */
interface Row {
  /** In bytes; null for the end of a struct. */
  readonly offset: number | null;
  /** Bytes in which it lies, for borders: 0 where there are none, or where its members are shown. */
  readonly length: number;
  readonly at: string;
  readonly size: string;
  readonly text: string;
  readonly depth: number;
  readonly ink: Ink;
  /** What a border inside it is told with. */
  readonly name: string;
}

function rowsOf(layout: KernelLayout, open: number, depth: number): readonly Row[] {
  return partsOf(layout).flatMap((it): readonly Row[] => {
    if (!isGap(it)) return memberRows(it, open, depth);
    const offset = Math.floor(it.first / 8);
    const whole = it.first % 8 === 0 && it.bits % 8 === 0;
    return [{
      offset, length: whole ? it.bits / 8 : 1, depth, ink: "dim", name: "",
      at: whole ? String(offset) : `${offset}:${it.first % 8}`,
      size: whole ? String(it.bits / 8) : `:${it.bits}`, text: `· ${it.gap} ·`,
    }];
  });
}

function memberRows(member: KernelMember, open: number, depth: number): readonly Row[] {
  const { name, offset, size, bits, declared, inside, inline } = member;
  const row: Row = {
    offset: bits === null ? offset : Math.floor(bits.offset / 8), length: size, depth, ink: "plain", name,
    at: bits === null ? String(offset) : `${Math.floor(bits.offset / 8)}:${bits.offset % 8}`,
    size: bits === null ? String(size) : `:${bits.size}`, text: declared,
  };
  if (inside === null || !(inline || open > 0)) return [row];
  const own = /(?<= )[\w[\]]+$/.exec(declared)?.[0] ?? "";
  const type = declared.slice(0, declared.length - own.length).replace("{...}", "").trim();
  return [
    { ...row, length: 0, text: `${type} {` },
    ...rowsOf(inside, inline ? open : open - 1, depth + 1),
    { ...row, offset: null, length: 0, at: "", size: "", text: `} ${own}`.trim() },
  ];
}

/** A row where each line of the cache begins, but the first: before the first member that lies in it. */
function withBorders(rows: readonly Row[]): readonly Row[] {
  let line = 1;
  let last: Row | undefined;
  return rows.flatMap((row) => {
    if (row.offset === null) return [row];
    const before = border(row.offset, line, last);
    line = Math.max(line, Math.floor(row.offset / CACHE_LINE) + 1);
    if (row.length > 0) last = row;
    return [...before, row];
  });
}

function border(offset: number, line: number, last: Row | undefined): readonly Row[] {
  const here = Math.floor(offset / CACHE_LINE);
  if (here < line) return [];
  const begins = here * CACHE_LINE;
  const covers = last !== undefined && last.offset! < begins && begins < last.offset! + last.length;
  const inside = covers && last.name !== "" ? `, begins in ${last.name}` : "";
  return [{
    offset: null, length: 0, depth: 0, ink: "dim", name: "",
    at: String(begins), size: "", text: `──── cache line ${here}${inside}`,
  }];
}

/** Before the declarations: two columns of numbers, each at least six wide. */
function table(rows: readonly Row[], { width, text }: Pen): readonly Line[] {
  const at = Math.max(8, ...rows.map((it) => it.at.length + 2));
  const size = Math.max(6, ...rows.map((it) => it.size.length + 1));
  const margin = at + size + 2;
  const head: Line = [piece(`${"offset".padStart(at)}${"size".padStart(size)}`, "dim")];
  const lines = rows.flatMap((it) => {
    const indent = "  ".repeat(it.depth);
    const parts = fold(text(it.text), Math.max(NARROW, width - margin - indent.length));
    return parts.map((part, i): Line => (i > 0 ? [piece(" ".repeat(margin) + indent + part, it.ink)] : [
      piece(`${it.at.padStart(at)}${it.size.padStart(size)}  `, "dim"), piece(indent + part, it.ink)]));
  });
  return [head, ...lines];
}
/** So many columns a declaration has, however deep it lies. */
const NARROW = 24;

function summary(layout: KernelLayout, depth: number, { width, text }: Pen): readonly Line[] {
  const it = sumsOf(layout);
  const holes = it.holes + it.bitHoles;
  const parts = [
    layout.kind === "union" ? many(it.members, "member")
      : `${many(it.members, "member")}: ${amount(it.bytes, it.bits)}`,
    ...(holes > 0 ? [`${many(holes, "hole")}: ${amount(it.holeBytes, it.holeBits)}`] : []),
    ...(it.paddingBytes + it.paddingBits > 0 ? [`padding: ${amount(it.paddingBytes, it.paddingBits)}`] : []),
  ];
  const closed = closedIn(layout, depth);
  const more = closed === 0 ? ""
    : `${many(closed, "member")} ${closed === 1 ? "is a struct" : "are structs"} with members of their own: `
      + `--depth ${depth + 1} shows ${closed === 1 ? "it" : "them"}`;
  return [
    ...items(parts, text(" · "), width - 2).map((one) => indented(2, [piece(one)])),
    ...words(text(more), width - 2).map((one) => indented(2, [piece(one, "dim")])),
  ];
}

/** `2,258 bytes and 54 bits` */
function amount(bytes: number, bits: number): string {
  if (bits === 0) return many(bytes, "byte");
  return bytes === 0 ? many(bits, "bit") : `${many(bytes, "byte")} and ${many(bits, "bit")}`;
}

/** How many structs are shown as one member. */
function closedIn({ members }: KernelLayout, open: number): number {
  return members.reduce((sum, { inside, inline }) => {
    if (inside === null) return sum;
    return sum + (inline || open > 0 ? closedIn(inside, inline ? open : open - 1) : 1);
  }, 0);
}

/** An enum's page: its names and values. */
export function valueLines(values: readonly (readonly [string, bigint])[], { text }: Pen): readonly Line[] {
  const wide = Math.max(0, ...values.map(([, value]) => String(value).length));
  return values.map(([name, value]) =>
    [piece(`  ${String(value).padStart(wide)}  `, "dim"), piece(text(name))]);
}

