/** What a log has in sum: processes, errors, lines that could not be read. */
import type { Entry, StraceCall } from "../../witness/strace-entry.ts";
import { wholeText } from "./worth.ts";

/** One process or thread of a log. */
export interface Told {
  readonly pid: number | null;
  /** The program, as the last execve named it; null where the log has none. */
  program: string | null;
  calls: number;
  /** How it ended; null where the log does not say. */
  end: string | null;
}

/** The most processes that are told one by one. */
const KEPT = 40;
/** From so many seconds on a call is counted as slow (-T). */
const SLOW = 1;
/** The lines of so many slow calls are named. */
const NAMED = 5;

/** Counts as the lines come. */
export class Tally {
  readonly #processes = new Map<number | null, Told>();
  readonly #errors = new Map<string, number>();
  readonly #slowLines: number[] = [];
  /** Lines in all; those that are strace's; calls; lines that are none of strace's. */
  lines = 0;
  own = 0;
  calls = 0;
  strange = 0;
  slow = 0;
  readonly #others = new Set<number | null>();
  /** What goes through io_uring is seen by no strace. */
  ring = false;

  get processes(): readonly Told[] { return [...this.#processes.values()]; }
  /** `connect ECONNREFUSED` and how often, the most frequent first. */
  get errors(): readonly (readonly [what: string, count: number])[] {
    return [...this.#errors].toSorted(([, a], [, b]) => b - a);
  }
  get slowLines(): readonly number[] { return this.#slowLines; }
  /** How many processes there are beyond those that are told. */
  get more(): number { return this.#others.size; }

  /** `matters`: its errors are to be counted. */
  hear(entry: Entry, matters: boolean): void {
    this.lines++;
    if (entry.kind !== "text") this.own++;
    else if (entry.text.trim() !== "") this.strange++;
    if (entry.kind === "call" || entry.kind === "resumed") this.#call(entry.call, entry.line, matters);
    if (entry.kind === "end") this.#end(entry);
  }

  /** A call failed; also one that did not wait, and whose error another call asked for. */
  failed(call: string, errno: string): void {
    const what = `${call} ${errno}`;
    this.#errors.set(what, (this.#errors.get(what) ?? 0) + 1);
  }

  #call(call: StraceCall, line: number, matters: boolean): void {
    this.calls++;
    const process = this.#process(call.pid);
    if (process !== undefined) process.calls++;
    const errno = call.result?.errno ?? null;
    if (process !== undefined && call.name === "execve" && errno === null) {
      process.program = wholeText(call.args[0]?.value) ?? process.program;
    }
    if (matters && errno !== null && !errno.startsWith("ERESTART")) this.failed(call.name, errno);
    if (call.name === "io_uring_enter" || call.name === "io_uring_setup") this.ring ||= errno === null;
    if ((call.spent?.seconds ?? 0) < SLOW) return;
    this.slow++;
    if (this.#slowLines.length < NAMED) this.#slowLines.push(line);
  }

  #end({ dress, status, signal, superseded }: Extract<Entry, { kind: "end" }>): void {
    const process = this.#process(dress.pid);
    if (process === undefined || superseded !== null) return;
    process.end = signal === null ? `exited with ${status ?? "?"}` : `killed by ${signal}`;
  }

  #process(pid: number | null): Told | undefined {
    const known = this.#processes.get(pid);
    if (known !== undefined) return known;
    if (this.#processes.size === KEPT) {
      this.#others.add(pid);
      return undefined;
    }
    const told: Told = { pid, program: null, calls: 0, end: null };
    this.#processes.set(pid, told);
    return told;
  }
}
