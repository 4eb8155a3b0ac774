/** How far several runs have come: a line on a terminal, as long as their results do not show it. */
import type { Task } from "./side-by-side.ts";
import { drawsStatus, showStatus } from "./status-line.ts";

export class Progress {
  readonly #shown: boolean;
  readonly #of: number;
  readonly #under = new Set<string>();
  #done = 0;

  /** `told`: the results go to the terminal too, and show by themselves how far it is. */
  constructor(of: number, told: boolean) {
    this.#of = of;
    this.#shown = of > 1 && !told && drawsStatus();
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

  /** Nothing while none is under way. */
  #show(): void {
    if (!this.#shown) return;
    const names = [...this.#under].join(", ");
    showStatus(names === "" ? "" : `${this.#done} of ${this.#of} done, now ${names}`);
  }
}
