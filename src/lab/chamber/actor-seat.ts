/**
 * Where the chamber and one actor meet: six words in the log's first page, seen by threads and processes
 * alike.
 *
 *     state · thread id · calls entered · calls left · id of the call entered last · reserved
 */

export const STATE = { none: 0, ready: 1, done: 2, failed: 3 } as const;
const WORDS = 6;
/** The first words belong to the log and its supervisor. */
const FIRST = 16;

/** An argument of an actor: a plain value, or memory by its address, with its struct's tag if it is one. */
export type Given = Readonly<Record<string, { readonly value: unknown } | MemoryGiven>>;
export interface MemoryGiven {
  readonly address: number;
  readonly length: number;
  readonly layout: string | null;
}
export interface ActorOrder {
  /** The exported function's name. */
  readonly name: string;
  readonly given: Given;
}
export interface ActorSeat {
  readonly number: number;
  /** Of a process; null: it is a thread. */
  readonly pid: number | null;
  readonly state: number;
  readonly tid: number;
  readonly entered: number;
  readonly left: number;
  readonly id: number;
  /** Waits until the state is at least this; throws `otherwise` after so many ms. */
  until(state: number, patience: number, otherwise: string): void;
  send(order: ActorOrder): void;
}

/**
 * An actor's words in the page: it writes them, the chamber and the supervisor read them.
 * Throws RangeError beyond what a page holds.
 */
export class Seat {
  readonly number: number;
  readonly #words: Int32Array;

  constructor(page: ArrayBuffer, number: number) {
    const most = Math.floor((4096 / 4 - FIRST) / WORDS);
    if (number > most) throw new RangeError(`a run has at most ${most} actors`);
    this.number = number;
    this.#words = new Int32Array(page, (FIRST + (number - 1) * WORDS) * 4, WORDS);
  }

  get(word: number): number {
    return Atomics.load(this.#words, word);
  }

  set(word: number, value: number): void {
    Atomics.store(this.#words, word, value);
  }

  /** The actor's side of a call: entered, left. */
  entered(id: number): void {
    this.set(WORD.id, id);
    Atomics.add(this.#words, WORD.entered, 1);
  }

  left(): void {
    Atomics.add(this.#words, WORD.left, 1);
  }

  /** The chamber's side of it. `post` hands an order to a thread; a process has its order already. */
  of(pid: number | null, post: (order: ActorOrder) => void): ActorSeat {
    const get = (word: number): number => this.get(word);
    return {
      number: this.number,
      pid,
      get state() { return get(WORD.state); },
      get tid() { return get(WORD.tid); },
      get entered() { return get(WORD.entered); },
      get left() { return get(WORD.left); },
      get id() { return get(WORD.id); },
      until(state, patience, otherwise) {
        const end = performance.now() + patience;
        while (get(WORD.state) < state) {
          if (performance.now() > end) throw new Error(otherwise);
          pause();
        }
      },
      send: post,
    };
  }
}
export const WORD = { state: 0, tid: 1, entered: 2, left: 3, id: 4 } as const;

/** Where a seat's thread id lies in the log's first page, in words of 4 bytes. */
export const tidWord = (seat: number): number => FIRST + (seat - 1) * WORDS + WORD.tid;

const clock = new Int32Array(new SharedArrayBuffer(4));
/** A tenth of a millisecond, in which others may run. */
export const pause = (): void => void Atomics.wait(clock, 0, 0, 0.1);
