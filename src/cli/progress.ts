/** How far several runs have come: a line on a terminal, as long as their results do not show it. */
import { isTerminal } from "./screen.ts";
import type { Task } from "./side-by-side.ts";

export class Progress {
  readonly #shown: boolean;
  readonly #of: number;
  readonly #under = new Set<string>();
  #done = 0;

  /** `told`: the results go to the terminal too, and show by themselves how far it is. */
  constructor(of: number, told: boolean) {
    this.#of = of;
    this.#shown = of > 1 && !told && isTerminal(2) && process.env.TERM !== "dumb";
  }

  /** The same task, seen while it is under way. */
  over<T, R>(name: string, task: Task<T, R>): Task<T, R> {
    return {
      ...task,
      work: async (hear) => {
        this.#under.add(name);
        this.#show();
        const result = await task.work(hear);
        this.#done += 1;
        this.#under.delete(name);
        this.#show();
        return result;
      },
    };
  }

  /** Over what was there, to the end of the line; nothing while none is under way. */
  #show(): void {
    if (!this.#shown) return;
    const text = this.#under.size === 0 ? ""
      : `${this.#done} of ${this.#of} done, now ${[...this.#under].join(", ")}`;
    process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
  }
}
