/** What the kernel testified to: counters, packets, states, stacks, and that an absence can be bent too. */
import { describe, expect, test } from "vitest";
import { type Check, is } from "../../src/lab/check.ts";
import { claim } from "../../src/lab/claim.ts";
import { type Events, NotInHistory } from "../../src/lab/fact.ts";
import { History } from "../../src/lab/history.ts";
import { judge, unbent } from "../../src/lab/judge.ts";
import { type Seen, seenIn } from "../../src/lab/seen.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";
import { frozen } from "./frozen.ts";

const ABLE = ["counters", "state", "stacks", "wire"];
const SET_STATE = "sock:inet_sock_set_state";
const made = new HistoryBuilder("made", { able: ABLE, counters: ["Udp.InDatagrams", "Udp.InErrors"], parameters: { count: 5, order: "client" } });
made.sample("listener", "CLOSE");
made.scene("one");
const connect = made.call("close", [3], 0);
const other = made.call("close", [4], 0);
const copied = made.call("close", [5], 0);
made.stack("fib:fib_table_lookup", connect, { err: 0 }, ["__sys_connect", "fib_table_lookup"]);
made.stack("fib:fib_table_lookup", connect, { err: 1 }, ["__sys_connect", "fib_table_lookup"]);
made.stack("net:net_dev_queue", connect, { len: 74 }, ["__sys_connect", "__dev_queue_xmit"]);
made.stack("fib:fib_table_lookup", connect, { err: 2 });
made.stack("net:net_dev_queue", copied, { len: 74 }, ["udp_sendmsg", "udp_send_skb.isra.0", "__dev_queue_xmit"]);
made.packet({ syn: true, ack: false, dport: 80, seq: 7 });
made.packet({ syn: true, ack: true, dport: 40_000, seq: 9 });
made.states("listener", "LISTEN");
made.sample("listener", "LISTEN");
made.counted({ "Udp.InDatagrams": 2 });
made.scene("two");
made.states("client", "ESTABLISHED", "FIN_WAIT1", "TIME_WAIT");
made.sample("client", "TIME_WAIT");
made.sample("listener", "LISTEN");
made.packet({ syn: false, ack: true, dport: 80, seq: 8 });
made.counted({});
made.scene("one");
made.sample("client", "CLOSE");
made.counted({ "Udp.InDatagrams": 3 });
made.scene("three");
const events: Events = frozen(made.events);
const seen = seenIn(new History(events));

