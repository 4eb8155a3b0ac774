/** A history: events cut into scenes, and what they can be asked. */
import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "../../src/lab/events.ts";
import { NotInHistory, recast, replaced } from "../../src/lab/fact.ts";
import { History, OPENING } from "../../src/lab/history.ts";
import { buffer } from "../../src/memory/memory.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";
import { frozen } from "./frozen.ts";

const made = new HistoryBuilder("made", { able: ["counters"], counters: ["Udp.InDatagrams"] });
made.call("close", [9], -9);
made.scene("one");
made.call("close", [3], 0);
made.call("close", [4], 0, { as: "writer" });
made.look("row", "text");
made.counted({});
made.scene("two");
made.times("drain", 2, [made.sum("read", [3, buffer(8), 8], [[8, 2]])]);
made.scene("one");
made.call("close", [5], 0);
made.scene("empty");
const history = new History(frozen(made.events));
const fds = (scene: string, actor: string): readonly unknown[] => history.calls(scene, "close", actor).map((it) => it.args[0]!.value);

describe("scenes", () => {
  test("what is before the first is the opening", () => expect(fds(OPENING, "main")).toEqual([9]));
  test("a scene that comes again goes on", () => expect(fds("one", "main")).toEqual([3, 5]));
  test("an actor's calls are its own", () => expect(fds("one", "writer")).toEqual([4]));
  test("a scene may be empty", () => expect(history.scene("empty")).toEqual([]));
  test("one that is not there is said", () => {
    expect(() => history.scene("three")).toThrow(new NotInHistory("the history has no scene “three”"));
    expect(() => history.calls("three", "close", "main")).toThrow(NotInHistory);
  });

  test("looks and times are found in theirs", () => {
    expect(history.looks("one", "row")).toHaveLength(1);
    expect(history.looks("one", null)).toHaveLength(1);
    expect(history.looks("one", "column")).toHaveLength(0);
    expect(history.looks("two", null)).toHaveLength(0);
    expect(history.times("two", "main")).toHaveLength(1);
    expect(history.times("two", "writer")).toHaveLength(0);
    expect(history.times("one", "main")).toHaveLength(0);
  });

  test.each([[OPENING, 3], ["one", 12], ["two", 10], ["empty", 13]])("“%s” ends at index %i", (scene, end) => expect(history.endOf(scene)).toBe(end));
});

describe("the run", () => {
  test("is the first event", () => expect(history.run.experiment).toBe("made"));
  test("may be missing", () => expect(() => new History([]).run).toThrow(new NotInHistory("the history has no run event")));

  test("its counters are all of them, then what changed", () => {
    expect(history.counters().map((it) => it.scene)).toEqual([null, "one"]);
  });

  test.each([
    ["counters", true,  null,                null],
    ["counters", false, "it is shared",      "counters is not able here: it is shared"],
    ["counters", false, null,                "counters is not able here: it does not say why"],
    ["wire",     true,  null,                "wire did not watch this run"],
  ])("%s, able %s (%s): %s", (witness, able, why, message) => {
    const events = made.events.map((it) => (it.type === "run" ? { ...it, witnesses: { counters: { able, why } } } : it));
    const needed = (): void => new History(events).needs(witness);
    if (message === null) expect(needed).not.toThrow();
    else expect(needed).toThrow(new NotInHistory(message));
  });
});

describe("events in the place of others", () => {
  const say = (text: string): HistoryEvent => ({ type: "say", experiment: "made", t: 0, text });
  const [a, b, c, d] = ["a", "b", "c", "d"].map(say) as [HistoryEvent, HistoryEvent, HistoryEvent, HistoryEvent];
  const [x, y, z] = ["x", "y", "z"].map(say) as [HistoryEvent, HistoryEvent, HistoryEvent];
  const events = frozen([a, b, c, d]);

  test("one", () => expect(replaced(events, b, x)).toEqual([a, x, c, d]));
  test.each([
    [[b, d], [x, y],     0, [a, x, c, y]],
    [[b, c], [x],        0, [a, x, d]],
    [[b, c], [],         0, [a, d]],
    [[b, c], [x, y, z],  0, [a, x, y, z, d]],
    [[d],    [d, z],     0, [a, b, c, d, z]],
    [[],     [x, y],     2, [a, b, x, y, c, d]],
    [[],     [x],        4, [a, b, c, d, x]],
    [[],     [],         1, [a, b, c, d]],
  ])("%#: as many as are wanted", (found, wanted, place, expected) => {
    expect(recast(events, found, wanted, place)).toEqual(expected);
  });
});
