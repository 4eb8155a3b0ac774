/** From tracepoints and samples to the states of named sockets: event lists as the kernel gives them, shortened. */
import { describe, expect, test } from "vitest";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { AF_INET, AF_INET6 } from "../../src/abi/constants/socket.ts";
import { TCP_STATE } from "../../src/abi/constants/tcp.ts";
import type { Ends, StateSample } from "../../src/witness/known-sockets.ts";
import type { TraceEvent } from "../../src/witness/socket-lives.ts";
import { livesOf } from "../../src/witness/socket-lives.ts";
import { mergeStates, type StateSight, traced } from "../../src/witness/state-trace.ts";

const number = (state: string): number => (TCP_STATE as Readonly<Record<string, number>>)[`TCP_${state}`]!;
const address = (it: string): readonly [string, number] => [it.slice(0, it.lastIndexOf(":")), Number(it.slice(it.lastIndexOf(":") + 1))];

/** `C 127.0.0.1:0 127.0.0.1:80 CLOSE SYN_SENT`: which socket, its ends, from where to where. Times are their places. */
const events = (...lines: readonly string[]): readonly TraceEvent[] => lines.map((line, t) => {
  const [skaddr = "", own = "", peer = "", from = "", to = "", family = ""] = line.split(/ +/);
  const [[saddr, sport], [daddr, dport]] = [address(own), address(peer)];
  const v6 = { saddr_v6: saddr.includes(":") ? saddr : `::ffff:${saddr}`, daddr_v6: daddr.includes(":") ? daddr : `::ffff:${daddr}` };
  const v4 = { saddr: saddr.replace(/^::ffff:/, "").replace("::", "0.0.0.0"), daddr: daddr.replace(/^::ffff:/, "").replace("::", "0.0.0.0") };
  return { t, fields: {
    skaddr, oldstate: number(from), newstate: number(to), sport, dport,
    family: family === "v6" ? AF_INET6 : AF_INET, protocol: IPPROTO_TCP, ...v4, ...v6,
  } };
});
const ends = (own: string, peer = "0.0.0.0:0"): Ends => {
  const [[source, sport], [dest, dport]] = [address(own), address(peer)];
  return { source, sport, dest, dport };
};
const sample = (state: string, ...all: readonly Ends[]): StateSample =>
  ({ socket: "it", state, values: {}, protocol: IPPROTO_TCP, ends: all });
const passed = (all: readonly TraceEvent[], it: StateSample): readonly string[] => traced(all, it).map(({ t, state }) => `${t} ${state}`);

const L = "127.0.0.1:80", C = "127.0.0.1:40000";
/** A handshake over the loopback: all of it inside the client's connect. */
const OPEN = [
  `l ${L} 0.0.0.0:0 CLOSE LISTEN`,
  `c 127.0.0.1:0 ${L} CLOSE SYN_SENT`,
  `c ${C} ${L} SYN_SENT ESTABLISHED`,
  `s ${L} ${C} LISTEN SYN_RECV`,
  `s ${L} ${C} SYN_RECV ESTABLISHED`,
];
const CLOSE = [
  `c ${C} ${L} ESTABLISHED FIN_WAIT1`,
  `s ${L} ${C} ESTABLISHED CLOSE_WAIT`,
  `c ${C} ${L} FIN_WAIT1 FIN_WAIT2`,
  `c ${C} ${L} FIN_WAIT2 CLOSE`,
  `s ${L} ${C} CLOSE_WAIT LAST_ACK`,
  `s ${L} ${C} LAST_ACK CLOSE`,
  `l ${L} 0.0.0.0:0 LISTEN CLOSE`,
];

