/** The programs of native-shims/ and their experiments: the same calls, with the same arguments and results, in the same order. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isOwn, threadsOf } from "../../src/lab/confirm-threads.ts";
import { type Event, isHistory } from "../../src/lab/events.ts";
import { align } from "../../src/witness/strace-align.ts";
import type { TracedCall } from "../../src/witness/strace-log.ts";
import { cannotBuild, cannotTrace, Workshop } from "./built.ts";
import { sameLines } from "./same-lines.ts";

const TWINS = {
  raw_udp_syscall:         ["udp-raw"],
  raw_tcp_syscall:         ["tcp-raw", "tcp-too-much"],
  memory_explicit:         ["memory-raw"],
  tcp_vs_udp_side_by_side: ["udp-echo", "tcp-echo"],
  mmsghdr_batch:           ["mmsg-raw"],
} as const;
const names = Object.keys(TWINS) as readonly (keyof typeof TWINS)[];

const inspected = cannotTrace ?? (existsSync("dist/main.cjs") ? null : "dist/ is not built");
const workshop = new Workshop();
afterAll(() => workshop[Symbol.dispose]());
beforeAll(() => void (cannotBuild === null && workshop.make("all")));

/** The calls of a program of ours: from its first line on, but for its writing, and its end. */
function ofProgram(calls: readonly TracedCall[]): readonly TracedCall[] {
  const isWriting = ({ name, args }: TracedCall): boolean => name === "write" && args.startsWith("1, ");
  return calls.slice(calls.findIndex(isWriting)).filter((it) => !isWriting(it) && it.name !== "exit_group");
}

/** An experiment's calls, as strace saw them. Throws where it did not see one of them. */
function ofExperiment(name: string): readonly TracedCall[] {
  const saved = join(workshop.folder, "run.ndjson");
  const run = ["bin/netlab.cjs", "run", name, "--quiet", "--accept-unknown", "--witness", "calls", "--save", saved];
  const { status, stderr, calls } = workshop.traced(process.execPath, ...run);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const events = readFileSync(saved, "utf8").trim().split("\n").map((it) => JSON.parse(it) as Event | { readonly type: "summary" });
  const ours = threadsOf(events.filter((it) => it.type !== "summary").filter(isHistory))[0]!.calls;
  const seen = [...new Set(calls.map((it) => it.pid))].map((pid) => {
    const theirs = calls.filter((it) => it.pid === pid);
    return new Map([...align(ours, theirs)].map(([mine, other]) => [mine, theirs[other]!]));
  });
  const best = seen.reduce((a, b) => (b.size > a.size ? b : a));
  return ours.flatMap((it, i) => (isOwn(it) ? [best.get(i) ?? missing(name, it.id)] : []));
}
function missing(name: string, id: number): never {
  throw new Error(`strace did not see #${id} of ${name}`);
}

describe.skipIf(inspected !== null)(`twins${inspected === null ? "" : ` (skipped: ${inspected})`}`, () => {
  test.each(names)("%s makes its experiment's calls", (name) => {
    const { status, stdout, stderr, calls } = workshop.traced(join(workshop.folder, name));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const twin = ofProgram(calls);
    let made = 0;
    for (const it of TWINS[name]) {
      const theirs = ofExperiment(it);
      expect(theirs.length).toBeGreaterThan(10);
      expect(sameLines(twin.slice(made, made + theirs.length)), it).toEqual(sameLines(theirs));
      made += theirs.length;
    }
    expect(twin.slice(made)).toEqual([]);
    expect([...stdout.matchAll(/^(\w+)\(/gm)].map(([, call]) => call), "what it prints is what it did").toEqual(twin.map((it) => it.name));
  });

  test.for([
    ["raw_udp_syscall",         "getsockname:error=ENOBUFS",   /the last call should not have failed$/],
    ["raw_udp_syscall",         "ioctl:retval=0",              /not so on this kernel: datagrams wait in the socket/],
    ["raw_tcp_syscall",         "accept4:error=ENOMEM",        /the last call should not have failed$/],
    ["raw_tcp_syscall",         "ioctl:retval=0",              /not so on this kernel: 10 and 20 were sent/],
    ["memory_explicit",         "memfd_create:error=EMFILE",   /the last call should not have failed$/],
    ["memory_explicit",         "madvise:retval=0",            /not so on this kernel: MADV_DONTNEED took them away/],
    ["tcp_vs_udp_side_by_side", "listen:error=EADDRINUSE",     /the last call should not have failed$/],
    ["tcp_vs_udp_side_by_side", "recvfrom:retval=9:when=3",    /not so on this kernel: UDP: 10 and 20 come back/],
    ["mmsghdr_batch",           "connect:error=ENETUNREACH",   /the last call should not have failed$/],
    ["mmsghdr_batch",           "sendmmsg:retval=3:when=5",    /not so on this kernel: from the third on/],
  ] as const)("%s says so where %s", ([name, fault, says]) => {
    const { status, stderr } = workshop.straced(["-e", `inject=${fault}`], join(workshop.folder, name));
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(new RegExp(says.source, "m")) });
  });
});

describe.skipIf(cannotBuild !== null)(`the programs${cannotBuild === null ? "" : ` (skipped: ${cannotBuild})`}`, () => {
  test.each(names)("%s: every fact holds here", (name) => {
    const { status, stdout, stderr } = spawnSync(join(workshop.folder, name), { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.match(/^ {4}yes: /gm)!.length).toBeGreaterThan(5);
    expect(stdout).not.toContain("NO:");
  });

  test("make -f Makefile.experimental knows all, clean, and each of them; nothing is left among the sources", () => {
    expect(workshop.make("-f", "Makefile.experimental", "clean")).toContain("rm -f");
    for (const name of names) {
      expect(existsSync(join(workshop.folder, name))).toBe(false);
      workshop.make("-f", "Makefile.experimental", name);
      expect(existsSync(join(workshop.folder, name))).toBe(true);
      expect(existsSync(join("native-shims", name))).toBe(false);
    }
    expect(workshop.make("all")).not.toMatch(/\b(?:cc|gcc)\b.* -o/);
  });
});
