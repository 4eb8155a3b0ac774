/**
 * Writes the calls of one actor into the log;
 * inside `times` it keeps a sum instead, and only the current call.
 */
import type { Entry, Parameter } from "../abi/parameter.ts";
import { syscalls } from "../abi/syscalls.ts";
import type { Recorder } from "./calls.ts";
import type { Log } from "./log.ts";
import { stayOf, TRANSIENT } from "./log-format.ts";
import type { Segment } from "./log-segments.ts";
import { nameOf } from "./number-of.ts";
import { endOfRun } from "./packed-bytes.ts";

/** What is left of many calls of one name. */
export interface Sum {
  count: number;
  /** Result → how often. A failed call's is its negated errno. */
  readonly results: Map<number, number>;
  /** The bytes that came out, as runs of equal ones; null once there were too many runs to keep. */
  runs: [string, number][] | null;
  /** How long each was in the kernel, in ns; of the first ones. */
  readonly stays: number[];
  /** Ids of the first and the last call, and their records. */
  readonly first: { readonly id: number; readonly records: Uint8Array };
  last: { readonly id: number; readonly records: Uint8Array };
}
/** Call number → its sum. */
export type Sums = ReadonlyMap<number, Sum>;

/** Counts calls entered and left, for whoever waits until an actor sleeps. */
export interface Tally {
  entered(id: number): void;
  left(): void;
}
/** A call that is over; its EXIT lies at `at`. */
interface Over {
  readonly id: number;
  readonly result: number;
  readonly segments: readonly Segment[];
  readonly at: number;
}
/** So many runs of received bytes are kept. */
const RUNS = 4096;
/** Of so many calls it is kept how long they took. */
const STAYS = 1024;

/** The recorder of one actor. */
export class LogRecorder implements Recorder {
  readonly #log: Log;
  readonly #tally: Tally | null;
  /** While `times` runs; else null. */
  #sums: Map<number, Sum> | null = null;
  #received = 0;
  #from = 0;
  #nr = 0;

  constructor(log: Log, tally: Tally | null = null) {
    this.#log = log;
    this.#tally = tally;
  }

  nextId(): number {
    return this.#log.nextId();
  }

  enter(id: number, nr: number, words: readonly (number | bigint)[], segments: readonly Segment[]): void {
    this.#nr = nr;
    const flags = this.#sums === null ? 0 : TRANSIENT;
    this.#from = this.#log.enter({ id, nr, flags, actor: this.#log.actor }, words, segments);
    this.#tally?.entered(id);
  }

  now(): number {
    return this.#log.now();
  }

  exit(id: number, result: number, t: number, segments: readonly Segment[]): void {
    this.#tally?.left();
    const at = this.#log.exit({ id, actor: this.#log.actor, result, t }, segments);
    if (this.#sums !== null) this.#fold(this.#sums, { id, result, segments, at });
  }

  /**
   * Runs `body`, summing its calls; `received` tells how many bytes they received so far. Of a loop that
   * throws the first and the last call of each name go into the log: one of them is what it broke at.
   */
  summing(body: (received: () => number) => void): Sums {
    if (this.#sums !== null) throw new Error("times(…) inside times(…): one of them is enough");
    const sums = new Map<number, Sum>();
    this.#sums = sums;
    this.#received = 0;
    try {
      body(() => this.#received);
    } catch (error) {
      this.keep(sums);
      throw error;
    } finally {
      this.#sums = null;
    }
    return sums;
  }

  /** Writes the first and the last call of each sum into the log. */
  keep(sums: Sums): void {
    for (const { first, last } of sums.values()) {
      this.#log.paste(first.records);
      if (last.id !== first.id) this.#log.paste(last.records);
    }
  }

  #fold(sums: Map<number, Sum>, call: Over): void {
    const kept = { id: call.id, records: this.#log.callBytes(this.#from, call.at) };
    this.#log.takeBack(this.#from, call.at);
    const sum: Sum = sums.get(this.#nr)
      ?? { count: 0, results: new Map(), runs: [], stays: [], first: kept, last: kept };
    sums.set(this.#nr, sum);
    sum.count++;
    sum.last = kept;
    if (sum.stays.length < STAYS) sum.stays.push(stayOf(kept.records));
    sum.results.set(call.result, (sum.results.get(call.result) ?? 0) + 1);
    for (const it of call.segments) {
      if (!isData(this.#nr, it)) continue;
      addRuns(sum, it.bytes.subarray(0, it.wrote));
      this.#received += it.wrote;
    }
  }
}

/**
 * Whether what was written there are bytes of a message, or of a file:
 * a plain buffer, a piece of a scattered one.
 */
const isData = (nr: number, { parameter, path }: Segment): boolean =>
  path.endsWith(".iov_base") || (path === "" && parametersOf(nr)[parameter]?.typing === null);

function parametersOf(nr: number): readonly Parameter[] {
  const name = nameOf(nr);
  const [, ...parameters] = name === undefined ? [] : syscalls[name] as Entry;
  return parameters;
}

/** Appends bytes to the runs of a sum. */
function addRuns(sum: Sum, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length && sum.runs !== null;) {
    const end = endOfRun(bytes, at);
    const text = String.fromCharCode(bytes[at]!);
    const last = sum.runs.at(-1);
    if (last?.[0] === text) last[1] += end - at;
    else sum.runs.push([text, end - at]);
    if (sum.runs.length > RUNS) sum.runs = null;
    at = end;
  }
}
