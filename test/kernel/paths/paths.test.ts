/**
 * The declared paths against the kernel: stacks that were recorded on Linux 6.18 show every step that is said
 * to be visible and none that is said to be hidden; prototypes and symbols come from that kernel, and from
 * the running one.
 */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { describe, expect, test } from "vitest";
import { kernelBtf, readBtf } from "../../../src/kernel/btf.ts";
import { entry, follow, type KernelPath } from "../../../src/kernel/path.ts";
import { briefAccept, briefConnect, briefRecvfrom, briefSendto } from "../../../src/kernel/paths/brief.ts";
import { udpReceive, udpSend } from "../../../src/kernel/paths/udp.ts";
import { kernelSymbols } from "../../../src/kernel/symbols.ts";

const paths: readonly (readonly [call: string, path: KernelPath])[] = [
  ["udp:sendto", udpSend], ["udp:recvfrom", udpReceive],
  ["tcp:connect", briefConnect], ["tcp:accept", briefAccept], ["tcp:sendto", briefSendto], ["tcp:recvfrom", briefRecvfrom],
];

const lines = readFileSync(new URL("stacks-6.18.txt", import.meta.url), "latin1").split("\n");
/** Entry points by the name that they have on this machine. */
const native = (frame: string) =>
  frame.replace(/^__x64_sys_(\w+)$/, (_, call: string) => entry(call, "", "").fn);
/** The recorded stacks of a call at these tracepoints. */
const recorded = (call: string, at: readonly string[]) =>
  lines.map((line) => line.split(" "))
    .filter(([whose, event]) => whose === call && at.includes(event ?? ""))
    .map((line) => line.slice(2).map(native));

const btf = readBtf(readFileSync(new URL("../../fixtures/btf/6.18-x86_64.btf", import.meta.url)));

describe.each(paths)("%s", (call, path) => {
  const { steps, at } = path;

  test("has 8 to 16 steps, each with a short saying of its own", () => {
    expect(steps.length).toBeGreaterThanOrEqual(8);
    expect(steps.length).toBeLessThanOrEqual(16);
    for (const { does } of steps) expect(does).toMatch(/^[a-z].{9,68}[a-z?]$/i);
    expect(new Set(steps.map(({ does }) => does)).size).toBe(steps.length);
  });

  test("is seen whole at its tracepoints, but for what is hidden", () => {
    const seen = follow(path, recorded(call, at));
    const visible = steps.filter((step) => step.hidden === null);
    expect([...seen.keys()].map(({ fn }) => fn).sort()).toEqual(visible.map(({ fn }) => fn).sort());
  });

  test.each(at)("needs %s", (tracepoint) => expect(recorded(call, [tracepoint])).not.toEqual([]));

  const functions = steps.filter((step) => step.hidden !== "inlined" && !step.fn.startsWith("__arm64"));
  test.each(functions)("$fn has its prototype from the BTF of 6.18", ({ fn }) =>
    expect(btf.prototype(fn)).toMatch(new RegExp(`^.*[ *]${fn}\\(.+\\)$`)));

  test("is in the running kernel", ({ skip }) => {
    const [major = 0, minor = 0] = release().split(".").map(Number);
    skip(process.platform !== "linux", "this is not Linux");
    skip(major < 6 || (major === 6 && minor < 1), `Linux ${release()} is older than 6.1, which has them all`);
    const [symbols, types] = [kernelSymbols(), kernelBtf()];
    skip(symbols === null && types === null, "this kernel shows neither symbols nor BTF");
    const known = (fn: string) => symbols?.has(fn) === true || types?.hasFunction(fn) === true;
    expect(steps.filter(({ fn, hidden }) => hidden !== "inlined" && !known(fn))).toEqual([]);
  });

  test("has prototypes from the running kernel's BTF", ({ skip }) => {
    const types = kernelBtf();
    skip(types === null, "there is no /sys/kernel/btf/vmlinux");
    const known = steps.filter(({ fn }) => types?.hasFunction(fn));
    expect(known.length).toBeGreaterThan(steps.length / 2);
    for (const { fn } of known) expect(types?.prototype(fn)).toContain(`${fn}(`);
  });
});

test("a name that the notes use is another one than the kernel's", () => {
  for (const [, { steps }] of paths) for (const { fn, inNote } of steps) expect(inNote).not.toBe(fn);
});
