/** Each word of a proof: what it holds of, what it says as evidence, and that no value it is bent to passes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adds, also, atLeast, atMost, type Check, differ, enough, figure, is, more, multiple, oneOf, rise, same } from "../../src/lab/check.ts";
import { type Fact, NotInHistory, shown } from "../../src/lab/fact.ts";

/** Facts that are nowhere but here: bending one answers no events, and tells `hear` what all would be. */
const facts = <T>(values: readonly T[], hear: (bent: readonly T[]) => void = () => undefined): Fact<T>[] =>
  values.map((value, i) => ({ value, seen: `fact ${i}`, bent: (to) => { hear(values.with(i, to)); return []; } }));
const fact = <T>(value: T): Fact<T> => facts([value])[0]!;
const say = (holds: boolean, text: string) => ({ holds, text, missing: null });

test.each([
  ["is",      () => is(1 as never, 1 as never)],
  ["oneOf",   () => oneOf("x" as never, [])],
  ["atLeast", () => atLeast(1 as never, 1)],
  ["adds",    () => adds([2 as never], 2)],
  ["same",    () => same(null as never, fact(2) as never)],
] as const)("%s of what the run did not see is a mistake, not a refutation", (_, check) => expect(check).toThrow(TypeError));

describe("holds, and says what was seen", () => {
  const table: readonly (readonly [Check, boolean, string])[] = [
    [is(fact(3), 3),                             true,  "fact 0 3"],
    [is(fact(3), 4),                             false, "fact 0 3, not 4"],
    [is(fact("LISTEN"), "CLOSE"),                false, 'fact 0 "LISTEN", not "CLOSE"'],
    [is<string | null>(fact(null), "EAGAIN"),    false, 'fact 0 null, not "EAGAIN"'],
    [is(fact([5, 15, 10]), [5, 15, 10]),         true,  "fact 0 [5, 15, 10]"],
    [is(fact([5, 15]), [5, 15, 10]),             false, "fact 0 [5, 15], not [5, 15, 10]"],
    [is(fact([15, 5]), [5, 15]),                 false, "fact 0 [15, 5], not [5, 15]"],
    [is(fact({ 30: 300 }), { 30: 300 }),         true,  "fact 0 {30: 300}"],
    [is(fact({ 30: 299 }), { 30: 300 }),         false, "fact 0 {30: 299}, not {30: 300}"],
    [is(fact("x".repeat(99)), "x".repeat(99)),   true,  `fact 0 "${"x".repeat(60)}"… (99)`],
    [oneOf(fact(2), [1, 2]),                     true,  "fact 0 2"],
    [oneOf(fact(3), [1, 2]),                     false, "fact 0 3, none of [1, 2]"],
    [atLeast(fact(60), 60),                      true,  "fact 0 60, at least 60"],
    [atLeast(fact(59), 60),                      false, "fact 0 59, less than 60"],
    [atMost(fact(60), 60),                       true,  "fact 0 60, at most 60"],
    [atMost(fact(61), 60),                       false, "fact 0 61, more than 60"],
    [more(fact(2), fact(1)),                     true,  "fact 0 2 · fact 0 1"],
    [more(fact(1), fact(1)),                     false, "fact 0 1 · fact 0 1, not more"],
    [more(fact(9), fact(1), 8),                  true,  "fact 0 9 · fact 0 1"],
    [more(fact(9), fact(2), 8),                  false, "fact 0 9 · fact 0 2, not 8 more"],
    [multiple(fact(8192), fact(4096)),           true,  "fact 0 8192 · fact 0 4096"],
    [multiple(fact(0), fact(4096)),              true,  "fact 0 0 · fact 0 4096"],
    [multiple(fact(8193), fact(4096)),           false, "fact 0 8193 · fact 0 4096, not a multiple"],
    [is(figure(fact("line: 64 B"), /: (\d+)/), 64), true, 'fact 0 ": 64": 64'],
    [atMost(rise(fact(50), fact(246)), 196),     true,  "fact 0 50 · fact 0 246: rose by 196, at most 196"],
    [atLeast(rise(fact(50), fact(40)), 0),       false, "fact 0 50 · fact 0 40: rose by -10, less than 0"],
    [is(figure(fact("7f-80 r"), /^([\da-f]+)-/, 16), 127), true, 'fact 0 "7f-": 127'],
    [differ(fact(5), fact(6)),                   true,  "fact 0 5 · fact 0 6"],
    [differ(fact(5), fact(5)),                   false, "fact 0 5 · fact 0 5, the same"],
    [same(fact("a"), fact("a")),                 true,  'fact 0 "a" · fact 0 "a"'],
    [same(fact("a"), fact("b")),                 false, 'fact 0 "a" · fact 0 "b", not the same'],
    [adds([fact(4), fact(52)], 56),              true,  "fact 0 4 · fact 0 52: together 56"],
    [adds([fact(4), fact(50)], 56),              false, "fact 0 4 · fact 0 50: together 54, not 56"],
  ];
  test.each(table.map(([check, holds, text]) => [text, check, holds] as const))("%s", (text, check, holds) => {
    expect(check).toMatchObject(say(holds, text));
  });

  test.each([
    ["atLeast", () => atLeast(fact<number | string>("ten"), 1)],
    ["atMost", () => atMost(fact<number | string>("ten"), 1)],
    ["multiple", () => multiple(fact(1), fact<number | string>("ten"))],
    ["more", () => more(fact(1), fact<number | string>("ten"))],
    ["adds", () => adds([fact<number | string>("ten")], 1)],
  ])("%s of what is no number is no verdict", (_, make) => expect(make).toThrow(new NotInHistory('fact 0 "ten": that is not a number')));
});