describe("a connection, opened and closed", () => {
  const all = events(...OPEN, ...CLOSE);
  test.each<[string, readonly TraceEvent[], StateSample, readonly string[]]>([
    ["its client",           all,             sample("CLOSE", ends(C, L)), ["1 CLOSE", "1 SYN_SENT", "2 ESTABLISHED", "5 FIN_WAIT1", "7 FIN_WAIT2", "8 CLOSE"]],
    ["its server's end",     all,             sample("CLOSE", ends(L, C)), ["3 LISTEN", "3 SYN_RECV", "4 ESTABLISHED", "6 CLOSE_WAIT", "9 LAST_ACK", "10 CLOSE"]],
    ["its listener",         all,             sample("CLOSE", ends(L)),    ["0 CLOSE", "0 LISTEN", "11 CLOSE"]],
    ["its listener, before", events(...OPEN), sample("LISTEN", ends(L)),   ["0 CLOSE", "0 LISTEN"]],
    ["another's",            all,             sample("CLOSE", ends("127.0.0.1:40001", L)), []],
    ["one without a port",   all,             sample("CLOSE"),             []],
    ["one of UDP",           all,             { ...sample("CLOSE", ends(C, L)), protocol: IPPROTO_UDP }, []],
  ])("%s", (_, seen, it, found) => expect(passed(seen, it)).toEqual(found));

  test("more of it continues what was told before", () => {
    const [before, after] = [events(...OPEN), all].map((it) => passed(it, sample("CLOSE", ends(C, L))));
    expect(after!.slice(0, before!.length)).toEqual(before);
  });
});

