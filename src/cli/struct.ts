/** `netlab struct`: a layout with its offsets, sizes and holes, and beside it what the running kernel has in their place. */
import "./all-structs.ts";
import { release } from "node:os";
import { type Btf, type BtfMember, type BtfStruct, kernelBtf } from "../kernel/btf.ts";
import { BtfError } from "../kernel/btf-file.ts";
import { type Comparison, compare } from "../kernel/compare.ts";
import { layouts } from "../memory/layouts.ts";
import type { AnyStruct, Field } from "../memory/struct.ts";
import { many } from "../report/counted.ts";
import { BLANK, flushRight, indented, type Line, piece } from "../report/line.ts";
import { type Pen, pen } from "../report/pen.ts";
import { words } from "../report/words.ts";
import { wrongUsage } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { didYouMean } from "./suggest.ts";

export interface StructOptions extends LookOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

export async function struct(shell: Shell, name: string | undefined, { all, json, ...look }: StructOptions): Promise<number> {
  if (all && name !== undefined) throw wrongUsage("--all is every struct: give it, or a name, not both");
  const paper = pen(styleOf(look));
  const known = [...layouts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (name === undefined && !all) shell.out.write(json ? `${JSON.stringify(known.map((it) => it.name))}\n` : paper.print(index(known, paper)));
  else {
    const btf = running();
    const wanted = all ? known : [named(name ?? "")];
    shell.out.write(wanted.map((it, i) => (json ? `${JSON.stringify(plain(it, btf))}\n` : (i > 0 ? "\n" : "") + paper.print(page(it, btf, paper)))).join(""));
  }
  return 0;
}

/** The layout of that tag. Throws a sentence (64) where none is declared. */
function named(tag: string): AnyStruct {
  const layout = layouts.get(tag);
  if (layout !== undefined) return layout;
  throw wrongUsage(`there is no struct ${JSON.stringify(tag)}${didYouMean(tag, [...layouts.keys()]) || ": netlab struct tells which there are"}`);
}

/** The running kernel's BTF; null where there is none that can be read. */
function running(): Btf | null {
  try {
    return kernelBtf();
  } catch (error) {
    if (error instanceof BtfError) return null;
    throw error;
  }
}

function plain(layout: AnyStruct, btf: Btf | null): object {
  const compared = btf === null ? null : compare(layout, btf);
  return {
    name: layout.name, size: layout.size, align: layout.align,
    fields: layout.fields.map(({ name, offset, type }) => ({ name, offset, size: type.size, type: type.name })),
    btf: compared === null ? null : { agrees: compared.agrees, differences: compared.differences },
  };
}

/** All tags with their sizes, in as many columns as the width holds. */
function index(known: readonly AnyStruct[], { width, text }: Pen): readonly Line[] {
  const cells = known.map((it) => [it.name, String(it.size)] as const);
  const [tag, size] = [0, 1].map((i) => Math.max(...cells.map((it) => it[i as 0 | 1].length))) as [number, number];
  const across = Math.max(1, Math.floor((width - 2) / (tag + size + 5)));
  const down = Math.ceil(cells.length / across);
  const rows = Array.from({ length: down }, (_, row) => cells.filter((_it, i) => i % down === row));
  return [
    ...flushRight([[piece("structs and their sizes in bytes", "strong")]], piece(text("netlab struct NAME"), "dim"), width), BLANK,
    ...rows.map((row): Line => row.flatMap(([name, bytes]) => [piece(`  ${name.padEnd(tag)} `), piece(`${bytes.padStart(size)}  `, "dim")])),
  ];
}

/** A row of the table: a field, or a hole (null). */
interface Row {
  readonly offset: number;
  readonly size: number;
  readonly field: Field | null;
}

function page(layout: AnyStruct, btf: Btf | null, paper: Pen): readonly Line[] {
  const { width, text } = paper;
  const kernel = btf?.struct(layout.options.btf ?? layout.name) ?? null;
  const compared = btf === null ? null : compare(layout, btf);
  const title = flushRight([[piece(`${layout.kind} ${layout.name}`, "strong")]], piece(`${many(layout.size, "byte")}, aligned to ${layout.align}`), width);
  return [...title, BLANK, ...table(layout, kernel, compared, paper), BLANK, ...verdict(layout, btf, compared, paper).map((it) => indented(2, it.map((part) => ({ ...part, text: text(part.text) }))))];
}

function table(layout: AnyStruct, kernel: BtfStruct | null, compared: Comparison | null, { text, width }: Pen): readonly Line[] {
  const list = rows(layout);
  const fields = list.map(({ field }) => (field === null ? "" : `${layout.options.over?.includes(field.name) ? "or " : ""}${field.name}`));
  const types = list.map(({ field }) => field?.type.name ?? text("· hole ·"));
  const [wideType, wideName] = [Math.max(4, ...types.map((it) => it.length)), Math.max(5, ...fields.map((it) => it.length))];
  const beside = 2 + 6 + 6 + 2 + wideType + 2 + wideName + 2;
  const head: Line = [piece(`  offset  size  ${"type".padEnd(wideType)}  ${"field".padEnd(wideName)}  ${kernel === null ? "" : "in the kernel"}`, "dim")];
  return [head, ...list.flatMap(({ offset, size, field }, i): readonly Line[] => {
    const differs = field !== null && compared?.differences.some((it) => it.field === field.name);
    const theirs = field === null || kernel === null ? [] : words(text(memberText(field, layout, kernel)), Math.max(20, width - beside));
    const ink = differs ? "bad" : "dim";
    const row: Line = [piece(`  ${`${offset}${bitOf(field)}`.padStart(6)}${String(size).padStart(6)}  ${types[i]!.padEnd(wideType)}  `, field === null ? "dim" : "plain"), piece(`${fields[i]!.padEnd(wideName)}  `), piece(theirs[0] ?? "", ink)];
    return [row, ...theirs.slice(1).map((it) => indented(beside, [piece(it, ink)]))];
  })];
}

/** `:4`, of a bit field: its first bit, from the least significant one. */
const bitOf = (field: Field | null): string => (field !== null && "bit" in field.type ? `:${String(field.type.bit)}` : "");

/** The fields in order, and the holes between them and at the end. */
function rows({ fields, size }: AnyStruct): readonly Row[] {
  const out: Row[] = [];
  let end = 0;
  const hole = (to: number): void => {
    if (to > end) out.push({ offset: end, size: to - end, field: null });
  };
  for (const field of fields) {
    hole(field.offset);
    out.push({ offset: field.offset, size: field.type.size, field });
    end = Math.max(end, field.offset + field.type.size);
  }
  hole(size);
  return out;
}

/** What the kernel has there: its type, its name where that is another one, its place where that is another one. */
function memberText(field: Field, { options }: AnyStruct, { members }: BtfStruct): string {
  const named = members.find((it) => it.name === (options.aliases?.[field.name] ?? field.name));
  const member = named ?? members.find((it) => it.offset <= field.offset && field.offset < it.offset + it.size);
  if (member === undefined) return "not there";
  const name = member.name === field.name ? "" : ` ${member.name}`;
  return `${member.type}${name}${elsewhere(field, member)}`;
}

const elsewhere = ({ offset, type }: Field, member: BtfMember): string =>
  member.offset === offset || (member.offset < offset && offset + type.size <= member.offset + member.size) ? "" : ` at ${member.offset}`;

function verdict(layout: AnyStruct, btf: Btf | null, compared: Comparison | null, { mark, width }: Pen): readonly Line[] {
  const tag = layout.options.btf ?? layout.name;
  const said = (it: string): readonly Line[] => words(it, width - 4).map((line): Line => [piece(line)]);
  if (btf === null) return said("The running kernel has no BTF to compare it with.");
  if (compared === null) return said(`The BTF of Linux ${release()} has no struct ${tag}: nothing in the kernel is compiled with it.`);
  const differences = compared.differences.map((it) => `${it.field}: here ${it.ours}, in the kernel ${it.kernel}`);
  const all = compared.agrees ? [`agrees with ${tag} in the BTF of Linux ${release()}`] : differences;
  return [...all.map((it): Line => [mark(compared.agrees ? "proven" : "refuted"), piece(` ${it}`)]), ...compared.notes.flatMap((it) => said(`${it}.`))];
}
