/** Where members lie in a struct: a line each, with the line of the cache, the way to it, and its type. */
import type { MemberPlace } from "../kernel/find-member.ts";
import { columns } from "./columns.ts";
import { fold } from "./fold.ts";
import { CACHE_LINE } from "./kernel-struct-lines.ts";
import { indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";

/** The cells before the path: where the header stands, and where the numbers do. */
const NUMBERS = [8, 6, 6];
const MARGIN = NUMBERS.reduce((sum, it) => sum + it, 2);

/** A table; a type that has no room beside its path stands below it. */
export function memberLines(places: readonly MemberPlace[], { width, text }: Pen): readonly Line[] {
  const path = Math.max(...places.map((it) => it.path.length));
  const head: Line = [piece(`${cells(["offset", "size", "line"])}  member`, "dim")];
  return [head, ...places.flatMap(({ path: way, member }): readonly Line[] => {
    const { offset, size, bits, type } = member;
    const first = bits === null ? offset : Math.floor(bits.offset / 8);
    const numbers = cells([
      bits === null ? String(offset) : `${first}:${bits.offset % 8}`,
      bits === null ? String(size) : `:${bits.size}`, String(Math.floor(first / CACHE_LINE)),
    ]);
    const left: Line = [piece(`${numbers}  `, "dim"), piece(text(way))];
    const beside = MARGIN + path + 2 + columns(type) <= width;
    if (beside) return [[...left, piece(`${" ".repeat(path - way.length + 2)}${text(type)}`, "dim")]];
    const below = fold(text(type), width - MARGIN - 2);
    return [left, ...below.map((it) => indented(MARGIN + 2, [piece(it, "dim")]))];
  })];
}

const cells = (texts: readonly string[]): string =>
  texts.map((it, i) => it.padStart(NUMBERS[i]!)).join("");
