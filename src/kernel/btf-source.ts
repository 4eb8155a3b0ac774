/**
 * Where BTF is found: the running kernel's, a file of another one's, and that of loaded modules, which is
 * split: its types and names go on where vmlinux's end.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Btf, readBtf } from "./btf.ts";
import { BtfError, type Section, sections } from "./btf-file.ts";

/** The running kernel's, with a file for itself and one for each loaded module that has BTF. */
const FOLDER = "/sys/kernel/btf";
const VMLINUX = "vmlinux";

/** BTF, and where it is from. */
export interface BtfSource {
  readonly btf: Btf;
  /** Null for the running kernel's own. */
  readonly file: string | null;
}

/**
 * A BTF file: the section .BTF of a vmlinux, or a module's beside the `vmlinux` that it adds to. Throws
 * BtfError, and Node's error where it cannot be read.
 */
export function btfFrom(file: string): BtfSource {
  const bytes = readFileSync(file);
  if (bytes.subarray(0, 4).toString("latin1") === "\x7fELF") {
    throw new BtfError("this is an ELF file: its section .BTF alone is wanted, "
      + "objcopy -O binary --only-section=.BTF --set-section-flags .BTF=alloc FILE kernel.btf");
  }
  if (!isSplit(bytes)) return { btf: readBtf(bytes), file };
  const base = join(dirname(file), VMLINUX);
  try {
    return { btf: readBtf(joined(readFileSync(base), bytes)), file };
  } catch (error) {
    if (error instanceof BtfError) throw error;
    throw new BtfError(`this is a module's BTF, which goes on where that of ${base} ends, `
      + "and that cannot be read");
  }
}

/** The first loaded module whose BTF knows a name; null where there is none. Throws BtfError. */
export function moduleKnowing(name: string): BtfSource | null {
  const tag = Buffer.from(`${name}\0`);
  for (const module of modules()) {
    const file = join(FOLDER, module);
    if (!readFileSync(file).includes(tag)) continue;
    const source = btfFrom(file);
    if (source.btf.types(name).length > 0) return source;
  }
  return null;
}

function modules(): readonly string[] {
  try {
    return readdirSync(FOLDER).filter((it) => it !== VMLINUX).sort();
  } catch {
    return [];
  }
}

/** The names of a split file do not begin with the empty one, which is the base's. */
function isSplit(bytes: Buffer): boolean {
  const { names } = sections(viewOf(bytes));
  return names.to > names.from && bytes[names.from] !== 0;
}

/** A base and what is split from it, as one file: ids and places of names go on from one to the other. */
export function joined(base: Buffer, split: Buffer): Buffer {
  const [first, more] = [sections(viewOf(base)), sections(viewOf(split))];
  const types = Buffer.concat([cut(base, first.types), cut(split, more.types)]);
  const names = Buffer.concat([cut(base, first.names), cut(split, more.names)]);
  const header = Buffer.alloc(HEADER);
  base.copy(header, 0, 0, 4);
  for (const [i, word] of [HEADER, 0, types.length, types.length, names.length].entries()) {
    header.writeUInt32LE(word, 4 + i * 4);
  }
  return Buffer.concat([header, types, names]);
}

/** sizeof(struct btf_header) */
const HEADER = 24;
const cut = (bytes: Buffer, { from, to }: Section): Buffer => bytes.subarray(from, to);
const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): DataView =>
  new DataView(buffer, byteOffset, byteLength);
