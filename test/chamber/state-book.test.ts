/** The states of known sockets over several scenes: each is told once, and when it began. */
import { expect, test } from "vitest";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { AF_INET } from "../../src/abi/constants/socket.ts";
import { TCP_STATE } from "../../src/abi/constants/tcp.ts";
import { StateBook } from "../../src/lab/chamber/state-book.ts";
import type { StackEvent, StateEvent } from "../../src/lab/events.ts";
import type { Ends, StateSample } from "../../src/witness/known-sockets.ts";

type State = keyof typeof TCP_STATE extends `TCP_${infer S}` ? S : never;
type Trace = readonly [t: number, socket: string, sport: number, dport: number, from: State, to: State];
const stack = ([t, skaddr, sport, dport, from, to]: Trace, event = "sock:inet_sock_set_state"): Omit<StackEvent, "experiment"> => ({
  type: "stack", t, event, actor: "main", inside: null, frames: [],
  fields: { skaddr, sport, dport, saddr: "127.0.0.1", daddr: dport === 0 ? "0.0.0.0" : "127.0.0.1", oldstate: TCP_STATE[`TCP_${from}`], newstate: TCP_STATE[`TCP_${to}`], protocol: IPPROTO_TCP, family: AF_INET },
});
const ends = (sport: number, dport: number): Ends => ({ source: "127.0.0.1", sport, dest: dport === 0 ? "0.0.0.0" : "127.0.0.1", dport });
const sample = (socket: string, state: string, at: readonly Ends[] = [], values: StateSample["values"] = {}): StateSample => ({ socket, state, values, protocol: IPPROTO_TCP, ends: at });

/** `12 client SYN_SENT tracepoint` */
const told = (events: readonly Omit<StateEvent, "experiment">[]): readonly string[] => events.map(({ t, socket, state, seen }) => `${t} ${socket} ${state} ${seen}`);
const [L, C, S] = [ends(80, 0), ends(40_000, 80), ends(80, 40_000)];
const LISTEN: Trace = [1, "l", 80, 0, "CLOSE", "LISTEN"];
const OPENED: readonly Trace[] = [
  [12, "c", 0, 80, "CLOSE", "SYN_SENT"], [13, "s", 80, 40_000, "LISTEN", "SYN_RECV"],
  [14, "c", 40_000, 80, "SYN_SENT", "ESTABLISHED"], [15, "s", 80, 40_000, "SYN_RECV", "ESTABLISHED"],
];

test("what a tracepoint told of is told once, when it began, before the sample that finds it", () => {
  const book = new StateBook();
  expect(told(book.sampled([sample("listener", "CLOSE"), sample("client", "CLOSE")], 0))).toEqual(["0 listener CLOSE sample", "0 client CLOSE sample"]);
  book.trace(stack(LISTEN));
  expect(told(book.sampled([sample("listener", "LISTEN", [L], { queued: 0 }), sample("client", "CLOSE")], 10))).toEqual(["1 listener LISTEN tracepoint", "10 listener LISTEN sample"]);
  for (const it of OPENED) book.trace(stack(it));
  const now = [sample("listener", "LISTEN", [L], { queued: 0 }), sample("client", "ESTABLISHED", [C], { unacked: 0 }), sample("child", "ESTABLISHED", [S], { unacked: 0 })];
  expect(told(book.sampled(now, 20))).toEqual([
    "12 client SYN_SENT tracepoint", "13 child LISTEN tracepoint", "13 child SYN_RECV tracepoint", "14 client ESTABLISHED tracepoint", "15 child ESTABLISHED tracepoint",
    "20 listener LISTEN sample", "20 client ESTABLISHED sample", "20 child ESTABLISHED sample",
  ]);
  expect(told(book.sampled([sample("listener", "CLOSE"), sample("client", "CLOSE", [C]), sample("child", "TIME_WAIT", [S])], 30)))
    .toEqual(["30 listener CLOSE sample", "30 client CLOSE sample", "30 child TIME_WAIT sample"]);
});

test("the end of the socket behind which TIME_WAIT stays is no state of it, though a scene lies between", () => {
  const book = new StateBook();
  for (const it of OPENED) book.trace(stack(it));
  book.sampled([sample("child", "ESTABLISHED", [S])], 20);
  book.trace(stack([21, "s", 80, 40_000, "ESTABLISHED", "FIN_WAIT1"]));
  book.trace(stack([22, "s", 80, 40_000, "FIN_WAIT1", "FIN_WAIT2"]));
  expect(told(book.sampled([sample("child", "FIN_WAIT2", [S])], 30))).toEqual(["21 child FIN_WAIT1 tracepoint", "22 child FIN_WAIT2 tracepoint"]);
  book.trace(stack([31, "s", 80, 40_000, "FIN_WAIT2", "CLOSE"]));
  expect(told(book.sampled([sample("child", "TIME_WAIT", [S])], 40))).toEqual(["40 child TIME_WAIT sample"]);
});

test("values are news, though the state is not", () => {
  const book = new StateBook();
  const udp = (recv_q: number): StateSample => ({ ...sample("s", "ESTABLISHED", [], { recv_q }), protocol: IPPROTO_UDP });
  expect([book.sampled([udp(0)], 1), book.sampled([udp(768)], 2)].flat()).toEqual([
    { type: "state", t: 1, socket: "s", state: "ESTABLISHED", seen: "sample", values: { recv_q: 0 } },
    { type: "state", t: 2, socket: "s", state: "ESTABLISHED", seen: "sample", values: { recv_q: 768 } },
  ]);
});

test("no other tracepoint, and no packet, tells of a state", () => {
  const book = new StateBook();
  book.trace(stack(LISTEN, "sock:sk_data_ready"));
  book.trace({ type: "packet", t: 1, device: "lo", direction: "out", inside: null, length: 0, layers: [], bytes: "" });
  expect(told(book.sampled([sample("listener", "LISTEN", [L])], 2))).toEqual(["2 listener LISTEN sample"]);
});

test("what turns out to be a socket's own too late, when a sample has gone before, is not told any more", () => {
  const book = new StateBook();
  book.trace(stack([12, "c", 0, 80, "CLOSE", "SYN_SENT"]));
  expect(told(book.sampled([sample("client", "SYN_SENT", [ends(40_000, 0)])], 20))).toEqual(["20 client SYN_SENT sample"]);
  book.trace(stack([31, "c", 40_000, 80, "SYN_SENT", "ESTABLISHED"]));
  expect(told(book.sampled([sample("client", "ESTABLISHED", [C])], 40))).toEqual(["31 client ESTABLISHED tracepoint"]);
});

test("a tracepoint is kept until its socket has a name", () => {
  const book = new StateBook();
  for (const it of [LISTEN, ...OPENED]) book.trace(stack(it));
  expect(book.sampled([], 20)).toEqual([]);
  expect(told(book.sampled([sample("client", "ESTABLISHED", [C])], 30))).toEqual(["12 client CLOSE tracepoint", "12 client SYN_SENT tracepoint", "14 client ESTABLISHED tracepoint"]);
});
