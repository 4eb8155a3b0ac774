/**
 * The log of a run: memory shared with the supervisor, so that a crash, a hang or a SIGKILL lose nothing.
 * How its records lie, log-format.ts says.
 */
import { HEADER, KIND, RECORD, TRANSIENT } from "./log-format.ts";
import { type Segment, sizeOf, writeSegments, writeWord } from "./log-segments.ts";

/** Kept free for the EXITs of calls under way, in bytes. */
const RESERVE = 1 << 20;

/** The head of the log: where the next record goes, in units of 8 bytes. No reader looks beyond it. */
const HEAD = 0;
/** The id of the last call, over all actors. */
const IDS = 1;

/** A call before its crossing. */
export interface Entering {
  readonly id: number; readonly nr: number;
  readonly flags: number; readonly actor: number;
}
/** A call after it; `result` is a negated errno on failure. */
export interface Leaving {
  readonly id: number;
  readonly actor: number;
  readonly result: number;
  /** When it came back, by `now`. */
  readonly t: number;
}

/**
 * Memory that a log is written in. It is looked at through a window that widens as the log grows:
 * V8 counts what it sees through as its own, and a large window would have it collect garbage at once.
 */
export interface LogMemory {
  /** The most that the log may take, in bytes. */
  readonly size: number;
  /** The first `length` bytes. */
  view(length: number): ArrayBuffer;
}
/** The first window, in bytes; each further one is four times as large. */
const WINDOW = 8 << 20;
const FACTOR = 4;

/** There is no room for another record; the run ends here. */
export class LogFull extends Error {
  override readonly name = "LogFull";
}

/** Writes records. Threads and processes may share a log: each has a Log of its own on the same memory. */
export class Log {
  readonly #memory: LogMemory;
  #u8!: Uint8Array;
  #u32!: Int32Array;
  #f64!: Float64Array;
  readonly #seconds: number;
  readonly #nanoseconds: number;
  readonly actor: number;

