/** What the kernel testified to: counters, packets, states, stacks, and that an absence can be bent too. */
import { describe, expect, test } from "vitest";
import { type Check, is } from "../../src/lab/check.ts";
import { claim } from "../../src/lab/claim.ts";
import { type Events, NotInHistory } from "../../src/lab/fact.ts";
import { History } from "../../src/lab/history.ts";
import { unbent } from "../../src/lab/judge.ts";
import { type Seen, seenIn } from "../../src/lab/seen.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";
import { frozen } from "./frozen.ts";

const ABLE = ["counters", "state", "stacks", "wire"];
const made = new HistoryBuilder("made", { able: ABLE, counters: ["Udp.InDatagrams", "Udp.InErrors"], parameters: { count: 5, order: "client" } });
made.scene("one");
const connect = made.call("close", [3], 0);
const other = made.call("close", [4], 0);
made.stack("fib:fib_table_lookup", connect, { err: 0 }, ["__sys_connect", "fib_table_lookup"]);
made.stack("fib:fib_table_lookup", connect, { err: 1 }, ["__sys_connect", "fib_table_lookup"]);
made.stack("net:net_dev_queue", connect, { len: 74 }, ["__sys_connect", "__dev_queue_xmit"]);
made.stack("fib:fib_table_lookup", connect, { err: 2 });
made.packet({ syn: true, ack: false, dport: 80, seq: 7 });
made.packet({ syn: true, ack: true, dport: 40_000, seq: 9 });
made.counted({ "Udp.InDatagrams": 2 });
made.scene("two");
made.states("client", "ESTABLISHED", "FIN_WAIT1", "TIME_WAIT");
made.counted({});
made.scene("one");
made.counted({ "Udp.InDatagrams": 3 });
made.scene("three");
const events: Events = frozen(made.events);
const seen = seenIn(new History(events));

type Look = (seen: Seen) => Check;
const table: readonly (readonly [what: string, look: Look, text: string])[] = [
  ["a counter, over both visits",     (it) => is(it.counted("Udp.InDatagrams", "one"), 5),      "Udp.InDatagrams in “one” rose by 5"],
  ["a counter that did not move",     (it) => is(it.counted("Udp.InDatagrams", "two"), 0),      "Udp.InDatagrams in “two” rose by 0"],
  ["another",                         (it) => is(it.counted("Udp.InErrors", "one"), 0),         "Udp.InErrors in “one” rose by 0"],
  ["packets",                         (it) => is(it.packets({ syn: true }).length, 2),          'packets {"syn":true}: 2'],
  ["packets by two fields",           (it) => is(it.packets({ syn: true, ack: false }).length, 1), 'packets {"syn":true,"ack":false}: 1'],
  ["packets that did not come",       (it) => is(it.packets({ rst: true }).length, 0),          'packets {"rst":true}: 0'],
  ["a field of each packet",          (it) => is(it.packets({ syn: true }).field("seq"), [7, 9]), 'packets {"syn":true} seq [7, 9]'],
  ["a flag is a number",              (it) => is(it.packets({ syn: true }).field("ack"), [0, 1]), 'packets {"syn":true} ack [0, 1]'],
  ["all states",                      (it) => is(it.states("client").all, ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT"]), 'client passed ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT"]'],
  ["the first state",                 (it) => is(it.states("client").at(0), "ESTABLISHED"),     'client: state 0 "ESTABLISHED"'],
  ["the last state",                  (it) => is(it.states("client").at(-1), "TIME_WAIT"),      'client: last "TIME_WAIT"'],
  ["events inside a call",            (it) => is(it.inside(connect).length, 4),                 "inside #1: 4"],
  ["none inside another",             (it) => is(it.inside(other).length, 0),                   "inside #2: 0"],
  ["events of one kind",              (it) => is(it.inside(connect).count("fib:fib_table_lookup"), 3), "inside #1, fib:fib_table_lookup: 3"],
  ["none of a kind",                  (it) => is(it.inside(connect).count("tcp:tcp_retransmit_skb"), 0), "inside #1, tcp:tcp_retransmit_skb: 0"],
  ["those before another",            (it) => is(it.inside(connect).until("net:net_dev_queue").count("fib:fib_table_lookup"), 2), "inside #1 before net:net_dev_queue, fib:fib_table_lookup: 2"],
  ["none before the first",           (it) => is(it.inside(connect).until("fib:fib_table_lookup").length, 0), "inside #1 before fib:fib_table_lookup: 0"],
  ["a field of each event",           (it) => is(it.inside(connect).of("fib:fib_table_lookup").field("err"), [0, 1, 2]), "inside #1, fib:fib_table_lookup err [0, 1, 2]"],
  ["a field of none",                 (it) => is(it.inside(other).of("x:y").field("err"), []),  "inside #2, x:y err []"],
  ["stacks through a function",       (it) => is(it.through("__sys_connect"), 3),               "stacks through __sys_connect: 3"],
  ["through one that was not passed", (it) => is(it.through("tcp_retransmit_skb"), 0),          "stacks through tcp_retransmit_skb: 0"],
];

describe("what was seen", () => {
  test.each(table)("%s", (_, look, text) => expect(look(seen)).toMatchObject({ holds: true, text }));
  test.each(table)("%s: bent, it is refuted", (_, look) => {
    expect(unbent(claim("so", {}, (_, it) => [look(it)]), events)).toEqual([]);
  });
  test("a parameter", () => expect(seen.set("count")).toBe(5));
});

describe("what was not", () => {
  const without = (witness: string): Seen => seenIn(new History(events.map((it) =>
    (it.type === "run" ? { ...it, witnesses: { ...it.witnesses, [witness]: { able: false, why: "it is shared" } } } : it))));

  test.each([
    ["a counter nobody knows",        () => seen.counted("Udp.Nothing", "one"),              "this kernel has no counter Udp.Nothing"],
    ["a scene that never was",        () => seen.counted("Udp.InErrors", "four"),            "the history has no scene “four”"],
    ["a scene that was not measured", () => seen.counted("Udp.InErrors", "three"),           "the counters were not read at the end of “three”"],
    ["a socket nobody knows",         () => seen.states("server"),                           "no state of “server” was seen"],
    ["a fourth state",                () => seen.states("client").at(3),                     "“client” passed only 3 states"],
    ["before what never came",        () => seen.inside(connect).until("x:y"),               "inside #1 no x:y was seen"],
    ["a field that it has not",       () => seen.inside(connect).field("len"),               "stack has no field len"],
    ["a field of a packet",           () => seen.packets({ syn: true }).field("len").value,  "packet has no field len"],
    ["a parameter",                   () => seen.set("size"),                                "this run had no parameter size"],
    ["a number of a word",            () => seen.set("order"),                               "the parameter order is no number"],
    ["counters, not able",            () => without("counters").counted("Udp.InErrors", "one"), "counters is not able here: it is shared"],
    ["wire, not able",                () => without("wire").packets({}),                     "wire is not able here: it is shared"],
    ["state, not able",               () => without("state").states("client"),               "state is not able here: it is shared"],
    ["stacks, not able",              () => without("stacks").inside(connect),               "stacks is not able here: it is shared"],
    ["stacks, not able: through",     () => without("stacks").through("x"),                  "stacks is not able here: it is shared"],
  ])("%s", (_, look, message) => expect(look).toThrow(new NotInHistory(message)));
});
