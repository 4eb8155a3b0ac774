/** The end of a report: counts, and why a run broke. */
import { describe, expect, test } from "vitest";
import type { Broke, Event } from "../../src/lab/events.ts";
import { summaryText } from "../../src/report/ending-lines.ts";
import type { Style } from "../../src/report/style.ts";
import { terminal } from "../../src/report/terminal.ts";
import { events, made } from "./every-event.ts";

const style: Style = { width: 80, plain: false, color: 0, level: "beginner", quiet: true };
const place = { experiment: "made-up", t: 12_345_678_901 };
const call = (id: number, actor = "main"): Event =>
  ({ type: "call", ...place, ...made(id, "getpid", [], 7, { actor }) });
const ended = (broke: Broke | null, before: readonly Event[] = []): readonly string[] => {
  const { event } = terminal(null, style, () => null, () => null);
  const end: Event = { type: "end", ...place, proven: 4, refuted: 0, unknown: 1, exit: 70, broke };
  return [events[0]!, ...before, end].map((it) => event(it)).join("").split("\n").slice(0, -1);
};
const calls = [call(-1, "chamber"), call(1), call(2, "writer"), call(3)];

const BEFORE = "  the calls before it: netlab run made-up --level student";
describe("a run that broke", () => {
  test.each<[Broke, readonly Event[], readonly string[]]>([
    [{ how: "error", message: "Ask root.", call: 3 }, calls,
      ["netlab: made-up broke at its 3rd call", "  getpid() = 7", "  Ask root.", BEFORE]],
    [{ how: "error", message: "Unknown error 4000.", call: 3 }, [call(3)],
      ["netlab: made-up broke at its 1st call", "  getpid() = 7", "  Unknown error 4000."]],
    [{ how: "error", message: "TypeError: x is not a function (mine.mjs:12)", call: null }, calls,
      ["netlab: made-up broke after its 3rd call", "  TypeError: x is not a function (mine.mjs:12)", BEFORE]],
    [{ how: "error", message: "no such file", call: null }, [],
      ["netlab: made-up broke before its 1st call", "  no such file"]],
    [{ how: "crash", message: "its process was ended by SIGSEGV", call: 2 }, calls,
      ["netlab: made-up crashed in its 2nd call", "  [writer] getpid() = 7", "  its process was ended by SIGSEGV", BEFORE]],
    [{ how: "cannot", message: "it needs root", call: null }, [],
      ["netlab: made-up cannot run here", "  it needs root"]],
  ])("%j", (broke, before, lines) => expect(ended(broke, before)).toEqual(lines));
});

test("the last line counts, and says who watched and where", () => {
  expect(ended(null)).toEqual([
    "made-up: 4 proven, 0 refuted, 1 unknown · witnesses: calls, counters, stacks",
    "  12.3 s in a network namespace of its own",
    "  wire is not able here: AF_PACKET is not allowed",
  ]);
});

test("several experiments in one line", () => {
  const summary = { type: "summary", experiments: 3, proven: 12, refuted: 0, unknown: 1, exit: 2 } as const;
  expect(summaryText(summary, style)).toBe("3 experiments · 12 proven, 0 refuted, 1 unknown\n");
  const one = summaryText({ ...summary, experiments: 1 }, { ...style, plain: true });
  expect(one).toBe("1 experiment - 12 proven, 0 refuted, 1 unknown\n");
});
