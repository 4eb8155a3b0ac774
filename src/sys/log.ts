/**
 * The log of a run: memory shared with the supervisor, so that a crash, a hang or a SIGKILL lose nothing.
 *
 * Records follow one another, each on a multiple of 8 bytes. A crossing is two of them: ENTER, written before it, with
 * the registers and the bytes that go in; EXIT, written after it, with the result and the bytes that came out. A NOTE is
 * a line of JSON: what is no call. Little-endian words:
 *
 *     0 size in bytes · 4 kind (set last) · 8 actor · 12 id · 16 t, ns since the run began (f64) · 24 body
 *     ENTER  nr · flags · argc · nseg · argc × i64 · nseg × segment      EXIT  result (f64) · nseg · 0 · nseg × segment
 *     segment: parameter · path length · type length · bytes · room · wrote · address (i64) · path · type · bytes, padded
 */
export const KIND = { none: 0, enter: 1, exit: 2, note: 3, void: 4 } as const;
/** The first page holds words that the parties set for each other; records begin behind it. */
export const HEADER = 4096;
export const RECORD = 24;
export const SEGMENT = 32;
/** Of ENTER: one of a `times` loop; it is taken back when it is over. */
export const TRANSIENT = 1;
/** Where the head stands in the log, in bytes; its value is in units of 8 bytes. A reader never looks beyond it. */
export const HEAD_AT = 0;
/** Kept free for the EXITs of calls under way, in bytes. */
const RESERVE = 1 << 20;

/** The head of the log: the offset, in units of 8 bytes, where the next record goes. */
const HEAD = 0;
/** The id of the last call, over all actors. */
const IDS = 1;

/** Bytes behind one pointer of a call, at one moment. */
export interface Segment {
  /** Which parameter, counted from 0. */
  readonly parameter: number;
  /** How C names what the pointer inside a struct reached: `.msg_iov[0].iov_base`; empty for the parameter itself. */
  readonly path: string;
  /** The C type the memory was made as; empty where it has none. */
  readonly type: string;
  readonly address: number;
  /** How many bytes the call may touch. */
  readonly room: number;
  /** Of EXIT: how many the kernel wrote, by the call's contract. */
  readonly wrote: number;
  readonly bytes: Uint8Array;
}

/** A call before its crossing. */
export interface Entering {
  readonly id: number;
  readonly nr: number;
  readonly flags: number;
  readonly actor: number;
}
/** A call after it; `result` is a negated errno on failure. */
export interface Leaving {
  readonly id: number;
  readonly actor: number;
  readonly result: number;
}

export class LogFull extends Error {
  override readonly name = "LogFull";
}

/** Writes records. Several threads and processes may share one log: each has a Log of its own on the same memory. */
export class Log {
  readonly #u8: Uint8Array;
  readonly #u32: Int32Array;
  readonly #f64: Float64Array;
  readonly #origin: bigint;
  readonly actor: number;

