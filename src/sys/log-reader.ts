/** Reads the log of a run, in the supervisor or after its end. Pure: it sees a copy of the bytes. */
import { exact, type Wide } from "../memory/integer.ts";
import { HEADER, KIND, RECORD, SEGMENT, type Segment, TRANSIENT } from "./log.ts";

export interface Enter {
  readonly kind: "enter";
  readonly actor: number;
  readonly id: number;
  readonly t: number;
  readonly nr: number;
  /** One of a `times` loop that was under way when the log was read. */
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
export type LogRecord = Enter | Exit | Note;

/** Bytes from which a log's records can be read: a whole log, or the part of it from `base` on. */
export interface LogBytes {
  readonly bytes: Buffer;
  /** Where `bytes` begins in the log. */
  readonly base: number;
}
export const FIRST = HEADER;

/** The records from `from` on, as far as they are sealed, and where the next one begins. Void ones are skipped. */
export function readRecords({ bytes, base }: LogBytes, from: number): { readonly records: readonly LogRecord[]; readonly next: number } {
  const records: LogRecord[] = [];
  let at = from - base;
  while (at + RECORD <= bytes.length) {
    const size = bytes.readUInt32LE(at);
    const kind = bytes.readInt32LE(at + 4);
    if (size < RECORD || kind === KIND.none || at + size > bytes.length) break;
    const record = readRecord(bytes, at, kind);
    if (record) records.push(record);
    at += size;
  }
  return { records, next: at + base };
}

function readRecord(b: Buffer, at: number, kind: number): LogRecord | null {
  const actor = b.readInt32LE(at + 8);
  const id = b.readInt32LE(at + 12);
  const t = b.readDoubleLE(at + 16);
  const body = at + RECORD;
  if (kind === KIND.note) return { kind: "note", actor, t, text: b.toString("utf8", body + 8, body + 8 + b.readUInt32LE(body)) };
  if (kind === KIND.exit) {
    return { kind: "exit", actor, id, t, result: b.readDoubleLE(body), segments: readSegments(b, body + 16, b.readUInt32LE(body + 8)) };
  }
  if (kind !== KIND.enter) return null;
  const argc = b.readUInt32LE(body + 8);
  const words = Array.from({ length: argc }, (_, i) => exact(b.readBigInt64LE(body + 16 + i * 8)));
  const segments = readSegments(b, body + 16 + argc * 8, b.readUInt32LE(body + 12));
  const transient = (b.readUInt32LE(body + 4) & TRANSIENT) !== 0;
  return { kind: "enter", actor, id, t, nr: b.readUInt32LE(body), transient, words, segments };
}

function readSegments(b: Buffer, from: number, count: number): readonly Segment[] {
  const out: Segment[] = [];
  for (let at = from; out.length < count;) {
    const [pathLength, typeLength, length] = [b.readUInt32LE(at + 4), b.readUInt32LE(at + 8), b.readUInt32LE(at + 12)];
    const names = at + SEGMENT;
    const data = names + pathLength + typeLength;
    out.push({
      parameter: b.readInt32LE(at),
      path: b.toString("latin1", names, names + pathLength),
      type: b.toString("latin1", names + pathLength, data),
      room: b.readUInt32LE(at + 16),
      wrote: b.readUInt32LE(at + 20),
      address: Number(b.readBigInt64LE(at + 24)),
      bytes: Uint8Array.prototype.slice.call(b, data, data + length),
    });
    at += (SEGMENT + pathLength + typeLength + length + 7) & ~7;
  }
  return out;
}
