/** Three verdicts, and what decides between them. */
import { describe, expect, test } from "vitest";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { all, claim, corrects, sum, supports } from "../../src/lab/claim.ts";
import type { Events } from "../../src/lab/fact.ts";
import { type Finding, judge, unbent } from "../../src/lab/judge.ts";
import { buffer } from "../../src/memory/memory.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";
import { frozen } from "./frozen.ts";

const COUNTER = "Udp.InDatagrams";
interface Made {
  readonly results?: readonly (number | null)[];
  readonly counted?: number | null;
  readonly scene?: string;
}

/** Two receives in a scene, and what a counter says of them. */
function history({ results = [10, 20], counted = 2, scene = "apart" }: Made): Events {
  const made = new HistoryBuilder("made", { able: counted === null ? [] : ["counters"], counters: [COUNTER] });
  made.scene(scene);
  for (const it of results) made.call("recvfrom", [3, buffer(64), 64, 0, null, null], it);
  made.counted(counted === null ? {} : { [COUNTER]: counted });
  return frozen(made.events);
}
const unable = (why: string | null, able = false): Events =>
  history({}).map((it) => (it.type === "run" ? { ...it, witnesses: { counters: { able, why } } } : it));

const two = claim("each receive returns one datagram", { apart: { recvfrom: 2 } }, ({ apart: { recvfrom: [a, b] } }, seen) => [
  is(a.result, 10), is(b.result, 20), also(() => is(seen.counted(COUNTER, "apart"), 2)),
], supports("N0-06"), corrects("N0-04", "N0-05"));
const counterOnly = claim("the kernel counted two", {}, (_, seen) => [is(seen.counted(COUNTER, "apart"), 2)]);

describe("the verdict", () => {
  const table: readonly (readonly [what: string, judged: Finding, as: Partial<Finding>])[] = [
    ["proven", judge(two, history({})), { verdict: "proven", why: null, evidence: ["#1 recvfrom returned 10", "#2 recvfrom returned 20", `${COUNTER} in “apart” rose by 2`] }],
    ["refuted by one check, with the evidence of all", judge(two, history({ results: [30, 20] })), { verdict: "refuted", why: null, evidence: ["#1 recvfrom returned 30, not 10", "#2 recvfrom returned 20", `${COUNTER} in “apart” rose by 2`] }],
    ["refuted by the second witness", judge(two, history({ counted: 1 })), { verdict: "refuted" }],
    ["unknown: too few calls", judge(two, history({ results: [10] })), { verdict: "unknown", why: "it rests on 2 recvfrom in “apart”, the history has 1", evidence: [] }],
    ["unknown: too many calls", judge(two, history({ results: [10, 20, -11] })), { verdict: "unknown", why: "it rests on 2 recvfrom in “apart”, the history has 3: #3 recvfrom failed with EAGAIN" }],
    ["unknown: another scene", judge(two, history({ scene: "together" })), { verdict: "unknown", why: "the history has no scene “apart”" }],
    ["unknown: it never came back", judge(two, history({ results: [10, null] })), { verdict: "unknown", why: "#2 recvfrom never came back" }],
    ["unknown: nothing happened", judge(two, []), { verdict: "unknown" }],
    ["one witness: the other did not watch", judge(two, history({ counted: null })), { verdict: "proven", why: "one witness: counters did not watch this run", evidence: ["#1 recvfrom returned 10", "#2 recvfrom returned 20"] }],
    ["one witness: the other was not able", judge(two, unable("this namespace is shared")), { verdict: "proven", why: "one witness: counters is not able here: this namespace is shared" }],
    ["refuted before missing", judge(two, history({ results: [30, 20], counted: null })), { verdict: "refuted", why: null }],
    ["unknown: its only witness was not able", judge(counterOnly, unable(null)), { verdict: "unknown", why: "counters is not able here: it does not say why" }],
    ["proven by that witness alone", judge(counterOnly, history({ results: [] })), { verdict: "proven", why: null }],
  ];
  test.each(table)("%s", (_, finding, expected) => expect(finding).toMatchObject(expected));

  test("is told with what the claim says and settles", () => {
    const cites = [{ how: "supports", id: "N0-06" }, { how: "corrects", id: "N0-04" }, { how: "corrects", id: "N0-05" }];
    expect(judge(two, history({}))).toMatchObject({ claim: "each receive returns one datagram", cites });
  });

  test("is unknown where only second witnesses were asked, and none was able", () => {
    const weak = claim("weak", {}, (_, seen) => [also(() => is(seen.counted(COUNTER, "apart"), 2))]);
    expect(judge(weak, history({ counted: null }))).toMatchObject({ verdict: "unknown", why: "counters did not watch this run" });
  });

  test("is unknown where nothing was checked", () => {
    expect(judge(claim("empty", {}, () => []), history({}))).toMatchObject({ verdict: "unknown", why: "nothing was checked" });
  });

  test("of a proof that fails on its own is none", () => {
    expect(() => judge(claim("slip", {}, () => { throw new TypeError("a slip"); }), history({}))).toThrow("a slip");
  });
});