describe("who is who", () => {
  test("a socket that connects to itself: both open, and both close", () => {
    const self = "127.0.0.1:7777";
    const steps = ["CLOSE SYN_SENT", "SYN_SENT SYN_RECV", "SYN_RECV ESTABLISHED", "ESTABLISHED FIN_WAIT1", "FIN_WAIT1 CLOSING", "CLOSING CLOSE"];
    const all = events(...steps.map((it) => `x ${self} ${self} ${it}`));
    expect(passed(all, sample("CLOSE", ends(self, self)))).toEqual(
      ["0 CLOSE", "0 SYN_SENT", "1 SYN_RECV", "2 ESTABLISHED", "3 FIN_WAIT1", "4 CLOSING", "5 CLOSE"]);
  });

  test("a reset is one step for both", () => {
    const all = events(...OPEN, `c ${C} ${L} ESTABLISHED CLOSE`, `s ${L} ${C} ESTABLISHED CLOSE`);
    expect(passed(all, sample("CLOSE", ends(C, L))).at(-1)).toBe("5 CLOSE");
    expect(passed(all, sample("CLOSE", ends(L, C))).at(-1)).toBe("6 CLOSE");
  });

  test("a client that was refused: its own port is all that is left of it", () => {
    const all = events(`c 127.0.0.1:0 127.0.0.1:9 CLOSE SYN_SENT`, `c ${C} 127.0.0.1:9 SYN_SENT CLOSE`);
    expect(passed(all, sample("CLOSE", ends("0.0.0.0:40000")))).toEqual(["0 CLOSE", "0 SYN_SENT", "1 CLOSE"]);
    expect(passed(all, sample("CLOSE", ends("0.0.0.0:40001")))).toEqual([]);
  });

  test("a server's end that lost its peer before it was known is not its listener", () =>
    expect(passed(events(...OPEN), sample("CLOSE", ends(L)))).toEqual([]));

  test("the kernel uses an address again: another socket, another life", () => {
    const other = "127.0.0.1:40001";
    const all = events(...OPEN, `c ${C} ${L} ESTABLISHED CLOSE`, `c ${other} ${L} CLOSE SYN_SENT`, `c ${other} ${L} SYN_SENT ESTABLISHED`);
    expect(passed(all, sample("CLOSE", ends(C, L))).at(-1)).toBe("5 CLOSE");
    expect(passed(all, sample("ESTABLISHED", ends(other, L)))).toEqual(["6 CLOSE", "6 SYN_SENT", "7 ESTABLISHED"]);
  });

  test("an address that was used again, though nobody saw its first socket close", () => {
    const other = "127.0.0.1:40001";
    const all = events(...OPEN, `s ${L} ${other} LISTEN SYN_RECV`, `s ${L} ${other} SYN_RECV ESTABLISHED`);
    expect(passed(all, sample("ESTABLISHED", ends(L, C)))).toEqual(["3 LISTEN", "3 SYN_RECV", "4 ESTABLISHED"]);
    expect(passed(all, sample("ESTABLISHED", ends(L, other)))).toEqual(["5 LISTEN", "5 SYN_RECV", "6 ESTABLISHED"]);
  });

  test("a step that nobody saw: where the next one comes from is told", () => {
    const all = events(...OPEN, `c ${C} ${L} ESTABLISHED FIN_WAIT1`, `c ${C} ${L} FIN_WAIT2 CLOSE`);
    expect(passed(all, sample("CLOSE", ends(C, L)))).toEqual(
      ["1 CLOSE", "1 SYN_SENT", "2 ESTABLISHED", "5 FIN_WAIT1", "6 FIN_WAIT2", "6 CLOSE"]);
  });

  test("the same ports, another host", () => {
    const all = events("c 192.0.2.1:0 192.0.2.2:80 CLOSE SYN_SENT", "c 192.0.2.1:40000 192.0.2.2:80 SYN_SENT ESTABLISHED");
    expect(passed(all, sample("ESTABLISHED", ends("192.0.2.1:40000", "192.0.2.3:80")))).toEqual([]);
    expect(passed(all, sample("ESTABLISHED", ends("192.0.2.4:40000", "192.0.2.2:80")))).toEqual([]);
    expect(passed(all, sample("ESTABLISHED", ends("192.0.2.1:40000", "192.0.2.2:80")))).toHaveLength(3);
  });

  test("the same ends again: the last who had them", () => {
    const all = events(...OPEN, `c ${C} ${L} ESTABLISHED CLOSE`, `d ${C} ${L} CLOSE SYN_SENT`);
    expect(passed(all, sample("SYN_SENT", ends(C, L)))).toEqual(["6 CLOSE", "6 SYN_SENT"]);
  });

  test("a socket that connects twice has both lives, and CLOSE between them once", () => {
    const again = "127.0.0.1:40001";
    const all = events(...OPEN, `c ${C} ${L} ESTABLISHED CLOSE`, `c 127.0.0.1:0 ${L} CLOSE SYN_SENT`, `c ${again} ${L} SYN_SENT ESTABLISHED`);
    expect(passed(all, sample("ESTABLISHED", ends(C, L), ends(again, L)))).toEqual(
      ["1 CLOSE", "1 SYN_SENT", "2 ESTABLISHED", "5 CLOSE", "6 SYN_SENT", "7 ESTABLISHED"]);
  });

  test("an IPv4 peer of an IPv6 listener, and IPv6 alone", () => {
    const all = events(
      "l :::80 :::0 CLOSE LISTEN v6",
      "s ::ffff:127.0.0.1:80 ::ffff:127.0.0.1:40000 LISTEN SYN_RECV v6",
      "t 2001:db8::1:80 2001:db8::2:40000 LISTEN SYN_RECV v6",
    );
    expect(passed(all, sample("LISTEN", ends(":::80", ":::0")))).toEqual(["0 CLOSE", "0 LISTEN"]);
    expect(passed(all, sample("SYN_RECV", ends("::ffff:127.0.0.1:80", "::ffff:127.0.0.1:40000")))).toEqual(["1 LISTEN", "1 SYN_RECV"]);
    expect(passed(all, sample("SYN_RECV", ends("2001:db8::1:80", "2001:db8::2:40000")))).toEqual(["2 LISTEN", "2 SYN_RECV"]);
  });

  test("what is not TCP has no life here", () => {
    const [first] = events(OPEN[0]!);
    expect(livesOf([{ t: 0, fields: { ...first!.fields, protocol: 132 } }])).toEqual([]);
  });
});

