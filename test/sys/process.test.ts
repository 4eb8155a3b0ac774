import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runProgram } from "../../src/sys/process.ts";

const node = (script: string, ordered = {}) => runProgram(process.execPath, ["-e", script], ordered);

/** Not gone, and no zombie that nobody has reaped yet: that has no command line. */
const runs = (pid: string): boolean => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";

test("a program's output and exit code", async () => {
  expect(await node('console.log("out"); console.error("err"); process.exitCode = 3')).toEqual({ exit: 3, signal: null, missing: false, stdout: "out", stderr: "err" });
});
test("a program that is not there", async () => {
  expect(await runProgram("/nowhere/at-all", [])).toMatchObject({ exit: null, missing: true });
});
test("a program in another folder, with another environment", async () => {
  const { stdout } = await node("console.log(process.cwd(), process.env.NETLAB_TEST)", { cwd: "/", env: { NETLAB_TEST: "seen" } });
  expect(stdout).toBe("/ seen");
});
test("with all that it started, also while that keeps its output open", async () => {
  const { signal, stdout } = await runProgram("sh", ["-c", "sleep 1000 & echo $!; wait"], { limit: 300 });
  expect(signal).toBe("SIGKILL");
  if (process.platform === "linux") expect(runs(stdout)).toBe(false);
});
test("a program is ended when the signal fires, or its time is over", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  const forever = "console.log(process.pid); setInterval(() => {}, 1000)";
  for (const ended of await Promise.all([node(forever, { stop: stop.signal }), node(forever, { limit: 300 })])) {
    expect(ended).toMatchObject({ exit: null, signal: "SIGKILL", missing: false });
    if (process.platform === "linux" && ended.stdout !== "") expect(existsSync(`/proc/${ended.stdout}`)).toBe(false);
  }
});
