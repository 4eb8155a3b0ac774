/** The log: what is written is read, whoever writes beside it, and whenever it is read. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exact } from "../../src/memory/integer.ts";
import { type Log, LogFull } from "../../src/sys/log.ts";
import { HEADER, KIND, TRANSIENT } from "../../src/sys/log-format.ts";
import { FIRST, type LogRecord } from "../../src/sys/log-reader.ts";
import type { Segment } from "../../src/sys/log-segments.ts";
import { logIn } from "./log-in.ts";
import { call, head, read, records, SIZE } from "./written-log.ts";

const latin1 = fc.array(fc.nat(255)).map((it) => String.fromCharCode(...it));
const u32 = fc.nat({ max: 2 ** 32 - 1 });
const segment: fc.Arbitrary<Segment> = fc.record({
  parameter: fc.nat(5), path: latin1, type: latin1, address: fc.maxSafeInteger(), room: u32, wrote: u32,
  bytes: fc.uint8Array({ maxLength: 100 }).map((it) => Buffer.from(it)),
});
const segments = fc.array(segment, { maxLength: 4 });
const word = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const id = fc.integer();
const entry = fc.oneof(
  fc.record({ kind: fc.constant("enter" as const), id, nr: fc.nat(600), words: fc.array(word, { maxLength: 6 }), segments }),
  fc.record({ kind: fc.constant("exit" as const), id, result: fc.maxSafeInteger(), segments }),
  fc.record({ kind: fc.constant("note" as const), text: fc.string({ unit: "grapheme" }) }),
);
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

function write(log: Log, it: Entry): void {
  if (it.kind === "note") log.note(it.text);
  else if (it.kind === "exit") log.exit({ id: it.id, actor: log.actor, result: it.result, t: log.now() }, it.segments);
  else log.enter({ id: it.id, nr: it.nr, flags: 0, actor: log.actor }, it.words, it.segments);
}
const results = (some: readonly LogRecord[]): readonly number[] => some.flatMap((it) => (it.kind === "exit" ? [it.result] : []));

describe("what is written is read", () => {
  test("records of any content, by several actors on one log", () => fc.assert(fc.property(fc.array(fc.tuple(fc.nat(2), entry), { maxLength: 20 }), (all) => {
    const shared = new ArrayBuffer(SIZE);
    const logs = [0, 7, -1].map((actor) => logIn(shared, process.hrtime.bigint(), actor));
    for (const [n, it] of all) write(logs[n]!, it);
    const expected = all.map(([n, it]) => ({
      ...it, actor: logs[n]!.actor, t: expect.any(Number),
      ...(it.kind === "enter" ? { transient: false, words: it.words.map((one) => exact(BigInt(one))) } : {}),
    }));
    expect(records(shared)).toEqual(expected);
  })));

  test("time is counted from the run's begin", () => {
    const shared = new ArrayBuffer(SIZE);
    const log = logIn(shared, process.hrtime.bigint() - 5_000_000_000n, 0);
    log.note("a");
    log.note("b");
    const [a, b] = records(shared);
    expect(a!.t).toBeGreaterThanOrEqual(5e9);
    expect(a!.t).toBeLessThan(60e9);
    expect(b!.t).toBeGreaterThanOrEqual(a!.t);
  });

  test("ids count the calls of all actors", () => {
    const shared = new ArrayBuffer(SIZE);
    const [a, b] = [logIn(shared, 0n, 0), logIn(shared, 0n, 1)];
    expect([a.nextId(), b.nextId(), b.nextId(), a.nextId()]).toEqual([1, 2, 3, 4]);
  });

  test("a record that is not sealed ends what can be read, until it is", () => {
    const shared = new ArrayBuffer(SIZE);
    const log = logIn(shared, 0n, 0);
    log.note("first");
    const at = head(shared);
    log.note("second");
    const kind = new Int32Array(shared, at + 4, 1);
    kind[0] = KIND.none;
    const { records: before, next } = read(shared);
    expect(before).toMatchObject([{ text: "first" }]);
    kind[0] = KIND.note;
    expect(read(shared, next).records).toMatchObject([{ text: "second" }]);
  });
});

describe("calls of a loop", () => {
  test("are taken back, and leave nothing behind", () => {
    const shared = new ArrayBuffer(SIZE);
    const log = logIn(shared, 0n, 0);
    log.note("before");
    const at = head(shared);
    for (let i = 0; i < 100; i++) call(log, i, TRANSIENT);
    expect(head(shared)).toBe(at);
    expect(Buffer.from(shared, at).every((it) => it === 0)).toBe(true);
    expect(records(shared)).toMatchObject([{ text: "before" }]);
  });

  test("are void where somebody wrote between or behind them, whose records stay", () => {
    const shared = new ArrayBuffer(SIZE);
    const [log, other] = [logIn(shared, 0n, 0), logIn(shared, 0n, 1)];
    call(log, 1, TRANSIENT, () => other.note("between"));
    const from = log.enter({ id: 9, nr: 3, flags: TRANSIENT, actor: 0 }, [], []);
    const to = log.exit({ id: 9, actor: 0, result: 2, t: log.now() }, []);
    other.note("behind");
    log.takeBack(from, to);
    call(log, 3, 0);
    expect(records(shared)).toMatchObject([{ text: "between" }, { text: "behind" }, { kind: "enter", transient: false }, { result: 3 }]);
  });

  test("are not read while one is under way, but when nobody writes any more", () => {
    const shared = new ArrayBuffer(SIZE);
    const log = logIn(shared, 0n, 0);
    log.note("before");
    call(log, 5, TRANSIENT, () => {
      const { records: seen, next } = read(shared);
      expect(seen).toMatchObject([{ text: "before" }]);
      expect(read(shared, next)).toEqual({ records: [], next });
      expect(read(shared, next, true).records).toMatchObject([{ kind: "enter", transient: true, words: [5] }]);
    });
  });

  test("can be kept as copies, without the mark of the loop", () => {
    const shared = new ArrayBuffer(SIZE);
    const log = logIn(shared, 0n, 0);
    const from = log.enter({ id: 1, nr: 3, flags: TRANSIENT, actor: 0 }, [8], []);
    const to = log.exit({ id: 1, actor: 0, result: 4, t: log.now() }, []);
    const copy = log.callBytes(from, to);
    log.takeBack(from, to);
    log.note("after");
    log.paste(copy);
    expect(read(shared).records).toMatchObject([{ text: "after" }, { kind: "enter", transient: false, words: [8] }, { kind: "exit", result: 4 }]);
  });

  /** What two actors do, and a supervisor who reads now and then, also in the middle of a call. */
  const step = fc.record({ actor: fc.nat(1), loop: fc.boolean(), between: fc.constantFrom("nothing", "read", "other"), after: fc.boolean() });
  test("whenever the log is read, it gives each other record once, in order", () => fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const shared = new ArrayBuffer(2 << 20);
    const logs = [logIn(shared, 0n, 0), logIn(shared, 0n, 1)];
    const seen: LogRecord[] = [];
    let from: number = FIRST;
    const look = (over = false): void => {
      const { records: some, next } = read(shared, from, over);
      seen.push(...some);
      from = next;
    };
    const written: string[] = [];
    const note = (log: Log, text: string): void => {
      written.push(text);
      log.note(text);
    };
    steps.forEach(({ actor, loop, between, after }, i) => {
      call(logs[actor]!, i % 200, loop ? TRANSIENT : 0, () => {
        if (between === "read") look();
        if (between === "other") note(logs[1 - actor]!, `between ${i}`);
      });
      note(logs[actor]!, `after ${i}`);
      if (after) look();
    });
    look(true);
    expect(seen.flatMap((it) => (it.kind === "note" ? [it.text] : []))).toEqual(written);
    expect(results(seen)).toEqual(steps.flatMap(({ loop }, i) => (loop ? [] : [i % 200])));
    expect(seen.some((it) => it.kind === "enter" && it.transient)).toBe(false);
  })));
});

