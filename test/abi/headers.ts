/** Asks the C compiler what the installed headers say of a name: the second witness of every constant. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const CC = process.env.CC ?? "cc";

/** Why no C compiler can be asked here, or null. */
export const noCompiler: string | null =
  process.platform !== "linux" ? "these are not Linux's headers"
  : spawnSync(CC, ["--version"]).status !== 0 ? `no C compiler (${CC})`
  : null;

/** Values of the names that the headers know, as C's long long. */
export type Values = ReadonlyMap<string, bigint>;

/**
 * Asks one translation unit for each name; what its headers do not know is left out. `spelled` maps a name to
 * the C expression that stands for it. Throws when the headers themselves do not compile.
 */
export function valuesOf(
  names: readonly string[], headers: readonly string[], spelled: Readonly<Record<string, string>> = {},
): Values {
  if (names.length === 0) return new Map();
  const prelude = [...headers.map((it) => `#include <${it}>`), ...PRELUDE];
  const rows = names.map((it) => `{"${it}", (long long)(${spelled[it] ?? it})},`);
  const { errors, output } = runC([...prelude, ...rows, ...EPILOGUE].join("\n"));
  if (errors === "") return new Map(output.trim().split("\n").map(pair));
  const lines = [...errors.matchAll(/^<stdin>:(\d+):\d+: (?:error|note)/gm)].map(([, line]) => Number(line));
  const unknown = new Set(lines.map((line) => names[line - 1 - prelude.length]));
  const known = names.filter((it) => !unknown.has(it));
  if (known.length === names.length) throw new Error(`the headers do not compile:\n${errors}`);
  return valuesOf(known, headers, spelled);
}

/** Compiles a C program from its text and runs it: what it printed, or the errors of the compiler. */
export function runC(source: string): { readonly errors: string; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), "netlab-c-"));
  try {
    const program = join(folder, "program");
    const options = ["-D_GNU_SOURCE", "-w", "-fmax-errors=0", "-x", "c", "-", "-o", program];
    const env = { ...process.env, LC_ALL: "C" };
    const { status, stderr } = spawnSync(CC, options, { input: source, encoding: "utf8", env });
    if (status !== 0) return { errors: stderr, output: "" };
    return { errors: "", output: spawnSync(program, { encoding: "utf8" }).stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One line a name: the line of an error tells which name it is about. */
const PRELUDE = [
  "int printf(const char *, ...);",
  "static const struct { const char *name; long long value; } rows[] = {",
];
const EPILOGUE = [
  "};",
  "int main(void) {",
  "  for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)",
  "    printf(\"%s %lld\\n\", rows[i].name, rows[i].value);",
  "}",
];

function pair(line: string): [string, bigint] {
  const [name = "", value = ""] = line.split(" ");
  return [name, BigInt(value)];
}
