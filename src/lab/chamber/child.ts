/**
 * The child of a run: it lives in the chamber, makes the experiment's calls, and writes everything into the log.
 * It prints nothing: the supervisor alone prints.
 */
import { readSync, writeFileSync } from "node:fs";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../../abi/constants/mman.ts";
import { PR_SET_PDEATHSIG } from "../../abi/constants/prctl.ts";
import { RLIMIT_CORE } from "../../abi/constants/resource.ts";
import { callsOf } from "../../sys/calls.ts";
import { addressOfBytes, cross, koffiVersion, viewOf } from "../../sys/libc.ts";
import { Log } from "../../sys/log.ts";
import { numberOf } from "../../sys/number-of.ts";
import { LogRecorder } from "../../sys/recorder.ts";
import { SyscallError } from "../../sys/syscall-error.ts";
import type { AnyExperiment } from "../experiment.ts";
import { ActorPool } from "./actor-pool.ts";
import { ChamberRecorder } from "./chamber-recorder.ts";
import { ChamberStage } from "./chamber-stage.ts";
import { type ChamberNote, ENV, FD, type Job } from "./job.ts";
import { raiseLoopback } from "./loopback.ts";
import { knowNetlab } from "./own-modules.ts";
import { WORD } from "./shared-log.ts";

const SIGKILL = 9;
const ORIGIN = process.hrtime.bigint();

/** Runs one job, from the environment the supervisor made, to the end of the process. */
export async function serve(): Promise<never> {
  diesWithParent();
  const size = Number(process.env[ENV.size]);
  const address = cross(numberOf("mmap"), [0, size, PROT_READ | PROT_WRITE, MAP_SHARED, FD.log, 0]);
  if (address < 0) return leave(70);
  const shared = viewOf(address, size);
  const words = new Int32Array(shared, 0, 16);
  const log = new Log(shared, ORIGIN, 0);
  const note = (it: ChamberNote): void => log.note(JSON.stringify(it));
  noCore();
  if (process.env[ENV.mode] !== "none") raiseLoopback(callsOf(new ChamberRecorder(log)));
  Atomics.store(words, WORD.ready, 1);
  const job = await wanted(words);
  try {
    await perform(job, { log, note, address, size });
    note({ type: "over" });
  } catch (error) {
    note(broken(error));
  }
  return leave(0);
}

interface Desk {
  readonly log: Log;
  readonly note: (it: ChamberNote) => void;
  readonly address: number;
  readonly size: number;
}

async function perform(job: Job, { log, note, address, size }: Desk): Promise<void> {
  if (job.own) knowNetlab();
  const module = (await import(job.experiment)) as Readonly<Record<string, unknown>> & { readonly default: AnyExperiment };
  const it = module.default;
  const pool = new ActorPool({ module, url: job.experiment, own: job.own, log: { address, size, origin: ORIGIN } }, note);
  for (const [name, value] of Object.entries(it.pins ?? {})) writeFileSync(`/proc/sys/${name.replaceAll(".", "/")}`, String(value));
  note({ type: "begin", koffi: koffiVersion, uid: process.getuid?.() ?? -1 });
  pool.ready();
  for (let fd = FD.lowest; fd <= FD.highest; fd++) cross(numberOf("close"), [fd]);
  const recorder = new LogRecorder(log);
  const stage = new ChamberStage({ recorder, note, pool, settings: job.settings, counters: job.counters, chamber: callsOf(new ChamberRecorder(log)) });
  stage.open();
  try {
    it.run(callsOf(recorder), stage);
  } finally {
    stage.close();
  }
}

/** The kernel ends this process when the supervisor ends, however that happens. Asked before the parent is looked at: no gap. */
function diesWithParent(): void {
  cross(numberOf("prctl"), [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  if (cross(numberOf("getppid"), []) !== Number(process.env[ENV.parent])) leave(70);
}

/** A crash is told by its signal; a core file would be left behind. */
function noCore(): void {
  const none = new Uint8Array(new ArrayBuffer(16));
  cross(numberOf("prlimit64"), [0, RLIMIT_CORE, addressOfBytes(none), 0]);
}

/** Waits for the supervisor's GO, then reads the job. */
async function wanted(words: Int32Array): Promise<Job> {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (Atomics.load(words, WORD.go) === 0) Atomics.wait(clock, 0, 0, 0.3);
  const bytes = Buffer.alloc(Atomics.load(words, WORD.go));
  readSync(FD.desk, bytes, 0, bytes.length, 0);
  return JSON.parse(bytes.toString("utf8")) as Job;
}

/** What to tell of an error: its sentence, and the call it came from. */
function broken(error: unknown): ChamberNote {
  const message = error instanceof Error ? `${error.name === "Error" || error.name === "SyscallError" ? "" : `${error.name}: `}${error.message}` : String(error);
  const where = error instanceof Error && !(error instanceof SyscallError) ? placeIn(error) : "";
  return { type: "broke", how: "error", message: `${message}${where}`, call: error instanceof SyscallError ? error.id : null };
}

/** ` (mine.mjs:12)`: the innermost line of an experiment's file in the error's stack. */
function placeIn(error: Error): string {
  const line = error.stack?.split("\n").find((it) => /file:.*\.(m?[jt]s):\d+/.test(it) && !/\/dist\/(?!experiments)/.test(it));
  const found = line === undefined ? null : /([^/]+\.m?[jt]s):(\d+)/.exec(line);
  return found === null ? "" : ` (${found[1]}:${found[2]})`;
}

/** Ends the process at once: threads that still sleep in a call would hold Node up for ever. */
function leave(code: number): never {
  cross(numberOf("exit_group"), [code]);
  throw new Error("unreachable: exit_group does not return");
}
