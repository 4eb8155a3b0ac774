/** The recorder: single calls go into the log, those of a loop into a sum. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry, Parameter } from "../../src/abi/parameter.ts";
import { iovec, message } from "../../src/abi/structs/message.ts";
import { type SyscallName, syscalls } from "../../src/abi/syscalls.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, type Memory } from "../../src/memory/memory.ts";
import { isStruct } from "../../src/memory/struct.ts";
import { LogFull } from "../../src/sys/log.ts";
import { FIRST, type LogRecord, readRecords } from "../../src/sys/log-reader.ts";
import type { Segment } from "../../src/sys/log-segments.ts";
import { numberOf } from "../../src/sys/number-of.ts";
import { type Argument, lengthsOf, reach } from "../../src/sys/reach.ts";
import { LogRecorder, type Sum, type Tally } from "../../src/sys/recorder.ts";
import { logIn } from "./log-in.ts";

class Stage {
  readonly shared: ArrayBuffer;
  readonly recorder: LogRecorder;
  constructor(size = 4 << 20, tally: Tally | null = null) {
    this.shared = new ArrayBuffer(size);
    this.recorder = new LogRecorder(logIn(this.shared, 0n, 0), tally);
  }

  /** A call as calls.ts makes it, with a kernel that answers this. */
  call(name: SyscallName, values: readonly Argument[], result: number, kernel: () => void = () => undefined): void {
    const parameters = (syscalls[name] as Entry).slice(1) as readonly Parameter[];
    const reached = reach(name, parameters, values);
    const segments = (of: typeof reached, wrote: boolean): readonly Segment[] => of.map(({ parameter, path, memory, room, wrote: written }) => ({
      parameter, path, type: isStruct(memory.type) ? memory.type.name : "", address: 0, room, wrote: wrote ? written(lengthsOf(parameters, values, result)) : 0,
      bytes: memory.bytes.subarray(0, room),
    }));
    const id = this.recorder.nextId();
    this.recorder.enter(id, numberOf(name), values.map((it) => (typeof it === "object" ? 0 : it)), segments(reached, false));
    kernel();
    this.recorder.exit(id, result, this.recorder.now(), result < 0 ? [] : segments(reached.filter(({ flow }) => flow !== "in"), true));
  }

  /** One receive of these bytes. */
  receive(it: string): void {
    const buf = buffer(64);
    this.call("recvfrom", [3, buf, 64, 0, null, null], it.length, () => void buf.bytes.write(it, "latin1"));
  }

  sum(body: (received: () => number) => void, name: SyscallName = "recvfrom"): Sum {
    return this.recorder.summing(body).get(numberOf(name))!;
  }

  get records(): readonly LogRecord[] {
    return readRecords({ bytes: Buffer.from(this.shared), base: 0 }, FIRST).records;
  }
  get ids(): readonly number[] {
    return this.records.flatMap((it) => (it.kind === "enter" ? [it.id] : []));
  }
}

describe("a single call", () => {
  test("is an ENTER and an EXIT of one id", () => {
    const stage = new Stage();
    stage.receive("hello");
    stage.call("close", [3], -9);
    expect(stage.records).toMatchObject([
      { kind: "enter", id: 1, transient: false }, { kind: "exit", id: 1, result: 5, segments: [{ wrote: 5 }] },
      { kind: "enter", id: 2, words: [3] },       { kind: "exit", id: 2, result: -9, segments: [] },
    ]);
  });

  test("is over when it came back, not when what it brought is written down", () => {
    const stage = new Stage();
    const id = stage.recorder.nextId();
    stage.recorder.enter(id, numberOf("close"), [3], []);
    const back = stage.recorder.now();
    stage.recorder.exit(id, 0, back, []);
    const [enter, exit] = stage.records;
    expect(exit!.t).toBe(back);
    expect(exit!.t).toBeGreaterThanOrEqual(enter!.t);
  });

  test("is told to whoever counts them", () => {
    const told: string[] = [];
    const stage = new Stage(undefined, { entered: (id) => told.push(`entered ${id}`), left: () => told.push("left") });
    stage.call("close", [3], 0);
    stage.recorder.summing(() => stage.call("close", [4], 0));
    expect(told).toEqual(["entered 1", "left", "entered 2", "left"]);
  });
});