test("a text without the number is no verdict", () =>
  expect(() => figure(fact("no line"), /(\d+)/)).toThrow(new NotInHistory("fact 0 no /(\\d+)/")));

describe("no bent value passes", () => {
  /** Makes the check on these values, bends each fact it cites, and makes it again on the values that were bent. */
  function bends<T>(values: readonly T[], make: (facts: Fact<T>[]) => Check): void {
    const heard: (readonly T[])[] = [];
    const check = make(facts(values, (it) => heard.push(it)));
    expect(check.holds).toBe(true);
    for (const bend of check.bends) bend();
    expect(heard.length).toBe(check.bends.length);
    expect(heard.length).toBeGreaterThanOrEqual(values.length);
    for (const it of heard) expect(make(facts(it)), shown(it)).toMatchObject({ holds: false });
  }
  const value = fc.oneof(fc.jsonValue(), fc.bigInt());
  const whole = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });

  test("is", () => fc.assert(fc.property(value, (it) => bends([it], ([f]) => is(f!, it)))));
  test("oneOf", () => fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { minLength: 1 }), fc.nat(), (all, n) =>
    bends([all[n % all.length]], ([f]) => oneOf(f!, all)))));
  test("oneOf a row of numbers", () => bends([2], ([f]) => oneOf(f!, [1, 3, 2, 0, -1, 4])));
  test("atLeast", () => fc.assert(fc.property(whole, fc.nat(), (it, less) => bends([it], ([f]) => atLeast(f!, it - less)))));
  test("atMost", () => fc.assert(fc.property(whole, fc.nat(), (it, above) => bends([it], ([f]) => atMost(f!, it + above)))));
  test("more", () => fc.assert(fc.property(whole, fc.integer({ min: 1 }), (it, less) => bends([it, it - less], ([a, b]) => more(a!, b!)))));
  test("more by so much", () => fc.assert(fc.property(whole, fc.nat(99), fc.nat(99), (it, by, above) =>
    bends([it + by + above, it], ([a, b]) => more(a!, b!, by)))));
  test("multiple", () => fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 20 }), fc.integer({ min: 2, max: 2 ** 20 }), (n, of) =>
    bends([n * of, of], ([a, b]) => multiple(a!, b!)))));
  test("rise", () => fc.assert(fc.property(fc.nat(), fc.nat(), (from, by) =>
    bends([from + by], ([f]) => is(rise(fact(from), f!), by)))));
  test("figure", () => fc.assert(fc.property(fc.nat(), (n) =>
    bends([`row ${n.toString(16)}: rest`], ([f]) => is(figure(f!, /^row ([\da-f]+):/, 16), n)))));
  test("differ", () => fc.assert(fc.property(value, value, (a, b) => {
    fc.pre(!is(fact<unknown>(a), b).holds);
    bends<unknown>([a, b], ([f, g]) => differ(f!, g!));
  })));
  test("same", () => fc.assert(fc.property(value, (it) => bends([it, it], ([a, b]) => same(a!, b!)))));
  test("adds", () => fc.assert(fc.property(fc.array(whole, { minLength: 1, maxLength: 9 }), (all) =>
    bends(all, (some) => adds(some, all.reduce((a, b) => a + b, 0))))));

  test("a place that cannot hold the first value gets the next that it can", () => {
    const tried: number[] = [];
    const byte: Fact<number> = { value: 255, seen: "a byte", bent(to) {
      tried.push(to);
      if (to > 255) throw new RangeError("does not fit");
      return [];
    } };
    expect(is(byte, 255).bends[0]!()).toEqual([]);
    expect(tried).toEqual([256, 254]);
  });

  test("a place that can hold no other value says so", () => {
    const stuck: Fact<number> = { value: 0, seen: "stuck", bent: () => { throw new RangeError("nothing fits"); } };
    expect(is(stuck, 0).bends[0]).toThrow("nothing fits");
  });

  test("what every value passes has no bend", () => expect(oneOf(fact(true), [true, false]).bends).toEqual([]));
});

describe("also", () => {
  test("is the check, where its witness is able", () => {
    expect(also(() => is(fact(1), 2))).toMatchObject(say(false, "fact 0 1, not 2"));
  });

  test("holds and says why, where it is not", () => {
    expect(also(() => { throw new NotInHistory("no counters here"); })).toEqual({ holds: true, text: "", bends: [], missing: "no counters here" });
  });

  test("hides no mistake", () => {
    expect(() => also(() => { throw new TypeError("a slip"); })).toThrow(TypeError);
  });
});

describe("enough", () => {
  test.each([
    ["a number",  enough(fact(3), 3),            3],
    ["a list",    enough(fact(["a", "b"]), 2),   ["a", "b"]],
  ] as const)("is the fact where so much was seen: %s", (_, it, value) => expect(it.value).toEqual(value));
  test.each([
    ["a number",  () => enough(fact(2), 3)],
    ["a list",    () => enough(fact(["a"]), 2)],
  ] as const)("makes the claim unknown where it was less: %s", (_, less) => expect(less).toThrow(NotInHistory));
});
