/**
 * `netlab struct`: a layout with its offsets, sizes and holes,
 * and beside it what the running kernel has in their place.
 */
import "./all-structs.ts";
import { type Btf, kernelBtf } from "../kernel/btf.ts";
import { BtfError } from "../kernel/btf-file.ts";
import { compare } from "../kernel/compare.ts";
import { layouts } from "../memory/layouts.ts";
import type { AnyStruct } from "../memory/struct.ts";
import { BLANK, flushRight, type Line, piece } from "../report/line.ts";
import { type Pen, pen } from "../report/pen.ts";
import { type KernelStructOptions, kernelStruct } from "./kernel-struct.ts";
import { wrongUsage } from "./said.ts";
import { styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { structPage } from "./struct-page.ts";
import { didYouMean } from "./suggest.ts";

export interface StructOptions extends KernelStructOptions {
  readonly all?: boolean;
  /** The kernel's own, by the kernel's name; implied by what only they can be asked. */
  readonly kernel?: boolean;
}

/** Without a name: which ones there are. Throws a sentence (64) for one that there is not. */
export async function struct(
  shell: Shell, name: string | undefined, { all, kernel, ...options }: StructOptions,
): Promise<number> {
  const { json, ...look } = options;
  if (kernel || asksKernel(name, options)) {
    if (all) throw wrongUsage("--all is every struct that netlab declares: --kernel takes the name of one");
    return kernelStruct(shell, name, options);
  }
  if (all && name !== undefined) throw wrongUsage("--all is every struct: give it, or a name, not both");
  const paper = pen(styleOf(look));
  const known = [...layouts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (name === undefined && !all) {
    const names = known.map((it) => it.name);
    shell.out.write(json ? `${JSON.stringify(names)}\n` : paper.print(index(known, paper)));
    return 0;
  }
  const wanted = name === undefined ? known : [named(name)];
  const btf = running();
  const pages = json
    ? wanted.map((it) => `${JSON.stringify(plain(it, btf))}\n`)
    : wanted.map((it, i) => (i > 0 ? "\n" : "") + paper.print(structPage(it, btf, paper)));
  shell.out.write(pages.join(""));
  return 0;
}

/** What only types of the kernel can be asked. */
const asksKernel = (name: string | undefined, { btf, depth, find }: KernelStructOptions): boolean =>
  name?.includes(".") === true || [btf, depth, find].some((it) => it !== undefined);

function named(tag: string): AnyStruct {
  const layout = layouts.get(tag);
  if (layout !== undefined) return layout;
  const instead = didYouMean(tag, [...layouts.keys()]) || ": netlab struct tells which there are";
  const isKernels = (running()?.types(tag).length ?? 0) > 0;
  const kernels = ` among netlab's own; the kernel's is shown by netlab struct ${tag} --kernel`;
  const why = isKernels ? kernels : instead;
  throw wrongUsage(`there is no struct ${JSON.stringify(tag)}${why}`);
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
    fields: layout.fields.map(({ name, offset, type }) =>
      ({ name, offset, size: type.size, type: type.name })),
    btf: compared === null ? null : { agrees: compared.agrees, differences: compared.differences },
  };
}

/** All tags with their sizes, in as many columns as the width holds. */
function index(known: readonly AnyStruct[], { width, text }: Pen): readonly Line[] {
  const tag = Math.max(...known.map((it) => it.name.length));
  const size = Math.max(...known.map((it) => String(it.size).length));
  const across = Math.max(1, Math.floor((width - 2) / (tag + size + 5)));
  const down = Math.ceil(known.length / across);
  const rows = Array.from({ length: down }, (_, row) => known.filter((_it, i) => i % down === row));
  const title: Line = [piece("structs and their sizes in bytes", "strong")];
  return [
    ...flushRight([title], piece(text("netlab struct NAME"), "dim"), width), BLANK,
    ...rows.map((row): Line => row.flatMap((it) =>
      [piece(`  ${it.name.padEnd(tag)} `), piece(`${String(it.size).padStart(size)}  `, "dim")])),
  ];
}
