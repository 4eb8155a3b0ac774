/** `netlab` as a person calls it, from outside the repository, with an environment that is always the same. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program, for scripts of a shell. */
export const BIN = fileURLToPath(new URL("../../bin/netlab.cjs", import.meta.url));
const isBuilt = existsSync(new URL("../../dist/main.cjs", import.meta.url));

/** Why the program cannot be tried here, or null. */
export const cannot = isBuilt ? null : "dist/ is not built";
/** Why no run can be tried here, or null. */
export const cannotRun = cannot ?? (process.platform === "linux" ? null : "it needs Linux");
/** A test's name, with why it is left out. */
export const named = (name: string, why: string | null): string => (why === null ? name : `${name} (skipped: ${why})`);

export interface Told {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}
export interface Circumstances {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly cwd?: string;
  /** So long it may take, in ms: half a minute, unless somebody asks for all experiments. */
  readonly patience?: number;
}
/** For all experiments, on a machine that is busy. */
export const LONG = 240_000;
/** Nothing of the tester's own terminal. */
const { PATH = "" } = process.env;
const CLEAN: NodeJS.ProcessEnv = { PATH, LANG: "C.UTF-8", HOME: "/nowhere" };

/** What `netlab` says to these words. */
export const netlab = (args: readonly string[], how: Circumstances = {}): Told => told(process.execPath, [BIN, ...args], how);

/** What a shell says to a script in which `$NETLAB` is the program. */
export const shell = (script: string, how: Circumstances = {}): Told =>
  told("bash", ["-c", script], { ...how, env: { NETLAB: `${process.execPath} ${BIN}`, ...how.env } });

function told(command: string, args: readonly string[], { env = {}, input = "", cwd = tmpdir(), patience = 30_000 }: Circumstances): Told {
  const { status, signal, stdout, stderr } = spawnSync(command, args, { env: { ...CLEAN, ...env }, input, cwd, encoding: "utf8", timeout: patience });
  return { code: status, signal, out: stdout, err: stderr };
}

/** A folder of a person's own with these files in it; `leave` takes it away again. */
export function folder(files: Readonly<Record<string, string>>): { readonly path: string; leave(): void } {
  const path = mkdtempSync(join(tmpdir(), "netlab-own-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, leave: () => rmSync(path, { recursive: true, force: true }) };
}
