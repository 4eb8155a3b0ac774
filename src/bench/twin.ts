/** The C twin: compiled when it is wanted, and without a name on the disk from then on. */
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { plainEnvironment } from "../lab/chamber/chamber.ts";
import { runProgram } from "../sys/process.ts";
import type { Start } from "./program.ts";

/** A program that can be started as often as one likes until it is closed. */
export interface Twin {
  readonly start: Start;
  /** The compiler, in its own words. */
  readonly compiler: string;
  close(): void;
}
/** Why there is none, and what would help. */
export interface NoTwin {
  readonly why: string;
  readonly remedy: string;
}

/** From dist/ the package is one folder up, from src/bench/ two. */
const SOURCE = ["../native-shims/bench.c", "../../native-shims/bench.c"]
  .map((it) => fileURLToPath(new URL(it, import.meta.url)))
  .find((it) => existsSync(it));
/** So long the compiler may take, in ms. */
const PATIENCE = 20_000;
const INSTALL = "install a C compiler (sudo apt install gcc libc6-dev, or your system's like), or set CC";

/** Compiles it with -O2. The file is opened, and its name removed: what runs is /proc/self/fd/3. */
export async function twin(stop: AbortSignal): Promise<Twin | NoTwin> {
  const cc = process.env.CC || "cc";
  if (SOURCE === undefined) {
    return { why: "native-shims/bench.c is not there", remedy: "install netlab anew" };
  }
  const folder = mkdtempSync(join(tmpdir(), "netlab-bench-"));
  try {
    const file = join(folder, "bench");
    // What the compiler keeps meanwhile, and leaves where it is stopped, goes with the folder.
    const how = { stop, limit: PATIENCE, env: { ...plainEnvironment(), TMPDIR: folder } };
    const { exit, missing, stderr } = await runProgram(cc, ["-O2", "-o", file, SOURCE], how);
    if (missing) return { why: `there is no C compiler (${cc})`, remedy: INSTALL };
    if (exit !== 0) return { why: `${cc} does not compile it: ${firstLine(stderr)}`, remedy: INSTALL };
    const descriptor = openSync(file, "r");
    const { stdout } = await runProgram(cc, ["--version"], how);
    return {
      start: { command: ["/proc/self/fd/3"], file: descriptor },
      compiler: `${firstLine(stdout)}, -O2`, close: () => closeSync(descriptor),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether it is one. */
export const isTwin = (it: Twin | NoTwin): it is Twin => "start" in it;

const firstLine = (text: string): string => text.trim().split("\n", 1)[0]!;
