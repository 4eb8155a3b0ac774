/** A port over a descriptor: what it answers when the kernel has nothing, is interrupted, fails, or has lost frames. */
import { expect, test } from "vitest";
import type { timespec } from "../../src/abi/structs/time.ts";
import type { Memory } from "../../src/memory/memory.ts";
import { DescriptorPort } from "../../src/net/descriptor-port.ts";
import type { Calls } from "../../src/sys/calls.ts";

const [EINTR, EAGAIN, ENETDOWN] = [-4, -11, -100] as const;

/** A kernel that answers reads with these: a frame's text, or a negated errno; in the end always EAGAIN. */
function port(reads: readonly (string | number)[], lost = 0): { it: DescriptorPort; waits: number[]; written: string[] } {
  const [left, waits, written] = [[...reads], [] as number[], [] as string[]];
  const read = (_: number, room: Memory): number => {
    const next = left.shift() ?? EAGAIN;
    if (typeof next === "number") return next;
    room.bytes.write(next, "latin1");
    return next.length;
  };
  const ppoll = (_fds: unknown, _n: number, time: ReturnType<typeof timespec>): number => {
    const ms = Number(time.tv_sec) * 1000 + Number(time.tv_nsec) / 1e6;
    waits.push(ms);
    if (left.length === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.ceil(ms));
    return left.length;
  };
  const write = (_: number, frame: Memory, length: number): number => written.push(frame.bytes.toString("latin1", 0, length));
  const calls = { attempt: { read, ppoll }, write, close: () => written.push("closed") } as unknown as Calls;
  return { it: new DescriptorPort(calls, 70, null, () => lost), waits, written };
}
const textOf = (it: Uint8Array | null): string | null => (it === null ? null : Buffer.from(it).toString("latin1"));

test("a look does not wait", () => {
  const { it, waits } = port(["one", EAGAIN, "two"]);
  expect([0, 0, 0, 0].map((patience) => textOf(it.receive(patience)))).toEqual(["one", null, "two", null]);
  expect(waits).toEqual([]);
});

test("patience waits, and an interruption is no answer", () => {
  const { it, waits } = port([EAGAIN, EINTR, EAGAIN, "late"]);
  expect(textOf(it.receive(2500))).toBe("late");
  expect(waits).toHaveLength(2);
  expect(waits.every((ms) => ms > 0 && ms <= 2500)).toBe(true);
});

test("patience ends", () => expect(port([]).it.receive(2)).toBeNull());
test("silence is no silence where frames were lost", () =>
  expect(() => port([], 7).it.receive(2)).toThrow("7 frames were lost: they came faster than they were received"));
test("a failure is said by its name", () => expect(() => port([ENETDOWN]).it.receive(0)).toThrow("no frame: ENETDOWN"));

test("frames are written whole", () => {
  const { it, written } = port([]);
  it.send(Buffer.from("a long one"));
  it.send(Buffer.from("short"));
  it.close();
  expect(written).toEqual(["a long one", "short", "closed"]);
});

