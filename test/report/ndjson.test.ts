/** The event stream as text and back, and what is said of text that is none. */
import { describe, expect, test } from "vitest";
import { NotEvents, ndjson, parseEvents } from "../../src/report/ndjson.ts";
import { ends, events } from "./every-event.ts";

const text = events.map(ndjson).join("");
const [first = "", second = ""] = text.split("\n");

test("what was written is read again; blank lines and a summary do not matter", () => {
  expect(parseEvents(text)).toEqual(events);
  const more = ends.map(ndjson).join("");
  const spread = `\n\n${text.replaceAll("\n", "\r\n\n")}${more}`;
  expect(parseEvents(spread)).toEqual([...events, ...ends.slice(0, -1)]);
  expect(parseEvents(text.trimEnd())).toEqual(events);
});

test("one event is one line, without a character that a terminal would obey", () => {
  const bad = "\x1b[2J\n\x07\x7f\u009b\u2028\u202e";
  const line = ndjson({ type: "say", experiment: bad, t: 0, text: bad });
  expect(line).toMatch(/^[\x20-\x7e]*\n$/);
  expect(JSON.parse(line)).toEqual({ type: "say", experiment: bad, t: 0, text: bad });
});

const put = (change: object): string => JSON.stringify({ ...events[0], ...change });
describe("what is no saved run is told by line", () => {
  test.each([
    ["",                                          1, "is empty: there is no event here"],
    ["\n \n",                                     1, "is empty: there is no event here"],
    [second,                                      1, 'is of type "counter": a saved run begins with an event of type "run"'],
    [`${first}\nnetlab: hello\n`,                 2, 'is not JSON: "netlab: hello"'],
    [`${first}\n${"x".repeat(50)}\n`,             2, `is not JSON: "${"x".repeat(40)}…"`],
    [`${first}\n${second.slice(0, 50)}`,          2, "is cut off: the file is not whole"],
    [`${first}\n\n[1]\n`,                         3, "is not an event: it has no type"],
    [`${first}\n{"type":"constructor"}\n`,        2, 'is not an event: its type is "constructor"'],
    [put({ schema: 2 }),                          1, "is of schema version 2; this netlab reads version 1"],
    [put({ schema: undefined }),                  1, "is of schema version unknown; this netlab reads version 1"],
    [put({ asks: 3 }),                            1, "is not an event: asks is not text"],
    [put({ t: 2 ** 60 }),                         1, "is not an event: t is not a whole number from 0"],
    [put({ machine: { kernel: "6.18" } }),        1, "is not an event: machine.arch is not text"],
    [put({ witnesses: { wire: { able: 1 } } }),   1, "is not an event: witnesses.wire.able is not true or false"],
    [put({ chamber: { mode: "vm", why: null } }), 1, "is not an event: chamber.mode is not one of root, user, none"],
  ])("%j", (bad, line, what) => {
    const error = thrown(() => parseEvents(bad));
    expect(error).toBeInstanceOf(NotEvents);
    expect(error).toMatchObject({ name: "NotEvents", line, message: `line ${line} ${what}` });
  });

  test("bytes that no machine can hold are not asked for", () => {
    const memory = [{ layout: null, bytes: [["00", 2 ** 40]] }];
    const look = { type: "look", experiment: "x", t: 0, name: "x", of: null, text: null, memory };
    const parse = (): unknown => parseEvents(`${first}\n${JSON.stringify(look)}\n`);
    expect(parse).toThrow("line 2 is not an event: memory[0].bytes");
  });
});

function thrown(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  return null;
}
