/** A perf ring of our own making, filled as the kernel fills it: heads, wraps, what is skipped, what is given back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { PERF_RECORD_LOST, PERF_RECORD_SAMPLE, PERF_RECORD_THROTTLE } from "../../src/abi/constants/perf_event.ts";
import { PerfRing, RING } from "../../src/witness/perf-ring.ts";

const PAGE = 4096;
const ROOM = RING - PAGE;

/** The kernel's side: appends where there is room, from `begin` bytes on. */
class Writer {
  readonly memory = new ArrayBuffer(RING);
  readonly #ends = new BigInt64Array(this.memory, 1024, 2);
  readonly #bytes = Buffer.from(this.memory, PAGE);

  constructor(begin = 0) {
    this.#ends.fill(BigInt(begin));
  }

  get tail(): number {
    return Number(this.#ends[1]);
  }

  /** False where it does not fit. */
  write(record: Uint8Array): boolean {
    const head = Number(this.#ends[0]);
    if (head + record.length - this.tail > ROOM) return false;
    for (const [i, byte] of record.entries()) this.#bytes[(head + i) % ROOM] = byte;
    this.#ends[0] = BigInt(head + record.length);
    return true;
  }
}

function record(type: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(8 + body.length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt16LE(bytes.length, 6);
  bytes.set(body, 8);
  return bytes;
}
function lost(count: number): Buffer {
  const body = Buffer.alloc(16);
  body.writeBigUInt64LE(BigInt(count), 8);
  return record(PERF_RECORD_LOST, body);
}
const sample = (length: number, fill: number): Buffer => record(PERF_RECORD_SAMPLE, Buffer.alloc(length, fill));

function taken(ring: PerfRing): { readonly count: number; readonly records: readonly Buffer[] } {
  const records: Buffer[] = [];
  return { count: ring.take((bytes) => records.push(Buffer.from(bytes))), records };
}

test("an empty ring", () => {
  const writer = new Writer();
  expect(taken(new PerfRing(writer.memory))).toEqual({ count: 0, records: [] });
});

test("samples and notes of lost ones come, others are passed over, all of it is given back", () => {
  const writer = new Writer();
  const ring = new PerfRing(writer.memory);
  const [first, note, last] = [sample(40, 1), lost(7), sample(8, 2)];
  for (const it of [first, record(PERF_RECORD_THROTTLE, Buffer.alloc(24)), note, last]) writer.write(it);
  expect(taken(ring)).toEqual({ count: 2, records: [first, note, last] });
  expect(ring.lost).toBe(7);
  expect(writer.tail).toBe(48 + 32 + 24 + 16);
  expect(taken(ring).records).toEqual([]);
  writer.write(lost(3));
  taken(ring);
  expect(ring.lost).toBe(10);
});

// The last 8, 16, 24 bytes before the end of the ring: a head alone, and more.
test.each([8, 16, 24, 32, 40, 48])("a record that begins %i bytes before the end is put together", (before) => {
  const writer = new Writer(5 * ROOM - before);
  const ring = new PerfRing(writer.memory);
  const body = Buffer.from(Array.from({ length: 32 }, (_, i) => i + 1));
  const whole = record(PERF_RECORD_SAMPLE, body);
  const after = lost(9);
  writer.write(whole);
  writer.write(after);
  expect(taken(ring).records).toEqual([whole, after]);
  expect(ring.lost).toBe(9);
});

test("the count of a note at the ring's end is read from its beginning", () => {
  const writer = new Writer(ROOM - 16);
  const ring = new PerfRing(writer.memory);
  writer.write(lost(12));
  taken(ring);
  expect(ring.lost).toBe(12);
});

test("whatever was written comes out, in order, whenever it is taken", () => {
  const one = fc.record({ length: fc.integer({ min: 0, max: 8000 }).map((it) => it * 8), fill: fc.integer({ min: 0, max: 255 }), take: fc.boolean() });
  fc.assert(fc.property(fc.nat(ROOM).map((it) => it * 8), fc.array(one, { maxLength: 60 }), (begin, them) => {
    const writer = new Writer(begin);
    const ring = new PerfRing(writer.memory);
    const [written, came]: [Buffer[], Buffer[]] = [[], []];
    for (const { length, fill, take } of them) {
      const it = sample(length, fill);
      if (writer.write(it)) written.push(it);
      if (take) came.push(...taken(ring).records);
    }
    came.push(...taken(ring).records);
    expect(Buffer.concat(came).equals(Buffer.concat(written))).toBe(true);
    expect(came.length).toBe(written.length);
  }), { numRuns: 30 });
});

test("a ring that is not one is refused, not read for ever", () => {
  const writer = new Writer();
  writer.write(Buffer.alloc(16));
  expect(() => taken(new PerfRing(writer.memory))).toThrow("a perf ring has a record of no bytes at 0");
});
