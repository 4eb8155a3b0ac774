/** What calls testify to, one by one, all of a scene, and in sum; each fact is read again from the history it was bent in. */
import { describe, expect, test } from "vitest";
import { is } from "../../src/lab/check.ts";
import type { CallEvent } from "../../src/lab/events.ts";
import { type Events, type Fact, NotInHistory } from "../../src/lab/fact.ts";
import { History } from "../../src/lab/history.ts";
import { allWitness, type CallWitness, callWitness, sumWitness } from "../../src/lab/witnesses.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";
import { frozen } from "./frozen.ts";

const made = new HistoryBuilder("made");
made.scene("one");
const buf = buffer(64);
const came = made.call("recvfrom", [3, buf, 64, 0, null, null], 5, { kernel: () => void buf.bytes.write("hello") });
const failed = made.call("recvfrom", [3, buffer(64), 64, 0, null, null], -11);
const slept = made.call("recvfrom", [3, buffer(64), 64, 0, null, int(0)], 7, { as: "reader" });
made.asleep(slept);
made.asleep(slept);
const hung = made.call("recvfrom", [3, buffer(64), 64, 0, null, null], null, { as: "reader" });
made.times("drain", 4, [made.sum("read", [3, buffer(8), 8], [[8, 3], [-11, 1]], [["x", 24]]), made.sum("write", [3, text("y"), 1], [[1, 4]])]);
const events: Events = frozen(made.events);
const witness = (call: CallEvent, some: Events = events): CallWitness<"recvfrom"> =>
  callWitness(some.find((it): it is CallEvent => it.type === "call" && it.id === call.id)!, some);

describe("one call", () => {
  type Look = (it: CallWitness<"recvfrom">) => Fact<number | string | boolean | null>;
  const table: readonly (readonly [call: CallEvent, look: Look, sight: string, other: number | string | boolean | null])[] = [
    [came,   (it) => it.result,         "#1 recvfrom returned 5",                            -9],
    [came,   (it) => it.errno,          "#1 recvfrom errno: null",                           "EAGAIN"],
    [failed, (it) => it.result,         "#2 recvfrom returned -11",                          3],
    [failed, (it) => it.errno,          '#2 recvfrom failed with "EAGAIN"',                  null],
    [came,   (it) => it.before("size"), "#1 recvfrom was given size 64",                     5],
    [came,   (it) => it.after("ubuf"),  '#1 recvfrom left ubuf "hello"',                     "hallo"],
    [came,   (it) => it.wrote("ubuf"),  "#1 recvfrom bytes the kernel wrote to ubuf: 5",     6],
    [came,   (it) => it.address("addr"), "#1 recvfrom was given addr at 0",                  4096],
    [failed, (it) => it.wrote("ubuf"),  "#2 recvfrom bytes the kernel wrote to ubuf: 0",     6],
    [came,   (it) => it.slept,          "#1 recvfrom slept: false",                          true],
    [slept,  (it) => it.slept,          "#3 recvfrom slept: true",                           false],
    [slept,  (it) => it.slept,          "#3 recvfrom slept: true",                           true],
    [hung,   (it) => it.slept,          "#4 recvfrom slept: false",                          true],
    [hung,   (it) => it.before("size"), "#4 recvfrom was given size 64",                     1],
    [came,   (it) => it.entered,        `#1 recvfrom entered at ${came.enter}`,              1],
    [came,   (it) => it.left,           `#1 recvfrom left at ${came.exit}`,                  9],
  ];
  const titled = table.map((it) => [it[2], ...it] as const);
  test.each(titled)("%s", (_, call, look, sight) => {
    const fact = look(witness(call));
    expect(is(fact, fact.value).text).toBe(sight);
  });
  test.each(titled)("%s, bent", (_, call, look, __, other) => {
    expect(look(witness(call, look(witness(call)).bent(other))).value).toBe(other);
  });

  test("a result that is bent to a failure has an errno, and the other way round", () => {
    expect(witness(came, witness(came).result.bent(-1)).errno.value).not.toBeNull();
    expect(witness(failed, witness(failed).result.bent(1)).errno.value).toBeNull();
    expect(witness(came, witness(came).errno.bent("EAGAIN")).result.value).toBeLessThan(0);
    expect(witness(failed, witness(failed).errno.bent(null)).result.value).toBe(0);
  });

  test.each([
    ["result", () => witness(hung).result,                "#4 recvfrom never came back"],
    ["errno",  () => witness(hung).errno,                 "#4 recvfrom never came back"],
    ["left",   () => witness(hung).left,                  "#4 recvfrom never came back"],
    ["wrote",  () => witness(came).wrote("addr"),         "#1 recvfrom was given no memory for addr"],
    ["after",  () => witness(failed).after("ubuf"),       "#2 recvfrom has no ubuf after it"],
  ] as const)("%s is not in the history", (_, look, message) => expect(look).toThrow(new NotInHistory(message)));
});

