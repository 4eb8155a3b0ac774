/**
 * Kernel stacks of this kernel: calls over the loopback of a namespace of their own, seen by perf's rings, and
 * by perf itself.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { follow, type KernelPath } from "../../src/kernel/path.ts";
import { briefAccept, briefConnect, briefRecvfrom, briefSendto } from "../../src/kernel/paths/brief.ts";
import { udpReceive, udpSend } from "../../src/kernel/paths/udp.ts";
import { kernelSymbols } from "../../src/kernel/symbols.ts";
import type { Call } from "../../src/sys/decode.ts";
import { framesOf } from "../../src/witness/frames.ts";
import { decodeSample, type LostSamples, type StackSample } from "../../src/witness/stack-sample.ts";
import { Bench, cannot, NOBODY, named, type Witnessed, works } from "./stack-bench.ts";

const bench = new Bench();
beforeAll(() => bench.build());
afterAll(() => bench[Symbol.dispose]());

const decoded = ({ tracepoints, records }: Witnessed): readonly (StackSample | LostSamples)[] => {
  const byId = new Map(tracepoints.map((it) => [it.id, it]));
  return records.map((it) => decodeSample(Buffer.from(it, "hex"), byId)!);
};
const samples = (it: Witnessed): readonly StackSample[] => decoded(it).filter((one): one is StackSample => !("lost" in one));
const frames = (it: StackSample): readonly string[] => framesOf(kernelSymbols(), it.addresses);
/** The call that a stack was taken in. */
const inside = ({ calls, origin }: Witnessed, { t }: StackSample): Call | undefined =>
  calls.find(({ enter, exit }) => BigInt(origin) + BigInt(enter) <= t && t <= BigInt(origin) + BigInt(exit ?? 0));
/** What a script needs that this kernel lacks, as a reason to leave a test out. */
const lacks = ({ missing }: Witnessed): string => missing.map(({ name, why }) => `${name}: ${why}`).join("; ");

/** Under load a softirq may be left to a thread of its own: then a stack ends where it was handed over. */
const retry = 3;

