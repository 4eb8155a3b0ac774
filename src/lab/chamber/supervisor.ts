/**
 * The supervisor's side of a run: hands a chamber its job,
 * reads its log while it runs, and tells how it ended.
 */
import { readFileSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { readRecords } from "../../sys/log-reader.ts";
import { nameOf } from "../../sys/number-of.ts";
import type { Broke, CallEvent, HistoryEvent } from "../events.ts";
import { tidWord } from "./actor-seat.ts";
import type { Chamber, Ending } from "./chamber.ts";
import type { Job, TrialJob } from "./job.ts";
import { LOG_BEGIN, readLog, readPaper, readWord, type SharedFiles, WORD, writeWord } from "./shared-log.ts";
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
/**
 * How often the log is read while the run goes on, in ms:
 * often enough that little is left to tell when the run is over.
 */
const PULSE = 1;

/**
 * Runs one job to its end. Answers why it did not reach it, or null. The chamber is spent afterwards, and its
 * process may still be about to end: closing what it opened can take longer than the run.
 */
export async function supervise(chamber: Chamber, job: Job, watch: Watch): Promise<Broke | null> {
  const { process: child } = chamber;
  const reader = new Reader(chamber, watch);
  let hang: string | null = null;
  const kill = (): void => void child.kill("SIGKILL");
  const bomb = setTimeout(() => {
    reader.read();
    hang = `it did not end within ${watch.limit / 1000} s${whereabouts(chamber, watch.translator)}`;
    kill();
  }, watch.limit);
  let clock: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => {
    clock = setInterval(() => {
      reader.read();
      if (watch.translator.broke !== null) kill();   // an actor failed: whoever waits for it waits in vain
      if (watch.translator.over) resolve(null);
    }, PULSE);
  });
  watch.stop?.addEventListener("abort", kill);
  if (watch.stop?.aborted) kill();
  hand(chamber, job);
  const ending = await Promise.race([over, chamber.ended]);
  clearTimeout(bomb);
  clearInterval(clock);
  watch.stop?.removeEventListener("abort", kill);
  reader.finish();
  return whyBroken(watch, ending, hang, reader);
}

/** Gives a chamber what it is to do, and lets it begin. */
export function hand({ files }: Chamber, job: Job | TrialJob): void {
  const bytes = Buffer.from(JSON.stringify(job));
  writeSync(files.desk, bytes, 0, bytes.length, 0);
  writeWord(files.log, WORD.go, bytes.length);
}

/** Follows the log and the paper of one chamber, and passes on what they hold. */
class Reader {
  readonly #files: SharedFiles;
  readonly #watch: Watch;
  #from: number = LOG_BEGIN;
  #printed = 0;
  /** Keeps the first bytes of a character whose others are not there yet. */
  readonly #letters = new StringDecoder("utf8");
  #last: CallEvent | null = null;
  #unfinished: number | null = null;

  constructor({ files }: Chamber, watch: Watch) {
    this.#files = files;
    this.#watch = watch;
  }

  /** Once finished: the call that was entered last and never came back, or null. */
  get unfinished(): number | null { return this.#unfinished; }

  /** Once finished: which call was the last. */
  get last(): string {
    const last = this.#last;
    return last === null ? "it had made no call" : `its last call was #${last.id} ${last.name}`;
  }

  read(over = false): void {
    const { records, next } = readRecords(readLog(this.#files.log, this.#from), this.#from, over);
    this.#from = next;
    for (const event of this.#watch.translator.take(records)) this.#pass(event);
    const bytes = readPaper(this.#files.paper, this.#printed);
    this.#printed += bytes.length;
    const text = over ? this.#letters.end(bytes) : this.#letters.write(bytes);
    if (text !== "") this.#watch.print(text);
  }

  finish(): void {
    this.read(true);
    const { translator } = this.#watch;
    this.#unfinished = translator.unfinished.at(-1)?.id ?? null;
    for (const event of translator.rest()) this.#pass(event);
  }

  #pass(event: HistoryEvent): void {
    if (event.type === "call" && event.id > 0) this.#last = event;
    this.#watch.event(event);
  }
}

function whyBroken(
  { translator, stop }: Watch, ending: Ending | null, hang: string | null, { unfinished, last }: Reader,
): Broke | null {
  if (translator.broke !== null || translator.over || ending === null) return translator.broke;
  const { code, signal } = ending;
  const ended = signal === null ? `its process ended with ${code}` : `its process was ended by ${signal}`;
  const [how, message] = hang !== null ? ["hang", hang] as const
    : stop?.aborted ? ["interrupt", "a signal came"] as const
    : signal === "SIGSYS" ? ["cannot", `${ended}${FILTERED}`] as const
    : ["crash", `${ended}${MEANING[signal ?? code!] ?? ""}`] as const;
  return { how, message: unfinished === null ? `${message}; ${last}` : message, call: unfinished };
}
const FILTERED = ": a seccomp filter kills who makes such a call (netlab doctor)";
const MEANING: Readonly<Record<string, string>> = {
  0: ": its file waits for a promise that nothing will settle",
  SIGSEGV: ": it touched memory that is not its own",
  SIGBUS: ": it touched mapped memory beyond the end of its file",
  SIGABRT: ": it called abort(3), or something in its process did",
};

/**
 * ` (it sleeps in recvfrom, __skb_wait_for_more_packets)`:
 * where the parties of a run are now, by what /proc says.
 */
function whereabouts({ files, process: child }: Chamber, { begun, unfinished }: Translator): string {
  if (!begun) return ": its file is still being loaded";
  const tidOf = (actor: number): number => (actor > 0 ? readWord(files.log, tidWord(actor)) : child.pid!);
  const each = unfinished.map(({ actor, name }) => `${actor > 0 ? name : "it"} ${doing(tidOf(actor))}`);
  return ` (${each.join("; ") || `it ${doing(child.pid!)}`})`;
}

function doing(tid: number): string {
  try {
    const number = Number(readFileSync(`/proc/${tid}/syscall`, "latin1").split(" ")[0]);
    const call = nameOf(number);
    const where = readFileSync(`/proc/${tid}/wchan`, "latin1").trim();
    const place = where === "" || where === "0" ? "" : `, ${where}`;
    return call === undefined ? "computes" : `sleeps in ${call}${place}`;
  } catch {
    return "is gone";
  }
}
