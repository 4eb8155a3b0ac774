/** Runs the program as a person does, in an empty folder and under a mark, and tells afterwards what it left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { SyscallName } from "../../src/abi/syscalls.ts";
import type { EndEvent, Event } from "../../src/lab/events.ts";
import { numberOf } from "../../src/sys/number-of.ts";

const BIN = fileURLToPath(new URL("../../bin/netlab.cjs", import.meta.url));
const DIST = fileURLToPath(new URL("../../dist/main.cjs", import.meta.url));

/** Why the chamber cannot be tested here, or null. */
export const cannot = process.platform !== "linux" ? "it needs Linux" : existsSync(DIST) ? null : "dist/ is not built";
/** A test's name, with why it is left out. */
export const named = (name: string, why: string | null = cannot): string => (why === null ? name : `${name} (skipped: ${why})`);
/** A file beside the tests. */
export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export interface Way {
  /** Words before `node`: `["setpriv", "--reuid=65534"]`. */
  readonly through?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** In ms: the test's own patience, far beyond the run's limit. */
  readonly patience?: number;
}
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  /** Of `--json`. */
  readonly events: readonly Event[];
  /** The last one of them. */
  readonly end: EndEvent | undefined;
}
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it printed so far. */
  readonly out: () => string;
  /** Processes of this run that live now, netlab's own among them. */
  alive(): readonly number[];
  /** What is there that was not there before: processes, files in the temporary folder and the current one, /dev/shm, namespaces. Then it is ended. */
  left(): Promise<readonly string[]>;
}

const folders: string[] = [];
afterAll(() => { for (const it of folders) rmSync(it, { recursive: true, force: true }); });

/** Starts `netlab` with these words. */
export function netlab(args: readonly string[], { through = [], env = {}, patience = 30_000 }: Way = {}): Running {
  const mark = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), "netlab-test-"));
  folders.push(folder);
  const shm = readdirSync("/dev/shm");
  const [command, ...words] = [...through, process.execPath, BIN, ...args];
  const child = spawn(command!, words, {
    cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env, TMPDIR: folder, NETLAB_TEST: mark },
  });
  const [out, err] = [collected(child.stdout!), collected(child.stderr!)];
  let over = Number.POSITIVE_INFINITY;
  const bomb = setTimeout(() => child.kill("SIGKILL"), patience);
  const ended = new Promise<Ended>((resolve) => child.once("close", (code, signal) => {
    clearTimeout(bomb);
    over = ticks();
    const events = args.includes("--json") ? out().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Event) : [];
    resolve({ code, signal, out: out(), err: err(), events, end: events.findLast((it): it is EndEvent => it.type === "end") });
  }));
  const alive = (): readonly number[] => processesWith(`NETLAB_TEST=${mark}`);
  const left = async (): Promise<readonly string[]> => {
    await until(() => alive().length === 0, 1000);
    const namespaces = [...new Set(out().match(/net:\[\d+\]/g))].filter((it) => it !== readlinkSync("/proc/self/ns/net"));
    await until(() => namespaces.every((it) => !namespacesHeld(over).has(it)));
    const found = [
      ...alive().map((pid) => `process ${pid}: ${textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ")}`),
      ...readdirSync(folder).map((it) => `file ${it}`),
      ...readdirSync("/dev/shm").filter((it) => !shm.includes(it)).map((it) => `/dev/shm/${it}`),
      ...namespaces.filter((it) => namespacesHeld(over).has(it)),
    ];
    for (const pid of alive()) process.kill(pid, "SIGKILL");
    return found;
  };
  return { process: child, ended, out, alive, left };
}

/** Waits until it is so; gives up after so many ms, for the caller to see. */
export async function until(so: () => boolean, patience = 10_000): Promise<boolean> {
  for (const end = performance.now() + patience; performance.now() < end;) {
    if (so()) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return so();
}

/** Waits until so many threads of the run sleep in that call; answers their ids, a process's first thread having the process's. */
export async function asleep(it: Running, call: SyscallName, count = 1): Promise<readonly number[]> {
  let found: readonly number[] = [];
  const look = (): boolean => {
    const threads = it.alive().flatMap((pid) => entries(`/proc/${pid}/task`).map((tid) => [pid, tid] as const));
    found = threads.filter(([pid, tid]) => textOf(`/proc/${pid}/task/${tid}/syscall`).startsWith(`${numberOf(call)} `)).map(([, tid]) => Number(tid));
    return found.length >= count;
  };
  if (!await until(look)) throw new Error(`${found.length} of ${count} sleep in ${call}`);
  return found;
}

function collected(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (it: Buffer) => chunks.push(it));
  return () => Buffer.concat(chunks).toString("utf8");
}

const pids = (): readonly number[] => readdirSync("/proc").filter((it) => /^\d+$/.test(it)).map(Number);

/** Zombies have no environment any more: they are not counted. */
const processesWith = (word: string): readonly number[] => pids().filter((pid) => textOf(`/proc/${pid}/environ`).includes(word));

/** The network namespaces of processes that were there when the run ended. Others' may have got the same number anew, and end sooner or later. */
const namespacesHeld = (ended: number): ReadonlySet<string> => new Set(pids().flatMap((pid) => {
  try {
    const started = Number(readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ")[19]);
    return started < ended - 1 ? [readlinkSync(`/proc/${pid}/ns/net`)] : [];
  } catch {
    return [];
  }
}));

/** Hundredths of a second since the machine started, as /proc/PID/stat counts them. */
const ticks = (): number => Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 100;

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
