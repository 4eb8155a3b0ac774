/** A log in which instruments wrote what they saw: from its records to the events of a history, in order. */
import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { parseSymbols } from "../../src/kernel/symbols.ts";
import type { ChamberNote } from "../../src/lab/chamber/job.ts";
import { Sights } from "../../src/lab/chamber/sights.ts";
import { Translator } from "../../src/lab/chamber/translator.ts";
import type { HistoryEvent } from "../../src/lab/events.ts";
import { wrong } from "../../src/report/event-shapes.ts";
import { SIGHT } from "../../src/sys/log-format.ts";
import type { LogRecord } from "../../src/sys/log-reader.ts";
import { numberOf } from "../../src/sys/number-of.ts";
import type { StateSample } from "../../src/witness/known-sockets.ts";
import { decodeSample } from "../../src/witness/stack-sample.ts";
import type { Tracepoint } from "../../src/witness/tracepoints.ts";
import { wirePacket } from "../../src/witness/wire-frame.ts";
import { recorded } from "../witness/recorded.ts";

interface Perf {
  readonly symbols: readonly string[];
  readonly seen: readonly { readonly script: string; readonly tid: number; readonly tracepoints: readonly Tracepoint[]; readonly records: readonly string[] }[];
}
const perf = JSON.parse(readFileSync(new URL("../fixtures/perf/6.18-x86_64.json", import.meta.url), "utf8")) as Perf;
const symbols = parseSymbols(perf.symbols.join("\n"));
vi.mock("../../src/kernel/symbols.ts", async (original) => ({ ...await original<object>(), kernelSymbols: () => symbols }));

/** A TCP connection over the loopback, its states among what else the kernel passed. */
const tcp = perf.seen.find((it) => it.script === "tcp")!;
const stacks = tcp.records.map((it) => Buffer.from(it, "hex"));
const byId = new Map(tcp.tracepoints.map((it) => [it.id, it]));
const sampleOf = (record: Buffer) => {
  const it = decodeSample(record, byId);
  if (it === null || "lost" in it) throw new Error("a fixture without a sample");
  return it;
};
/** The run begins a microsecond before the first stack. */
const ORIGIN = sampleOf(stacks[0]!).t - 1000n;
const at = (record: Buffer): number => Number(sampleOf(record).t - ORIGIN);
const LAST = at(stacks.at(-1)!);

const note = (it: ChamberNote, t = LAST + 10): LogRecord => ({ kind: "note", actor: 0, t, text: JSON.stringify(it) });
const sight = (what: number, bytes: Uint8Array): LogRecord => ({ kind: "sight", actor: 0, t: LAST + 5, what, bytes });
const call = (id: number, actor: number, enter: number, exit: number): readonly LogRecord[] => [
  { kind: "enter", actor, id, t: enter, nr: numberOf("getpid"), transient: false, words: [], segments: [] },
  { kind: "exit", actor, id, t: exit, result: 7, segments: [] },
];
const begin = note({ type: "begin", koffi: "3", uid: 0, origin: String(ORIGIN), witnesses: { wire: { able: true, why: null } } }, 0);

const told = (records: readonly LogRecord[], Decoder: typeof Sights | null = Sights, main = tcp.tid): readonly HistoryEvent[] => {
  const it = new Translator({
    type: "run", experiment: "x", schema: 1, netlab: "0", asks: "", parameters: {}, chamber: { mode: "root", why: null }, witnesses: {},
    machine: { kernel: "6", arch: "x64", node: "20", koffi: "unknown", uid: 0 },
  }, main, Decoder);
  const events = [...it.take(records), ...it.rest()];
  expect(events.map(wrong).filter((what) => what !== null)).toEqual([]);
  return events;
};
const of = <T extends HistoryEvent["type"]>(events: readonly HistoryEvent[], type: T) =>
  events.filter((it): it is Extract<HistoryEvent, { type: T }> => it.type === type);

/** Frames as if each had passed at the moment of a stack. */
const frames = recorded("lo-udp").records;
const clock = (record: Buffer, t: number): ChamberNote => ({ type: "clock", ahead: String(wirePacket(record).realtime - BigInt(t) - ORIGIN) });