describe("all calls of a scene", () => {
  const all = (some: Events = events, name = "recvfrom", actor = "main") => allWitness<"recvfrom">(new History(some), "one", name, actor);

  test("are counted, and listed", () => {
    expect([all().count.value, all().results.value]).toEqual([2, [5, -11]]);
    expect(all().each.map((it) => it.result.value)).toEqual([5, -11]);
    expect(all().results.seen).toBe("#1…#2 recvfrom returned");
  });

  test.each([0, 1, 2, 3, 5])("can be bent to %i", (count) => expect(all(all().count.bent(count)).count.value).toBe(count));
  test.each([[[]], [[1]], [[1, 2]], [[1, 2, 3]]])("can be bent to %j", (results) => expect(all(all().results.bent(results)).results.value).toEqual(results));
  test.each([[[]], [[1]], [[1, 2]]])("none can be bent to %j", (results) => {
    const none = all(events, "close");
    expect([none.count.value, none.results.value]).toEqual([0, []]);
    expect(all(none.results.bent(results), "close").results.value).toEqual(results);
    expect(all(none.count.bent(results.length), "close").count.value).toBe(results.length);
  });

  test("of which one never came back have no results, but a count", () => {
    expect(all(events, "recvfrom", "reader").count.value).toBe(2);
    expect(() => all(events, "recvfrom", "reader").results).toThrow(NotInHistory);
  });
});

describe("many calls in sum", () => {
  const sum = (some: Events = events, name = "read") => sumWitness(new History(some).times("one", "main"), name, some);

  test("are counted, by result, with what they received", () => {
    expect([sum().count.value, sum().results.value, sum().bytes.value]).toEqual([4, { 8: 3, "-11": 1 }, [["x", 24]]]);
    expect(is(sum().results, {}).text).toBe('4 × read in “drain” returned {8: 3, -11: 1}, not {}');
  });

  test("can be bent, and the other sums stay", () => {
    expect(sum(sum().count.bent(5)).count.value).toBe(5);
    expect(sum(sum().results.bent({ 7: 9 })).results.value).toEqual({ 7: 9 });
    expect(sum(sum().bytes.bent([["z", 1]])).bytes.value).toEqual([["z", 1]]);
    expect(sum(sum().count.bent(5), "write").count.value).toBe(4);
  });

  test("have a first one, which testifies like any other, and is bent where it stands", () => {
    const { first } = sum();
    expect(is(first.before("fd" as never), 3)).toMatchObject({ holds: true, text: `#${first.id} read was given fd 3` });
    expect(sum(first.before("fd" as never).bent(4)).first.before("fd" as never).value).toBe(4);
    expect(sum(first.before("fd" as never).bent(4), "write").first.before("fd" as never).value).toBe(3);
  });

  test("may have received too much to keep", () => {
    const crowded = events.map((it) => (it.type === "times" ? { ...it, calls: it.calls.map((one) => ({ ...one, bytes: null })) } : it));
    expect(sum(crowded).count.value).toBe(4);
    expect(() => sum(crowded).bytes).toThrow(new NotInHistory("4 × read in “drain” received too many different bytes to keep"));
  });

  test("of another name are not there", () => expect(() => sum(events, "send")).toThrow(new NotInHistory("no send in a times(…) of this scene")));
});
