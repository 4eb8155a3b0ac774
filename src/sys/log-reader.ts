/** Reads the log of a run, in the supervisor or after its end. Pure: it sees a copy of the bytes. */
import { exact, type Wide } from "../memory/integer.ts";
import { HEADER, KIND, RECORD } from "./log-format.ts";
import { readSegments, type Segment, within } from "./log-segments.ts";

export interface Enter {
  readonly kind: "enter";
  readonly actor: number;
  readonly id: number;
  readonly t: number;
  readonly nr: number;
  /** One of a `times` loop that was under way when the run was over. */
  readonly transient: boolean;
  /** The argument registers, as signed 64-bit words. */
  readonly words: readonly Wide[];
  readonly segments: readonly Segment[];
}
export interface Exit {
  readonly kind: "exit";
  readonly actor: number;
  readonly id: number;
  readonly t: number;
  /** A negated errno on failure. */
  readonly result: number;
  readonly segments: readonly Segment[];
}
export interface Note {
  readonly kind: "note";
  readonly actor: number;
  readonly t: number;
  readonly text: string;
}
/** What an instrument saw, in its own bytes; `what` is one of SIGHT. */
export interface Sighting {
  readonly kind: "sight";
  readonly actor: number;
  readonly t: number;
  readonly what: number;
  readonly bytes: Uint8Array;
}
export type LogRecord = Enter | Exit | Note | Sighting;

/** Bytes from which a log's records can be read: a whole log, or the part of it from `base` on. */
export interface LogBytes {
  readonly bytes: Buffer;
  /** Where `bytes` begins in the log. */
  readonly base: number;
}
export const FIRST = HEADER;

interface Found {
  readonly records: readonly LogRecord[];
  readonly next: number;
}

/**
 * The records from `from` on, as far as they are sealed, and where the next one begins. Void and damaged ones
 * are skipped. While the run goes on it stops before a call of a `times` loop, for that will be taken back;
 * `over`: nobody writes any more, and that call is the last thing that happened.
 */
export function readRecords({ bytes, base }: LogBytes, from: number, over = false): Found {
  const records: LogRecord[] = [];
  let at = from - base;
  while (at + RECORD <= bytes.length) {
    const size = bytes.readUInt32LE(at);
    const kind = bytes.readInt32LE(at + 4);
    const sealed = size >= RECORD && kind !== KIND.none && at + size <= bytes.length;
    if (!sealed || (kind === KIND.passing && !over)) break;
    const record = readRecord(bytes.subarray(at, at + size), kind);
    if (record) records.push(record);
    at += size;
  }
  return { records, next: at + base };
}

function readRecord(b: Buffer, kind: number): LogRecord | null {
  try {
    return READ[kind]?.(b, { actor: b.readInt32LE(8), t: b.readDoubleLE(16) }) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

interface Head {
  readonly actor: number;
  readonly t: number;
}
/** By kind. Each throws RangeError where the record ends before it should. */
const READ: Readonly<Record<number, (b: Buffer, head: Head) => LogRecord>> = {
  [KIND.note]: (b, head) => {
    const end = within(b, RECORD + 8 + b.readUInt32LE(RECORD));
    return { kind: "note", ...head, text: b.toString("utf8", RECORD + 8, end) };
  },
  [KIND.sight]: (b, head) => {
    const end = within(b, RECORD + 8 + b.readUInt32LE(RECORD));
    const bytes = Uint8Array.prototype.slice.call(b, RECORD + 8, end);
    return { kind: "sight", ...head, what: b.readUInt32LE(RECORD + 4), bytes };
  },
  [KIND.exit]: (b, head) => ({
    kind: "exit", ...head, id: b.readInt32LE(12), result: b.readDoubleLE(RECORD),
    segments: readSegments(b, RECORD + 16, b.readUInt32LE(RECORD + 8)),
  }),
  [KIND.enter]: (b, head) => readEnter(b, head, false),
  [KIND.passing]: (b, head) => readEnter(b, head, true),
};

function readEnter(b: Buffer, head: Head, transient: boolean): Enter {
  const argc = b.readUInt32LE(RECORD + 8);
  const behind = within(b, RECORD + 16 + argc * 8);
  const words = Array.from({ length: argc }, (_, i) => exact(b.readBigInt64LE(RECORD + 16 + i * 8)));
  const segments = readSegments(b, behind, b.readUInt32LE(RECORD + 12));
  const [id, nr] = [b.readInt32LE(12), b.readUInt32LE(RECORD)];
  return { kind: "enter", ...head, id, nr, transient, words, segments };
}