describe("calls of a loop", () => {
  test("are counted, by result", () => {
    const stage = new Stage();
    const sum = stage.sum(() => {
      for (const it of ["aa", "b", "cc"]) stage.receive(it);
      stage.call("recvfrom", [3, buffer(64), 64, 0, null, null], -11);
    });
    expect([sum.count, [...sum.results], sum.runs]).toEqual([4, [[2, 2], [1, 1], [-11, 1]], [["a", 2], ["b", 1], ["c", 2]]]);
    expect([sum.first.id, sum.last.id]).toEqual([1, 4]);
    expect(stage.records).toEqual([]);
  });

  test("keep how long each of them took: the first 1,024", () => {
    const stage = new Stage();
    const sum = stage.sum(() => { for (let i = 0; i < 3; i++) stage.receive("a"); });
    stage.recorder.keep(new Map([[sum.first.id, sum]]));
    const [enter, exit] = stage.records;
    expect([sum.stays.length, sum.stays[0]]).toEqual([3, exit!.t - enter!.t]);
    const many = stage.sum(() => { for (let i = 0; i < 1100; i++) stage.call("close", [3], 0); }, "close");
    expect([many.count, many.stays.length]).toEqual([1100, 1024]);
  });

  test("have a sum for each name", () => {
    const stage = new Stage();
    const sums = stage.recorder.summing(() => {
      stage.receive("a");
      for (const fd of [5, 6]) stage.call("close", [fd], 0);
    });
    expect([...sums].map(([nr, { count }]) => [nr, count])).toEqual([[numberOf("recvfrom"), 1], [numberOf("close"), 2]]);
  });

  test("keep their first and their last one, as calls like any other", () => {
    const stage = new Stage();
    stage.recorder.keep(stage.recorder.summing(() => {
      for (const it of ["a", "b", "c"]) stage.receive(it);
      stage.call("close", [9], 0);
    }));
    expect(stage.records.map(({ kind }) => kind)).toEqual(["enter", "exit", "enter", "exit", "enter", "exit"]);
    expect(stage.ids).toEqual([1, 3, 4]);
  });

  test("after them calls are single again", () => {
    const stage = new Stage();
    stage.recorder.summing(() => stage.receive("a"));
    stage.receive("b");
    expect(stage.ids).toEqual([2]);
  });

  test("that break leave in the log what they broke at, and the loop is over", () => {
    const stage = new Stage();
    expect(() => stage.recorder.summing(() => {
      for (const it of ["a", "b", "c"]) stage.receive(it);
      throw new Error("broke");
    })).toThrow("broke");
    expect(stage.ids).toEqual([1, 3]);
    stage.receive("d");
    expect(stage.ids).toEqual([1, 3, 4]);
  });

  test("do not stand in one another", () => {
    const stage = new Stage();
    expect(() => stage.recorder.summing(() => stage.recorder.summing(() => undefined))).toThrow("times(…) inside times(…): one of them is enough");
  });

  test("take no more room than one, however many", () => {
    const stage = new Stage((1 << 20) + (64 << 10));
    const sum = stage.sum(() => { for (let i = 0; i < 5000; i++) stage.receive("x".repeat(60)); });
    expect([sum.count, sum.runs]).toEqual([5000, [["x", 300_000]]]);
    expect(() => { for (let i = 0; i < 5000; i++) stage.receive("x"); }).toThrow(LogFull);
  });
});

describe("what a loop received", () => {
  const received = (body: (stage: Stage) => void): readonly [number, Sum["runs"] | undefined] => {
    const stage = new Stage();
    let count = -1;
    const sums = stage.recorder.summing((so) => {
      body(stage);
      count = so();
    });
    return [count, [...sums.values()][0]?.runs];
  };
  const writing = (memory: Memory, it: string) => () => void memory.bytes.write(it, "latin1");

  test("is told while it goes on", () => {
    const stage = new Stage();
    const seen: number[] = [];
    stage.recorder.summing((so) => { for (let i = 0; i < 3; i++) { stage.receive("ab"); seen.push(so()); } });
    stage.recorder.summing((so) => { seen.push(so()); });
    expect(seen).toEqual([2, 4, 6, 0]);
  });

  const [from, buf, a, b] = [buffer(28), buffer(8), buffer(2), buffer(8)];
  test.each<readonly [string, (stage: Stage) => void, number, Sum["runs"]]>([
    ["not an address, nor its length", (it) => it.call("recvfrom", [3, buf, 8, 0, from, int(28)], 3, writing(buf, "xyz")), 3, [["x", 1], ["y", 1], ["z", 1]]],
    ["not an option's value",          (it) => it.call("getsockopt", [3, 1, 2, int(7), int(4)], 0), 0, []],
    ["the pieces of a message",        (it) => it.call("recvmsg", [3, message({ iov: [a, b], control: buffer(24), name: from }), 0], 3, () => { writing(a, "xx")(); writing(b, "x")(); }), 3, [["x", 3]]],
    ["the pieces of a read",           (it) => it.call("readv", [3, iovec.array([{ iov_base: a, iov_len: 2 }]), 1], 1, writing(a, "q")), 1, [["q", 1]]],
    ["not what was sent",              (it) => it.call("sendto", [3, buf, 8, 0, null, 0], 8), 0, []],
    ["nothing of a call that failed",  (it) => it.call("recvfrom", [3, buf, 8, 0, null, null], -11), 0, []],
  ])("is %s", (_, body, count, runs) => expect(received(body)).toEqual([count, runs]));

  test("is kept as runs, which say the same bytes", () => fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 64 }), { maxLength: 20 }), (all) => {
    const [count, runs] = received((stage) => { for (const it of all) stage.receive(it); });
    expect(count).toBe(all.join("").length);
    expect((runs ?? []).map(([text, times]) => text.repeat(times)).join("")).toBe(all.join(""));
    for (const [i, [text]] of (runs ?? []).entries()) expect(text).not.toBe(runs?.[i + 1]?.[0]);
  })));

  test("is dropped when it has too many runs, but still counted", () => {
    const [count, runs] = received((stage) => { for (let i = 0; i < 70; i++) stage.receive("ab".repeat(32)); });
    expect([count, runs]).toEqual([70 * 64, null]);
  });
});
