/** Enters a chamber: a Node process of its own, in a fresh network namespace where that is allowed. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ChamberMode } from "../events.ts";
import { CHILD, ENV, FD } from "./job.ts";
import { readPaper, readWord, type SharedFiles, sharedFiles, WORD } from "./shared-log.ts";

export interface Chamber {
  readonly mode: ChamberMode;
  /** Why it is not a better one, or null. */
  readonly why: string | null;
  readonly files: SharedFiles;
  readonly process: ChildProcess;
  readonly ended: Promise<Ending>;
}
/** How a process ended: its exit code, or the signal that ended it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
/**
 * So long may a chamber take to get ready, in ms: beyond it something is wrong, and the next way is tried.
 */
const PATIENCE = 10_000;

/** How each mode is entered. unshare(1) does not fork for these, so that the child's pid is Node's. */
export const WAYS: Readonly<Record<ChamberMode, readonly string[]>> = {
  root: ["unshare", "-n"],
  user: ["unshare", "-Urn"],
  none: [],
};

/** Modes worth trying, best first. */
export const modesFor = (uid: number): readonly ChamberMode[] =>
  (uid === 0 ? ["root", "user", "none"] : ["user", "none"]);

/** The best chamber to be had. Throws where not even a plain process starts. */
export async function enter(modes: readonly ChamberMode[]): Promise<Chamber> {
  const reasons: string[] = [];
  for (const mode of modes) {
    const files = sharedFiles();
    const child = start(mode, files);
    const ended = endOf(child);
    const failure = await failed(files, child, ended);
    if (failure === null) hold(child.pid!, files, ended);
    if (failure === null) return { mode, why: reasons.join("; ") || null, files, process: child, ended };
    reasons.push([WAYS[mode].join(" "), failure].filter((it) => it !== "").join(": "));
    files.close();
  }
  throw new Error(`no process for a run could be started: ${reasons.join("; ")}`);
}

/**
 * The best chamber for this user, entered at once.
 * What goes wrong is told to who waits for it, and to nobody where nobody does.
 */
export function entered(): Promise<Chamber> {
  const chamber = enter(modesFor(process.getuid?.() ?? -1));
  chamber.catch(() => undefined);
  return chamber;
}

function start(mode: ChamberMode, files: SharedFiles): ChildProcess {
  const command = [...WAYS[mode], process.execPath, fileURLToPath(CHILD)];
  const nothing = openSync("/dev/null", "r+");
  const given: Readonly<Record<number, number>> =
    { 1: files.paper, 2: files.paper, [FD.log]: files.log, [FD.desk]: files.desk };
  const fds = Array.from({ length: FD.desk + 1 }, (_, fd) => given[fd] ?? nothing);
  const env = environment(mode, files);
  const child = spawn(command[0]!, command.slice(1), { stdio: fds, env, detached: true });
  closeSync(nothing);
  return child;
}

/**
 * Takes the writing end of the child's line, a pipe, and holds it until the child ends: should this process
 * end before it, however that happens, the kernel ends the child and its group. A pipe of Node's own making
 * would be a socket pair, which strace shows among the calls of the network.
 */
function hold(child: number, files: SharedFiles, ended: Promise<Ending>): void {
  const line = openSync(`/proc/${child}/fd/${readWord(files.log, WORD.line)}`, "w");
  void ended.then(() => closeSync(line));
}

/** This process's environment, without what slows Node's start or changes what Node does. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const {
    NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...rest
  } = process.env;
  return rest;
}

function environment(mode: ChamberMode, files: SharedFiles): NodeJS.ProcessEnv {
  const rest = plainEnvironment();
  return { ...rest, [ENV.parent]: String(process.pid), [ENV.mode]: mode, [ENV.size]: String(files.size) };
}

/**
 * A program that is not there ends with 127:
 * the descriptors that the child is given hide from Node why it did not start.
 */
const ABSENT = 127;

const endOf = (child: ChildProcess): Promise<Ending> => new Promise((resolve) => {
  child.once("error", () => resolve({ code: ABSENT, signal: null }));
  child.once("exit", (code, signal) => {
    endGroup(child.pid!);
    resolve({ code, signal });
  });
});

/** The child leads a process group: what it started and left behind ends with it. */
function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nobody was left.
  }
}

/**
 * Null once the child reported READY; else why it did not: what it printed last, for it prints one sentence.
 */
async function failed(
  files: SharedFiles, child: ChildProcess, ended: Promise<Ending>,
): Promise<string | null> {
  let ending: Ending | null = null;
  void ended.then((it) => { ending = it; });
  const bomb = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  while (ending === null && readWord(files.log, WORD.ready) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  clearTimeout(bomb);
  if (readWord(files.log, WORD.ready) !== 0) return null;
  const { code, signal } = await ended;
  const printed = readPaper(files.paper, 0).toString().trim().split("\n").at(-1)!.replace(/^unshare: /, "");
  if (printed !== "") return printed;
  return code === ABSENT ? "there is no such program" : `it ended with ${signal ?? code} before it was ready`;
}

/** Ends a chamber that is not needed any more, and closes its files. */
export async function leave(chamber: Chamber): Promise<void> {
  chamber.process.kill("SIGKILL");
  await chamber.ended;
  chamber.files.close();
}
