/** From the bytes of frames and stacks, as Linux 6.18 wrote them, to events of a run that never was. */
import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { parseSymbols, type Symbols } from "../../src/kernel/symbols.ts";
import { CallTimes } from "../../src/lab/chamber/call-times.ts";
import { Sights } from "../../src/lab/chamber/sights.ts";
import { SIGHT } from "../../src/sys/log-format.ts";
import type { Sighting } from "../../src/sys/log-reader.ts";
import type { Tracepoint } from "../../src/witness/tracepoints.ts";
import { wirePacket } from "../../src/witness/wire-frame.ts";
import { recorded } from "../witness/recorded.ts";

/** The symbols of the kernel that the stacks are from, not of the one that this runs on. */
let symbols: Symbols | null = null;
vi.mock("../../src/kernel/symbols.ts", async (original) => ({ ...await original<object>(), kernelSymbols: () => symbols }));

interface Perf {
  readonly symbols: readonly string[];
  readonly seen: readonly { readonly script: string; readonly tid: number; readonly tracepoints: readonly Tracepoint[]; readonly records: readonly string[] }[];
}
const perf = JSON.parse(readFileSync(new URL("../fixtures/perf/6.18-x86_64.json", import.meta.url), "utf8")) as Perf;
const { tid, tracepoints, records } = perf.seen.find((it) => it.script === "udp")!;
const table = (without = ""): Symbols => parseSymbols(perf.symbols.filter((it) => !it.endsWith(` ${without}`)).join("\n"));

const sighting = (what: number, bytes: Uint8Array): Sighting => ({ kind: "sight", actor: 0, t: 0, what, bytes });
const stack = (record: Buffer): Sighting => sighting(SIGHT.stack, record);
const first = Buffer.from(records[0]!, "hex");
/** When it was taken, CLOCK_MONOTONIC. */
const TAKEN = first.readBigUInt64LE(24);
/** The run began a microsecond before that. */
const T = 1000;

/** `calls`: [actor, id, enter, exit]. */
function sights(main: number, calls: readonly (readonly [actor: number, id: number, enter: number, exit: number])[], origin = TAKEN - BigInt(T)): Sights {
  const times = new CallTimes();
  for (const [actor, id, enter, exit] of calls) {
    times.enter(actor, id, enter);
    times.exit(id, exit);
  }
  const it = new Sights(times, main);
  it.beginAt(origin);
  return it;
}

