/** The driver beside it, as one file, started in a network namespace of its own. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { Told } from "./told.ts";

const succeeds = (...[program = "", ...args]: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: "ignore" }).status === 0;
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const isRoot = process.getuid?.() === 0;

/** A way into a namespace: words before the program, and why it cannot be gone here, or null. */
interface Way {
  readonly who: string;
  readonly words: readonly string[];
  readonly cannot: string | null;
}
function way(who: string, words: readonly string[], why: string): Way {
  const works = process.platform === "linux" && succeeds(...words, process.execPath, "--version");
  return { who, words, cannot: works ? null : why };
}
/** As root, and as an ordinary user. */
export const WAYS: readonly Way[] = [
  way("root", ["unshare", "-n"], "it needs root that may unshare"),
  way("user", [...(isRoot ? NOBODY : []), "unshare", "-Urn"], "user namespaces are not allowed here"),
];

/** The driver, built into a folder that everybody may read. */
export class Driven {
  readonly #folder = mkdtempSync(join(tmpdir(), "netlab-sockets-"));
  readonly #driver = join(this.#folder, "driver.mjs");

  async build(): Promise<void> {
    chmodSync(this.#folder, 0o755);
    const koffi = resolve("node_modules/koffi/index.js");
    await build({
      entryPoints: ["test/witness/sockets/driver.ts"], outfile: this.#driver, bundle: true, format: "esm",
      platform: "node", target: "node20", alias: { koffi }, external: [koffi], logLevel: "warning",
    });
  }

  run(words: readonly string[]): Told {
    const [program, ...args] = [...words, process.execPath, this.#driver];
    const patience = { timeout: 50_000, killSignal: "SIGKILL" } as const;
    const { status, stdout, stderr } = spawnSync(program!, args, { encoding: "utf8", ...patience });
    if (status !== 0) throw new Error(`the driver ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as Told;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
