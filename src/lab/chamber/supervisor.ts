/** The supervisor's side of a run: hands a chamber its job, reads its log while it runs, and tells how it ended. */
import { readFileSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { type SyscallName, syscalls } from "../../abi/syscalls.ts";
import { readRecords } from "../../sys/log-reader.ts";
import { numberOf as nr } from "../../sys/number-of.ts";
import type { Broke, HistoryEvent } from "../events.ts";
import { type Chamber, type Ending, printed } from "./chamber.ts";
import type { Job } from "./job.ts";
import { LOG_BEGIN, readLog, WORD, writeWord } from "./shared-log.ts";
import type { Translator } from "./translator.ts";

export interface Watch {
  readonly translator: Translator;
  /** In ms; a run that takes longer is ended. */
  readonly limit: number;
  /** Ends the run when it fires; the reason is then the interrupt. */
  readonly stop: AbortSignal | null;
  event(it: HistoryEvent): void;
  /** What the experiment printed by itself. */
  print(text: string): void;
}
/** How often the log is read while the run goes on, in ms. */
const PULSE = 20;

/** Runs one job to its end. Answers why it did not reach it, or null. The chamber is spent afterwards. */
export async function supervise(chamber: Chamber, job: Job, watch: Watch): Promise<Broke | null> {
  const { files, process: child } = chamber;
  let from: number = LOG_BEGIN;
  let read = 0;
  const pulse = (): void => {
    const { records, next } = readRecords(readLog(files.log, from), from);
    from = next;
    for (const event of watch.translator.take(records)) watch.event(event);
    const text = printed(files, read);
    read += Buffer.byteLength(text);
    if (text !== "") watch.print(text);
  };
  let hang: Broke | null = null;
  const kill = (): void => void child.kill("SIGKILL");
  const bomb = setTimeout(() => {
    hang = { how: "hang", message: `it did not end within ${watch.limit / 1000} s${sleepingIn(child.pid)}`, call: null };
    kill();
  }, watch.limit);
  const clock = setInterval(pulse, PULSE);
  watch.stop?.addEventListener("abort", kill);
  hand(chamber, job);
  const ending = await chamber.ended;
  clearTimeout(bomb);
  clearInterval(clock);
  watch.stop?.removeEventListener("abort", kill);
  pulse();
  let last: number | null = null;
  for (const event of watch.translator.rest()) {
    if (event.type === "call" && event.result === null) last = event.id;
    watch.event(event);
  }
  files.close();
  return whyBroken(watch, ending, hang, last);
}

function hand({ files }: Chamber, job: Job): void {
  const bytes = Buffer.from(JSON.stringify(job));
  writeSync(files.desk, bytes, 0, bytes.length, 0);
  writeWord(files.log, WORD.go, bytes.length);
}

function whyBroken({ translator, stop }: Watch, { code, signal }: Ending, hang: Broke | null, call: number | null): Broke | null {
  if (translator.broke !== null) return translator.broke;
  if (translator.over) return null;
  if (hang !== null) return { ...hang as Broke, call };
  if (stop?.aborted) return { how: "crash", message: "it was interrupted", call };
  const how = signal === null ? `its process ended with ${code}` : `its process was ended by ${signal}${MEANING[signal] ?? ""}`;
  return { how: "crash", message: how, call };
}
const MEANING: Readonly<Record<string, string>> = {
  SIGSEGV: ": it touched memory that is not its own",
  SIGBUS: ": it touched mapped memory beyond the end of its file",
};

/** ` (it sleeps in recvfrom, __skb_wait_for_more_packets)`, from what /proc says of the process now. */
function sleepingIn(pid: number | undefined): string {
  try {
    const number = Number(readFileSync(`/proc/${pid}/syscall`, "latin1").split(" ")[0]);
    const call = (Object.keys(syscalls) as SyscallName[]).find((name) => has(name) && nr(name) === number);
    const where = readFileSync(`/proc/${pid}/wchan`, "latin1").trim();
    return call === undefined ? " (it computes)" : ` (it sleeps in ${call}${where === "" || where === "0" ? "" : `, ${where}`})`;
  } catch {
    return "";
  }
}
const has = (name: SyscallName): boolean => syscalls[name][0][process.arch === "arm64" ? "arm64" : "x64"] !== null;

/** 128 and the signal's number: how a shell tells it. */
export const exitOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
