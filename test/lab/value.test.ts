/** Which values are the same, and which are offered in their place. */
import { describe, expect, test } from "vitest";
import { shown } from "../../src/lab/fact.ts";
import { equal, othersThan } from "../../src/lab/value.ts";

describe("equal", () => {
  const table: readonly (readonly [a: unknown, b: unknown, same: boolean])[] = [
    [1, 1, true],                         [1, "1", false],
    [0, -0, true],                        [null, null, true],
    [null, 0, false],                     [null, {}, false],
    [1n, 1n, true],                       [1n, 1, false],
    [Number.NaN, Number.NaN, true],       [undefined, null, false],
    [[], [], true],                       [[], {}, false],
    [[1, [2]], [1, [2]], true],           [[1, 2], [2, 1], false],
    [[1], [1, 2], false],                 [["x", 3], { 0: "x", 1: 3 }, false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true], [{ a: 1 }, { b: 1 }, false],
    [{ a: undefined }, { b: undefined }, false],
  ];
  test.each(table.map((it) => [shown(it), ...it] as const))("%s", (_, a, b, same) => {
    expect([equal(a, b), equal(b, a)]).toEqual([same, same]);
  });
});

describe("others", () => {
  const table: readonly (readonly [values: readonly unknown[], others: readonly unknown[]])[] = [
    [[7],           [8, 6, 0, 1]],
    [[1],           [2, 0, 0]],
    [[2 ** 53],     [2 ** 53 - 1, 0, 1]],
    [[5n],          [6n, 4n]],
    [[true],        [false]],
    [[true, false], []],
    [[null],        ["EBADF"]],
    [[[]],          [[1]]],
    [[[true, 5]],   [[false, 5]]],
    [[{}],          [{ 1: 1 }]],
    [[{ 30: true }], [{ 30: false }]],
    [["127.0.0.1"], ["?27.0.0.1", "!27.0.0.1", "127.0.0.0", "127.0.0.11"]],
    [[""],          ["?", "!", "0", "1", "1"]],
  ];
  test.each(table.map((it) => [shown(it[0]), ...it] as const))("than %s", (_, values, others) => expect(othersThan(values)).toEqual(others));
});
