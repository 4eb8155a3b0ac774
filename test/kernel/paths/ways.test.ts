/**
 * The trees of UDP, AF_UNIX, messages, epoll and poll against the kernel: stacks that were recorded on Linux 6.18
 * show every step that is said to be visible, and none that is said to be hidden; the running kernel knows them.
 */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { describe, expect, test } from "vitest";
import { kernelBtf } from "../../../src/kernel/btf.ts";
import { knownPaths } from "../../../src/kernel/known-paths.ts";
import { entry, follow, type KernelPath, type Step } from "../../../src/kernel/path.ts";
import { kernelSymbols } from "../../../src/kernel/symbols.ts";

const lines = readFileSync(new URL("ways-6.18.txt", import.meta.url), "latin1").split("\n")
  .filter((it) => it !== "" && !it.startsWith("#")).map((it) => it.split(" "));
const named = [...new Set(lines.map(([name = ""]) => name))];
const wayOf = (name: string): KernelPath => {
  const [group = "", call = ""] = name.split(":");
  return knownPaths[group]![call]!;
};

/** Entry points by the name that they have on this machine. */
const native = (frame: string) =>
  frame.replace(/^__x64_sys_(\w+)$/, (_, call: string) => entry(call, "", "").fn);
const recorded = (name: string, at: readonly string[]) => lines
  .filter(([whose, event]) => whose === name && at.includes(event ?? "")).map((it) => it.slice(2).map(native));

const ordinal = (text: string) => text.split(".").slice(0, 2).reduce((sum, it) => sum * 1000 + Number.parseInt(it, 10), 0);
/** Whether a release surely has the step. */
const has = ({ since, until }: Step, at: string) =>
  ordinal(at) >= ordinal(since?.[1] ?? "5.10") && (until === null || ordinal(at) <= ordinal(until[0]));

test("these ways have been recorded", () => {
  const groups = ["unix", "epoll"].flatMap((it) => Object.keys(knownPaths[it]!).map((call) => `${it}:${call}`));
  expect(named).toEqual(expect.arrayContaining([...groups, "udp:socket", "udp:close", "udp:sendmmsg", "tcp:sendmsg"]));
});

describe.each(named.map((name) => [name, wayOf(name)] as const))("%s", (name, way) => {
  const { steps, at } = way;

  test("has up to 16 steps, each with a short saying of its own", () => {
    expect(steps.length).toBeLessThanOrEqual(16);
    for (const { does } of steps) expect(does).toMatch(/^[a-z].{8,68}[a-z\d?]$/i);
    expect(new Set(steps.map(({ does }) => does)).size).toBe(steps.length);
  });

  test("is seen whole at its tracepoints, but for what is hidden", () => {
    const seen = follow(way, recorded(name, at));
    const visible = steps.filter((it) => it.hidden === null);
    expect([...seen.keys()].map(({ fn }) => fn).sort()).toEqual(visible.map(({ fn }) => fn).sort());
  });

  test.each(at)("needs %s", (tracepoint) => expect(recorded(name, [tracepoint])).not.toEqual([]));

  test("is in the running kernel, as far as it is said to be", ({ skip }) => {
    const [symbols, types] = [kernelSymbols(), kernelBtf()];
    skip(process.platform !== "linux" || (symbols === null && types === null), "this kernel shows neither symbols nor BTF");
    const known = (fn: string) => symbols?.has(fn) === true || types?.hasFunction(fn) === true;
    const there = steps.filter((it) => it.hidden !== "inlined" && has(it, release()));
    expect(there.filter(({ fn }) => !known(fn)).map(({ fn }) => fn)).toEqual([]);
  });

  test("what is new has come in a release, and under a new name", () => {
    for (const { fn, was, since, inNote } of steps) {
      expect([was, inNote]).not.toContain(fn);
      if (was !== null) expect(since).not.toBeNull();
    }
  });
});
