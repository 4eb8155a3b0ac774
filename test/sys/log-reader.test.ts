/** Reading a log to which something happened: it ends early, or words of it are not what they were. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RECORD, TRANSIENT } from "../../src/sys/log-format.ts";
import { FIRST, type LogRecord, readRecords } from "../../src/sys/log-reader.ts";
import { logIn } from "./log-in.ts";
import { call, head, SIZE } from "./written-log.ts";

describe("a damaged log", () => {
  const shared = new ArrayBuffer(SIZE);
  const log = logIn(shared, 0n, 0);
  for (let i = 0; i < 5; i++) {
    call(log, i, 0);
    log.note(`note ${i}`);
  }
  log.enter({ id: 9, nr: 1, flags: TRANSIENT, actor: 0 }, [1], []);
  const whole = Buffer.from(Buffer.from(shared, FIRST, head(shared) - FIRST));
  const sane = (bytes: Buffer): readonly LogRecord[] => {
    const { records: some, next } = readRecords({ bytes, base: FIRST }, FIRST, true);
    expect(next).toBeGreaterThanOrEqual(FIRST);
    expect(next).toBeLessThanOrEqual(FIRST + bytes.length);
    expect(some.length).toBeLessThanOrEqual(bytes.length / RECORD);
    return some;
  };

  test("that ends anywhere gives the records before its end", () => {
    for (let length = 0; length <= whole.length; length++) {
      const some = sane(whole.subarray(0, length));
      expect(sane(whole).slice(0, some.length)).toEqual(some);
    }
  });

  test("with any word overwritten is read without a fault", () => fc.assert(fc.property(fc.nat(whole.length / 4 - 1), fc.oneof(fc.nat(100), fc.nat(2 ** 32 - 1)), (at, value) => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(value, at * 4);
    sane(bytes);
  }), { numRuns: 2000 }));

  test("of random bytes is read without a fault", () => fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(8), (bytes, kind) => {
    sane(Buffer.from(bytes));
    const plausible = Buffer.concat([Buffer.alloc(8), bytes]);
    plausible.writeUInt32LE(plausible.length, 0);
    plausible.writeUInt32LE(kind, 4);
    sane(plausible);
  }), { numRuns: 1000 }));

  const exit = RECORD + 16 + 8;   // behind the first ENTER, with its one word
  test.each([
    ["an ENTER of four thousand million arguments", RECORD + 8,                  2 ** 32 - 1, 0],
    ["an ENTER of one segment",                     RECORD + 12,                 1,           0],
    ["an EXIT of two segments",                     exit + RECORD + 8,           2,           1],
    ["a segment of too many bytes",                 exit + RECORD + 16 + 12,     9,           1],
    ["a segment with a path that is too long",      exit + RECORD + 16 + 4,      4096,        1],
    ["a record of no kind that is known",           exit + 4,                    99,          1],
  ])("with %s gives all others", (_, at, value, damaged) => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(value, at);
    expect(sane(bytes)).toEqual(sane(whole).toSpliced(damaged, 1));
  });
});
