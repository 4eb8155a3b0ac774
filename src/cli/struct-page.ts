/**
 * One layout as a table: a line a field and a line a hole,
 * the kernel's own member beside each, and below whether they agree.
 */
import { release } from "node:os";
import type { Btf, BtfMember, BtfStruct } from "../kernel/btf.ts";
import { compare, type LayoutComparison } from "../kernel/compare.ts";
import type { AnyStruct, Field } from "../memory/struct.ts";
import { columns } from "../report/columns.ts";
import { many } from "../report/counted.ts";
import { BLANK, flushRight, type Ink, indented, type Line, type Piece, piece } from "../report/line.ts";
import type { Pen } from "../report/pen.ts";
import { prose } from "../report/prose.ts";
import { words } from "../report/words.ts";

/** The page of one struct; `btf` is null where the kernel has none. */
export function structPage(layout: AnyStruct, btf: Btf | null, pen: Pen): readonly Line[] {
  const compared = btf === null ? null : compare(layout, btf);
  const kernel = btf?.struct(tagIn(layout)) ?? null;
  const title: Line = [piece(`${layout.kind} ${layout.name}`, "strong")];
  return [
    ...flushRight([title], piece(`${many(layout.size, "byte")}, aligned to ${layout.align}`), pen.width),
    BLANK,
    ...table(rowsOf(layout, kernel, compared, pen), kernel !== null, pen.width), BLANK,
    ...(btf === null ? prose("The running kernel has no BTF to compare it with.", pen)
      : agreement(tagIn(layout), compared, pen)),
  ];
}

/** The kernel's name for it. */
const tagIn = ({ name, options }: AnyStruct): string => options.btf ?? name;

/** One line of the table, before it is set. */
interface Row {
  readonly offset: string;
  readonly size: string;
  readonly type: string;
  readonly field: string;
  readonly kernel: string;
  readonly ink: Ink;
}

function table(rows: readonly Row[], besides: boolean, width: number): readonly Line[] {
  const head: Row = {
    offset: "offset", size: "size", type: "type", field: "field", kernel: besides ? "the kernel's" : "",
    ink: "dim",
  };
  const all = [head, ...rows];
  const type = Math.max(...all.map((it) => it.type.length));
  const field = Math.max(...all.map((it) => it.field.length));
  const beside = 2 + 6 + 6 + 2 + type + 2 + field + 2;
  return all.flatMap((it): readonly Line[] => {
    const isField = it !== head && it.field !== "";
    const numbers = `${it.offset.padStart(6)}${it.size.padStart(6)}`;
    const left = piece(`  ${numbers}  ${it.type.padEnd(type)}  `, isField ? "plain" : "dim");
    const name = piece(`${it.field.padEnd(field)}  `, it === head ? "dim" : "plain");
    if (beside + columns(it.kernel) <= width) return [[left, name, piece(it.kernel, it.ink)]];
    const kernel = words(it === head ? "" : it.kernel, width - UNDER);
    return [[left, name], ...kernel.map((one) => indented(UNDER, [piece(one, it.ink)]))];
  });
}
/** Where the kernel's member stands that has no room beside ours: under the type, and a little further in. */
const UNDER = 2 + 6 + 6 + 2 + 2;

/** The fields in order, and the holes between them and at the end. */
function rowsOf(
  layout: AnyStruct, kernel: BtfStruct | null, compared: LayoutComparison | null, { text }: Pen,
): readonly Row[] {
  const out: Row[] = [];
  let end = 0;
  const hole = (to: number): void => {
    if (to > end) {
      const size = String(to - end);
      out.push({ offset: String(end), size, type: text("· hole ·"), field: "", kernel: "", ink: "dim" });
    }
  };
  for (const field of layout.fields) {
    const { name, offset, type } = field;
    hole(offset);
    out.push({
      offset: `${offset}${"bit" in type ? `:${String(type.bit)}` : ""}`,
      size: String(type.size), type: type.name,
      field: `${layout.options.over?.includes(name) ? "or " : ""}${name}`,
      kernel: kernel === null ? "" : text(memberText(field, layout, kernel)),
      ink: compared?.differences.some((it) => it.field === name) ? "bad" : "dim",
    });
    end = Math.max(end, offset + type.size);
  }
  hole(layout.size);
  return out;
}

/**
 * What the kernel has there: its type, its name where that
 * is another one, its place where that is another one.
 */
function memberText(field: Field, { options }: AnyStruct, { members }: BtfStruct): string {
  const named = members.find((it) => it.name === (options.aliases?.[field.name] ?? field.name));
  const member = named
    ?? members.find((it) => it.offset <= field.offset && field.offset < it.offset + it.size);
  if (member === undefined) return "not there";
  return `${member.type}${member.name === field.name ? "" : ` ${member.name}`}${elsewhere(field, member)}`;
}

const elsewhere = ({ offset, type }: Field, member: BtfMember): string =>
  member.offset <= offset && offset + type.size <= member.offset + member.size ? "" : ` at ${member.offset}`;

/** Whether the two agree, where not, and what only one of them has. */
function agreement(tag: string, compared: LayoutComparison | null, pen: Pen): readonly Line[] {
  const linux = `the BTF of Linux ${release()}`;
  if (compared === null) return prose(`There is no struct ${tag} in ${linux} to compare it with.`, pen);
  const { agrees, differences, notes } = compared;
  const found = agrees ? [`agrees with ${tag} in ${linux}`]
    : differences.map((it) => `${it.field}: here ${it.ours}, in the kernel ${it.kernel}`);
  return [
    ...found.flatMap((it) => marked(pen.mark(agrees ? "proven" : "refuted"), it, pen)),
    ...notes.flatMap((it) => prose(`${it}.`, pen)),
  ];
}

function marked(mark: Piece, it: string, { text, width }: Pen): readonly Line[] {
  const margin = 2 + columns(mark.text) + 1;
  return words(text(it), width - margin).map((line, i): Line =>
    (i === 0 ? [piece("  "), mark, piece(` ${line}`)] : indented(margin, [piece(line)])));
}
