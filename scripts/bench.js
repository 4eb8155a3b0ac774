/**
 * `npm run bench`: the figures that a version must keep, in paired and alternating runs, printed as ratios.
 * What a person's environment adds to Node's start (NODE_EXTRA_CA_CERTS,
 * NODE_OPTIONS) is taken out for both sides.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...env } = process.env;
const work = mkdtempSync(join(root, "node_modules/.bench-"));

const C = `#define _GNU_SOURCE
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int main(void) {
  struct timespec a, b;
  enum { calls = 2000000 };
  clock_gettime(CLOCK_MONOTONIC, &a);
  for (int i = 0; i < calls; i++) syscall(SYS_getppid);
  clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%f", ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / calls);
}
`;

const median = (some) => [...some].sort((x, y) => x - y)[some.length >> 1];
const rounds = (count, body) => Array.from({ length: count }, body);

/** Wall milliseconds of a whole process. */
function wall(command, ...args) {
  const begin = performance.now();
  const { status } = spawnSync(command, args, { env, cwd: tmpdir(), stdio: "ignore" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
  return performance.now() - begin;
}

function report(what, values, limit, unit) {
  const [low, mid, high] = [Math.min(...values), median(values), Math.max(...values)];
  const says = mid <= limit ? "ok" : "TOO SLOW";
  const found = `${mid.toFixed(2)}${unit}  (${low.toFixed(2)}…${high.toFixed(2)})`;
  process.stdout.write(`${what.padEnd(66)} ${found}  at most ${limit}${unit}  ${says}\n`);
  return mid <= limit;
}

async function crossings() {
  const script = join(work, "crossing.mjs");
  await build({
    entryPoints: [join(root, "scripts/bench/crossing.ts")], outfile: script,
    bundle: true, format: "esm", platform: "node", external: ["koffi"], logLevel: "error",
  });
  const source = join(work, "getppid.c");
  const twin = join(work, "getppid");
  writeFileSync(source, C);
  if (spawnSync("gcc", ["-O2", "-o", twin, source], { stdio: "inherit" }).status !== 0) {
    process.stdout.write("a bare call against C: not measured, for there is no gcc\n");
    return true;
  }
  const pairs = rounds(5, () => {
    const c = Number(spawnSync(twin, { env, encoding: "utf8" }).stdout);
    return { c, ...JSON.parse(spawnSync(process.execPath, [script], { env, encoding: "utf8" }).stdout) };
  });
  const bare = report("a bare call through sys against C's syscall(2) (getppid)",
    pairs.map((it) => it.getppid / it.c), 2, "×");
  const recorded = report("recording a call with two 64-byte buffers, on top of the bare call",
    pairs.map((it) => (it.recorded - it.sendto) / 1000), 1, " µs");
  return bare && recorded;
}

function starts() {
  const node = () => wall(process.execPath, "-e", "0");
  const against = (...args) => rounds(15, () => {
    const base = node();
    return wall(process.execPath, NETLAB, ...args) / base;
  });
  node();
  const help = report("netlab --help against node -e 0", against("--help"), 1.6, "×");
  const run = report("netlab run udp-boundaries (calls, counters) against node -e 0",
    against("run", "udp-boundaries", "--witness", "calls,counters"), 4, "×");
  return help && run;
}

const NETLAB = join(root, "bin/netlab.cjs");

/** Wall milliseconds until the findings of a run are there: closing the tracepoints comes after. */
const untilFindings = () => new Promise((resolve, reject) => {
  const begin = performance.now();
  const child = spawn(process.execPath, [NETLAB, "run", "udp-boundaries", "--json"], { env, cwd: tmpdir() });
  let found = null;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    if (text.includes('"type":"end"')) found ??= performance.now() - begin;
  });
  child.once("close", () => (found === null ? reject(new Error("the run did not end")) : resolve(found)));
});

/** Microseconds from one recorded call to the next, by the run's own clock: the median, for a few are interrupted. */
function perCall(witnesses) {
  const args = [NETLAB, "run", join(root, "scripts/bench/witnessed.mjs"), "--json", "--witness", witnesses];
  const { stdout } = spawnSync(process.execPath, args, { env, encoding: "utf8", maxBuffer: 1 << 30 });
  const events = stdout.split("\n").filter((it) => it !== "").map((it) => JSON.parse(it));
  const from = events.findIndex((it) => it.type === "scene" && it.id === "measured");
  const calls = events.slice(from).filter((it) => it.type === "call" && it.actor === "main");
  return median(calls.slice(1).map((it, i) => it.enter - calls[i].enter)) / 1000;
}

async function watching() {
  const costs = rounds(5, () => perCall("calls,counters,state,wire,stacks") - perCall("calls"));
  const cost = report("all four witnesses, on top of a recorded call over the loopback", costs, 20, " µs");
  const ratios = [];
  for (let i = 0; i < 9; i++) {
    const base = wall(process.execPath, "-e", "0");
    ratios.push((await untilFindings()) / base);
  }
  const run = report("findings of netlab run udp-boundaries (all) against node -e 0", ratios, 8, "×");
  return cost && run;
}

try {
  const machine = `Node ${process.version}, load ${loadavg()[0].toFixed(2)}`;
  process.stdout.write(`${machine}; NODE_EXTRA_CA_CERTS and NODE_OPTIONS taken out\n`);
  const fast = [await crossings(), starts(), await watching()].every(Boolean);
  process.exitCode = fast ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