test("calls first, then what was seen in them, in the order of the log", () => {
  const half = at(stacks[20]!);
  const events = told([
    note(clock(frames[0]!, 500)), note({ type: "tracepoints", list: tcp.tracepoints }), begin,
    ...call(1, 0, 100, half), ...call(2, 0, half + 1, LAST + 1),
    note({ type: "devices", names: [[1, "lo"]] }), sight(SIGHT.frame, frames[0]!), ...stacks.map((it) => sight(SIGHT.stack, it)),
    note({ type: "scene", id: "next", text: "" }),
  ]);
  expect(events.map((it) => it.type)).toEqual(["run", "call", "call", "packet", ...stacks.map(() => "stack"), "scene"]);
  expect(events.every((it) => it.experiment === "x")).toBe(true);
  expect(of(events, "packet")).toMatchObject([{ t: 500, device: "lo", inside: 1 }]);
  expect(of(events, "stack").map((it) => it.inside)).toEqual(stacks.map((it) => (at(it) <= half ? 1 : 2)));
});

test("an actor's stacks are its own, by its thread", () => {
  const events = told([
    begin, note({ type: "tracepoints", list: tcp.tracepoints }), note({ type: "actor", number: 5, name: "server", tid: tcp.tid }),
    ...call(1, 0, 100, LAST), ...call(2, 5, 200, LAST), sight(SIGHT.stack, stacks[0]!),
  ], Sights, 1);
  expect(of(events, "stack")).toMatchObject([{ actor: "server", inside: 2 }]);
});

test("states: told by tracepoints since the last border, then as they were found there", () => {
  const changes = stacks.filter((it) => sampleOf(it).tracepoint === "sock:inet_sock_set_state");
  const { fields } = sampleOf(changes.find((it) => sampleOf(it).fields.newstate === 10)!);
  const sample = (state: string): StateSample =>
    ({ socket: "listener", state, values: { queued: 1 }, protocol: IPPROTO_TCP, ends: [{ source: String(fields.saddr), sport: Number(fields.sport), dest: "0.0.0.0", dport: 0 }] });
  const events = told([
    begin, note({ type: "tracepoints", list: tcp.tracepoints }), ...call(1, 0, 100, LAST), ...stacks.map((it) => sight(SIGHT.stack, it)),
    note({ type: "states", samples: [sample("LISTEN")] }), note({ type: "states", samples: [sample("LISTEN")] }),
  ]);
  expect(of(events, "stack")).toHaveLength(stacks.length);
  expect(of(events, "state").map(({ state, seen, values }) => [state, seen, values])).toEqual([
    ["CLOSE", "tracepoint", {}], ["LISTEN", "tracepoint", {}], ["LISTEN", "sample", { queued: 1 }], ["LISTEN", "sample", { queued: 1 }],
  ]);
});

test("a times(…) says how much passed in it, and says nothing where nothing did", () => {
  const sum = (passed: { readonly packets: number; readonly stacks: number }): LogRecord =>
    note({ type: "times", label: "fill", rounds: 2, sums: [], ...passed });
  const [some, none] = of(told([begin, sum({ packets: 600, stacks: 3 }), sum({ packets: 0, stacks: 0 })]), "times");
  expect(some).toMatchObject({ packets: 600, stacks: 3 });
  expect(none).not.toHaveProperty("packets");
  expect(none).not.toHaveProperty("stacks");
});

test("what was lost is told", () => {
  expect(of(told([begin, note({ type: "lost", witness: "wire", count: 12 })]), "lost")).toMatchObject([{ witness: "wire", count: 12, t: LAST + 10 }]);
});

test("without anybody who reads them frames and stacks are passed over", () => {
  const events = told([
    note(clock(frames[0]!, 500)), note({ type: "tracepoints", list: tcp.tracepoints }), begin, note({ type: "devices", names: [[1, "lo"]] }),
    ...call(1, 0, 100, LAST), sight(SIGHT.frame, frames[0]!), sight(SIGHT.stack, stacks[0]!),
  ], null);
  expect(events.map((it) => it.type)).toEqual(["run", "call"]);
});
