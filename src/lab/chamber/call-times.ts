/** When each call was in the kernel, so that what a witness saw can be joined to the call it happened in. */

interface Stay {
  readonly id: number;
  readonly enter: number;
  exit: number;
}

export class CallTimes {
  /** By actor, in the order in which they entered. */
  readonly #stays = new Map<number, Stay[]>();
  readonly #open = new Map<number, Stay>();

  /** Times are ns since the run began. */
  enter(actor: number, id: number, t: number): void {
    const stay: Stay = { id, enter: t, exit: Number.POSITIVE_INFINITY };
    this.#open.set(id, stay);
    const stays = this.#stays.get(actor);
    if (stays === undefined) this.#stays.set(actor, [stay]);
    else stays.push(stay);
  }

  exit(id: number, t: number): void {
    const stay = this.#open.get(id);
    if (stay !== undefined) stay.exit = t;
    this.#open.delete(id);
  }

  /** The call that this actor was in then; null: it was in none. */
  of(actor: number, t: number): number | null {
    return this.#stay(actor, t)?.id ?? null;
  }

  /**
   * The call of any of the experiment's actors; of several, the one that entered last: the others sleep.
   */
  any(t: number): number | null {
    const stays = [...this.#stays.keys()].filter((it) => it >= 0).map((it) => this.#stay(it, t));
    const last = stays.reduce((a, b) => (a === null || (b !== null && b.enter > a.enter) ? b : a), null);
    return last?.id ?? null;
  }

  #stay(actor: number, t: number): Stay | null {
    const stays = this.#stays.get(actor) ?? [];
    let [low, high] = [0, stays.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (stays[middle]!.enter <= t) low = middle + 1;
      else high = middle;
    }
    const last = stays[low - 1];
    return last !== undefined && t <= last.exit ? last : null;
  }
}