type Look = (seen: Seen) => Check;
const table: readonly (readonly [what: string, look: Look, text: string])[] = [
  ["a counter, over both visits",     (it) => is(it.counted("Udp.InDatagrams", "one"), 5),      "Udp.InDatagrams in “one” rose by 5"],
  ["a counter that did not move",     (it) => is(it.counted("Udp.InDatagrams", "two"), 0),      "Udp.InDatagrams in “two” rose by 0"],
  ["another",                         (it) => is(it.counted("Udp.InErrors", "one"), 0),         "Udp.InErrors in “one” rose by 0"],
  ["calls, whichever",                (it) => is(it.calls("one"), 3),                           "calls in “one”: 3"],
  ["no call in a scene",              (it) => is(it.calls("two"), 0),                           "calls in “two”: 0"],
  ["no call of an actor",             (it) => is(it.calls("one", "writer"), 0),                 "calls in “one”: 0"],
  ["packets, whichever",              (it) => is(it.packets({}).length, 3),                     "packets: 3"],
  ["packets",                         (it) => is(it.packets({ syn: true }).length, 2),          "packets syn=true: 2"],
  ["packets by two fields",           (it) => is(it.packets({ syn: true, ack: false }).length, 1), "packets syn=true ack=false: 1"],
  ["packets that did not come",       (it) => is(it.packets({ rst: true }).length, 0),          "packets rst=true: 0"],
  ["a field of each packet",          (it) => is(it.packets({ syn: true }).field("seq"), [7, 9]), "packets syn=true seq [7, 9]"],
  ["a flag is a number",              (it) => is(it.packets({ syn: true }).field("ack"), [0, 1]), "packets syn=true ack [0, 1]"],
  ["packets of a scene",              (it) => is(it.packets({ dport: 80 }, "one").length, 1),   "packets dport=80 in “one”: 1"],
  ["whichever of a scene",            (it) => is(it.packets({}, "two").field("seq"), [8]),      "packets in “two” seq [8]"],
  ["none of a scene",                 (it) => is(it.packets({ syn: true }, "two").length, 0),   "packets syn=true in “two”: 0"],
  ["none at all, of a scene",         (it) => is(it.packets({}, "three").length, 0),            "packets in “three”: 0"],
  ["a field of none of a scene",      (it) => is(it.packets({}, "three").field("seq"), []),     "packets in “three” seq []"],
  ["all states",                      (it) => is(it.states("client").all, ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT", "CLOSE"]), 'client passed ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT", "CLOSE"]'],
  ["one that is read again is one",   (it) => is(it.states("listener").all, ["CLOSE", "LISTEN"]), 'listener passed ["CLOSE", "LISTEN"]'],
  ["those until a scene's end",       (it) => is(it.states("client").until("two"), ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT"]), 'client passed until “two” ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT"]'],
  ["those until a scene came again",  (it) => is(it.states("client").until("one"), ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT", "CLOSE"]), 'client passed until “one” ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT", "CLOSE"]'],
  ["none until then",                 (it) => is(it.states("client").until("opening"), []),     "client passed until “opening” []"],
  ["those that the kernel told of",   (it) => is(it.states("client").passed("two"), ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT"]), 'client passed in “two” ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT"]'],
  ["a sample is not told",            (it) => is(it.states("client").passed("one"), []),        "client passed in “one” []"],
  ["the listener passes nothing more", (it) => is(it.states("listener").passed("two"), []),     "listener passed in “two” []"],
  ["the first state",                 (it) => is(it.states("client").at(0), "ESTABLISHED"),     'client: state 0 "ESTABLISHED"'],
  ["the second, however often it is read", (it) => is(it.states("listener").at(1), "LISTEN"),   'listener: state 1 "LISTEN"'],
  ["the last, however often it is read", (it) => is(it.states("listener").at(-1), "LISTEN"),    'listener: last "LISTEN"'],
  ["the last but one",                (it) => is(it.states("client").at(-2), "TIME_WAIT"),      'client: last but 1 "TIME_WAIT"'],
  ["events inside a call",            (it) => is(it.inside(connect).length, 4),                 "inside #1: 4"],
  ["none inside another",             (it) => is(it.inside(other).length, 0),                   "inside #2: 0"],
  ["events of one kind",              (it) => is(it.inside(connect).count("fib:fib_table_lookup"), 3), "inside #1, fib:fib_table_lookup: 3"],
  ["none of a kind",                  (it) => is(it.inside(connect).count("tcp:tcp_retransmit_skb"), 0), "inside #1, tcp:tcp_retransmit_skb: 0"],
  ["those before another",            (it) => is(it.inside(connect).until("net:net_dev_queue").count("fib:fib_table_lookup"), 2), "inside #1 before net:net_dev_queue, fib:fib_table_lookup: 2"],
  ["none before the first",           (it) => is(it.inside(connect).until("fib:fib_table_lookup").length, 0), "inside #1 before fib:fib_table_lookup: 0"],
  ["a field of each event",           (it) => is(it.inside(connect).of("fib:fib_table_lookup").field("err"), [0, 1, 2]), "inside #1, fib:fib_table_lookup err [0, 1, 2]"],
  ["a field of none",                 (it) => is(it.inside(other).of("x:y").field("err"), []),  "inside #2, x:y err []"],
  ["stacks through a function",       (it) => is(it.through("__sys_connect"), 3),               "stacks through __sys_connect: 3"],
  ["functions in the order they came", (it) => is(it.inside(connect).passed(["__dev_queue_xmit", "fib_table_lookup", "__sys_connect"]), ["__sys_connect", "fib_table_lookup", "__dev_queue_xmit"]), 'inside #1, in order: ["__sys_connect", "fib_table_lookup", "__dev_queue_xmit"]'],
  ["those of them that came",         (it) => is(it.inside(connect).passed(["tcp_v4_connect", "__sys_connect"]), ["__sys_connect"]), 'inside #1, in order: ["__sys_connect"]'],
  ["none of them came",               (it) => is(it.inside(connect).passed(["tcp_v4_connect", "inet_bind"]), []), "inside #1, in order: []"],
  ["a copy that the compiler made",   (it) => is(it.inside(copied).passed(["udp_send_skb", "__dev_queue_xmit"]), ["udp_send_skb", "__dev_queue_xmit"]), 'inside #3, in order: ["udp_send_skb", "__dev_queue_xmit"]'],
  ["and how often",                   (it) => is(it.through("udp_send_skb"), 1), "stacks through udp_send_skb: 1"],
  ["in a call without a stack",       (it) => is(it.inside(other).passed(["__sys_connect"]), []), "inside #2, in order: []"],
  ["at one tracepoint alone",         (it) => is(it.inside(connect).of("net:net_dev_queue").passed(["fib_table_lookup", "__dev_queue_xmit"]), ["__dev_queue_xmit"]), 'inside #1, net:net_dev_queue, in order: ["__dev_queue_xmit"]'],
  ["before another",                  (it) => is(it.inside(connect).until("net:net_dev_queue").passed(["fib_table_lookup", "__dev_queue_xmit"]), ["fib_table_lookup"]), 'inside #1 before net:net_dev_queue, in order: ["fib_table_lookup"]'],
  ["through one that was not passed", (it) => is(it.through("tcp_retransmit_skb"), 0),          "stacks through tcp_retransmit_skb: 0"],
];

describe("what was seen", () => {
  test.each(table)("%s", (_, look, text) => expect(look(seen)).toMatchObject({ holds: true, text }));
  test.each(table)("%s: bent, it is refuted", (_, look) => {
    expect(unbent(claim("so", {}, (_, it) => [look(it)]), events)).toEqual([]);
  });
  const sided = seenIn(new History(events.map((it) => ({ ...it, side: "tcp" }))));
  test.each(table)("%s: of a comparison, with its side", (_, look, text) => expect(look(sided).text).toBe(`tcp ${text}`));
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
    ["a fifth state",                 () => seen.states("client").at(4),                     "“client” passed only 4 states"],
    ["a third, though it was read often", () => seen.states("listener").at(2),               "“listener” passed only 2 states"],
    ["states of a scene that never was", () => seen.states("client").until("four"),          "the history has no scene “four”"],
    ["packets of one",                () => seen.packets({}, "four"),                        "the history has no scene “four”"],
    ["a packet's stack",              () => seen.packets({}).passed(["ip_rcv"]),             "packets have no stacks"],
    ["before what never came",        () => seen.inside(connect).until("x:y"),               "inside #1 no x:y was seen"],
    ["a field that it has not",       () => seen.inside(connect).field("len"),               "stack has no field len"],
    ["a field of a packet",           () => seen.packets({ syn: true }).field("len").value,  "packet has no field len"],
    ["a parameter",                   () => seen.set("size"),                                "this run had no parameter size"],
    ["a number of a word",            () => seen.set("order"),                               "the parameter order is no number"],
    ["counters, not able",            () => without("counters").counted("Udp.InErrors", "one"), "counters is not able here: it is shared"],
    ["wire, not able",                () => without("wire").packets({}),                     "wire is not able here: it is shared"],
    ["state, not able",               () => without("state").states("client"),               "state is not able here: it is shared"],
    ["states, told by nobody",        () => without("stacks").states("client").passed("two"), "stacks is not able here: it is shared"],
    ["stacks, not able",              () => without("stacks").inside(connect),               "stacks is not able here: it is shared"],
    ["stacks, not able: through",     () => without("stacks").through("x"),                  "stacks is not able here: it is shared"],
  ])("%s", (_, look, message) => expect(look).toThrow(new NotInHistory(message)));
});

describe("what a witness could not keep proves nothing", () => {
  const losing = (witness: string): Seen => {
    const it = new HistoryBuilder("made", { able: ABLE });
    it.scene("one");
    const call = it.call("close", [3], 0);
    it.stack("fib:fib_table_lookup", call);
    it.states("client", "ESTABLISHED");
    it.packet({ syn: true });
    it.lost(witness, 3);
    return seenIn(new History(it.events));
  };
  const [wire, stacks] = [losing("wire"), losing("stacks")];
  const asked: readonly (readonly [string, (seen: Seen) => unknown, "wire" | "stacks" | null])[] = [
    ["packets",             (it) => it.packets({}),                    "wire"],
    ["packets of a scene",  (it) => it.packets({ rst: true }, "one"),  "wire"],
    ["inside",              (it) => it.inside({ id: 1 }),              "stacks"],
    ["through",             (it) => it.through("ip_rcv"),              "stacks"],
    ["passed states",       (it) => it.states("client").passed("one"), "stacks"],
    ["states",              (it) => it.states("client").all,           null],
    ["states until",        (it) => it.states("client").until("one"),  null],
  ];
  test.each(asked)("%s", (_, look, by) => {
    for (const [name, seen] of [["wire", wire], ["stacks", stacks]] as const) {
      if (name === by) expect(() => look(seen)).toThrow(new NotInHistory(`${name} could not keep all that it saw`));
      else expect(look(seen)).toBeDefined();
    }
  });
  test("a claim that asks is unknown", () => {
    const history = losing("wire");
    expect(judge(claim("so", {}, () => [is(history.packets({}).length, 1)]), events))
      .toMatchObject({ verdict: "unknown", why: "wire could not keep all that it saw" });
  });
});

describe("what was only counted, in a times(…), is not known one by one", () => {
  const counting = (passed: { readonly packets?: number; readonly stacks?: number }): Seen => {
    const it = new HistoryBuilder("made", { able: ABLE });
    it.scene("loop");
    it.times("fill", 2, [it.sum("close", [3], [[0, 2]])], passed);
    it.scene("after");
    it.states("client", "CLOSE");
    it.packet({ syn: true });
    return seenIn(new History(it.events));
  };
  test.each([
    ["packets",                      { packets: 2 }, (it: Seen) => it.packets({}),                      "wire"],
    ["packets of its scene",         { packets: 2 }, (it: Seen) => it.packets({}, "loop"),              "wire"],
    ["stacks through a function",    { stacks: 2 },  (it: Seen) => it.through("ip_rcv"),                "stacks"],
    ["states passed in its scene",   { stacks: 2 },  (it: Seen) => it.states("client").passed("loop"),  "stacks"],
  ])("%s", (_, passed, look, witness) => {
    expect(() => look(counting(passed))).toThrow(new NotInHistory(`${witness} only counted what passed in “fill”`));
    expect(look(counting({}))).toBeDefined();
  });
  test("what is asked of another scene, or of one call, is known", () => {
    const it = counting({ packets: 2, stacks: 2 });
    expect(it.packets({}, "after").length.value).toBe(1);
    expect(it.states("client").passed("after").value).toEqual(["CLOSE"]);
    expect(it.inside({ id: 1 }).length.value).toBe(0);
  });
});

describe("what nobody watched is not known", () => {
  const watching = (...names: readonly string[]): Seen => {
    const it = new HistoryBuilder("made", { able: ABLE, watching: names });
    it.scene("one");
    const call = it.call("close", [3], 0);
    it.stack(names[0]!, call);
    it.states("client", "ESTABLISHED");
    return seenIn(new History(it.events));
  };
  test.each([
    ["of",      (it: Seen) => it.inside({ id: 1 }).of("net:net_dev_queue"),        "net:net_dev_queue"],
    ["count",   (it: Seen) => it.inside({ id: 1 }).count("net:net_dev_queue"),     "net:net_dev_queue"],
    ["until",   (it: Seen) => it.inside({ id: 1 }).until("net:net_dev_queue"),     "net:net_dev_queue"],
    ["states",  (it: Seen) => it.states("client").passed("one"),                   SET_STATE],
  ])("%s", (_, look, tracepoint) => {
    expect(() => look(watching("fib:fib_table_lookup"))).toThrow(new NotInHistory(`${tracepoint} was not watched`));
    expect(look(watching(tracepoint))).toBeDefined();
  });
  test("though it was not, what was watched is", () => {
    expect(watching("fib:fib_table_lookup").inside({ id: 1 }).count("fib:fib_table_lookup").value).toBe(1);
  });
});
