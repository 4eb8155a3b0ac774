/**
 * What every command is given: where to write results, where to talk,
 * and the chamber that was entered while the program loaded.
 */
import type { Chamber } from "../lab/chamber/chamber.ts";
import { printable } from "../report/printable.ts";
import { Output } from "./output.ts";

export class Shell {
  /** Results. */
  readonly out = new Output(1, "to standard output");
  #chamber: Promise<Chamber> | null;
  #talked = false;

  constructor(chamber: Promise<Chamber> | null) {
    this.#chamber = chamber;
  }

  /**
   * Talk: what is no result. A line, or several; names in it, of files too, cannot steer the terminal. That
   * nobody may be listening does not matter.
   */
  note(text: string): void {
    if (!this.#talked) process.stderr.on("error", () => undefined);
    this.#talked = true;
    const safe = printable(text, false);
    process.stderr.write(safe.endsWith("\n") ? safe : `${safe}\n`);
  }

  /**
   * The chamber that was entered at the start, to whoever asks first;
   * a new one to the others. Rejects where none can be entered.
   */
  async chamber(): Promise<Chamber> {
    const first = this.#chamber;
    this.#chamber = null;
    if (first !== null) return await first;
    return await (await import("../lab/chamber/chamber.ts")).entered();
  }

  /** Ends the chamber that nobody asked for. */
  async leave(): Promise<void> {
    const chamber = await this.#chamber?.catch(() => null);
    this.#chamber = null;
    if (chamber) await (await import("../lab/chamber/chamber.ts")).leave(chamber);
  }
}