  /** `origin`: CLOCK_MONOTONIC when the run began, in ns. */
  constructor(shared: ArrayBuffer, origin: bigint, actor: number) {
    this.#u8 = new Uint8Array(shared);
    this.#u32 = new Int32Array(shared);
    this.#f64 = new Float64Array(shared);
    this.#origin = origin;
    this.actor = actor;
    Atomics.compareExchange(this.#u32, HEAD, 0, HEADER / 8);
  }

  /** Nanoseconds since the run began. */
  now(): number {
    return Number(process.hrtime.bigint() - this.#origin);
  }

  nextId(): number {
    return Atomics.add(this.#u32, IDS, 1) + 1;
  }

  /** What goes in, written before the crossing. Words are the argument registers. Answers where the record lies. */
  enter({ id, nr, flags, actor }: Entering, words: readonly (number | bigint)[], segments: readonly Segment[]): number {
    const t = this.now();
    const at = this.#allocate(RECORD + 16 + words.length * 8 + sizeOf(segments), RESERVE);
    const w = at >> 2;
    const u32 = this.#u32;
    u32[w + 6] = nr;
    u32[w + 7] = flags;
    u32[w + 8] = words.length;
    u32[w + 9] = segments.length;
    for (let i = 0; i < words.length; i++) this.#word(at + RECORD + 16 + i * 8, words[i]!);
    this.#segments(at + RECORD + 16 + words.length * 8, segments);
    this.#seal(at, KIND.enter, actor, id, t);
    return at;
  }

  /** What came out, written after it. */
  exit({ id, actor, result }: Leaving, segments: readonly Segment[]): number {
    const t = this.now();
    const at = this.#allocate(RECORD + 16 + sizeOf(segments), 0);
    this.#f64[(at + RECORD) >> 3] = result;
    this.#u32[(at + RECORD + 8) >> 2] = segments.length;
    this.#u32[(at + RECORD + 12) >> 2] = 0;
    this.#segments(at + RECORD + 16, segments);
    this.#seal(at, KIND.exit, actor, id, t);
    return at;
  }

  /** A line of JSON: `text` is stored as UTF-8. */
  note(text: string): void {
    const bytes = Buffer.from(text);
    const at = this.#allocate(RECORD + 8 + bytes.length, RESERVE);
    this.#u32[(at + RECORD) >> 2] = bytes.length;
    this.#u8.set(bytes, at + RECORD + 8);
    this.#seal(at, KIND.note, this.actor, 0, this.now());
  }

  /** A copy of a call's two records, without the mark of a loop. */
  callBytes(enterAt: number, exitAt: number): Uint8Array {
    const enter = this.#record(enterAt);
    enter[RECORD + 4] = 0;
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
    const end = exitAt + this.#u32[exitAt >> 2]!;
    const adjacent = enterAt + this.#u32[enterAt >> 2]! === exitAt;
    this.#mark(enterAt, KIND.none);
    if (adjacent && Atomics.compareExchange(this.#u32, HEAD, end / 8, enterAt / 8) === end / 8) return;
    this.#mark(exitAt, KIND.void);
    this.#mark(enterAt, KIND.void);
  }

  #mark(at: number, kind: number): void {
    Atomics.store(this.#u32, (at >> 2) + 1, kind);
  }

  #record(at: number): Uint8Array {
    return this.#u8.slice(at, at + this.#u32[at >> 2]!);
  }

  #allocate(size: number, keep: number): number {
    const units = Math.ceil(size / 8);
    const at = Atomics.add(this.#u32, HEAD, units) * 8;
    if (at + size + keep > this.#u8.length) {
      Atomics.sub(this.#u32, HEAD, units);
      throw new LogFull(`the record of this run is full (${this.#u8.length >> 20} MiB): let times(…) stand around long loops`);
    }
    this.#mark(at, KIND.none);
    this.#u32[at >> 2] = units * 8;
    return at;
  }

  #seal(at: number, kind: number, actor: number, id: number, t: number): void {
    this.#u32[(at >> 2) + 2] = actor;
    this.#u32[(at >> 2) + 3] = id;
    this.#f64[(at >> 3) + 2] = t;
    this.#mark(at, kind);
  }

  #word(at: number, word: number | bigint): void {
    if (typeof word === "bigint") {
      this.#u32[at >> 2] = Number(BigInt.asIntN(32, word));
      this.#u32[(at >> 2) + 1] = Number(BigInt.asIntN(32, word >> 32n));
      return;
    }
    this.#u32[at >> 2] = word | 0;
    this.#u32[(at >> 2) + 1] = Math.floor(word / 2 ** 32);
  }

  #segments(from: number, segments: readonly Segment[]): void {
    let at = from;
    for (const it of segments) {
      const w = at >> 2;
      const u32 = this.#u32;
      u32[w] = it.parameter;
      u32[w + 1] = it.path.length;
      u32[w + 2] = it.type.length;
      u32[w + 3] = it.bytes.length;
      u32[w + 4] = it.room;
      u32[w + 5] = it.wrote;
      this.#word(at + 24, it.address);
      let body = at + SEGMENT;
      for (const text of [it.path, it.type]) for (let i = 0; i < text.length; i++) this.#u8[body++] = text.charCodeAt(i);
      this.#u8.set(it.bytes, body);
      at += segmentSize(it);
    }
  }
}

const segmentSize = (it: Segment): number => (SEGMENT + it.path.length + it.type.length + it.bytes.length + 7) & ~7;
const sizeOf = (segments: readonly Segment[]): number => segments.reduce((sum, it) => sum + segmentSize(it), 0);
