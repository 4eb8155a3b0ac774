/** Runs a script of calls under strace, and tells what both wrote down of it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { syscalls } from "../../src/abi/syscalls.ts";
import type { Call } from "../../src/sys/decode.ts";
import { readStraceLog, type TracedCall } from "../../src/witness/strace-log.ts";

/** The strace to ask; STRACE names another one. */
const STRACE = process.env.STRACE ?? "strace";
/** Of whose texts ours are a copy; others word some of them differently. */
const RELEASE = "6.1";

const succeeds = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: "ignore" }).status === 0;
/** How to enter a network namespace of one's own: as root, as anybody. */
const ways = [["unshare", "-n"], ["unshare", "-Urn"]] as const;
const way = ways.find(([program, ...args]) => succeeds(program!, ...args, "true"));

/** Why this machine cannot tell, or null. */
export const cannot: string | null =
  process.platform !== "linux" ? "it needs Linux"
  : !succeeds(STRACE, "--version") ? "no strace"
  : !succeeds(STRACE, "-o", "/dev/null", "true") ? "strace may not trace here"
  : way === undefined ? "no network namespace of its own"
  : null;

const version = cannot === null ? spawnSync(STRACE, ["--version"], { encoding: "utf8" }).stdout.split("\n")[0]! : "";
/** This is the strace whose words ours are. */
export const isOurs = version.endsWith(`version ${RELEASE}`);

/** The calls of one script, by both witnesses. */
export interface Traced {
  readonly ours: readonly Call[];
  /** Of the same thread, between the marks; Node's own among them. */
  readonly theirs: readonly TracedCall[];
}

/** The driver as one file, and a folder for what it writes. */
export class Bench {
  readonly #folder = mkdtempSync(join(tmpdir(), "netlab-agreement-"));
  readonly #driver = join(this.#folder, "driver.mjs");

  async build(): Promise<void> {
    const koffi = resolve("node_modules/koffi/index.js");
    await build({
      entryPoints: ["test/agreement/driver.ts"], outfile: this.#driver, bundle: true, format: "esm", platform: "node", target: "node20",
      alias: { koffi }, external: [koffi], logLevel: "warning",
    });
  }

  run(script: string): Traced {
    const [log, record] = [join(this.#folder, "log"), join(this.#folder, "record.json")];
    const names = Object.keys(syscalls).map((it) => `?${it}`).join(",");
    const options = ["-f", "-s", "64", "-qq", "-e", "signal=none", "--seccomp-bpf", "-e", `trace=${names}`, "-o", log];
    const driver = [process.execPath, this.#driver, script, record];
    const [program, ...args] = [...way!, STRACE, ...options, ...driver];
    const { status, stderr } = spawnSync(program!, args, { encoding: "utf8", timeout: 50_000, killSignal: "SIGKILL" });
    if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
    const ours = JSON.parse(readFileSync(record, "utf8")) as readonly Call[];
    return { ours: between(ours, isMark), theirs: marked(readStraceLog(readFileSync(log, "latin1")).calls) };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

const isMark = ({ name, args }: Call): boolean => name === "write" && args[1]!.text === '"netlab:mark"';
const isTheirMark = ({ name, args }: TracedCall): boolean => name === "write" && args === '-1, "netlab:mark", 11';

function between<T>(all: readonly T[], mark: (it: T) => boolean): readonly T[] {
  const [first, last] = [all.findIndex(mark), all.findLastIndex(mark)];
  return all.slice(first + 1, last);
}

/** What the thread that made the marks did between them. */
function marked(all: readonly TracedCall[]): readonly TracedCall[] {
  const pid = all.find(isTheirMark)?.pid;
  return between(all.filter((it) => it.pid === pid), isTheirMark);
}
