/**
 * The child of a run: it lives in the chamber, makes the experiment's calls, and writes everything into the
 * log. It prints nothing: the supervisor alone prints.
 */
import { readSync, writeSync } from "node:fs";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../../abi/constants/mman.ts";
import { RLIMIT_CORE } from "../../abi/constants/resource.ts";
import { errnoName } from "../../abi/errno.ts";
import { moduleAt } from "../../start/bundles.ts";
import { type Calls, callsOf } from "../../sys/calls.ts";
import { addressOfBytes, cross, koffiVersion, viewOf } from "../../sys/libc.ts";
import type { Log } from "../../sys/log.ts";
import { numberOf } from "../../sys/number-of.ts";
import { LogRecorder } from "../../sys/recorder.ts";
import { type AnyExperiment, builds } from "../experiment.ts";
import { ActorPool } from "./actor-pool.ts";
import { ChamberRecorder } from "./chamber-recorder.ts";
import { ChamberStage } from "./chamber-stage.ts";
import { Instruments } from "./instruments.ts";
import { type ChamberNote, ENV, FD, type Job, type TrialJob } from "./job.ts";
import { logAt } from "./log-at.ts";
import { raiseLoopback } from "./loopback.ts";
import { free } from "./low-numbers.ts";
import { needsAllowed } from "./needs-allowed.ts";
import { knowNetlab } from "./own-modules.ts";
import { atOnce, broken, groupDiesWith, leave, leaveWithout, staysUntilTheEnd } from "./party.ts";
import { setSysctl } from "./set-sysctl.ts";
import { LAST_WORDS, WORD } from "./shared-log.ts";
import type { Surroundings } from "./surroundings.ts";
import { unrecorded } from "./unrecorded.ts";
import type { LogPlace } from "./wire-threads.ts";

const ORIGIN = process.hrtime.bigint();
const PARENT = Number(process.env[ENV.parent]);

/** Runs one job, from the environment the supervisor made, to the end of the process. */
export async function serve(): Promise<never> {
  const desk = prepared();
  const job = await wanted(desk);
  staysUntilTheEnd();
  try {
    if ("trials" in job) await (await import("./trials.ts")).makeTrials(job, desk.log);
    else await perform(job, desk);
    desk.note({ type: "over" });
  } catch (error) {
    logAt(desk.address, desk.size, ORIGIN, 0).note(JSON.stringify(broken(error)));
  }
  return leave(0);
}

interface Desk {
  readonly log: Log;
  readonly note: (it: ChamberNote) => void;
  /** The log's first words. */
  readonly words: Int32Array;
  /** The writing end of the pipe that the supervisor is to hold. */
  readonly line: number;
  readonly address: number;
  readonly size: number;
}

/**
 * What must be there before the supervisor hears READY.
 * Where it fails this process ends, with one sentence on stderr.
 */
function prepared(): Desk {
  try {
    const line = groupDiesWith(PARENT);
    const size = Number(process.env[ENV.size]);
    const address = cross(numberOf("mmap"), [0, size, PROT_READ | PROT_WRITE, MAP_SHARED, FD.log, 0]);
    if (address < 0) throw new Error(`the log could not be mapped: ${errnoName(-address)}`);
    const log = logAt(address, size - LAST_WORDS, ORIGIN, 0);
    noCore();
    if (process.env[ENV.mode] !== "none") raiseLoopback(callsOf(new ChamberRecorder(log)));
    const words = new Int32Array(viewOf(address, 64));
    Atomics.store(words, WORD.line, line);
    Atomics.store(words, WORD.ready, 1);
    return { log, note: (it) => log.note(JSON.stringify(it)), words, line, address, size };
  } catch (error) {
    writeSync(2, `${(error as Error).message.replace(/^#-\d+ /, "")}\n`);
    return leave(70);
  }
}

async function perform(job: Job, { log, note, address, size }: Desk): Promise<void> {
  if (job.own) knowNetlab();
  const module = (await moduleAt(job.experiment)) as
    Readonly<Record<string, unknown>> & { readonly default: AnyExperiment };
  const it = module.default;
  needsAllowed(it);
  const home = { module, url: job.experiment, own: job.own, log: { address, size, origin: ORIGIN } };
  const pool = new ActorPool(home, note);
  for (const [name, value] of Object.entries(it.pins ?? {})) setSysctl(name, value);
  pool.ready();
  const { tracepoints, alone } = job;
  const bench = { calls: unrecorded(), log, note, tracepoints, alone, tids: [0, ...pool.tids] };
  const shared = process.env[ENV.mode] === "none";
  const instruments = await Instruments.open(job.witnesses, bench, shared);
  note({
    type: "begin", koffi: koffiVersion, uid: process.getuid?.() ?? -1,
    origin: String(ORIGIN), witnesses: instruments.states,
  });
  free();
  const recorder = new LogRecorder(log);
  const stage = new ChamberStage({
    recorder, note, pool, settings: job.settings, instruments,
    chamber: callsOf(new ChamberRecorder(log)), surroundings: await surroundings(it, bench.calls, home.log),
  });
  stage.open();
  atOnce("run()", it.run(callsOf(recorder), stage));
  stage.close();
}

/** Loaded only for those that need it. */
async function surroundings(
  it: AnyExperiment, calls: Calls, log: LogPlace,
): Promise<Surroundings | null> {
  if (!builds(it)) return null;
  const { Surroundings } = await import("./surroundings.ts");
  return new Surroundings(calls, log);
}

/** A crash is told by its signal; a core file would be left behind. */
function noCore(): void {
  const none = new Uint8Array(new ArrayBuffer(16));
  cross(numberOf("prlimit64"), [0, RLIMIT_CORE, addressOfBytes(none), 0]);
}

/** Waits for the supervisor's GO, then reads the job. From then on the supervisor alone holds the line. */
async function wanted({ words, line }: Desk): Promise<Job | TrialJob> {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (Atomics.load(words, WORD.go) === 0) {
    leaveWithout(PARENT);
    Atomics.wait(clock, 0, 0, 0.3);
  }
  cross(numberOf("close"), [line]);
  const bytes = Buffer.alloc(Atomics.load(words, WORD.go));
  readSync(FD.desk, bytes, 0, bytes.length, 0);
  return JSON.parse(bytes.toString("utf8")) as Job | TrialJob;
}

