/** The programs that are measured, and who of them makes which line of a loop. */
import { fileURLToPath } from "node:url";
import { modesFor } from "../lab/chamber/chamber.ts";
import type { ChamberMode } from "../lab/events.ts";
import { MEASURED } from "./gate-trial.ts";
import type { LoopKind } from "./loops.ts";
import { Program, type Start } from "./program.ts";
import { isTwin, type NoTwin, type Twin } from "./twin.ts";

/** Somebody who makes a loop. */
export interface Player {
  readonly name: string;
  readonly says: string;
  /** Who is asked, and for what; or why nobody can be. */
  readonly program: Program | null;
  readonly asks: string;
  readonly why: string | null;
}

export class Cast {
  readonly mode: ChamberMode;
  readonly #calls: Program;
  readonly #library: Program;
  readonly #twin: Program | null;
  readonly #noTwin: string | null;
  readonly #noGate: string | null;

  private constructor(mode: ChamberMode, calls: Program, it: Twin | NoTwin, noGate: string | null) {
    this.mode = mode;
    this.#calls = calls;
    this.#library = new Program(mode, node("library"));
    this.#twin = isTwin(it) ? new Program(mode, it.start) : null;
    this.#noTwin = isTwin(it) ? null : it.why;
    this.#noGate = noGate;
  }

  /**
   * Starts them all, each in a network namespace of its own where that is allowed. `noGate`: why there are no
   * prepared calls here, or null. Throws Error where not even a plain process starts.
   */
  static async start(twin: Twin | NoTwin, noGate: string | null): Promise<Cast> {
    const reasons: string[] = [];
    for (const mode of modesFor(process.getuid?.() ?? -1)) {
      const calls = new Program(mode, node(noGate === null ? "calls" : "koffi"));
      await calls.ask("sendto", 1);
      if (calls.over === null) return new Cast(mode, calls, twin, noGate);
      reasons.push(calls.over);
    }
    throw new Error(`no process could be measured: ${reasons.join("; ")}`);
  }

  /** Everybody who makes this loop, C first. */
  players({ name, rivals }: LoopKind): readonly Player[] {
    return [
      { name: "c", says: "C", program: this.#twin, asks: name, why: this.#noTwin },
      { name: "call", says: "netlab", program: this.#calls, asks: name, why: null },
      {
        name: "prepared", says: "netlab, prepared", program: this.#noGate === null ? this.#calls : null,
        asks: `${name}-prepared`, why: this.#noGate,
      },
      ...rivals.map(({ asks, says }) => ({ name: asks, says, program: this.#library, asks, why: null })),
    ];
  }

  async end(): Promise<void> {
    await Promise.all([this.#calls, this.#library, this.#twin].map((it) => it?.end()));
  }
}

const node = (what: string): Start =>
  ({ command: [process.execPath, fileURLToPath(MEASURED), what], file: null });