describe("a stack", () => {
  const watched = (main: number, ...calls: Parameters<typeof sights>[1]): Sights => {
    symbols = table();
    const it = sights(main, calls);
    it.watch(tracepoints);
    return it;
  };
  /** `sock:sk_data_ready main #7`, null where it is nobody's. */
  const told = (it: Sights, record = first): string | null => {
    const event = it.event(stack(record));
    return event?.type === "stack" ? `${event.event} ${event.actor} ${event.inside === null ? "-" : `#${event.inside}`}` : null;
  };

  test("has the time on the run's clock, the functions, and what the tracepoint tells", () => {
    const event = watched(tid, [0, 7, 900, 1100]).event(stack(first));
    expect(event).toMatchObject({ type: "stack", t: T, event: "sock:sk_data_ready", actor: "main", inside: 7, fields: { family: 2, protocol: 17 } });
    expect(event).toMatchObject({ frames: expect.arrayContaining(["do_syscall_64", "__sys_sendto", "udp_sendmsg", "sock_def_readable"]) as unknown });
  });

  test("is inside the call that its own thread was in", () => {
    expect(told(watched(tid, [0, 7, 900, 1100], [5, 8, 950, 1050]))).toBe("sock:sk_data_ready main #7");
    const it = watched(1, [0, 7, 900, 1100], [5, 8, 950, 1050]);
    it.actor(tid, { number: 5, name: "reader" });
    expect(told(it)).toBe("sock:sk_data_ready reader #8");
  });

  test("of a thread that is none of the run's is nobody's", () => expect(told(watched(tid + 1, [0, 7, 900, 1100]))).toBeNull());

  test("of a system call that the experiment did not make is netlab's own", () => {
    expect(told(watched(tid))).toBeNull();
    expect(told(watched(tid, [0, 7, 100, 200], [0, 8, 2000, 2100]))).toBeNull();
  });

  test("but what such a call does to a socket's state, a hand-made peer's segment for one, is told", () => {
    const tcp = perf.seen.find(({ script }) => script === "tcp")!;
    const it = watched(tcp.tid);
    it.watch(tcp.tracepoints);
    expect(new Set(tcp.records.map((record) => told(it, Buffer.from(record, "hex"))))).toEqual(new Set([null, "sock:inet_sock_set_state main -"]));
  });

  test("that came by no system call, an interrupt, is told, in no call", () => {
    const it = watched(tid, [0, 7, 100, 200]);
    symbols = table("do_syscall_64");
    expect(told(it)).toBe("sock:sk_data_ready main -");
  });

  test("at a tracepoint that nobody asked for, or of another kind of record, is none", () => {
    const unasked = sights(tid, [[0, 7, 900, 1100]]);
    unasked.watch(tracepoints.filter((it) => it.name !== "sock:sk_data_ready"));
    expect(told(unasked)).toBeNull();
    const lost = Buffer.alloc(24);
    lost.writeUInt32LE(2, 0);
    expect(told(watched(tid, [0, 7, 900, 1100]), lost)).toBeNull();
  });

  test("where the kernel hides its addresses they are as they are", () => {
    const it = watched(tid, [0, 7, 900, 1100]);
    symbols = null;
    expect(it.event(stack(first))).toMatchObject({ inside: 7, frames: expect.arrayContaining([expect.stringMatching(/^0xffffffff/)]) as unknown });
  });

  test("all that was recorded is told where the calls around it are", () => {
    const it = watched(tid, [0, 7, 0, 1e9]);
    expect(records.map((record) => told(it, Buffer.from(record, "hex")))).toEqual([
      "sock:sk_data_ready main #7", "user:copy main #7", "sock:sock_recv_length main #7",
    ]);
  });
});

describe("a frame", () => {
  const { records: frames, devices } = recorded("lo-udp");
  /** CLOCK_REALTIME less CLOCK_MONOTONIC. */
  const AHEAD = wirePacket(frames[0]!).realtime - 5_000_000_000n;
  const watched = (...calls: Parameters<typeof sights>[1]): Sights => {
    const it = sights(1, calls, 5_000_000_000n - BigInt(T));
    it.clock(AHEAD);
    it.devices([...devices]);
    return it;
  };
  const frame = sighting(SIGHT.frame, frames[0]!);

  test("has the time on the run's clock, its device, its headers and its bytes", () => {
    const event = watched([0, 7, 900, 1100]).event(frame);
    expect(event).toMatchObject({ type: "packet", t: T, device: "lo", direction: "out", inside: 7, length: 52 });
    expect(event).toMatchObject({ bytes: expect.stringMatching(/^(?:00){12}0800450000260.*(?:41){10}$/) as unknown });
    expect(event?.type === "packet" ? event.layers.map((it) => it.name) : []).toEqual(["ethernet", "ip", "udp", "payload"]);
  });

  test.for([
    ["in no call",                              [[0, 7, 100, 200]],                       null],
    ["in the call of any actor",                [[5, 8, 900, 1100]],                      8],
    ["of several in the one that entered last", [[5, 8, 100, 1100], [0, 7, 900, 1100]],   7],
    ["the chamber's calls are not told",        [[-1, -2, 900, 1100]],                    null],
  ] as const)("%s", ([, calls, inside]) => expect(watched(...calls).event(frame)).toMatchObject({ type: "packet", inside }));

  test("of a device without a name has its number", () => {
    expect(sights(1, []).event(frame)).toMatchObject({ device: "#1" });
  });

  test("is on the first reading of the clocks: whoever sets one meanwhile moves nothing", () => {
    const it = watched([0, 7, 900, 1100]);
    it.clock(AHEAD + 3_600_000_000_000n);
    expect(it.event(frame)).toMatchObject({ t: T });
  });

  test("has no time before the run began, wherever the clock was set to", () => {
    const it = sights(1, [], 5_000_000_000n);
    it.clock(AHEAD + 3_600_000_000_000n);
    expect(it.event(frame)).toMatchObject({ t: 0 });
  });
});