describe.skipIf(cannot !== null)(named("over the loopback"), () => {
  test("a datagram: where it was in which call, what is copied where, and nothing while the rings are off", { retry }, ({ skip }) => {
    const it = bench.run("udp");
    skip(it.missing.length > 0, lacks(it));
    const seen = samples(it);
    expect(it.said).toMatchObject({ stacks: seen.length, again: 0, lost: 0 });
    expect(new Set(seen.map(({ tid }) => tid))).toEqual(new Set([it.tid]));
    expect(seen.map((one) => [one.tracepoint, inside(it, one)?.name])).toEqual([
      ["sock:sk_data_ready", "sendto"], ["user:copy", "recvfrom"], ["sock:sock_recv_length", "recvfrom"],
    ]);
    const [ready, copied, received] = seen as readonly [StackSample, StackSample, StackSample];
    const way = ["udp_sendmsg", "ip_finish_output2", "__dev_queue_xmit", "net_rx_action", "ip_local_deliver_finish", "sock_def_readable"];
    expect(frames(ready).filter((name) => way.includes(name))).toEqual(way);
    expect(frames(ready).at(-1)).toBe("sock_def_readable");
    expect(ready.fields).toMatchObject({ family: 2, protocol: 17 });
    expect(copied.fields).toEqual({ address: `0x${(it.said.address as number).toString(16)}` });
    expect(frames(copied)).toContain("udp_recvmsg");
    expect(received.fields).toMatchObject({ ret: 5 });
    const order = (path: KernelPath, stack: StackSample) => [...follow(path, [frames(stack)]).keys()];
    expect(order(udpSend, ready)).toEqual(udpSend.steps.filter(({ hidden }) => hidden === null));
    expect(order(udpReceive, received)).toEqual(udpReceive.steps.filter(({ hidden }) => hidden === null));
  });

  test("a connection: every step of its paths that can be seen", { retry }, ({ skip }) => {
    const it = bench.run("tcp");
    skip(it.missing.length > 0, lacks(it));
    const seen = samples(it);
    expect(seen.length).toBe(it.said.stacks);
    const during = (path: KernelPath, calls: readonly string[]) => follow(path, seen
      .filter((one) => path.at.includes(one.tracepoint) && calls.includes(inside(it, one)?.name ?? "")).map(frames));
    for (const [path, ...calls] of [[briefConnect, "connect"], [briefAccept, "accept", "accept4"], [briefSendto, "sendto"], [briefRecvfrom, "recvfrom"]] as const) {
      const found = during(path, calls);
      expect(path.steps.filter((step) => step.hidden === null && !found.has(step)), calls[0]).toEqual([]);
    }
    const first = seen.find(({ tracepoint }) => tracepoint === "sock:inet_sock_set_state");
    expect(first?.fields).toMatchObject({ oldstate: 7, newstate: 10, protocol: 6, saddr: "127.0.0.1" });
  });

  test("another thread, by its id", ({ skip }) => {
    const it = bench.run("worker");
    skip(it.missing.length > 0, lacks(it));
    const worker = it.said.worker as number;
    expect(worker).not.toBe(it.tid);
    expect(samples(it).map(({ tid }) => tid)).toEqual([it.tid, worker, worker]);
  });

  test("what does not fit is counted", ({ skip }) => {
    const it = bench.run("overflow");
    skip(it.missing.length > 0, lacks(it));
    const { skipped, before, stacks, last, lost } = it.said as Readonly<Record<string, number>>;
    expect([skipped, last]).toEqual([3000, 1]);
    expect(stacks! + lost!).toBe(6000);
    expect(lost).toBeGreaterThan(1000);
    expect([0, lost]).toContain(before);
    expect(decoded(it).filter((one) => "lost" in one)).toEqual([{ lost }]);
  });

  test("tracefs that is mounted nowhere: it is read all the same, and is mounted nowhere afterwards", ({ skip }) => {
    const unmount = "for at in /sys/kernel/debug/tracing /sys/kernel/tracing; do umount -l $at 2>/dev/null; done; ! grep -q tracefs /proc/self/mounts";
    const after = `"$@" && ! grep -q tracefs /proc/self/mounts`;
    skip(!works("unshare", "-m", "sh", "-c", unmount), "tracefs cannot be unmounted in a namespace");
    const it = bench.run("unmounted", ["unshare", "-m", "sh", "-c", `${unmount} && ${after}`, "sh"]);
    expect(it.calls.map(({ name }) => name)).toEqual(expect.arrayContaining(["fsopen", "fsconfig", "fsmount"]));
    expect(it.tracepoints).toMatchObject([{ name: "sock:inet_sock_set_state", id: expect.any(Number) as number, format: expect.stringContaining("field:int newstate;") as string }]);
    expect(it.missing).toEqual([
      { name: "sock:no_such", why: "this kernel has no such tracepoint" },
      { name: "nonsense", why: "it is not the name of a tracepoint, as in sock:sk_data_ready" },
    ]);
    const count = (name: string) => it.calls.filter((call) => call.name === name && call.result! >= 0).length;
    expect(count("close"), "what was opened is closed").toBe(count("openat") + count("fsopen") + count("fsmount"));
  });

  test("where it is mounted, nothing is mounted", ({ skip }) => {
    skip(!works("grep", "-q", " /sys/kernel/tracing tracefs ", "/proc/self/mounts"), "tracefs is not mounted");
    const it = bench.run("refused");
    expect(it.said).toEqual({ errno: "none" });
    expect(it.calls.map(({ name }) => name)).not.toContain("fsopen");
  });

  test.for([["an ordinary user", NOBODY], ["root of a user namespace", ["unshare", "-Ur"]]] as const)("%s is refused", ([, through], { skip }) => {
    skip(!works(...through, ...bench.words("nothing", "/dev/null")), "it may not run Node here");
    const it = bench.run("refused", through);
    expect(it.said.errno).toMatch(/^perf_event_open E(?:ACCES|PERM)$/);
    for (const { why } of it.missing) expect(why).toMatch(/^(?:\/sys\/kernel\/tracing may not be read|tracefs is not mounted here, and may not be): E(?:ACCES|PERM) \(.+\)$/);
  });
});

/** What `perf script` prints of a stack: `1234 sock:sk_data_ready:`, then a line `ffffffff81e3517f sock_def_readable` each. */
const printed = (text: string, tid: number): readonly string[] => text.split(/\n\n+/).flatMap((block) => {
  const [head = "", ...lines] = block.split("\n").filter((it) => it.trim() !== "");
  const [, of, tracepoint] = /^\s*(\d+)\s+(\S+?):?\s*$/.exec(head) ?? [];
  const kernel = lines.map((it) => it.trim().split(/\s+/)).filter(([address]) => /^f{4}/.test(address!));
  return Number(of) === tid ? [[tracepoint, ...kernel.map(([, name]) => name).reverse()].join(" ")] : [];
});

describe.skipIf(cannot !== null)(named("perf, the program"), () => {
  test("prints the same stacks", { retry }, ({ skip }) => {
    const data = join(bench.folder, "perf.data");
    const record = ["perf", "record", "-q", ...[...udpSend.at, ...udpReceive.at].flatMap((it) => ["-e", it]), "-g", "-c", "1", "-o", data, "--"];
    skip(!works("unshare", "-n", ...record, "true"), "there is no perf, or it may not record here");
    const it = bench.run("udp", ["unshare", "-n", ...record]);
    const { stdout } = spawnSync("perf", ["script", "-i", data, "-F", "tid,event,ip,sym"], { encoding: "utf8" });
    const ours = samples(it).filter(({ tracepoint }) => tracepoint !== "user:copy").map((one) => [one.tracepoint, ...frames(one)].join(" "));
    const theirs = printed(stdout, it.tid);
    expect(ours.length).toBe(2);
    // perf watched on: it also has the datagram that was sent when our rings were off.
    expect(theirs.slice(0, ours.length)).toEqual(ours);
    expect(theirs.length).toBe(ours.length + 1);
  });
});
