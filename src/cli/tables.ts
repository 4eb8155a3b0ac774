/** `netlab path tables`: who calls whom through which pointer, and what the running kernel has in it. */
import { release } from "node:os";
import { kernelBtf } from "../kernel/btf.ts";
import { BtfError } from "../kernel/btf-file.ts";
import { kernelMemory } from "../kernel/kcore.ts";
import { callsBySlot, knownTables, socketKinds } from "../kernel/known-tables.ts";
import { kernelSymbols } from "../kernel/symbols.ts";
import { contradiction, seenIn, type TableSeen, type Witnesses } from "../kernel/table-check.ts";
import type { FunctionTable } from "../kernel/tables.ts";
import { pen } from "../report/pen.ts";
import { callLines, chainLines, listLines, tableLines } from "../report/tables-lines.ts";
import { wrongUsage } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { didYouMean } from "./suggest.ts";

export interface TablesOptions extends LookOptions {
  readonly json?: boolean;
}

/**
 * `name` is that of a table, or a call, whose way through the tables is told; without one it tells them all,
 * by call. Exit code 0 also where the kernel contradicts: that is marked. Throws a sentence (64) for a name
 * that there is not.
 */
export function tables(shell: Shell, name: string | undefined, { json, ...look }: TablesOptions): number {
  const calls = callsBySlot.map(([it]) => it);
  const call = name === undefined ? undefined : calls.find((it) => it.split(", ").includes(name));
  const wanted = name === undefined || call !== undefined ? knownTables : [named(name)];
  const { seen, why } = asked(wanted);
  if (json) {
    shell.out.write(seen.map((it) => `${JSON.stringify(plain(it, why))}\n`).join(""));
    return 0;
  }
  const paper = pen(styleOf(look));
  const lines = call !== undefined ? chainLines(call, socketKinds, seen, why, paper)
    : name === undefined ? [...callLines(socketKinds, seen, why, paper), ...listLines(seen, paper)]
    : tableLines(seen[0]!, why, paper);
  shell.out.write(paper.print(lines));
  return 0;
}

function named(name: string): FunctionTable {
  const found = knownTables.find((it) => it.name === name);
  if (found !== undefined) return found;
  const names = [...knownTables.map((it) => it.name), ...callsBySlot.flatMap(([it]) => it.split(", "))];
  const near = didYouMean(name, names) || ": netlab path tables lists them";
  throw wrongUsage(`there is no table, and no call through one, ${JSON.stringify(name)}${near}`);
}

/** What the running kernel has in them, and why not more of it can be told. */
function asked(wanted: readonly FunctionTable[]): { seen: readonly TableSeen[]; why: string | null } {
  const isLinux = process.platform === "linux";
  const memory = isLinux ? kernelMemory() : "this is not Linux";
  const symbols = isLinux ? kernelSymbols() : null;
  try {
    const kernel: Witnesses = {
      release: isLinux ? release() : NEWEST, btf: isLinux ? btfHere() : null, symbols,
      memory: typeof memory === "string" ? null : memory,
    };
    const seen = wanted.map((it) => seenIn(it, kernel));
    if (seen.every((it) => it.read)) return { seen, why: null };
    if (typeof memory === "string") return { seen, why: memory };
    return { seen, why: symbols?.addresses === true ? NAMELESS : HIDDEN };
  } finally {
    if (typeof memory !== "string") memory.close();
  }
}

/** The newest kernel that the tables were held against. */
const NEWEST = "7.2";
const HIDDEN = "the kernel hides where its symbols are: it takes CAP_SYSLOG, "
  + "and sysctl kernel.kptr_restrict below 2";
const NAMELESS = "the kernel's symbols name functions only: it was built without CONFIG_KALLSYMS_ALL";

function btfHere(): ReturnType<typeof kernelBtf> {
  try {
    return kernelBtf();
  } catch (error) {
    if (error instanceof BtfError) return null;
    throw error;
  }
}

/** As --json tells it: each slot with what was seen of it, and what contradicts it, or null. */
const plain = ({ table, read, slots }: TableSeen, why: string | null): object => ({
  name: table.name, struct: table.struct, file: table.file, through: table.through, does: table.does,
  read, why: read ? null : why, slots: slots.map((it) => ({ ...it, wrong: contradiction(it) })),
});
