/**
 * What a person sees of the saved runs, byte by byte, at every width, level and in ASCII; and what holds for
 * all of it.
 */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/lab/events.ts";
import { columns } from "../../src/report/columns.ts";
import { parseEvents } from "../../src/report/ndjson.ts";
import { LEVELS, type Level, type Style } from "../../src/report/style.ts";
import { terminal } from "../../src/report/terminal.ts";
import { events as madeUp } from "./every-event.ts";
import { experiments, prototype, statement } from "./experiments.ts";

const saved = (name: string): readonly Event[] =>
  parseEvents(readFileSync(new URL(`../fixtures/histories/${name}.ndjson`, import.meta.url), "utf8"));
const runs: Readonly<Record<string, readonly Event[]>> = {
  "udp-boundaries":        saved("udp-boundaries"),
  "udp-boundaries-shared": saved("udp-boundaries-shared"),
  "two-at-once":           saved("two-at-once"),
  "nobody-listens":        saved("nobody-listens"),
  "nobody-sends":          saved("nobody-sends"),
  "made-up":               madeUp,
};

const usual: Style = { width: 80, plain: false, color: 0, level: "advanced", quiet: false };
const chunks = (name: string, over: Partial<Style> = {}): readonly string[] => {
  const events = runs[name]!;
  const experiment = experiments[events[0]!.experiment] ?? null;
  const { event } = terminal(experiment, { ...usual, ...over }, prototype, statement);
  return events.map((it) => event(it));
};
const shown = (name: string, over: Partial<Style> = {}): string => chunks(name, over).join("");

const widths = [60, 80, 100, 160];
const styles = widths.flatMap((width) => [false, true].flatMap((plain) =>
  LEVELS.map((level): Style => ({ ...usual, width, plain, level }))));
const file = (name: string, { width, plain, level, quiet }: Style): string =>
  `../golden/report/${name}/${width}${plain ? "-plain" : ""}-${quiet ? "quiet" : level}.txt`;

/** The styles of these levels that are not plain. */
const drawn = (...levels: readonly Level[]) => ({ plain, level }: Style): boolean => !plain && levels.includes(level);
const narrowAndWide: readonly Style[] = [{ ...usual, width: 60 }, { ...usual, width: 100 }];

describe("as it was looked at and found good", () => {
  const golden: readonly (readonly [string, readonly Style[]])[] = [
    ["udp-boundaries",        [...styles, { ...usual, quiet: true }]],
    ["udp-boundaries-shared", [{ ...usual, level: "student" }]],
    ["two-at-once",           [...styles.filter(drawn("beginner", "advanced", "expert")), { ...usual, quiet: true }]],
    ["nobody-listens",        [...narrowAndWide, { ...usual, level: "beginner" }]],
    ["nobody-sends",          [...narrowAndWide, { ...usual, quiet: true }]],
    ["made-up",               [...styles.filter(drawn("expert")), { ...usual, plain: true, level: "expert" }]],
  ];
  const each = golden.flatMap(([name, some]) => some.map((style) => [name, style] as const));
  test.each(each)("%s %j", async (name, style) => {
    await expect(shown(name, style)).toMatchFileSnapshot(file(name, style));
  });
});

describe.each(Object.keys(runs))("%s, in every style", (name) => {
  test("no line is wider than the screen", () => {
    for (const style of styles) {
      const wide = shown(name, style).split("\n").filter((it) => columns(it) > style.width);
      expect([style, wide]).toEqual([style, []]);
    }
  });

  test("every chunk is whole lines, none ends in spaces, no two blank ones follow each other", () => {
    for (const style of styles) {
      const all = chunks(name, style);
      expect(all.filter((it) => it !== "" && !it.endsWith("\n"))).toEqual([]);
      expect(all.join("")).not.toMatch(/ \n|\n\n\n|^\n|\n\n$/);
    }
  });

  test("plain is ASCII", () => {
    for (const style of styles.filter((it) => it.plain)) {
      expect(shown(name, style)).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });

  test("colours change no character", () => {
    for (const style of styles) {
      expect(stripVTControlCharacters(shown(name, { ...style, color: 1 }))).toBe(shown(name, style));
    }
    expect(shown(name, { color: 1 })).not.toBe(shown(name));
    expect(shown(name)).not.toContain("\x1b");
  });

  test("a level shows every call that the one before it shows", () => {
    const numbers = LEVELS.map((level) => new Set(shown(name, { level }).match(/^ +#\d+ /gm)));
    for (const [i, more] of numbers.entries()) {
      expect([...(numbers[i - 1] ?? [])].filter((it) => !more.has(it))).toEqual([]);
    }
  });
});

test("control characters in a history are shown, not obeyed", () => {
  const bad = "\x1b[2J\x07\u009b31m\u202e";
  const inside = JSON.stringify(bad).slice(1, -1);
  const bent = JSON.stringify(madeUp).replaceAll(/hello|at once/g, () => inside);
  const events: readonly Event[] = JSON.parse(bent);
  const { event } = terminal(null, usual, prototype, statement);
  const text = events.map((it) => event(it)).join("");
  expect(text).toMatch(/^[^\0-\x09\x0b-\x1f\x7f-\x9f\u202e]*$/);
  expect(text).toContain("Everything \\x1b[2J\\x07\\x9b31m\\u202e");
});

test("prototypes are asked for at expert level only", () => {
  const asked: string[] = [];
  for (const level of LEVELS) {
    const ask = (fn: string): null => {
      asked.push(`${level} ${fn}`);
      return null;
    };
    const { event } = terminal(experiments["made-up"] ?? null, { ...usual, level }, ask, statement);
    for (const it of madeUp) event(it);
  }
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((it) => !it.startsWith("expert "))).toEqual([]);
});
