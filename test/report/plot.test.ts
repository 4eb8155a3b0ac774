/** Plots: axes with room for what was measured, marks that are told apart without colours, and the figures themselves. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { Event, HistoryEvent, SumOfCalls, TimesEvent } from "../../src/lab/events.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { History } from "../../src/lab/history.ts";
import { medians, type Plot, type Point, plot } from "../../src/lab/plot.ts";
import { columns } from "../../src/report/columns.ts";
import { pen } from "../../src/report/pen.ts";
import { pictureLines } from "../../src/report/pictures.ts";
import { scaleOf, valueText } from "../../src/report/plot-scale.ts";
import { LEVELS, type Style } from "../../src/report/style.ts";
import { terminal } from "../../src/report/terminal.ts";
import { events as everyEvent, made } from "./every-event.ts";

const usual: Style = { width: 80, plain: false, color: 0, level: "practitioner", quiet: false };
const drawn = (series: Readonly<Record<string, readonly Point[]>>, over: Partial<Style> = {}): string => {
  const it: Plot = {
    ...plot("How long a wait took, by how many descriptors are watched", { across: "descriptors watched", up: "one wait" }, []),
    series: () => Object.entries(series).map(([name, points]) => ({ name, points })),
  };
  const paper = pen({ ...usual, ...over });
  return paper.print(pictureLines([it], [], paper));
};

/** As it was measured on some machine. */
const measured = {
  epoll_pwait: [[10, 1260], [100, 1210], [1000, 1260], [10_000, 1240]],
  ppoll:       [[10, 1670], [100, 9910], [1000, 109_000], [10_000, 6_980_000]],
} as const;
const near = { even: [[1, 100], [2, 120], [3, 90], [4, 110]], rising: [[1, 100], [2, 150], [3, 210], [4, 260]] } as const;
const widths = [60, 80, 160];
const styles = widths.flatMap((width) => [false, true].map((plain) => ({ width, plain })));

describe("as they were looked at and found good", () => {
  test.each(styles)("far apart, %j", async ({ width, plain }) => {
    await expect(drawn(measured, { width, plain })).toMatchFileSnapshot(`../golden/plot/far-${width}${plain ? "-plain" : ""}.txt`);
  });
  test("near each other", async () => {
    await expect(drawn(near)).toMatchFileSnapshot("../golden/plot/near-80.txt");
  });
});

