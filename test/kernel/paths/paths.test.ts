/**
 * The declared paths against the kernel: stacks that were recorded on Linux 6.18 show every step that is said
 * to be visible and none that is said to be hidden; prototypes and symbols come from that kernel, and from
 * the running one.
 */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { describe, expect, test } from "vitest";
import { kernelBtf, readBtf } from "../../../src/kernel/btf.ts";
import { knownPaths } from "../../../src/kernel/known-paths.ts";
import { entryName, follow, type KernelPath, type Step } from "../../../src/kernel/path.ts";
import { pathAt } from "../../../src/kernel/path-at.ts";
import { briefAccept, briefConnect, briefRecvfrom, briefSendto } from "../../../src/kernel/paths/brief.ts";
import { udpReceive, udpSend } from "../../../src/kernel/paths/udp.ts";
import { kernelSymbols } from "../../../src/kernel/symbols.ts";

/** Lines of a file: whose call it was, at which tracepoint, the functions outermost first. */
const linesOf = (file: string) => readFileSync(new URL(file, import.meta.url), "latin1").split("\n")
  .filter((it) => it !== "" && !it.startsWith("#")).map((it) => it.split(" "));
/** The ways whose stacks are in a file, by the names that they have there: "tcp:close-listener". */
const recordedIn = (file: string) => {
  const names = new Set(linesOf(file).map(([name]) => name));
  return Object.entries(knownPaths).flatMap(([group, ways]) => Object.entries(ways).flatMap(([way, path]) => {
    const name = `${group}:${way.replace(" ", "-")}`;
    return names.has(name) ? [[name, path, file] as const] : [];
  }));
};
const brief = [
  ["udp:sendto", udpSend], ["udp:recvfrom", udpReceive],
  ["tcp:connect", briefConnect], ["tcp:accept", briefAccept], ["tcp:sendto", briefSendto], ["tcp:recvfrom", briefRecvfrom],
] as const;
const paths: readonly (readonly [name: string, path: KernelPath, file: string])[] = [
  ...brief.map(([name, path]) => [name, path, "stacks-6.18.txt"] as const),
  ...recordedIn("trees-6.18.txt"), ...recordedIn("ways-6.18.txt"),
];

test("every way has been recorded", () => {
  const recorded = new Set(paths.map(([, path]) => path));
  expect(Object.values(knownPaths).flatMap((it) => Object.values(it)).filter((it) => !recorded.has(it))).toEqual([]);
});

/** Entry points by the name that they have on this machine. */
const native = (frame: string) => frame.replace(/^__x64_sys_(\w+)$/, (_, call: string) => entryName(call));
const btf = readBtf(readFileSync(new URL("../../fixtures/btf/6.18-x86_64.btf", import.meta.url)));
const names = (steps: readonly Step[]) => steps.map(({ fn }) => fn).sort();

describe.each(paths.map(([name, path, file]) => ({ name, path, file })))("$name of $file", ({ name, path, file }) => {
  const { steps, at } = pathAt(path, "6.18");
  const lines = linesOf(file).filter(([whose]) => whose === name);
  const recorded = (points: readonly string[]) =>
    lines.filter(([, event = ""]) => points.includes(event)).map((it) => it.slice(2).map(native));

  test("each step has a short saying of its own", () => {
    for (const { does } of path.steps) expect(does).toMatch(/^[a-z].{8,68}[a-z\d?)]$/i);
    expect(new Set(path.steps.map(({ does }) => does)).size).toBe(path.steps.length);
  });

  test("is seen whole at its tracepoints, but for what is hidden", () => {
    const seen = follow({ ...path, steps }, recorded(at));
    expect(names([...seen.keys()])).toEqual(names(steps.filter((it) => it.hidden === null)));
  });

  test.each(at)("needs %s", (tracepoint) => expect(recorded([tracepoint])).not.toEqual([]));

  test("what is new has come in a release, and under a new name", () => {
    for (const { fn, was, since, inNote } of path.steps) {
      expect([was, inNote]).not.toContain(fn);
      if (was !== null) expect(since).not.toBeNull();
    }
  });

  test("is in the running kernel, with prototypes, as far as it is said to be", ({ skip }) => {
    const [symbols, types] = [kernelSymbols(), kernelBtf()];
    skip(process.platform !== "linux" || (symbols === null && types === null), "this kernel shows neither symbols nor BTF");
    const known = (fn: string) => symbols?.has(fn) === true || types?.hasFunction(fn) === true;
    const there = pathAt(path, release()).steps.filter((it) => it.hidden !== "inlined" && !it.unsure);
    expect(there.filter(({ fn }) => !known(fn)).map(({ fn }) => fn)).toEqual([]);
    for (const { fn } of there.filter((it) => types?.hasFunction(it.fn))) expect(types?.prototype(fn)).toContain(`${fn}(`);
  });
});

const shortly = new Map(brief.flatMap(([, { steps }]) => steps).map((it) => [it.fn, it]));
test.each([...shortly.values()].filter((it) => it.hidden !== "inlined" && !it.fn.startsWith("__arm64")))(
  "$fn has its prototype from the BTF of 6.18", ({ fn }) =>
    expect(btf.prototype(fn)).toMatch(new RegExp(`^.*[ *]${fn}\\(.+\\)$`)));
