/** The loop that carries a wire's frames, between two ports whose kernel is the test's own. */
import { expect, test } from "vitest";
import type { timespec } from "../../src/abi/structs/time.ts";
import { delay, drop, duplicate, here, swap, there } from "../../src/lab/wire.ts";
import type { Memory } from "../../src/memory/memory.ts";
import { DescriptorPort } from "../../src/net/descriptor-port.ts";
import { Forwarder } from "../../src/net/forwarder.ts";
import type { WireRule } from "../../src/net/wire-rule.ts";
import { WireTally } from "../../src/net/wire-tally.ts";
import type { Calls } from "../../src/sys/calls.ts";

const [HERE, THERE] = [70, 71] as const;
const EAGAIN = -11;
class Over extends Error {}

interface Play {
  /** `> A`: A left there. */
  readonly out: readonly string[];
  /** How long each wait was to be at most, in ms. */
  readonly waits: readonly (number | null)[];
  readonly tally: WireTally;
}
/**
 * Plays until the loop would wait for good: frames wait at both ends, a character each. A wait with an end passes that time.
 */
function play(rules: readonly WireRule[], atHere: string, atThere: string, lost: Readonly<Record<number, number>> = {}): Play {
  const left: Readonly<Record<number, string[]>> = { [HERE]: [...atHere], [THERE]: [...atThere] };
  const [out, waits] = [[] as string[], [] as (number | null)[]];
  const read = (fd: number, room: Memory): number => {
    const frame = left[fd]!.shift();
    return frame === undefined ? EAGAIN : room.bytes.write(frame, "latin1");
  };
  const ppoll = (_: unknown, count: number, time: ReturnType<typeof timespec> | null): number => {
    expect(count).toBe(2);
    if (time === null) throw new Over();
    const ms = Number(time.tv_sec) * 1000 + Number(time.tv_nsec) / 1e6;
    waits.push(ms);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.ceil(ms));
    return 0;
  };
  const write = (fd: number, frame: Memory, length: number): number =>
    out.push(`${fd === THERE ? ">" : "<"} ${frame.bytes.toString("latin1", 0, length)}`);
  const calls = { attempt: { read, ppoll }, write } as unknown as Calls;
  const port = (fd: number): DescriptorPort => new DescriptorPort(calls, fd, null, () => lost[fd] ?? 0);
  const tally = WireTally.of(rules.length);
  const it = new Forwarder(calls, { here: port(HERE), there: port(THERE) }, rules, tally);
  try {
    for (;;) it.step();
  } catch (error) {
    if (!(error instanceof Over)) throw error;
  }
  return { out, waits, tally };
}

test.for([
  ["both ways, by turns",          [],                                                     "ABC", "xy", ["> A", "< x", "> B", "< y", "> C"]],
  ["dropped, one way alone",       [drop(there("any", 1))],                                "AB",  "xy", ["< x", "> B", "< y"]],
  ["twice",                        [duplicate(here("any", 2))],                            "",    "xy", ["< x", "< y", "< y"]],
  ["changed places",               [swap(there("any", 1))],                                "AB",  "",   ["> B", "> A"]],
  ["late, behind the others",      [delay(there("any", 1), 4)],                            "ABC", "",   ["> B", "> C", "> A"]],
  ["late, the later one first",    [delay(there("any", 1), 40), delay(there("any", 2), 2)], "AB", "",   ["> B", "> A"]],
  ["all late, in their order",     [delay(there("any"), 3)],                               "ABC", "x",  ["< x", "> A", "> B", "> C"]],
  ["late together",                [swap(there("any", 1)), delay(there("any", 2), 2)],     "AB",  "",   ["> B", "> A"]],
] as const)("%s", ([, rules, atHere, atThere, out]) => {
  const it = play(rules, atHere, atThere);
  expect(it.out).toEqual(out);
  expect(it.tally.passed).toBe(out.length);
});

test("it waits no longer than the next frame is to wait", () => {
  const { waits } = play([delay(there("any", 1), 30)], "A", "");
  expect(waits.length).toBeGreaterThan(0);
  expect(waits.every((ms) => ms !== null && ms <= 30)).toBe(true);
});

test.each([HERE, THERE])("frames that found no room are no loss by rule: it fails", (fd) =>
  expect(() => play([], "A", "", { [fd]: 3 })).toThrow("3 frames were lost: they came faster than they were received"));
