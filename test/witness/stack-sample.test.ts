/**
 * Records of perf rings, decoded: those that were recorded here, whose stacks perf itself had printed before
 * (test/kernel/paths/stacks-6.18.txt), and made ones.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { entry, follow, type KernelPath } from "../../src/kernel/path.ts";
import { briefAccept, briefConnect, briefRecvfrom, briefSendto } from "../../src/kernel/paths/brief.ts";
import { udpReceive, udpSend } from "../../src/kernel/paths/udp.ts";
import { parseSymbols } from "../../src/kernel/symbols.ts";
import { framesOf } from "../../src/witness/frames.ts";
import { decodeSample, type StackSample } from "../../src/witness/stack-sample.ts";
import type { Tracepoint } from "../../src/witness/tracepoints.ts";

interface Recorded {
  readonly script: string;
  readonly tid: number;
  readonly tracepoints: readonly Tracepoint[];
  readonly records: readonly string[];
}
const recording = JSON.parse(readFileSync(new URL("../fixtures/perf/6.18-x86_64.json", import.meta.url), "utf8")) as {
  readonly symbols: readonly string[]; readonly seen: readonly Recorded[];
};
const symbols = parseSymbols(recording.symbols.join("\n"));
const byId = (list: readonly Tracepoint[]): ReadonlyMap<number, Tracepoint> => new Map(list.map((it) => [it.id, it]));

const samples = (script: string): readonly StackSample[] => {
  const { tracepoints, records } = recording.seen.find((it) => it.script === script)!;
  return records.map((it) => decodeSample(Buffer.from(it, "hex"), byId(tracepoints)) as StackSample);
};
/** Entry points by the name that they have on this machine: the paths name them so. */
const native = (frame: string): string => frame.replace(/^__x64_sys_(\w+)$/, (_, call: string) => entry(call, "", "").fn);
const frames = ({ addresses }: StackSample): readonly string[] => framesOf(symbols, addresses);

describe("recorded on 6.18", () => {
  const [ready, copied, received] = samples("udp") as readonly [StackSample, StackSample, StackSample];

  test("who, when, where, what: a datagram reaches its socket", () => {
    expect(ready.tracepoint).toBe("sock:sk_data_ready");
    expect(ready.tid).toBe(recording.seen[0]!.tid);
    expect(ready.fields).toEqual({ skaddr: expect.stringMatching(/^0xffff[0-9a-f]{12}$/) as string, family: 2, protocol: 17, ip: `0x${ready.addresses[0]!.toString(16)}` });
    expect(frames(ready).at(-1)).toBe("sock_def_readable");
    expect(frames(ready).slice(0, 3)).toEqual(["entry_SYSCALL_64_after_hwframe", "do_syscall_64", "__x64_sys_sendto"]);
  });
  test("a watched buffer: the kernel copies into it", () => {
    expect(copied.tracepoint).toBe("user:copy");
    expect(copied.fields).toEqual({ address: expect.stringMatching(/^0x[0-9a-f]+$/) as string });
    expect(frames(copied).slice(2)).toEqual(["__x64_sys_recvfrom", "__sys_recvfrom", "sock_recvmsg", "udp_recvmsg", "_copy_to_iter"]);
  });
  test("a call's result", () => {
    expect(received.fields).toMatchObject({ family: 2, protocol: 17, ret: 5, flags: 0 });
    expect(frames(received).slice(2)).toEqual(["__x64_sys_recvfrom", "__sys_recvfrom", "sock_recvmsg", "call_trace_sock_recv_length"]);
  });
  test("times grow", () => {
    const times = [...samples("udp"), ...samples("tcp")].map(({ t }) => t);
    expect(times.toSorted((a, b) => Number(a - b))).toEqual(times);
  });
  test("the states of both ends of a connection, with names where there are names", () => {
    const connection = ["7>2", "2>1", "10>3", "3>1"];
    const states = samples("tcp").filter(({ tracepoint }) => tracepoint === "sock:inet_sock_set_state").map(({ fields }) => fields);
    expect(states.map(({ oldstate, newstate }) => `${oldstate}>${newstate}`)).toEqual(["7>10", ...connection, ...connection]);
    expect(states.at(-1)).toMatchObject({ family: 2, protocol: 6, saddr: "127.0.0.1", daddr: "127.0.0.1", saddr_v6: "::ffff:127.0.0.1" });
    const names = samples("tcp").map(({ fields: { name } }) => name);
    expect(names).toContain("lo");
    expect(names).toContain("TCP");
  });

  const lines = readFileSync(new URL("../kernel/paths/stacks-6.18.txt", import.meta.url), "latin1").split("\n");
  test.each<[string, string, KernelPath]>([
    ["udp", "udp:sendto", udpSend], ["udp", "udp:recvfrom", udpReceive], ["tcp", "tcp:connect", briefConnect],
    ["tcp", "tcp:accept", briefAccept], ["tcp", "tcp:sendto", briefSendto], ["tcp", "tcp:recvfrom", briefRecvfrom],
  ])("%s: %s has the stacks that perf printed, and its path is seen", (script, call, path) => {
    const printed = lines.map((it) => it.split(" ")).filter(([of]) => of === call).map((it) => it.slice(1).join(" "));
    const stacks = samples(script).map((it) => [it.tracepoint, ...frames(it).slice(1)].join(" "));
    expect(printed.filter((it) => !stacks.includes(it))).toEqual([]);
    const seen = follow(path, samples(script).filter(({ tracepoint }) => path.at.includes(tracepoint)).map((it) => frames(it).map(native)));
    expect(path.steps.filter((it) => seen.has(it))).toEqual(path.steps.filter((it) => it.hidden === null));
  });
});

