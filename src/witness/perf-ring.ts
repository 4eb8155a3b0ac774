/**
 * A perf ring: a page of the kernel's words, then the records, which the kernel appends at data_head and the
 * reader gives back by moving data_tail. uapi linux/perf_event.h (struct perf_event_mmap_page).
 */
import { PERF_RECORD_LOST, PERF_RECORD_SAMPLE } from "../abi/constants/perf_event.ts";

const PAGE = 4096;
/** Bytes for records: a power of two of pages. */
const ROOM = 1 << 20;
/** What is to be mapped for a ring, in bytes. */
export const RING = PAGE + ROOM;
/** Where data_head and data_tail stand: bytes since the beginning, never turned back. */
const ENDS = 1024;
const [HEAD, TAIL] = [0, 1];

/** Takes the records out of a ring. */
export class PerfRing {
  readonly #ends: BigInt64Array;
  readonly #records: Uint8Array;
  readonly #words: DataView;
  #lost = 0;

  /** `memory`: RING bytes, mapped readable and writable. */
  constructor(memory: ArrayBuffer) {
    this.#ends = new BigInt64Array(memory, ENDS, 2);
    this.#records = new Uint8Array(memory, PAGE, ROOM);
    this.#words = new DataView(memory, PAGE, ROOM);
  }

  /** So many records did not fit, as those taken say. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * Hands over the samples and the notes of lost ones that came since it was last called, each whole, head
   * included, and answers how many samples there were. The bytes are the ring's own: they are the kernel's
   * again when this returns.
   */
  take(put: (bytes: Uint8Array) => void): number {
    // What the kernel wrote before it moved data_head is there once data_head is read.
    const head = Number(Atomics.load(this.#ends, HEAD));
    let tail = Number(Atomics.load(this.#ends, TAIL));
    let samples = 0;
    while (tail < head) {
      const at = tail % ROOM;
      const type = this.#words.getUint32(at, true);
      const size = this.#words.getUint16(at + 6, true);
      if (size === 0) throw new RangeError(`a perf ring has a record of no bytes at ${tail}`);
      if (type === PERF_RECORD_SAMPLE) samples++;
      if (type === PERF_RECORD_LOST) this.#lost += Number(this.#words.getBigUint64((at + 16) % ROOM, true));
      if (type === PERF_RECORD_SAMPLE || type === PERF_RECORD_LOST) put(this.#whole(at, size));
      tail += size;
    }
    Atomics.store(this.#ends, TAIL, BigInt(tail));
    return samples;
  }

  /** Puts a record together that goes on at the beginning. Heads are whole: sizes are multiples of 8. */
  #whole(at: number, size: number): Uint8Array {
    if (at + size <= ROOM) return this.#records.subarray(at, at + size);
    const bytes = new Uint8Array(size);
    bytes.set(this.#records.subarray(at));
    bytes.set(this.#records.subarray(0, at + size - ROOM), ROOM - at);
    return bytes;
  }
}
