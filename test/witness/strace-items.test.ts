import { describe, expect, test } from "vitest";
import { type Item, readItems } from "../../src/witness/strace-items.ts";

/** Items as nested arrays: texts as ["…"], cut ones as ["…", "..."]. */
const plain = (items: readonly Item[]): unknown => items.map((item) => item.map((it) => {
  if (it.kind === "text") return it.cut ? [it.bytes, "..."] : [it.bytes];
  if (it.kind === "word") return it.remark === null ? it.word : `${it.word} ${it.remark}`;
  return { [it.open]: plain(it.items) };
}));

describe("readItems", () => {
  test.each([
    ["",                                      []],
    ["3",                                     [["3"]]],
    ["3, NULL, 0x7f|MSG_A",                   [["3"], ["NULL"], ["0x7f|MSG_A"]]],
    ['"a,b", "c"..., 8',                      [[["a,b"]], [["c", "..."]], ["8"]]],
    ['"\\1\\x02\\377\\0017\\n\\"\\\\"',       [[["\x01\x02\xff\x017\n\"\\"]]]],
    ['@"abc\\0"',                             [["@", ["abc\0"]]]],
    ["[16 => 2]",                             [[{ "[": [["16", "=>", "2"]] }]]],
    ["[], {}",                                [[{ "[": [] }], [{ "{": [] }]]],
    ["{a=1, b={c=[1, 2]}}",                   [[{ "{": [["a", "=", "1"], ["b", "=", { "{": [["c", "=", { "[": [["1"], ["2"]] }]] }]] }]]],
    ["htons(80)",                             [["htons", { "(": [["80"]] }]]],
    ["0x4c /* SO_??? */, [4]",                [["0x4c /* SO_??? */"], [{ "[": [["4"]] }]]],
    ["[1, 2, ...]",                           [[{ "[": [["1"], ["2"], ["..."]] }]]],
  ])("%s", (text, items) => expect(plain(readItems(text).items)).toEqual(items));

  test("stops at the bracket that closes them", () => {
    const text = 'close(3, ")", (4)) = 0';
    expect(readItems(text, 6).end).toBe(text.indexOf(") = 0"));
  });
});