const MARK = { kernel: -128n, user: -512n, guest: -2048n };
const id = 2285;
const tracepoints = byId([{ name: "sock:made", id, format: "\tfield:int x;\toffset:8;\tsize:4;\tsigned:1;\n" }]);
function sample(chain: readonly bigint[], raw: Buffer, address = 0n): Buffer {
  const bytes = Buffer.alloc(48 + 8 * chain.length + 4 + raw.length);
  bytes.writeUInt32LE(9, 0);
  bytes.writeUInt16LE(bytes.length, 6);
  bytes.writeUInt32LE(4711, 20);
  bytes.writeBigUInt64LE(1n << 60n, 24);
  bytes.writeBigUInt64LE(address, 32);
  bytes.writeBigUInt64LE(BigInt(chain.length), 40);
  for (const [i, it] of chain.entries()) bytes.writeBigInt64LE(BigInt.asIntN(64, it), 48 + 8 * i);
  bytes.writeUInt32LE(raw.length, 48 + 8 * chain.length);
  bytes.set(raw, 52 + 8 * chain.length);
  return bytes;
}
const raw = Buffer.alloc(12);
raw.writeUInt16LE(id, 0);
raw.writeInt32LE(-3, 8);

describe("made", () => {
  const [a, b, user] = [0xffff_ffff_8100_0010n, 0xffff_ffff_8100_0020n, 0x7fff_0000_1000n];

  test("marks are no addresses, and what is behind the mark of the program is none of the kernel's", () => {
    expect(decodeSample(sample([MARK.kernel, a, b, MARK.user, user], raw), tracepoints)).toEqual(
      { tracepoint: "sock:made", tid: 4711, t: 1n << 60n, addresses: [a, b], fields: { x: -3 } });
    expect(decodeSample(sample([MARK.user, user, MARK.kernel, a, MARK.guest, b], raw), tracepoints)).toMatchObject({ addresses: [a] });
    expect(decodeSample(sample([], raw), tracepoints)).toMatchObject({ addresses: [] });
  });
  test("bytes in the middle of others", () => {
    const bytes = Buffer.concat([Buffer.alloc(3), sample([MARK.kernel, a], raw)]).subarray(3);
    expect(decodeSample(bytes, tracepoints)).toMatchObject({ addresses: [a], fields: { x: -3 } });
  });
  test("lost ones, a watched place, what was not opened, another record", () => {
    const lost = Buffer.alloc(24);
    lost.writeUInt32LE(2, 0);
    lost.writeBigUInt64LE(7n, 16);
    const other = Buffer.from(raw);
    other.writeUInt16LE(id + 1, 0);
    expect(decodeSample(lost, tracepoints)).toEqual({ lost: 7 });
    expect(decodeSample(sample([MARK.kernel, a], Buffer.alloc(4), 0x1000n), tracepoints)).toMatchObject({ tracepoint: "user:copy", fields: { address: "0x1000" } });
    expect(decodeSample(sample([MARK.kernel, a], other), tracepoints)).toBeNull();
    expect(decodeSample(Buffer.from([5, 0, 0, 0, 0, 0, 8, 0]), tracepoints)).toBeNull();
  });
});