describe("traced and sampled states become one sequence", () => {
  const trace = (...states: readonly string[]): readonly StateSight[] => states.map((it) => sight(it, "tracepoint"));
  const samples = (...states: readonly string[]): readonly StateSight[] => states.map((it) => sight(it, "sample", { recv_q: 0 }));
  const sight = (it: string, seen: StateSight["seen"], values = {}): StateSight => {
    const [t = "", state = "", socket = "c"] = it.split(" ");
    return { type: "state", t: Number(t), socket, state, seen, values: state === "TIME_WAIT" || state === "CLOSE" ? {} : values };
  };
  const told = (all: readonly (StateSight & { readonly repeats: boolean })[]): readonly string[] =>
    all.map(({ t, socket, state, repeats }) => `${t} ${socket} ${state}${repeats ? " again" : ""}`);

  test.each<[string, readonly StateSight[], readonly StateSight[], readonly string[]]>([
    ["a sample between two steps",    trace("1 SYN_SENT", "5 FIN_WAIT1"), samples("3 ESTABLISHED"),  ["1 c SYN_SENT", "3 c ESTABLISHED", "5 c FIN_WAIT1"]],
    ["one that repeats has values",   trace("1 ESTABLISHED"),             samples("3 ESTABLISHED"),  ["1 c ESTABLISHED", "3 c ESTABLISHED again"]],
    ["one that has none is left out", trace("1 CLOSE"),                   samples("3 CLOSE"),        ["1 c CLOSE"]],
    ["samples alone",                 [],                                 samples("1 LISTEN", "2 CLOSE"), ["1 c LISTEN", "2 c CLOSE"]],
    ["TIME_WAIT takes the place of CLOSE",      trace("1 FIN_WAIT2", "2 CLOSE"), samples("3 TIME_WAIT"), ["1 c FIN_WAIT2", "3 c TIME_WAIT"]],
    ["FIN_WAIT2 without an owner too",          trace("1 FIN_WAIT2", "2 CLOSE"), samples("3 FIN_WAIT2"), ["1 c FIN_WAIT2", "3 c FIN_WAIT2 again"]],
    ["after both closed at once",               trace("1 CLOSING", "2 CLOSE"),   samples("3 TIME_WAIT", "4 CLOSE"), ["1 c CLOSING", "3 c TIME_WAIT", "4 c CLOSE"]],
    ["but where nobody waits it stays",         trace("1 FIN_WAIT2", "2 CLOSE"), samples("3 CLOSE"),     ["1 c FIN_WAIT2", "2 c CLOSE"]],
    ["another's TIME_WAIT does not count",      trace("1 FIN_WAIT2", "2 CLOSE"), samples("3 TIME_WAIT d"), ["1 c FIN_WAIT2", "2 c CLOSE", "3 d TIME_WAIT"]],
    ["a sampled CLOSE is one",                  [], samples("1 FIN_WAIT2", "2 CLOSE", "3 TIME_WAIT"), ["1 c FIN_WAIT2", "2 c CLOSE", "3 c TIME_WAIT"]],
    ["a reset is none of this",                 trace("1 ESTABLISHED", "2 CLOSE"), samples("3 TIME_WAIT"), ["1 c ESTABLISHED", "2 c CLOSE", "3 c TIME_WAIT"]],
    ["each socket has its own",       trace("1 LISTEN l", "2 SYN_SENT"),  samples("3 LISTEN l"),     ["1 l LISTEN", "2 c SYN_SENT", "3 l LISTEN again"]],
  ])("%s", (_, traces, sampled, found) => expect(told(mergeStates(traces, sampled))).toEqual(found));

  test("it goes on where it was left", () => {
    const before = new Map([["c", "FIN_WAIT2"]]);
    expect(told(mergeStates(trace("5 FIN_WAIT2", "6 CLOSE"), samples("7 TIME_WAIT"), before))).toEqual(["7 c TIME_WAIT"]);
  });

  test("N3-74: who closes first waits", () => {
    const all = events(...OPEN, ...CLOSE);
    const client = { ...sample("TIME_WAIT", ends(C, L)), socket: "client" };
    const server = { ...sample("CLOSE", ends(L, C)), socket: "server" };
    const sampled = [client, server].map(({ socket, state, values }): StateSight => ({ type: "state", t: 20, socket, state, seen: "sample", values }));
    const merged = mergeStates([client, server].flatMap((it) => traced(all, it)), sampled);
    const of = (name: string) => merged.filter((it) => it.socket === name).map((it) => it.state);
    expect(of("client")).toEqual(["CLOSE", "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"]);
    expect(of("server")).toEqual(["LISTEN", "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSE"]);
  });
});