describe("what a claim rests on", () => {
  const rests = (verdict: string, of: ReturnType<typeof claim>, events: Events): void => expect(judge(of, events).verdict).toBe(verdict);

  test("all calls, however many, also none", () => {
    const each = (n: number) => claim("all", { apart: { recvfrom: all } }, ({ apart: { recvfrom: it } }) => [is(it.count, n), is(it.results, Array(n).fill(7))]);
    for (const n of [0, 1, 5]) rests("proven", each(n), history({ results: Array(n).fill(7) }));
    rests("refuted", each(2), history({ results: [7] }));
  });

  test("one actor's calls, and not another's", () => {
    const made = new HistoryBuilder("made");
    made.call("close", [3], 0);
    made.call("close", [4], -9, { as: "writer" });
    rests("proven", claim("main", { opening: { close: 1 } }, ({ opening: { close: it } }) => [is(it.result, 0)]), made.events);
    rests("proven", claim("writer", { opening: { "close@writer": 1 } }, ({ opening: it }) => [is(it["close@writer"].errno, "EBADF")]), made.events);
    rests("unknown", claim("reader", { opening: { "close@reader": 1 } }, ({ opening: it }) => [is(it["close@reader"].result, 0)]), made.events);
  });

  test("a sum, of one times(…)", () => {
    const made = new HistoryBuilder("made");
    const drained = claim("sum", { opening: { read: sum } }, ({ opening: { read: it } }) => [is(it.count, 3), is(it.results, { 5: 2, 0: 1 }), is(it.bytes, [["a", 10]])]);
    rests("unknown", drained, made.events);
    made.times("drain", 3, [made.sum("read", [3, buffer(8), 8], [[5, 2], [0, 1]], [["a", 10]])]);
    rests("proven", drained, made.events);
    expect(unbent(drained, frozen([...made.events]))).toEqual([]);
    made.times("again", 1, [made.sum("read", [3, buffer(8), 8], [[5, 1]])]);
    expect(judge(drained, made.events).why).toBe("read is in more than one times(…) of this scene");
  });

  test("looks, by name or whatever their name", () => {
    const made = new HistoryBuilder("made");
    made.look("a", "one");
    made.look("b", "two");
    rests("proven", claim("named", { opening: { "look b": 1 } }, ({ opening: it }) => [is(it["look b"].text, "two")]), made.events);
    rests("proven", claim("both", { opening: { look: 2 } }, ({ opening: { look: [a, b] } }) => [is(a.text, "one"), is(b.text, "two")]), made.events);
    rests("unknown", claim("none", { opening: { "look c": 1 } }, ({ opening: it }) => [is(it["look c"].text, "")]), made.events);
  });
});

describe("unbent", () => {
  test("finds nothing in a claim that would be refuted", () => expect(unbent(two, history({}))).toEqual([]));

  test("bends an absence by adding an event", () => {
    const none = claim("none", { apart: { recvfrom: all } }, ({ apart: { recvfrom: it } }) => [is(it.count, 0), is(it.results, [])]);
    expect(judge(none, history({ results: [] })).verdict).toBe("proven");
    expect(unbent(none, history({ results: [] }))).toEqual([]);
  });

  test("leaves out a witness that was not able", () => expect(unbent(two, history({ counted: null }))).toEqual([]));

  test("finds a check that looks at something else than it cites", () => {
    const blind = claim("blind", { apart: { recvfrom: 2 } }, ({ apart: { recvfrom: [a] } }) => [{ ...is(a.result, 10), holds: true }]);
    expect(unbent(blind, history({}))).toEqual([{ claim: "blind", check: "#1 recvfrom returned 10", verdict: "proven" }]);
  });

  test("finds a check that every value passes", () => {
    const idle = claim("idle", { apart: { recvfrom: 2 } }, ({ apart: { recvfrom: [a] } }) => [{ ...is(a.result, 10), bends: [] }]);
    expect(unbent(idle, history({}))).toMatchObject([{ verdict: "proven" }]);
  });

  test("finds a check whose place can hold nothing else", () => {
    const vacuous = claim("vacuous", { apart: { recvfrom: 2 } }, ({ apart: { recvfrom: [a] } }) => [{ ...is(a.result, 10), bends: [() => { throw new RangeError("no room"); }] }]);
    expect(unbent(vacuous, history({}))).toMatchObject([{ verdict: "unknown" }]);
  });

  test("finds a claim that is not known", () => {
    expect(unbent(two, history({ results: [] }))).toMatchObject([{ verdict: "unknown" }]);
  });

  test("finds a second witness that proves nothing: at least none", () => {
    const least = claim("least", {}, (_, seen) => [atLeast(seen.counted(COUNTER, "apart"), 0)]);
    expect(unbent(least, history({}))).toEqual([]);
  });
});
