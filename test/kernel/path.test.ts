/** Paths as declarations: what is refused, and which steps a stack shows. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, follow, hidden, path, step } from "../../src/kernel/path.ts";

const at = ["sock:sk_data_ready"];
/** Each calls the next. */
const some = (...names: string[]) => names.map((name, depth) => step(depth, name, "net/socket.c", "does it"));
/** As written, an indented one is called by the one above it. */
const tree = (text: string) => text.trim().split("\n").map((line) => {
  const [, indent = "", name = ""] = /^( *)(\w+)$/.exec(line) ?? [];
  return step(indent.length / 2, name, "net/socket.c", "does it");
});

test("a step says everything, or null", () => {
  const nothing = { hidden: null, by: null, inNote: null, when: null, since: null, was: null, until: null };
  expect(step(2, "f", "a.c", "does")).toEqual({ depth: 2, fn: "f", file: "a.c", does: "does", ...nothing });
  expect(step(0, "f", "a.c", "does", { inNote: "g" })).toMatchObject({ fn: "f", inNote: "g" });
  expect(hidden(1, "unwatched", "f", "a.S", "does", { was: "g", since: ["5.10", "6.1"] })).toEqual(
    { depth: 1, fn: "f", file: "a.S", does: "does", ...nothing, hidden: "unwatched", was: "g", since: ["5.10", "6.1"] });
});

test("an entry is named after the machine", () => {
  const name = process.arch === "arm64" ? "__arm64_sys_sendto" : "__x64_sys_sendto";
  expect(entry("sendto", "net/socket.c", "does", { inNote: "sys_sendto" })).toEqual(
    step(0, name, "net/socket.c", "does", { inNote: "sys_sendto" }));
});

test.each<[string, () => unknown, string]>([
  ["no steps",        () => path("x", at, []),                                      "the path to x: it has no steps"],
  ["no tracepoint",   () => path("x", [], some("a")),                               "the path to x: it can be seen at no tracepoint"],
  ["half a name",     () => path("x", ["sk_data_ready"], some("a")),                "\"sk_data_ready\" is not the name of a tracepoint"],
  ["a step twice",    () => path("x", at, tree("a\n  b\n    c\n  b")),              "the path to x: b is called twice by the same function"],
  ["two beginnings",  () => path("x", at, tree("a\nb")),                            "nothing above b can have called it, at depth 0"],
  ["no beginning",    () => path("x", at, tree("  a").map((it) => ({ ...it, depth: 1 }))), "nothing above a can have called it, at depth 1"],
  ["a missing caller", () => path("x", at, tree("a\n    b")),                       "nothing above b can have called it, at depth 2"],
  ["a header",        () => path("x", at, [step(0, "a", "net/sock.h", "does")]),    "a is said to be in net/sock.h, which is no source file"],
  ["no file",         () => path("x", at, [step(0, "a", "", "does")]),              "which is no source file"],
])("refused: %s", (_, declare, message) => {
  expect(declare).toThrow(RangeError);
  expect(declare).toThrow(message);
});

test("a header may hold what is inlined, and nothing else", () => {
  const inlined = hidden(1, "inlined", "b", "include/net/sock.h", "does");
  expect(path("x", at, [...some("a"), inlined]).steps[1]).toBe(inlined);
});

describe("what a stack shows", () => {
  const declared = path("x", at, some("a", "b", "c", "d"));
  const names = (stacks: readonly (readonly string[])[]) => [...follow(declared, stacks).keys()].map(({ fn }) => fn);
  const shown = (...stacks: string[]) => names(stacks.map((it) => it.split(" "))).join(" ");

  test.each([
    ["all, with others between",           ["a x b y c z d"],                 "a b c d"],
    ["none",                               ["x y z"],                         ""],
    ["nothing of an empty stack",          [""],                              ""],
    ["a part",                             ["b d"],                           "b d"],
    ["only what is in order",              ["b a"],                           "a"],
    ["what several stacks show together",  ["a b", "a d"],                    "a b d"],
    ["not the order over stacks",          ["c d", "a b"],                    "c d a b"],
    ["copies that the compiler made",      ["a.constprop.0 b.isra.1 c.part.2 d.cold"], "a b c d"],
    ["copies of copies",                   ["a.constprop.0.isra.0.cold"],     "a"],
    ["not what only begins alike",         ["aa b.other ab"],                 ""],
    ["a function that is there twice",     ["b a b c"],                       "a b c"],
    ["not a late first one for the rest",  ["b c d a"],                       "b c d"],
    ["not a late last one for the rest",   ["d a b c"],                       "a b c"],
  ])("%s", (_, stacks, steps) => expect(shown(...stacks)).toBe(steps));

  test("nothing without stacks", () => expect(follow(declared, []).size).toBe(0));

  test("is in order on the stack, and no longer series is", () => {
    const frame = fc.constantFrom("a", "b", "c", "d", "x");
    const isSubsequence = (series: readonly string[], stack: readonly string[]) => {
      let i = 0;
      for (const it of stack) if (it === series[i]) i++;
      return i === series.length;
    };
    const subset = (bits: number) => ["a", "b", "c", "d"].filter((_, i) => (bits >> i) % 2 === 1);
    const subsets = Array.from({ length: 16 }, (_, bits) => subset(bits));
    fc.assert(fc.property(fc.array(frame, { maxLength: 12 }), (stack) => {
      const found = names([stack]);
      expect(isSubsequence(found, stack)).toBe(true);
      const others = subsets.filter((it) => isSubsequence(it, stack));
      expect(found).toHaveLength(Math.max(...others.map(({ length }) => length)));
    }), { numRuns: 500 });
  });
});

describe("a stack shows one way down the tree", () => {
  const declared = path("x", at, tree(`
a
  b
    c
      d
  e
    d
      f
  c`));
  const places = (...stacks: string[]) =>
    [...follow(declared, stacks.map((it) => it.split(" ")))].map(([it, n]) => `${declared.steps.indexOf(it)}@${n}`).join(" ");

  test.each([
    ["never two that one function calls",     ["a b e"],             "0@0 1@0"],
    ["of two ways the one with more on it",   ["a e d"],             "0@0 4@0 5@0"],
    ["of two ways the one that misses less",  ["a d"],               "0@0 5@0"],
    ["a function in its other place",         ["a c", "a b c"],      "0@0 7@0 1@1 2@1"],
    ["of two equal ones the first",           ["a b d e"],           "0@0 1@0 3@0"],
    ["with the first stack of each",          ["a b", "a b c", "a e d f"], "0@0 1@0 2@1 4@2 5@2 6@2"],
  ])("%s", (_, stacks, seen) => expect(places(...stacks)).toBe(seen));
});
