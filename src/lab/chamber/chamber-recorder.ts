/**
 * Records the chamber's own calls (lo up, a socket's cookie):
 * they are part of the truth, but not of the experiment.
 */
import type { Recorder } from "../../sys/calls.ts";
import type { Log } from "../../sys/log.ts";
import type { Segment } from "../../sys/log-segments.ts";

/** The actor number of the chamber itself. */
export const CHAMBER = -1;
let last = 0;

/** Ids count down from -1, so that the experiment's first call is #1. */
export class ChamberRecorder implements Recorder {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  nextId(): number {
    return --last;
  }

  enter(id: number, nr: number, words: readonly (number | bigint)[], segments: readonly Segment[]): void {
    this.#log.enter({ id, nr, flags: 0, actor: CHAMBER }, words, segments);
  }

  now(): number {
    return this.#log.now();
  }

  exit(id: number, result: number, t: number, segments: readonly Segment[]): void {
    this.#log.exit({ id, actor: CHAMBER, result, t }, segments);
  }
}
