/** The programs of native-shims/, built into a folder of their own, and what strace sees of a program. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStraceLog, type TracedCall } from "../../src/witness/strace-log.ts";

const succeeds = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: "ignore" }).status === 0;

/** Why nothing can be compiled here, or null. */
export const cannotBuild: string | null =
  process.platform !== "linux" ? "it needs Linux"
  : !succeeds("cc", "--version") ? "no C compiler"
  : !succeeds("make", "--version") ? "no make"
  : null;
/** Why nothing can be traced here, or null. */
export const cannotTrace: string | null = cannotBuild
  ?? (!succeeds("strace", "--version") ? "no strace"
  : !succeeds("strace", "-o", "/dev/null", "true") ? "strace may not trace here"
  : null);

/** How a program ended, what it printed, and what strace saw of it. */
export interface Traced {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly TracedCall[];
}

/** A folder for what is compiled and written. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "netlab-twins-"));

  make(...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("make", ["-C", "native-shims", `OUT=${this.folder}`, ...words], { encoding: "utf8" });
    if (status !== 0) throw new Error(`make ${words.join(" ")}: ${stderr}`);
    return stdout;
  }

  /** What the compiler says against a text; empty where it says nothing. */
  compiled(text: string, ...options: readonly string[]): string {
    const { status, stderr } = spawnSync("cc", [...options, "-x", "c", "-"], { input: text, encoding: "utf8", cwd: this.folder });
    return status === 0 ? "" : stderr;
  }

  traced(program: string, ...args: readonly string[]): Traced {
    return this.straced([], program, ...args);
  }

  /** `-f`: the whole family, each line with its pid. `-s`: texts in full. `further`: what strace is asked for besides. */
  straced(further: readonly string[], program: string, ...args: readonly string[]): Traced {
    const log = join(this.folder, "log");
    const options = ["-f", "-s", "65536", "-qq", "-e", "signal=none", ...further, "-o", log];
    const { status, stdout, stderr } = spawnSync("strace", [...options, program, ...args], { encoding: "utf8", timeout: 50_000, killSignal: "SIGKILL" });
    return { status, stdout, stderr, calls: readStraceLog(readFileSync(log, "latin1")).calls };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
