/** The same run once more, under strace: both write it down, and the two are compared. */
import { closeSync, readFileSync } from "node:fs";
import { syscalls } from "../abi/syscalls.ts";
import { type Ended, runProgram } from "../sys/process.ts";
import { type Confirmation, confirm, NETWORK } from "./confirm.ts";
import { type Event, type HistoryEvent, isHistory, type Setting } from "./events.ts";
import { forbidden, INSTALL, quickly, straceVersion } from "./strace-here.ts";
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
    if (stop?.aborted) return { how: "stopped" };
    return told(ended, readFileSync(history, "latin1"), readFileSync(log, "latin1"), version);
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
  ...quickly(version), "-o", log,
];

function told({ exit, stderr }: Ended, saved: string, log: string, version: string): Live {
  const why = forbidden(stderr, "run netlab confirm without it");
  if (why !== null) return { how: "cannot", ...why };
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
