/** A run told for a comparison: who speaks, what a packet says, which calls stand together. */
import { describe, expect, test } from "vitest";
import type { CallEvent, HistoryEvent, PacketEvent } from "../../src/lab/events.ts";
import { arrowsOf } from "../../src/report/arrow.ts";
import { callSays, stepsOf } from "../../src/report/compare-steps.ts";
import { sizes } from "../../src/report/payload.ts";
import { speakersOf } from "../../src/report/speakers.ts";
import { made } from "./every-event.ts";

const at = (t: number) => ({ experiment: "made", t });
const value = (name: string, word: number) =>
  ({ name, flow: "value", value: word, text: String(word), layout: null, before: null, after: null, room: 0, wrote: 0 }) as const;
const call = (id: number, name: string, fd: number | null, result: number, over: Partial<CallEvent> = {}): CallEvent =>
  ({ type: "call", ...at(id * 1000), ...made(id, name, fd === null ? [] : [value("fd", fd)], result), ...over });
const known = (name: string, fd: number): HistoryEvent => ({ type: "known", ...at(0), name, fd, cookie: "1" });
const packet = (inside: number | null, ...layers: PacketEvent["layers"]): PacketEvent =>
  ({ type: "packet", ...at(5500), device: "lo", direction: "out", inside, length: 60, layers, bytes: "" });
const scene = (id: string): HistoryEvent => ({ type: "scene", ...at(0), id, text: "" });
const tcp = (sport: number, dport: number, flags: Readonly<Record<string, boolean>>, length = 0) =>
  ({ name: "tcp", fields: { sport, dport, length, syn: false, ack: false, fin: false, rst: false, ...flags } });

describe("who speaks", () => {
  const events: readonly HistoryEvent[] = [
    call(1, "socket", null, 3), call(2, "bind", 3, 0), known("listener", 3), call(3, "accept4", 3, 4),
    call(4, "sendto", 4, 5), known("server", 4), call(5, "close", 4, 0), call(6, "socket", null, 4), call(7, "bind", 4, 0),
    call(8, "getpid", null, 1),
    call(9, "ppoll", null, 1, { args: [{ ...value("ufds", 1), flow: "inout", layout: "pollfd", before: "0300000001000000" }] }),
    call(10, "socket", null, -24, { errno: "EMFILE" }),
  ];
  const speaker = speakersOf(events);
  test.each([
    // A name holds for the descriptor's whole life, not for the next one of that number.
    [1, "listener"], [2, "listener"], [3, "listener"], [4, "server"], [5, "server"], [6, null], [7, null], [8, null], [9, "listener"], [10, null],
  ])("in call %i: %s", (id, name) => {
    expect(speaker(events.find((it): it is CallEvent => it.type === "call" && it.id === id)!)).toBe(name);
  });
});

describe("what a packet says", () => {
  test.each<[string, PacketEvent["layers"], string, string | null]>([
    ["the first",       [tcp(40000, 80, { syn: true })],                                                    "SYN",      "there"],
    ["its answer",      [tcp(80, 40000, { syn: true, ack: true })],                                         "SYN·ACK",  "back"],
    ["nothing else",    [tcp(40000, 80, { ack: true })],                                                    "ACK",      "there"],
    ["bytes",           [tcp(40000, 80, { ack: true }, 30)],                                                "30",       "there"],
    ["the last bytes",  [tcp(80, 40000, { ack: true, fin: true }, 30)],                                     "30·FIN",   "back"],
    ["a reset",         [tcp(80, 40000, { rst: true, ack: true })],                                         "RST",      "back"],
    ["a datagram",      [{ name: "udp", fields: { sport: 80, dport: 9, length: 7 } }],                      "7",        "back"],
    ["of others",       [{ name: "udp", fields: { sport: 7, dport: 9, length: 7 } }],                       "7",        null],
    ["an error",        [{ name: "icmp", fields: { type: "ICMP_DEST_UNREACH", code: "ICMP_PORT_UNREACH" } }], "ICMP_PORT_UNREACH", null],
    ["no more than ip", [{ name: "ip", fields: {} }],                                                       "ip",       null],
    ["nothing known",   [],                                                                                 "?",        null],
  ])("%s", (_, layers, label, way) => {
    const [first, it] = [packet(null, tcp(40000, 80, { syn: true })), packet(null, ...layers)];
    expect(arrowsOf([first, it]).get(it)).toEqual({ way, label });
  });
});

