/**
 * A struct of the kernel as a table of text, with a heading and the struct itself as its first row:
 *
 *     member            offset  size  type
 *     sock                   0   784  struct
 *     sk_receive_queue     168    24  struct sk_buff_head
 *
 * Offsets and sizes are bytes.
 */
import { kernelBtf } from "./btf.ts";
import { BtfError } from "./btf-file.ts";

/** Of the members those that are named, where the kernel has them; without names all of them. */
export interface KernelStruct {
  readonly tag: string;
  readonly members: readonly string[];
}

/** Null where the kernel has no BTF, or no such struct. */
export function typeTable({ tag, members: wanted }: KernelStruct): string | null {
  try {
    const found = kernelBtf()?.struct(tag) ?? null;
    if (found === null) return null;
    const members = found.members
      .filter(({ name }) => wanted.length === 0 ? name !== "" : wanted.includes(name))
      .map(({ name, offset, size, type }) => [name, String(offset), String(size), type] as const);
    return table([HEADING, [tag, "0", String(found.size), found.kind], ...members]);
  } catch (error) {
    if (error instanceof BtfError) return null;
    throw error;
  }
}

type Row = readonly [member: string, offset: string, size: string, type: string];
const HEADING: Row = ["member", "offset", "size", "type"];

function table(rows: readonly Row[]): string {
  const [first, second, third] = ([0, 1, 2] as const).map((n) => Math.max(...rows.map((it) => it[n].length)));
  return rows.map(([member, offset, size, type]) =>
    `${member.padEnd(first!)}  ${offset.padStart(second!)}  ${size.padStart(third!)}  ${type}\n`).join("");
}
