/** Which call somebody was in at a moment: of one actor, and of all of them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallTimes } from "../../src/lab/chamber/call-times.ts";

/** `[actor, id, enter, exit]`; exit null: it never came back. */
type Stay = readonly [actor: number, id: number, enter: number, exit: number | null];
function times(...stays: readonly Stay[]): CallTimes {
  const it = new CallTimes();
  const moments = stays.flatMap(([actor, id, enter, exit]) => [[enter, () => it.enter(actor, id, enter)] as const, ...(exit === null ? [] : [[exit, () => it.exit(id, exit)] as const])]);
  for (const [, happens] of moments.toSorted(([a], [b]) => a - b)) happens();
  return it;
}

describe("one actor's", () => {
  const it = times([0, 1, 10, 20], [0, 2, 30, 40], [5, 3, 12, 38], [0, 4, 50, null]);
  test.for([
    ["before the first",        0, 9,          null],
    ["as it enters",            0, 10,         1],
    ["in it",                   0, 15,         1],
    ["as it leaves",            0, 20,         1],
    ["between two",             0, 25,         null],
    ["in the second",           0, 31,         2],
    ["after it",                0, 41,         null],
    ["in one that is open",     0, 1e12,       4],
    ["another's meanwhile",     5, 31,         3],
    ["and after that one's",    5, 39,         null],
    ["somebody's who made none", 9, 15,        null],
  ] as const)("%s", ([, actor, t, id]) => expect(it.of(actor, t)).toBe(id));
});

describe("anybody's", () => {
  test.for<readonly [string, readonly Stay[], number, number | null]>([
    ["nobody's",                                       [[0, 1, 10, 20]],                                  5,  null],
    ["the one there is",                               [[0, 1, 10, 20]],                                  15, 1],
    ["of two the one that entered last",               [[0, 1, 10, 40], [5, 2, 20, 30]],                  25, 2],
    ["whoever entered first, once the other has left", [[0, 1, 10, 40], [5, 2, 20, 30]],                  35, 1],
    ["whichever actor began",                          [[5, 1, 10, null], [0, 2, 20, 30]],                25, 2],
    ["three, nested",                                  [[0, 1, 10, 60], [5, 2, 20, 50], [6, 3, 30, 40]],  35, 3],
    ["three, crossing",                                [[0, 1, 10, 30], [5, 2, 20, 50], [6, 3, 25, 27]],  40, 2],
    ["the chamber's is nobody's",                      [[-1, -3, 10, 20]],                                15, null],
    ["nor does it stand before another's",             [[0, 1, 10, 40], [-1, -3, 20, 30]],                25, 1],
  ])("%s", ([, stays, t, id]) => expect(times(...stays).any(t)).toBe(id));
});

test("an exit of nobody changes nothing", () => {
  const it = times([0, 1, 10, 20]);
  it.exit(7, 15);
  expect([it.of(0, 18), it.of(0, 25)]).toEqual([1, null]);
});

test("however many there are, it is the one whose time it was", () => fc.assert(fc.property(fc.array(fc.nat(5), { minLength: 1 }), (gaps) => {
  const stays = gaps.map((gap, i): Stay => [0, i + 1, i * 10, i * 10 + gap]);
  const it = times(...stays);
  for (let t = -1; t < gaps.length * 10; t++) {
    const found = stays.find(([, , enter, exit]) => enter <= t && t <= exit!);
    expect(it.of(0, t)).toBe(found?.[1] ?? null);
  }
})));
