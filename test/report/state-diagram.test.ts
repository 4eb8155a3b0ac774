/** TCP's state diagram with the ways of a run's sockets. */
import { describe, expect, test } from "vitest";
import type { StateEvent } from "../../src/lab/events.ts";
import { columns } from "../../src/report/columns.ts";
import { pen } from "../../src/report/pen.ts";
import { stateDiagramLines } from "../../src/report/state-diagram.ts";

const states = (socket: string, way: string): readonly StateEvent[] => way.split(" ").map((state, t) =>
  ({ type: "state", experiment: "x", t, socket, state, seen: "tracepoint", values: {} }));
const drawn = (events: readonly StateEvent[], width = 80, plain = false): string => {
  const paper = pen({ width, plain, color: 0, level: "advanced", quiet: false });
  return paper.print(stateDiagramLines(events, paper));
};
const client = states("client", "CLOSE SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE");
const server = states("server", "LISTEN SYN_RECV ESTABLISHED CLOSE_WAIT LAST_ACK CLOSE");
const both = states("here", "CLOSE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 CLOSING TIME_WAIT");

describe("as it was looked at and found good", () => {
  test.each([
    ["two-ends", [...client, ...server], 80, false], ["two-ends-plain", [...client, ...server], 80, true],
    ["simultaneous", both, 100, false], ["narrow", [...client, ...server], 60, false],
  ] as const)("%s", async (name, events, width, plain) => {
    await expect(drawn(events, width, plain)).toMatchFileSnapshot(`../golden/report/state-diagram/${name}.txt`);
  });
});

test("plain is ASCII, and no line is wider than the screen", () => {
  expect(drawn([...client, ...server, ...both], 80, true)).toMatch(/^[\n\x20-\x7e]*$/);
  for (const width of [60, 71, 72, 80, 200]) {
    expect(drawn([...client, ...both], width).split("\n").filter((it) => columns(it) > width)).toEqual([]);
  }
});

/** How often a step is drawn heavy: its line, and so its corners. */
const heavy = (text: string): number => (text.match(/[━┃┏┓┗┛]/g) ?? []).length;
test("a step that was not seen is not drawn as taken", () => {
  const sampled = states("client", "CLOSE ESTABLISHED TIME_WAIT");
  expect(heavy(drawn(sampled))).toBe(0);
  expect(drawn(sampled)).toContain("● ESTABLISHED 1");
  expect(drawn(sampled)).toContain("○ SYN_SENT");
});
test("each step of a way is", () => {
  const steps = [client, server, both].map((it) => heavy(drawn(it)));
  expect(steps.every((it) => it > 15)).toBe(true);
  expect(heavy(drawn([...client, ...server]))).toBeGreaterThan(Math.max(steps[0]!, steps[1]!));
});
test("sockets that went the same way are told as one", () => {
  expect(drawn([...client, ...states("other", "CLOSE SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE")]))
    .toContain("1 client, other: CLOSE → SYN_SENT");
});
test("a socket that only listened is not worth a diagram", () => {
  expect(drawn(states("listener", "CLOSE LISTEN CLOSE"))).toBe("");
});
test("UDP has no such states", () => {
  const udp = states("rx", "CLOSE ESTABLISHED CLOSE LISTEN").map((it) => ({ ...it, values: { drops: 0 } }));
  expect(drawn(udp)).toBe("");
});