  /** `origin`: CLOCK_MONOTONIC when the run began, in ns. */
  constructor(memory: LogMemory, origin: bigint, actor: number) {
    this.#memory = memory;
    this.#open(WINDOW);
    this.#seconds = Number(origin / 1_000_000_000n);
    this.#nanoseconds = Number(origin % 1_000_000_000n);
    this.actor = actor;
    Atomics.compareExchange(this.#u32, HEAD, 0, HEADER / 8);
  }

  /** Nanoseconds since the run began. */
  now(): number {
    const [seconds, nanoseconds] = process.hrtime();
    return (seconds - this.#seconds) * 1e9 + nanoseconds - this.#nanoseconds;
  }

  nextId(): number {
    return Atomics.add(this.#u32, IDS, 1) + 1;
  }

  /** What goes in, written before the crossing; words are the registers. Answers where the record lies. */
  enter(
    { id, nr, flags, actor }: Entering, words: readonly (number | bigint)[], segments: readonly Segment[],
  ): number {
    const at = this.#allocate(RECORD + 16 + words.length * 8 + sizeOf(segments), RESERVE);
    const w = at >> 2;
    const u32 = this.#u32;
    u32[w + 6] = nr;
    u32[w + 7] = 0;
    u32[w + 8] = words.length;
    u32[w + 9] = segments.length;
    for (let i = 0; i < words.length; i++) writeWord(u32, at + RECORD + 16 + i * 8, words[i]!);
    writeSegments(u32, this.#u8, at + RECORD + 16 + words.length * 8, segments);
    this.#seal(at, (flags & TRANSIENT) === 0 ? KIND.enter : KIND.passing, actor, id, this.now());
    return at;
  }

  /** What came out, written after it. */
  exit({ id, actor, result, t }: Leaving, segments: readonly Segment[]): number {
    const at = this.#allocate(RECORD + 16 + sizeOf(segments), 0);
    this.#f64[(at + RECORD) >> 3] = result;
    this.#u32[(at + RECORD + 8) >> 2] = segments.length;
    this.#u32[(at + RECORD + 12) >> 2] = 0;
    writeSegments(this.#u32, this.#u8, at + RECORD + 16, segments);
    this.#seal(at, KIND.exit, actor, id, t);
    return at;
  }

  /** A line of JSON: `text` is stored as UTF-8. */
  note(text: string): void {
    this.#write(KIND.note, 0, Buffer.from(text));
  }

  /** What an instrument saw; `what` is one of SIGHT. */
  sight(what: number, bytes: Uint8Array): void {
    this.#write(KIND.sight, what, bytes);
  }

  /** A copy of a call's two records, without the mark of a loop. */
  callBytes(enterAt: number, exitAt: number): Uint8Array {
    const enter = this.#record(enterAt);
    enter[4] = KIND.enter;
    return Buffer.concat([enter, this.#record(exitAt)]);
  }

  /** Appends records that were copied before. */
  paste(records: Uint8Array): void {
    const at = this.#allocate(records.length, 0);
    this.#u8.set(records.subarray(8), at + 8);
    const kind = new DataView(records.buffer, records.byteOffset).getInt32(4, true);
    this.#u32[at >> 2] = new DataView(records.buffer, records.byteOffset).getInt32(0, true);
    this.#mark(at, kind);
  }

  /** Takes back both records of a call: frees them if they are the newest, else makes them void. */
  takeBack(enterAt: number, exitAt: number): void {
    const [first, second] = [this.#u32[enterAt >> 2]!, this.#u32[exitAt >> 2]!];
    const end = exitAt + second;
    if (enterAt + first === exitAt && Atomics.load(this.#u32, HEAD) === end / 8) {
      this.#u8.fill(0, enterAt, end);
      if (Atomics.compareExchange(this.#u32, HEAD, end / 8, enterAt / 8) === end / 8) return;
      this.#u32[exitAt >> 2] = second;
      this.#u32[enterAt >> 2] = first;
    }
    this.#mark(exitAt, KIND.void);
    this.#mark(enterAt, KIND.void);
  }

  #write(kind: number, what: number, bytes: Uint8Array): void {
    const at = this.#allocate(RECORD + 8 + bytes.length, RESERVE);
    this.#u32[(at + RECORD) >> 2] = bytes.length;
    this.#u32[(at + RECORD + 4) >> 2] = what;
    this.#u8.set(bytes, at + RECORD + 8);
    this.#seal(at, kind, this.actor, 0, this.now());
  }

  #open(length: number): void {
    const shared = this.#memory.view(Math.min(length, this.#memory.size));
    this.#u8 = new Uint8Array(shared);
    this.#u32 = new Int32Array(shared);
    this.#f64 = new Float64Array(shared);
  }

  #mark(at: number, kind: number): void {
    Atomics.store(this.#u32, (at >> 2) + 1, kind);
  }

  #record(at: number): Uint8Array {
    return this.#u8.slice(at, at + this.#u32[at >> 2]!);
  }

  /** Bytes for one record, of which only the size is written. */
  #allocate(size: number, keep: number): number {
    const units = Math.ceil(size / 8);
    for (let head = Atomics.load(this.#u32, HEAD); ;) {
      const at = head * 8;
      if (at + size + keep > this.#memory.size) throw new LogFull(full(this.#memory.size));
      const seen = Atomics.compareExchange(this.#u32, HEAD, head, head + units);
      if (seen === head) {
        if (at + units * 8 > this.#u8.length) this.#open(FACTOR * (at + units * 8));
        this.#u32[at >> 2] = units * 8;
        return at;
      }
      head = seen;
    }
  }

  #seal(at: number, kind: number, actor: number, id: number, t: number): void {
    this.#u32[(at >> 2) + 2] = actor;
    this.#u32[(at >> 2) + 3] = id;
    this.#f64[(at >> 3) + 2] = t;
    this.#mark(at, kind);
  }
}

const full = (size: number): string =>
  `the record of this run is full (${size >> 20} MiB): let times(…) stand around long loops`;
