/** What every command is given: where to write results, where to talk, and the chamber that was entered while the program loaded. */
import { type Chamber, enter, leave, modesFor } from "../lab/chamber/chamber.ts";
import { Output } from "./output.ts";

export class Shell {
  /** Results. */
  readonly out = new Output(1, "to standard output");
  #chamber: Promise<Chamber> | null;

  constructor(chamber: Promise<Chamber> | null) {
    this.#chamber = chamber;
  }

  /** Talk: what is no result. A line, or several. */
  note(text: string): void {
    process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** The chamber that was entered at the start, to whoever asks first; a new one to the others. Rejects where none can be entered. */
  chamber(): Promise<Chamber> {
    const first = this.#chamber;
    this.#chamber = null;
    return first ?? enter(modesFor(process.getuid?.() ?? -1));
  }

  /** Ends the chamber that nobody asked for. */
  async leave(): Promise<void> {
    const chamber = await this.#chamber?.catch(() => null);
    this.#chamber = null;
    if (chamber) await leave(chamber);
  }
}