describe("a full log", () => {
  const full = (): { shared: ArrayBuffer; log: Log } => {
    const shared = new ArrayBuffer((1 << 20) + HEADER + 1024);
    const log = logIn(shared, 0n, 0);
    expect(() => { for (;;) log.note("x".repeat(100)); }).toThrow(LogFull);
    return { shared, log };
  };

  test("takes no more notes and calls, and says what helps", () => {
    const { log } = full();
    expect(() => log.enter({ id: 1, nr: 0, flags: 0, actor: 0 }, [1, 2, 3, 4, 5, 6], [])).toThrow(new LogFull("the record of this run is full (1 MiB): let times(…) stand around long loops"));
  });

  test("still takes the ends of calls under way", () => {
    const { shared, log } = full();
    const before = records(shared).length;
    log.exit({ id: 1, actor: 0, result: 7, t: log.now() }, [{ parameter: 0, path: "", type: "", address: 0, room: 1000, wrote: 1000, bytes: new Uint8Array(500_000) }]);
    expect(records(shared).slice(before)).toMatchObject([{ kind: "exit", result: 7 }]);
  });

  test("is not changed by what it refused", () => {
    const { shared, log } = full();
    const [at, all] = [head(shared), records(shared)];
    expect(() => log.note("x".repeat(100))).toThrow(LogFull);
    expect([head(shared), records(shared)]).toEqual([at, all]);
    log.exit({ id: 1, actor: 0, result: 1, t: log.now() }, []);
    expect(records(shared)).toHaveLength(all.length + 1);
  });
});
