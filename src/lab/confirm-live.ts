/** The same run once more, under strace: both write it down, and the two are compared. */
import { closeSync, readFileSync } from "node:fs";
import { syscalls } from "../abi/syscalls.ts";
import { type Ended, runProgram } from "../sys/process.ts";
import { type Confirmation, confirm, NETWORK } from "./confirm.ts";
import { type Event, type HistoryEvent, isHistory, type Setting } from "./events.ts";
import { folderForFiles, unnamedFile } from "./unnamed-file.ts";

/** What to run, and how it is interrupted. */
export interface LiveOrder {
  /** An experiment, or the path of a person's own. */
  readonly name: string;
  /** netlab's own executable, `bin/netlab.cjs`. */
  readonly program: string;
  readonly settings?: Readonly<Record<string, Setting>>;
  readonly stop?: AbortSignal | null;
}
/** How it went. Only `confirmed` has something to say of the run. */
export type Live =
  | { readonly how: "confirmed"; readonly confirmation: Confirmation; readonly strace: string }
  /** This machine cannot trace: why, and what would help (exit code 77). */
  | { readonly how: "cannot"; readonly why: string; readonly remedy: string }
  /** The run itself did not come to its end: what it said, and its exit code. */
  | { readonly how: "broke"; readonly message: string; readonly exit: number }
  | { readonly how: "stopped" };

/** Who may watch: the others make network calls of their own, which strace sees and the record has not. */
const OBSERVERS = ["--witness", "calls,counters"];
/** How much of each text strace is to write: all that a datagram can hold. */
const WHOLE = 65_536;
/** From this release on, strace leaves calls alone that nobody asked for, at little cost. */
const SECCOMP = [5, 3] as const;
/** All calls that netlab knows; a name that this strace does not know is no error. */
const ASKED: ReadonlySet<string> = new Set([...Object.keys(syscalls), ...NETWORK]);

/** Runs `netlab run NAME` under strace. Both write into files without a name. */
export async function confirmLive({ name, program, settings = {}, stop = null }: LiveOrder): Promise<Live> {
  const version = await straceVersion();
  if (version === null) return { how: "cannot", why: "strace is not installed", remedy: INSTALL };
  const folder = folderForFiles();
  const [log, history] = [unnamedFile(folder), unnamedFile(folder)];
  try {
    const set = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    const save = ["--save", pathOf(history), "--quiet"];
    const run = [process.execPath, program, "run", name, ...save, ...OBSERVERS, ...set];
    const ended = await runProgram("strace", [...options(version, pathOf(log)), ...run], { stop });
    return stop?.aborted ? { how: "stopped" } : told(ended, textOf(history), textOf(log), version);
  } finally {
    [log, history].forEach((fd) => void closeSync(fd));
  }
}

/** By which other programs open one of our files. */
const pathOf = (fd: number): string => `/proc/${process.pid}/fd/${fd}`;

/** `-I2`: with an output file strace would let no signal end it. */
const options = (version: string, log: string): readonly string[] => [
  "-f", "-I2", "-s", String(WHOLE), "-qq", "-e", "signal=none",
  "-e", `trace=${[...ASKED].map((it) => `?${it}`).join(",")}`,
  ...(atLeast(version, SECCOMP) ? ["--seccomp-bpf"] : []), "-o", log,
];

async function straceVersion(): Promise<string | null> {
  const { stdout } = await runProgram("strace", ["--version"]);
  return /version (\S+)/.exec(stdout)?.[1] ?? null;
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split(".").map(Number);
  return a > major || (a === major && b >= minor);
}

function textOf(file: string | number): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

function told({ exit, stderr }: Ended, saved: string, log: string, version: string): Live {
  const forbidden = /strace: .*ptrace.*(?:Operation not permitted|Function not implemented)/i.exec(stderr);
  if (forbidden !== null) return { how: "cannot", ...whyForbidden(forbidden[0]) };
  const events = historyIn(Buffer.from(saved, "latin1").toString("utf8"));
  if (!events.some((it) => it.type === "call")) {
    return { how: "broke", message: stderr.trim(), exit: exit ?? 70 };
  }
  return { how: "confirmed", confirmation: confirm(events, log, ASKED), strace: version };
}

/** The run in a saved stream, without what was made of it. A last line that was cut off is left out. */
function historyIn(text: string): readonly HistoryEvent[] {
  const lines = text.split("\n").slice(0, -1)
    .map((it) => JSON.parse(it) as Event | { readonly type: "summary" });
  return lines.filter((it) => it.type !== "summary").filter(isHistory);
}

const INSTALL = "install it: apt install strace (Debian, Ubuntu), dnf install strace (Fedora), "
  + "apk add strace (Alpine), pacman -S strace (Arch)";

/** What yama lets nobody but root do, and what nobody at all. */
const YAMA: Readonly<Record<string, Forbidden>> = {
  2: {
    why: "kernel.yama.ptrace_scope is 2: only root may trace here",
    remedy: "sudo sysctl kernel.yama.ptrace_scope=1, or run it as root",
  },
  3: {
    why: "kernel.yama.ptrace_scope is 3: nobody may trace here",
    remedy: "only a restart with another kernel.yama.ptrace_scope changes that",
  },
};
type Forbidden = { readonly why: string; readonly remedy: string };

/** Who forbids tracing here, as far as it can be known. */
function whyForbidden(said: string): Forbidden {
  const tracer = Number(/^TracerPid:\s+(\d+)/m.exec(textOf("/proc/self/status"))?.[1] ?? 0);
  const traced = {
    why: `process ${tracer} traces this one already`,
    remedy: "run netlab confirm without it",
  };
  const container = {
    why: `tracing is forbidden here (${said})`,
    remedy: "in a container: docker run --cap-add=SYS_PTRACE, or --security-opt seccomp=unconfined",
  };
  return tracer !== 0 ? traced : YAMA[textOf("/proc/sys/kernel/yama/ptrace_scope").trim()] ?? container;
}
