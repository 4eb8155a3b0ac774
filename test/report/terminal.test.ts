/** What a person sees of the saved runs, byte by byte, at every width, level and in ASCII; and what holds for all of it. */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/lab/events.ts";
import { columns } from "../../src/report/columns.ts";
import { parseEvents } from "../../src/report/ndjson.ts";
import { LEVELS, type Style } from "../../src/report/style.ts";
import { terminal } from "../../src/report/terminal.ts";
import { events as madeUp } from "./every-event.ts";
import { experiments, prototype, statement } from "./experiments.ts";

const saved = (name: string): readonly Event[] =>
  parseEvents(readFileSync(new URL(`../fixtures/histories/${name}.ndjson`, import.meta.url), "utf8"));
const runs: Readonly<Record<string, readonly Event[]>> = {
  ...Object.fromEntries(["udp-boundaries", "udp-boundaries-shared", "two-at-once", "nobody-listens", "nobody-sends"].map((it) => [it, saved(it)])),
  "made-up": madeUp,
};

const usual: Style = { width: 80, plain: false, color: 0, level: "advanced", quiet: false };
const chunks = (name: string, over: Partial<Style> = {}): readonly string[] => {
  const events = runs[name]!;
  const { event } = terminal(experiments[events[0]!.experiment] ?? null, { ...usual, ...over }, prototype, statement);
  return events.map((it) => event(it));
};
const shown = (name: string, over: Partial<Style> = {}): string => chunks(name, over).join("");

const widths = [60, 80, 100, 160];
const styles = widths.flatMap((width) => [false, true].flatMap((plain) => LEVELS.map((level): Style => ({ ...usual, width, plain, level }))));
const file = (name: string, { width, plain, level, quiet }: Style): string =>
  `../golden/report/${name}/${width}${plain ? "-plain" : ""}-${quiet ? "quiet" : level}.txt`;

describe("as it was looked at and found good", () => {
  const golden: readonly (readonly [string, Style])[] = [
    ...styles.map((style) => ["udp-boundaries", style] as const),
    ...widths.flatMap((width) => (["beginner", "advanced", "expert"] as const).map((level) => ["two-at-once", { ...usual, width, level }] as const)),
    ...widths.map((width) => ["made-up", { ...usual, width, level: "expert" }] as const),
    ["made-up", { ...usual, plain: true, level: "expert" }],
    ["udp-boundaries-shared", { ...usual, level: "student" }],
    ...["nobody-listens", "nobody-sends"].flatMap((name) => [60, 100].map((width) => [name, { ...usual, width }] as const)),
    ["nobody-listens", { ...usual, level: "beginner" }],
    ...["udp-boundaries", "two-at-once", "nobody-sends"].map((name) => [name, { ...usual, quiet: true }] as const),
  ];
  test.each(golden)("%s %j", async (name, style) => {
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

  test("every chunk is whole lines, none of them ends in spaces, and no two blank ones follow each other", () => {
    for (const style of styles) {
      const all = chunks(name, style);
      expect(all.filter((it) => it !== "" && !it.endsWith("\n"))).toEqual([]);
      expect(all.join("")).not.toMatch(/ \n|\n\n\n|^\n|\n\n$/);
    }
  });

  test("plain is ASCII", () => {
    for (const style of styles.filter((it) => it.plain)) expect(shown(name, style)).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("colours change no character", () => {
    for (const style of styles) expect(stripVTControlCharacters(shown(name, { ...style, color: 1 }))).toBe(shown(name, style));
    expect(shown(name, { color: 1 })).not.toBe(shown(name));
    expect(shown(name)).not.toContain("\x1b");
  });

  test("a level shows every call that the one before it shows", () => {
    const numbers = LEVELS.map((level) => new Set(shown(name, { level }).match(/^ +#\d+ /gm)));
    for (const [i, more] of numbers.entries()) expect([...(numbers[i - 1] ?? [])].filter((it) => !more.has(it))).toEqual([]);
  });
});

test("control characters in a history are shown, not obeyed", () => {
  const bad = "\x1b[2J\x07\u009b31m\u202e";
  const events = JSON.parse(JSON.stringify(madeUp).replaceAll("hello", JSON.stringify(bad).slice(1, -1)).replaceAll("at once", JSON.stringify(bad).slice(1, -1))) as readonly Event[];
  const { event } = terminal(null, usual, prototype, statement);
  const text = events.map((it) => event(it)).join("");
  expect(text).toMatch(/^[^\0-\x09\x0b-\x1f\x7f-\x9f\u202e]*$/);
  expect(text).toContain("Everything \\x1b[2J\\x07\\x9b31m\\u202e");
});

test("prototypes are asked for at expert level only", () => {
  const asked: string[] = [];
  for (const level of LEVELS) {
    const { event } = terminal(experiments["made-up"] ?? null, { ...usual, level }, (fn) => { asked.push(`${level} ${fn}`); return null; }, statement);
    for (const it of madeUp) event(it);
  }
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((it) => !it.startsWith("expert "))).toEqual([]);
});