describe("whatever there is to draw", () => {
  const some: readonly Readonly<Record<string, readonly Point[]>>[] = [
    measured, near,
    { one: [[10, 5]] },
    { none: [], some: [[1, 1], [2, 2]] },
    { zero: [[0, 0], [1, 0]] },
    { a: [[1, 1], [2, 1]], b: [[1, 1], [2, 1]], c: [[1, 1], [2, 1]], d: [[1, 1], [2, 1]], e: [[1, 1]] },
    { many: Array.from({ length: 40 }, (_, i): Point => [i * 1000, i * i * 1e6]) },
    { far: [[1, 1], [1e9, 1e12]] },
  ];
  test.each(some)("no line is wider than the screen, or ends in spaces; plain is ASCII: %j", (series) => {
    for (const { width, plain } of styles) {
      const text = drawn(series, { width, plain });
      expect([width, text.split("\n").filter((it) => columns(it) > width)]).toEqual([width, []]);
      expect(text).not.toMatch(/ \n/);
      if (plain) expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });

  test("every point has its mark, also where two stand in one place", () => {
    const text = drawn({ a: [[1, 1], [2, 5]], b: [[1, 1], [2, 9]] });
    const picture = text.slice(0, text.indexOf("└"));
    expect([picture.match(/●/g)?.length, picture.match(/○/g)?.length]).toEqual([2, 2]);
    expect(picture).toMatch(/●○/);
  });

  test("colours say nothing that marks do not", () => {
    expect(stripVTControlCharacters(drawn(measured, { color: 3 }))).toBe(drawn(measured));
  });

  test("figures that have no room are left out, the names stay", () => {
    const many = { many: Array.from({ length: 40 }, (_, i): Point => [i, i]) };
    expect(drawn(many).trimEnd().split("\n").at(-1)).toBe("  ● many");
  });

  test("nothing measured is said", () => {
    expect(drawn({ ppoll: [] })).toMatch(/no time was measured in this run/);
  });
});

describe("axes", () => {
  test.each<[number[], number[]]>([
    [[10, 10_000],     [10, 100, 1000, 10_000]],
    [[12, 9000],       [10, 100, 1000, 10_000]],
    [[1000, 1000],     [0, 200, 400, 600, 800, 1000]],
    [[90, 260],        [0, 100, 200, 300]],
    [[0, 7],           [0, 2, 4, 6, 8]],
    [[0, 0],           [0, 1]],
    [[-3, 3],          [-4, -2, 0, 2, 4]],
    [[0, 1000],        [0, 200, 400, 600, 800, 1000]],
  ])("%j has %j beside it", (values, ticks) => expect(scaleOf(values).ticks).toEqual(ticks));

  test("the first stands at its beginning and the last at its end", () => {
    for (const values of [[10, 10_000], [90, 260], [-3, 3], [0, 0], [7]]) {
      const { at, ticks } = scaleOf(values);
      expect([at(ticks[0]!), at(ticks.at(-1)!)]).toEqual([0, 1]);
      expect(values.every((it) => at(it) >= 0 && at(it) <= 1)).toBe(true);
    }
  });

  test.each<[number, "count" | "ns", string]>([
    [10_000, "count", "10,000"], [0, "ns", "0 ns"], [999, "ns", "999 ns"], [999.6, "ns", "1 µs"], [1260, "ns", "1.26 µs"],
    [109_000, "ns", "109 µs"], [6_980_000, "ns", "6.98 ms"], [2e9, "ns", "2 s"],
  ])("%d %s is %s", (value, unit, text) => expect(valueText(value, { unit })).toBe(text));
});

const sum = (name: string, median?: number): SumOfCalls => {
  const call = made(1, name, [], 0);
  return { name, count: 9, results: [[0, 9]], bytes: null, first: call, last: call, ...(median !== undefined && { median }) };
};
const times = (label: string, ...calls: readonly SumOfCalls[]): TimesEvent =>
  ({ type: "times", experiment: "made-up", t: 1, label, actor: "main", rounds: 9, calls });
const run = everyEvent[0] as HistoryEvent;
const loops = [
  run, times("10 watched", sum("ppoll", 1500), sum("epoll_pwait", 1200)), times("add 10", sum("ppoll", 7)),
  times("100 watched", sum("ppoll", 9000)), times("1000 watched", sum("ppoll")),
];
const WATCHED = /^(\d+) watched$/;

test("medians are those of the calls whose label has the number, where it was kept how long they took", () => {
  expect(medians("ppoll", WATCHED)(new History(loops))).toEqual({ name: "ppoll", points: [[10, 1500], [100, 9000]] });
  expect(medians("epoll_pwait", WATCHED)(new History(loops)).points).toEqual([[10, 1200]]);
});

describe("in a report", () => {
  const it = experiment({
    name: "made-up", asks: "?", story: "There is none.", run: () => undefined, claims: [],
    draws: [plot("How long it took", { across: "descriptors", up: "one wait" }, [medians("ppoll", WATCHED)])],
  });
  const end = everyEvent.findLast((event) => event.type === "end") as Event;
  const finding = everyEvent.find((event) => event.type === "finding") as Event;
  const shown = (over: Partial<Style>): string => {
    const { event } = terminal(it, { ...usual, ...over }, () => null, () => null);
    return [...loops, finding, { ...end, broke: null } as Event].map((each) => event(each)).join("");
  };

  test("they stand behind the trace and before the findings, from practitioner on, once", () => {
    for (const level of LEVELS.slice(2)) {
      expect(shown({ level })).toMatch(/1000 watched”.*How long it took\n.*●.*✔ it is so/s);
      expect(shown({ level }).match(/How long it took/g)).toHaveLength(1);
      expect(shown({ level }).indexOf("How long it took")).toBeLessThan(shown({ level }).indexOf("✔ it is so"));
    }
  });

  test("below that, and for who wants to hear little, there is none", () => {
    for (const over of [{ level: "beginner" }, { level: "student" }, { quiet: true }] as const) expect(shown(over)).not.toMatch(/How long/);
  });
});
