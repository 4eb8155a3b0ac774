/** Paths as declarations: what is refused, and which steps a stack shows. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, follow, hidden, path, step } from "../../src/kernel/path.ts";

const at = ["sock:sk_data_ready"];
const some = (...names: string[]) => names.map((name) => step(name, "net/socket.c", "does it"));

test("a step says everything, or null", () => {
  expect(step("f", "a.c", "does")).toEqual(
    { fn: "f", file: "a.c", does: "does", hidden: null, inNote: null, when: null });
  expect(step("f", "a.c", "does", { inNote: "g" })).toMatchObject({ fn: "f", inNote: "g" });
  expect(hidden("leaf", "f", "a.S", "does", { inNote: "g" })).toEqual(
    { fn: "f", file: "a.S", does: "does", hidden: "leaf", inNote: "g", when: null });
});

test("an entry is named after the machine", () => {
  const name = process.arch === "arm64" ? "__arm64_sys_sendto" : "__x64_sys_sendto";
  expect(entry("sendto", "net/socket.c", "does", { inNote: "sys_sendto" })).toEqual(
    step(name, "net/socket.c", "does", { inNote: "sys_sendto" }));
});

test.each<[string, () => unknown, string]>([
  ["no steps",        () => path("x", at, []),                                      "the path to x: it has no steps"],
  ["no tracepoint",   () => path("x", [], some("a")),                               "the path to x: it can be seen at no tracepoint"],
  ["half a name",     () => path("x", ["sk_data_ready"], some("a")),                "\"sk_data_ready\" is not the name of a tracepoint"],
  ["a step twice",    () => path("x", at, some("a", "b", "a")),                     "the path to x: a is in it twice"],
  ["a header",        () => path("x", at, [step("a", "net/sock.h", "does")]),       "a is said to be in net/sock.h, which is no source file"],
  ["no file",         () => path("x", at, [step("a", "", "does")]),                 "which is no source file"],
])("refused: %s", (_, declare, message) => {
  expect(declare).toThrow(RangeError);
  expect(declare).toThrow(message);
});

describe("what a stack shows", () => {
  const declared = path("x", at, some("a", "b", "c", "d"));
  const names = (stacks: readonly (readonly string[])[]) => [...follow(declared, stacks)].map(({ fn }) => fn);
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
