/** `netlab bench` as a person runs it: all of it is measured, whoever runs it; what cannot be is told; and nothing is left behind. Never how fast. */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { BenchResult } from "../../src/bench/result.ts";
import { cannot, named, netlab, type Running, until, type Way } from "../chamber/netlab.ts";
import { noGate, noGso, without } from "./able.ts";

const isRoot = process.getuid?.() === 0;
const empty = mkdtempSync(join(tmpdir(), "netlab-empty-"));
chmodSync(empty, 0o755);
afterAll(() => rmSync(empty, { recursive: true }));

const PATIENCE = 60_000;
const quick = (way: Way = {}, ...more: readonly string[]): Running => netlab(["bench", "--quick", "--json", ...more], { patience: PATIENCE, ...way });
async function result(it: Running): Promise<BenchResult> {
  const { code, out, err } = await it.ended;
  expect({ code, err: err.replace(/^netlab: (compiling|measuring) .*\n/gm, "") }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as BenchResult;
}

/** What must be there of every line that was measured. */
function expectWhole(it: BenchResult): void {
  for (const { lines, comparisons } of it.loops) {
    for (const { rate, samples, why } of lines.filter((line) => line.why === null)) {
      expect(why).toBeNull();
      expect(samples.length).toBeGreaterThanOrEqual(3);
      expect(samples.every(({ ns, packets }) => ns > 0 && packets > 0)).toBe(true);
      expect([rate!.median, ...rate!.quartiles, ...rate!.range].every((one) => Number.isFinite(one) && one > 0)).toBe(true);
    }
    for (const { ratio, ratios, reached, target } of comparisons.filter((one) => one.ratio !== null)) {
      expect(ratios.every((one) => Number.isFinite(one) && one > 0)).toBe(true);
      expect(reached).toBe(target === null ? null : ratio!.median >= target);
    }
  }
}

const lineNames = (it: BenchResult, why: boolean): readonly string[] => it.loops.flatMap(({ name, lines }) =>
  lines.filter((line) => (line.why !== null) === why).map((line) => `${name} ${line.name}`));
/** The lines that nobody can measure here. */
const unmeasured = (it: BenchResult, noC: boolean): readonly string[] => it.loops.flatMap(({ name, lines }) => lines.map((line) => line.name)
  .filter((line) => (line === "c" && noC) || (line === "prepared" && noGate !== null) || (name === "gso" && noGso !== null)).map((line) => `${name} ${line}`));

describe.skipIf(cannot !== null)(named("netlab bench --quick --json", cannot), () => {
  test(`measures every line, and nothing is left${without}`, async () => {
    const it = quick();
    const found = await result(it);
    expect(found).toMatchObject({ type: "bench", schema: 1, quick: true, payload: 64, machine: { node: process.versions.node } });
    const none = unmeasured(found, found.compiler === null);
    expect(lineNames(found, true)).toEqual(none);
    expect(lineNames(found, false)).toHaveLength(16 - none.length);
    expectWhole(found);
    for (const { samples } of found.loops.flatMap(({ lines }) => lines.filter(({ name }) => name === "prepared"))) {
      expect(samples.every(({ inside }) => Object.values(inside!).every((ns) => ns > 0))).toBe(true);
    }
    expect(await it.left()).toEqual([]);
  }, PATIENCE);

  test.skipIf(!isRoot)("as an ordinary user", async () => {
    const folder = mkdtempSync(join(tmpdir(), "netlab-nobody-"));
    chmodSync(folder, 0o777);
    try {
      const through = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", `TMPDIR=${folder}`, `HOME=${folder}`];
      const found = await result(quick({ through }));
      expect(["user", "none"]).toContain(found.mode);
      expectWhole(found);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, PATIENCE);

  test(`with an empty PATH: no compiler, no unshare, and what is left is measured${without}`, async () => {
    const it = quick({ env: { PATH: empty } });
    const found = await result(it);
    expect(found).toMatchObject({ mode: "none", compiler: null });
    expect(lineNames(found, true)).toEqual(unmeasured(found, true));
    expect(found.remarks.map(({ says }) => says)).toEqual(expect.arrayContaining(["nothing is compared with C: there is no C compiler (cc)"]));
    expect(found.loops[0]!.comparisons.map(({ of, against, ratio }) => [of, against, ratio !== null])).toEqual([
      ["call", "c", false], ["prepared", "c", false], ["call", "dgram", true], ["c", "dgram", false],
    ]);
    expect(await it.left()).toEqual([]);
  }, PATIENCE);

  test.for([
    ["false", /^false does not compile it: /],
    ["/nowhere/cc", /^there is no C compiler \(\/nowhere\/cc\)$/],
  ] as const)("CC=%s", { timeout: PATIENCE }, async ([CC, why]) => {
    const it = quick({ env: { CC } });
    const { loops } = await result(it);
    expect(loops[0]!.lines[0]!.why).toMatch(why);
    expect(await it.left()).toEqual([]);
  });

  test("--check ends with 2 where a target could not be measured, or 1 where one is not reached", async () => {
    const { code } = await quick({ env: { CC: "/nowhere/cc" } }, "--check").ended;
    expect([1, 2]).toContain(code);
  }, PATIENCE);
});

describe.skipIf(cannot !== null)(named("an end by a signal", cannot), () => {
  test.for([
    ["SIGINT", 130, /^netlab: measuring /m], ["SIGTERM", 143, /^netlab: measuring mmsg/m], ["SIGHUP", 129, /^netlab: compiling/m],
  ] as const)("%s", { timeout: PATIENCE }, async ([signal, exit, when]) => {
    const it = netlab(["bench"], { patience: PATIENCE });
    let said = "";
    it.process.stderr!.on("data", (text: Buffer) => { said += text.toString(); });
    await until(() => when.test(said), PATIENCE);
    it.process.kill(signal);
    const { code, err, out } = await it.ended;
    expect({ code, out, last: err.trim().split("\n").at(-1) }).toEqual({ code: exit, out: "", last: "netlab: the bench was interrupted" });
    expect(await it.left()).toEqual([]);
  });

  test("SIGKILL: what it started ends by itself", async () => {
    const it = netlab(["bench"], { patience: PATIENCE });
    let said = "";
    it.process.stderr!.on("data", (text: Buffer) => { said += text.toString(); });
    await until(() => /measuring mmsg/.test(said), PATIENCE);
    it.process.kill("SIGKILL");
    await it.ended;
    expect(await it.left()).toEqual([]);
  }, PATIENCE);
});
