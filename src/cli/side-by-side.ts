/**
 * Several runs at a time, told one after the other:
 * the one whose turn it is as it goes, the others from memory.
 */

export interface Task<T, R> {
  /** Nothing may run beside it. */
  readonly alone: boolean;
  /** Does it; tells what happens by `hear`. */
  work(hear: (it: T) => void): Promise<R>;
}

/**
 * Does the tasks in their order, at most `most` at a time. `hear` gets what they tell, a task at a time, in
 * their order too. Once `stop` fires no other task is begun. Answers the results of those that were.
 */
export async function sideBySide<T, R>(
  tasks: readonly Task<T, R>[], most: number, stop: AbortSignal, hear: (it: T, index: number) => void,
): Promise<readonly R[]> {
  const turns = new Turns(hear);
  const results: R[] = [];
  const under = new Set<Promise<void>>();
  for (const [index, task] of tasks.entries()) {
    while (under.size >= (task.alone ? 1 : most)) await Promise.race(under);
    if (stop.aborted) break;
    const work = task.work((it) => turns.hear(it, index)).then((result) => {
      results[index] = result;
      turns.over(index);
      under.delete(work);
    });
    under.add(work);
    if (task.alone) await work;
  }
  await Promise.all(under);
  return results;
}

/** Whose turn it is to be heard. */
class Turns<T> {
  readonly #hear: (it: T, index: number) => void;
  readonly #kept = new Map<number, T[]>();
  readonly #over = new Set<number>();
  #turn = 0;

  constructor(hear: (it: T, index: number) => void) {
    this.#hear = hear;
  }

  hear(it: T, index: number): void {
    if (index === this.#turn) this.#hear(it, index);
    else this.#keptOf(index).push(it);
  }

  over(index: number): void {
    this.#over.add(index);
    while (this.#over.has(this.#turn)) {
      this.#turn += 1;
      for (const it of this.#keptOf(this.#turn)) this.#hear(it, this.#turn);
      this.#kept.delete(this.#turn);
    }
  }

  #keptOf(index: number): T[] {
    const kept = this.#kept.get(index) ?? [];
    this.#kept.set(index, kept);
    return kept;
  }
}