describe("what a call says", () => {
  test.each<[string, CallEvent, string]>([
    ["no figure",            call(1, "bind", 3, 0),                                                    "bind"],
    ["a descriptor",         call(1, "accept4", 3, 5),                                                 "accept4 = 5"],
    ["what came",            call(1, "recvfrom", 3, 0),                                                "recvfrom = 0"],
    ["what is sent",         call(1, "sendto", 3, 20, { args: [value("fd", 3), value("len", 20)] }),   "sendto 20"],
    ["what of it was taken", call(1, "sendto", 3, 12, { args: [value("fd", 3), value("len", 20)] }),   "sendto 20 = 12"],
    ["that it failed",       call(1, "connect", 3, -111, { errno: "ECONNREFUSED" }),                   "connect = ECONNREFUSED"],
    ["that it hung",         call(1, "recvfrom", 3, 0, { result: null, exit: null }),                  "recvfrom …"],
  ])("%s", (_, it, says) => expect(callSays(it)).toBe(says));
});

describe("steps", () => {
  test("calls that tell no figure stand together, until somebody else speaks or a packet passes", () => {
    const steps = stepsOf([
      call(-1, "ioctl", 9, 0, { actor: "chamber" }), scene("a"),
      call(1, "socket", null, 3), known("client", 3), call(2, "connect", 3, 0), call(3, "setsockopt", 3, 0),
      call(4, "recvfrom", 3, 4), call(5, "close", 3, 0),
      packet(2, tcp(40000, 80, { syn: true })), packet(null, tcp(40000, 80, { fin: true })), scene("b"),
    ]);
    const [there, back] = [{ way: "there", label: "SYN" }, { way: "there", label: "FIN" }];
    expect([...steps]).toEqual([
      ["a", [
        { who: "client", says: ["socket", "connect"], arrows: [there] },
        { who: "client", says: ["setsockopt"], arrows: [] },
        { who: "client", says: ["recvfrom = 4"], arrows: [] },
        { who: "client", says: ["close"], arrows: [back] },
      ]],
      ["b", []],
    ]);
  });

  test("a loop is told in sum, an actor by its name", () => {
    const { type: _, experiment, t, ...first } = call(1, "write", 3, 1);
    const sum = { name: "write", count: 5000, results: [[1, 5000]], bytes: null, first, last: first } as const;
    const steps = stepsOf([
      { type: "times", experiment, t, label: "drain", actor: "writer", rounds: 5000, calls: [sum] },
      call(2, "getpid", null, 7, { actor: "writer" }),
    ]);
    expect([...steps.values()].flat()).toEqual([
      { who: "writer", says: ["5,000 × write"], arrows: [] }, { who: "writer", says: ["getpid"], arrows: [] },
    ]);
  });
});

test.each<[string, CallEvent, readonly number[]]>([
  ["one",            call(1, "recvfrom", 3, 10),                                [10]],
  ["none, failed",   call(1, "recvfrom", 3, -11, { errno: "EAGAIN" }),          []],
  ["none, it hung",  call(1, "recvfrom", 3, 0, { result: null, exit: null }),   []],
  ["of two messages", call(1, "recvmmsg", 3, 2, {
    args: [{ ...value("mmsg", 1), flow: "inout", after: `${"00".repeat(56)}0700000000000000${"00".repeat(56)}0900000000000000`, before: "", wrote: 128, room: 128 }],
  }), [7, 9]],
  ["of one that does not say", call(1, "recvmmsg", 3, 2), [2]],
])("sizes: %s", (_, it, all) => expect(sizes(it)).toEqual(all));
