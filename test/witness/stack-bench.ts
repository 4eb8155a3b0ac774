/** Runs the driver of the tests of kernel stacks, and reads what it wrote. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { Call } from "../../src/sys/decode.ts";
import type { Tracepoint, Tracepoints } from "../../src/witness/tracepoints.ts";

/** What a script of the driver saw. */
export interface Witnessed {
  readonly tid: number;
  /** CLOCK_MONOTONIC when it began, in ns: what the times of its calls count from. */
  readonly origin: string;
  readonly tracepoints: readonly Tracepoint[];
  readonly missing: Tracepoints["missing"];
  /** In hexadecimal. */
  readonly records: readonly string[];
  readonly calls: readonly Call[];
  readonly said: Readonly<Record<string, number | string>>;
}

export const works = (...[program, ...words]: readonly string[]): boolean => spawnSync(program!, words).status === 0;

const isRoot = process.getuid?.() === 0;
/** Why kernel stacks cannot be taken here, or null. */
export const cannot: string | null =
  process.platform !== "linux" ? "it needs Linux"
  : !isRoot ? "it needs root"
  : !works("unshare", "-n", "true") ? "it needs root that may unshare"
  : null;
export const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** A test's name, with why it is left out. */
export const named = (name: string, why: string | null = cannot): string => (why === null ? name : `${name} (skipped: ${why})`);

/** The driver as one file that anybody may run, and a folder for what it writes. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "netlab-stacks-"));
  readonly #driver = join(this.folder, "driver.mjs");

  async build(): Promise<void> {
    const koffi = resolve("node_modules/koffi/index.js");
    await build({
      entryPoints: ["test/witness/stack-driver.ts"], outfile: this.#driver, bundle: true, format: "esm", platform: "node",
      target: "node20", alias: { koffi }, external: [koffi], logLevel: "warning",
    });
    chmodSync(this.folder, 0o777);
  }

  /** The words that run a script. */
  words(script: string, file: string = this.#file(script)): readonly string[] {
    return [process.execPath, this.#driver, script, file];
  }

  run(script: string, through: readonly string[] = ["unshare", "-n"]): Witnessed {
    rmSync(this.#file(script), { force: true });
    const [program, ...words] = [...through, ...this.words(script)];
    const { status, signal, stderr } = spawnSync(program!, words, { encoding: "utf8", timeout: 50_000, killSignal: "SIGKILL" });
    if (status !== 0) throw new Error(`${script} ended with ${status ?? signal}: ${stderr}`);
    return JSON.parse(readFileSync(this.#file(script), "utf8")) as Witnessed;
  }

  #file(script: string): string {
    return join(this.folder, `${script}.json`);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
