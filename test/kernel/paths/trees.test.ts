/**
 * The trees of TCP's calls, of the way down and of the way up, against the kernel: stacks that were recorded on
 * Linux 6.18 show every step that is said to be visible; symbols come from the running kernel.
 */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { describe, expect, test } from "vitest";
import { knownPaths } from "../../../src/kernel/known-paths.ts";
import { entry, follow, type Step } from "../../../src/kernel/path.ts";
import { kernelSymbols } from "../../../src/kernel/symbols.ts";

const lines = readFileSync(new URL("trees-6.18.txt", import.meta.url), "latin1").split("\n");
/** Entry points by the name that they have on this machine. */
const native = (frame: string) =>
  frame.replace(/^__x64_sys_(\w+)$/, (_, call: string) => entry(call, "", "").fn);
const recorded = (name: string, at: readonly string[]) => lines.map((line) => line.split(" "))
  .filter(([whose, event]) => whose === name && at.includes(event ?? "")).map((line) => line.slice(2).map(native));
/** Those whose stacks were recorded, by the name that they have in the file. */
const trees = Object.entries(knownPaths).flatMap(([group, ways]) =>
  Object.entries(ways).map(([name, tree]) => [`${group}:${name.replace(" ", "-")}`, tree] as const))
  .filter(([name]) => lines.some((it) => it.startsWith(`${name} `)));

const version = (text: string) => text.split(".").slice(0, 2).reduce((sum, it) => sum * 1000 + Number.parseInt(it, 10), 0);
/** Whether a kernel of this release has the step; null: it is not known. */
function has({ since, until }: Step, kernel: string): boolean | null {
  const at = version(kernel);
  if (since && at <= version(since[0])) return false;
  if (until && at >= version(until[1])) return false;
  return (since && at < version(since[1])) || (until && at > version(until[0])) ? null : true;
}

describe.each(trees)("%s", (name, tree) => {
  const { steps, at } = tree;

  test("has a short saying for each step, and none twice", () => {
    for (const { does } of steps) expect(does).toMatch(/^[a-z].{8,68}[a-z\d?)]$/i);
    expect(new Set(steps.map(({ does }) => does)).size).toBe(steps.length);
  });

  test("is seen whole at its tracepoints, but for what is hidden", () => {
    const seen = follow(tree, recorded(name, at));
    const unseen = steps.filter((it) => it.hidden === null && !seen.has(it) && has(it, "6.18") !== false);
    expect(unseen.map(({ fn }) => fn)).toEqual([]);
  });

  test.each(at)("needs %s", (tracepoint) => expect(recorded(name, [tracepoint])).not.toEqual([]));

  test("is in the running kernel, as far as it is said to be", ({ skip }) => {
    const [kernel, symbols] = [release(), kernelSymbols()];
    skip(process.platform !== "linux" || symbols === null, "this kernel shows no symbols");
    const known = steps.filter((it) => it.hidden !== "inlined" && has(it, kernel) === true);
    expect(known.filter(({ fn }) => symbols?.has(fn) !== true).map(({ fn }) => fn)).toEqual([]);
  });

  test("what is new to a kernel that has it not, is not there", () => {
    for (const { fn, was, since } of steps) {
      expect(was).not.toBe(fn);
      if (was !== null) expect(since).not.toBeNull();
    }
  });
});
