/** Signals that end a run: the first one ends it in order, the second one at once. */
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class Interrupt {
  readonly #stop = new AbortController();
  #caught: NodeJS.Signals | null = null;
  readonly #hear = (it: NodeJS.Signals): void => {
    if (this.#caught !== null) process.exit(exitOf(it));
    this.#caught = it;
    this.stop();
  };

  /** Listens from now on. */
  constructor() {
    for (const it of SIGNALS) process.on(it, this.#hear);
  }

  /** Fires when the runs are to end. */
  get signal(): AbortSignal { return this.#stop.signal; }

  /** 128 and the number of the signal that came; null where none did. */
  get exit(): number | null { return this.#caught === null ? null : exitOf(this.#caught); }

  /** Ends the runs without a signal. */
  stop(): void {
    this.#stop.abort();
  }
}

const exitOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
