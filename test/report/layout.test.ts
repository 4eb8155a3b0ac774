/** Text in lines: nothing is broken inside a field, nothing is lost, and control characters are shown. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columns } from "../../src/report/columns.ts";
import { counted, many, ordinal } from "../../src/report/counted.ts";
import { fold } from "../../src/report/fold.ts";
import { columnsOf, flushRight, type Line, piece } from "../../src/report/line.ts";
import { pen } from "../../src/report/pen.ts";
import { printable, printableAll } from "../../src/report/printable.ts";
import { items, words } from "../../src/report/words.ts";

describe("fold", () => {
  test.each<[string, number, string[]]>([
    ["close(3) = 0",                              20, ["close(3) = 0"]],
    ["f(1, 22, 333) = 0",                         12, ["f(1, 22,", "  333) = 0"]],
    ["f(1, {a=1, b=2}, 3) = 0",                   14, ["f(1,", "  {a=1, b=2},", "  3) = 0"]],
    ["f(1, {aaa=1, bbb=2, ccc=3}) = 0",           20, ["f(1,", "  {aaa=1, bbb=2,", "   ccc=3}) = 0"]],
    ['f("a, b, c", "d, e") = 0',                  16, ['f("a, b, c",', '  "d, e") = 0']],
    ['f("a\\", b", 2) = 0',                       14, ['f("a\\", b",', "  2) = 0"]],
    ["f(a_field_that_is_too_long, 2) = 0",        12, ["f(a_field_that_is_too_long,", "  2) = 0"]],
    ["f(a_field_that_is_too_long) = -1 EAGAIN",   12, ["f(a_field_that_is_too_long)", "    = -1 EAGAIN"]],
    ["f(1, {a=AAA|BBBB|CC, b=2}) = 0",            12, ["f(1,", "  {a=AAA|", "   BBBB|CC,", "   b=2}) = 0"]],
    ["aaaaaa, bbbb, cc",                          13, ["aaaaaa, bbbb,", "    cc"]],
    ["",                                           5, []],
  ])("%s in %i columns", (text, width, lines) => expect(fold(text, width)).toEqual(lines));

  test("loses nothing, and breaks after a comma or before the result", () => {
    const part = fc.constantFrom("3", '"a, b"', '"\\""', "{x=1, y=[1, 2]}", "NULL", "htons(80)");
    const parts = fc.array(part, { maxLength: 9 });
    fc.assert(fc.property(parts, fc.integer({ min: 6, max: 60 }), (parts, width) => {
      const text = `call(${parts.join(", ")}) = 0`;
      const lines = fold(text, width);
      expect(lines.map((it) => it.trim()).join(" ")).toBe(text);
      for (const [i, line] of lines.slice(0, -1).entries()) {
        expect(line.endsWith(",") || lines[i + 1]!.trim().startsWith("=")).toBe(true);
      }
    }));
  });
});

describe("words and items", () => {
  test.each<[string, number, string[]]>([
    ["one two three",         7, ["one two", "three"]],
    ["  one\n   two\tthree ", 7, ["one two", "three"]],
    ["immeasurable",          5, ["immeasurable"]],
    ["",                      5, []],
  ])("words of %j in %i", (text, width, lines) => expect(words(text, width)).toEqual(lines));

  test.each<[string[], number, string[]]>([
    [["a", "b", "c"],                      7, ["a · b", "c"]],
    [["a", "bb, cc, dd, ee", "f"],        10, ["a", "bb,", "    cc,", "    dd,", "    ee", "f"]],
    [["a", "bb cc dd ee ff", "f"],        10, ["a", "bb cc", "    dd ee", "    ff", "f"]],
    [[],                                  10, []],
  ])("items %j in %i", (list, width, lines) => expect(items(list, " · ", width)).toEqual(lines));
});

test.each<[string, number]>([
  ["", 0], ["abc", 3], ["ä", 1], ["a\u0308", 1], ["漢字", 4], ["✔ ┊ ●", 5], ["…", 1],
])("%j takes %i columns", (text, count) => {
  expect(columns(text)).toBe(count);
});

describe("printable", () => {
  test.each<[string, string, string]>([
    ["\x1b[31mred",         "\\x1b[31mred",         "\\x1b[31mred"],
    ["a\0b\x7fc\u0085",     "a\\x00b\\x7fc\\x85",   "a\\x00b\\x7fc\\x85"],
    ["\u202eabc\u2028",     "\\u202eabc\\u2028",    "\\u202eabc\\u2028"],
    ["a\r\n\tb",            "a\\x0d\n    b",        "a\\x0d\n    b"],
    ["“a” – ‘b’ … → ×",     "“a” – ‘b’ … → ×",      '"a" - \'b\' ... -> x'],
    ["Größe, naïve, ½, 漢", "Größe, naïve, ½, 漢",  "Grosse, naive, 1/2, ?"],
  ])("%j", (text, drawn, plain) => {
    expect([printable(text, false), printable(text, true)]).toEqual([drawn, plain]);
  });

  test("all text in an event, names of properties too; what is no text stays", () => {
    const safe = printableAll({ "a\x1b": ["\x1b", 1, null, { b: "…" }], c: true }, true);
    expect(safe).toEqual({ "a\\x1b": ["\\x1b", 1, null, { b: "..." }], c: true });
  });
});

describe("the right edge", () => {
  const flat = (line: Line): string => line.map((it) => it.text).join("");
  const drawn = (left: string[], right: string, width: number): string[] =>
    flushRight(left.map((it) => [piece(it)]), piece(right, "dim"), width).map(flat);
  test.each<[string[], string, number, string[]]>([
    [["left"],           "right", 14, ["left     right"]],
    [["left"],           "right", 11, ["left  right"]],
    [["left"],           "right", 10, ["left", "     right"]],
    [["first", "last"],  "right", 11, ["first", "last  right"]],
    [["left"],           "",      10, ["left"]],
    [["left"],           "a remark of words", 12, ["left", "    a remark", "    of words"]],
    [["x".repeat(118)],  "right", 160, [`${"x".repeat(118)}${" ".repeat(37)}right`]],
    [["left"],           "right", 160, [`left${" ".repeat(111)}right`]],
  ])("%j | %s in %i", (left, right, width, want) => expect(drawn(left, right, width)).toEqual(want));

  test("no line is wider", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 40 }), (left, right) => {
      const lines = flushRight([[piece("x".repeat(left))]], piece("y".repeat(right)), 90);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(90);
    }));
  });
});

test("a pen draws marks, writes them in ASCII, and colours them", () => {
  const style = { width: 80, plain: false, color: 0, level: "student", quiet: false } as const;
  const marks = (["proven", "refuted", "unknown", "seen", "hidden", "declared"] as const);
  expect(marks.map((it) => pen(style).mark(it).text).join(" ")).toBe("✔ ✘ ? ● ┊ ○");
  expect(marks.map((it) => pen({ ...style, plain: true }).mark(it).text).join(" ")).toBe("ok NO ? * : o");
  const { print, mark } = pen({ ...style, color: 1 });
  const lines = [[mark("refuted"), piece(" no  ")], [], [piece("a\nb  ", "dim"), piece("  ")]];
  expect(print(lines)).toBe("\x1b[31m✘\x1b[39m no\n\n\x1b[2ma\\nb\x1b[22m\n");
});

test.each<[number, string, string, string]>([
  [0,         "0",         "0th",       "0 calls"],
  [1,         "1",         "1st",       "1 call"],
  [2,         "2",         "2nd",       "2 calls"],
  [3,         "3",         "3rd",       "3 calls"],
  [11,        "11",        "11th",      "11 calls"],
  [12,        "12",        "12th",      "12 calls"],
  [23,        "23",        "23rd",      "23 calls"],
  [111,       "111",       "111th",     "111 calls"],
  [1_000_001, "1,000,001", "1000001st", "1,000,001 calls"],
])("%i in words", (n, grouped, nth, calls) => {
  expect([counted(n), ordinal(n), many(n, "call")]).toEqual([grouped, nth, calls]);
});
