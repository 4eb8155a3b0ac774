/** Enters a chamber: a Node process of its own, in a fresh network namespace where that is allowed. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import type { ChamberMode } from "../events.ts";
import { ENV, FD } from "./job.ts";
import { readWord, type SharedFiles, sharedFiles, WORD } from "./shared-log.ts";

export interface Chamber {
  readonly mode: ChamberMode;
  /** Why it is not a better one, or null. */
  readonly why: string | null;
  readonly files: SharedFiles;
  readonly process: ChildProcess;
  readonly ended: Promise<Ending>;
}
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How each mode is entered. unshare(1) does not fork for these, so that the child's pid is Node's. */
const WAYS: Readonly<Record<ChamberMode, readonly string[]>> = {
  root: ["unshare", "-n"],
  user: ["unshare", "-Urn"],
  none: [],
};

/** Modes worth trying, best first. */
export const modesFor = (uid: number): readonly ChamberMode[] => (uid === 0 ? ["root", "user", "none"] : ["user", "none"]);

/** The best chamber to be had. Throws where not even a plain process starts. */
export async function enter(modes: readonly ChamberMode[]): Promise<Chamber> {
  let why: string | null = null;
  for (const mode of modes) {
    const files = sharedFiles();
    const child = start(mode, files);
    const ended = endOf(child);
    if (await ready(files, ended)) return { mode, why, files, process: child, ended };
    why ??= `${WAYS[mode].join(" ")}: ${printed(files) || "it did not start"}`;
    files.close();
  }
  throw new Error(`no process for a run could be started: ${why}`);
}

function start(mode: ChamberMode, files: SharedFiles): ChildProcess {
  const command = [...WAYS[mode], process.execPath, new URL("./child.js", import.meta.url).pathname];
  const nothing = openSync("/dev/null", "r+");
  const fds = Array.from({ length: FD.desk + 1 }, (_, fd) => (fd === 1 || fd === 2 ? files.paper : fd === FD.log ? files.log : fd === FD.desk ? files.desk : nothing));
  const child = spawn(command[0]!, command.slice(1), { stdio: fds, env: environment(mode, files) });
  closeSync(nothing);
  return child;
}

/** The child's environment: without what slows a start or changes what Node does in it. */
function environment(mode: ChamberMode, files: SharedFiles): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...rest } = process.env;
  return { ...rest, [ENV.parent]: String(process.pid), [ENV.mode]: mode, [ENV.size]: String(files.size) };
}

const endOf = (child: ChildProcess): Promise<Ending> => new Promise((resolve) => {
  child.once("error", () => resolve({ code: 127, signal: null }));
  child.once("exit", (code, signal) => resolve({ code, signal }));
});

/** Whether the child reported READY before it ended. */
async function ready(files: SharedFiles, ended: Promise<Ending>): Promise<boolean> {
  let over = false;
  void ended.then(() => { over = true; });
  while (readWord(files.log, WORD.ready) === 0) {
    if (over) return false;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return true;
}

/** What was printed into the paper so far. */
export function printed(files: SharedFiles, from = 0): string {
  const bytes = Buffer.alloc(64 << 10);
  return bytes.toString("utf8", 0, readSync(files.paper, bytes, 0, bytes.length, from)).trimEnd();
}

/** Ends a chamber that is not needed, and closes its files. */
export async function leave(chamber: Chamber): Promise<void> {
  chamber.process.kill("SIGKILL");
  await chamber.ended;
  chamber.files.close();
}
