/** Asks the installed strace how it writes bytes that a system call is given: the second witness of every `show`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { noCompiler } from "./headers.ts";

/** Our texts are those of this release; others word some of them differently. */
const RELEASE = "6.1";
const version = spawnSync("strace", ["--version"], { encoding: "utf8" }).stdout?.split("\n")[0] ?? "";

/** Why strace cannot be asked here, or null. */
export const noStrace: string | null =
  noCompiler !== null ? noCompiler
  : version === "" ? "no strace"
  : !version.endsWith(`version ${RELEASE}`) ? `this is ${version}, not ${RELEASE}`
  : spawnSync("strace", ["-o", "/dev/null", "true"]).status !== 0 ? "strace may not trace here"
  : null;

/** A call to be made: a C statement in which `p` points at the bytes and `n` is their number. */
export interface Asked {
  readonly bytes: Uint8Array;
  readonly call: string;
}

const PRELUDE = ["sys/socket.h", "sys/syscall.h", "unistd.h", "signal.h", "string.h"].map((it) => `#include <${it}>`);

/** One line of strace for each call, from its name to its closing parenthesis. The calls must fail. */
export function straced(calls: readonly Asked[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "netlab-strace-"));
  const [program, log] = [join(folder, "program"), join(folder, "log")];
  const blocks = calls.map(({ bytes, call }) =>
    `{ char p[] __attribute__((aligned(8))) = {${[...bytes, 0].join(", ")}}; long n = ${bytes.length}; ${call}; write(-1, "mark", 4); }`);
  const source = [...PRELUDE, "int main(void) {", ...blocks, "}"].join("\n");
  try {
    const options = ["-D_GNU_SOURCE", "-w", "-x", "c", "-", "-o", program];
    const { status, stderr } = spawnSync(process.env.CC ?? "cc", options, { input: source, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    spawnSync("strace", ["-qq", "-e", "signal=none", "-s", "4096", "-o", log, program]);
    return called(readFileSync(log, "latin1").split("\n"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The line before each mark, without what the call returned. */
function called(lines: readonly string[]): readonly string[] {
  const marks = [...lines.keys()].filter((i) => lines[i]!.startsWith('write(-1, "mark"'));
  return marks.map((i) => lines[i - 1]!.replace(/\)\s+= -1 E.*$/, ")"));
}
