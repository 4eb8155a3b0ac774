/** What a wire did, counted in memory that its thread and the run share. */
import { u32 } from "../memory/integer.ts";
import { struct } from "../memory/struct.ts";

/**
 * Of one rule, 8 bytes, netlab's own: how many frames of its direction and kind came so far, and to how many
 * it was applied.
 */
export const wire_rule = struct("wire_rule", 8, {
  frames: [0, u32],
  done:   [4, u32],
});

const PASSED = 0;
const DROPPED = 1;
const FIRST = 2;
/** Words of one rule. */
const EACH = 2;

/** One thread writes, any reads. */
export class WireTally {
  /** To be handed to the other thread. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new Uint32Array(memory);
  }

  static of(rules: number): WireTally {
    return new WireTally(new SharedArrayBuffer((FIRST + EACH * rules) * Uint32Array.BYTES_PER_ELEMENT));
  }

  get passed(): number { return Atomics.load(this.#words, PASSED); }
  get dropped(): number { return Atomics.load(this.#words, DROPPED); }

  /** The counts of all rules as they stand now. */
  rules(): readonly ReturnType<typeof wire_rule>[] {
    const count = (this.#words.length - FIRST) / EACH;
    return Array.from({ length: count }, (_, n) => {
      const at = FIRST + EACH * n;
      return wire_rule({ frames: Atomics.load(this.#words, at), done: Atomics.load(this.#words, at + 1) });
    });
  }

  pass(): void { this.#add(PASSED); }
  drop(): void { this.#add(DROPPED); }
  /** A frame that rule n could be about came. */
  meet(n: number): void { this.#add(FIRST + EACH * n); }
  /** Rule n was applied. */
  apply(n: number): void { this.#add(FIRST + EACH * n + 1); }

  #add(word: number): void {
    Atomics.add(this.#words, word, 1);
  }
}
