import { describe, expect, test } from "vitest";
import type { Call } from "../../src/sys/decode.ts";
import { align } from "../../src/witness/strace-align.ts";
import { readStraceLog } from "../../src/witness/strace-log.ts";

/** Calls of one argument each: `close 3`. */
const ours = (...calls: readonly string[]): readonly Call[] => calls.map((it, id): Call => {
  const [name = "", text = ""] = it.split(" ");
  const arg = { name: "fd", flow: "value", value: Number(text), text, layout: null, before: null, after: null, room: 0, wrote: 0 } as const;
  return { id, actor: "main", nr: 0, name, args: [arg], result: 0, errno: null, enter: id, exit: id };
});
const theirs = (...calls: readonly string[]) => readStraceLog(calls.map((it) => it.replace(/(\w+) (\d+)/, "$1($2) = 0")).join("\n")).calls;

describe("our calls among strace's", () => {
  test.each([
    ["all of them",                          ["a 1", "b 2"],               ["a 1", "b 2"],                       [[0, 0], [1, 1]]],
    ["with others between them",             ["a 1", "b 2"],               ["x 1", "a 1", "x 1", "b 2", "x 1"],  [[0, 1], [1, 3]]],
    ["one is missing",                       ["a 1", "b 2", "c 3"],        ["a 1", "c 3"],                       [[0, 0], [2, 1]]],
    ["one is missing that comes again late", ["a 1", "b 2", "c 3", "a 1"], ["b 2", "c 3", "a 1"],                [[1, 0], [2, 1], [3, 2]]],
    ["in another order",                     ["a 1", "b 2", "c 3"],        ["b 2", "c 3", "a 1"],                [[1, 0], [2, 1]]],
    ["none",                                 ["a 1"],                      ["b 2"],                              []],
    ["of nothing",                           [],                           ["b 2"],                              []],
  ])("%s", (_, mine, other, pairs) => expect(align(ours(...mine), theirs(...other))).toEqual(pairs));
});
