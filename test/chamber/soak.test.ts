/** `npm run soak`: it counts the runs that agree, stops at the first that does not, and its burners end however it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cannot, fixture, named, until } from "./netlab.ts";

const SOAK = fileURLToPath(new URL("../../scripts/soak.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netlab-soak-test-"));

interface Soak {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string }>;
}
function soak(...args: readonly string[]): Soak {
  const child = spawn(process.execPath, [SOAK, ...args], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, TMPDIR: folder, NETLAB_TEST_COUNT: join(folder, "count") } });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (it: Buffer) => { out += it.toString(); });
  return { process: child, ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, out }))) };
}

/** Those that burn for this one. */
const burning = ({ pid }: ChildProcess): number => readdirSync("/proc").filter((it) => {
  try {
    return /^\d+$/.test(it) && readFileSync(`/proc/${it}/cmdline`, "latin1").includes(`process.ppid === ${pid}`);
  } catch {
    return false;
  }
}).length;

describe.skipIf(cannot !== null)(named("npm run soak"), () => {
  test("counts the runs that agree", async () => {
    const it = soak("udp-boundaries", "--times", "3");
    const { code, out } = await it.ended;
    expect(out).toMatch(/^3 of 3 runs agree: 6 proven, 0 refuted, 0 unknown \([\d.]+ s a run, \d+ cores kept busy\)$/m);
    expect(code).toBe(0);
    expect(burning(it.process)).toBe(0);
  });

  test("stops at the first that does not, and keeps both", async () => {
    const { code, out } = await soak(fixture("flaky.mjs"), "--times", "9").ended;
    expect(out).toMatch(/^2 of 9 runs agree, run 3 does not:\n {2}run 1: proven: it closed nothing\n {2}run 1: exit 0\n {2}run 3: unknown: it closed nothing\n {2}run 3: exit 2$/m);
    expect(code).toBe(1);
    const kept = /^both are kept: (\S+) (\S+)$/m.exec(out)!.slice(1);
    expect(kept.map((file) => readFileSync(file, "utf8").split("\n", 1)[0])).toEqual([expect.stringMatching(/^\{"type":"run"/), expect.stringMatching(/^\{"type":"run"/)]);
  });

  test.for([
    [["udp-boundaries", "--times", "none"],                   64, /^which experiment\? npm run soak -- NAME \[--times 50\]$/m],
    [[],                                                      64, /^which experiment\?/m],
    [["nosuch"],                                              64, /there is no experiment "nosuch"/],
    [[fixture("ends.mjs"), "--set", "how=kill"],              1,  /^the first run ended with 70: its process was ended by SIGKILL/m],
  ] as const)("%j", async ([args, code, message]) => {
    const ended = await soak(...args).ended;
    expect(ended).toEqual({ code, out: expect.stringMatching(message) as string });
  });

  test.for([["SIGINT", 130], ["SIGTERM", 143], ["SIGKILL", null]] as const)("its burners end with it: %s", async ([signal, code]) => {
    const it = soak("udp-boundaries", "--times", "100");
    expect(await until(() => burning(it.process) === Math.max(2, availableParallelism()))).toBe(true);
    it.process.kill(signal);
    expect((await it.ended).code).toBe(code);
    expect(await until(() => burning(it.process) === 0, 2000)).toBe(true);
  });

  test("nothing is left of the runs that agreed", () => {
    const left = readdirSync(folder).filter((it) => !it.startsWith("netlab-soak-") && it !== "count");
    rmSync(folder, { recursive: true });
    expect(left).toEqual([]);
  });
});
