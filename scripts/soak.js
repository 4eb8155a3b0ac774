/**
 * Runs one experiment many times while every core is kept busy by somebody else, and stops at the first run
 * whose verdicts are not those of the first: `npm run soak -- NAME [--times 50] [options of netlab run]`.
 *
 * Exit codes: 0 all agreed · 1 one did not (both are kept, for netlab judge and netlab compare), or the first
 * one broke · 64 and 77 as netlab's own · 128+n a signal.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { availableParallelism, constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const NETLAB = fileURLToPath(new URL("../bin/netlab.cjs", import.meta.url));
/** A burner looks now and then whether its parent is still there, so that it ends however the parent does. */
const BURNER = `while (process.ppid === ${process.pid}) for (let i = 0; i < 1e7; i++);`;

const { times, args } = wanted(process.argv.slice(2));
const stop = new AbortController();
let caught = null;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    caught = signal;
    stop.abort();
  });
}
const burners = Array.from({ length: Math.max(2, availableParallelism()) }, () =>
  spawn(process.execPath, ["-e", BURNER], { stdio: "ignore" }));

try {
  process.exitCode = await soak();
} finally {
  for (const it of burners) it.kill("SIGKILL");
}
if (caught !== null) process.exitCode = 128 + constants.signals[caught];

async function soak() {
  const began = performance.now();
  const first = await oneRun();
  if (first.exit >= 64) {
    const why = first.broke === null ? "" : `: ${first.broke}`;
    return told(`the first run ended with ${first.exit}${why}`, first.exit === 70 ? 1 : first.exit);
  }
  let agreed = 1;
  for (; agreed < times && !stop.signal.aborted; agreed++) {
    if (process.stderr.isTTY) process.stderr.write(`\r${agreed} of ${times} agree `);
    const it = await oneRun();
    if (stop.signal.aborted) break;
    if (it.verdicts !== first.verdicts) return different(first, it, agreed + 1);
  }
  const each = ((performance.now() - began) / 1000 / agreed).toFixed(2);
  const how = `(${each} s a run, ${burners.length} cores kept busy)`;
  return told(`${agreed} of ${times} runs agree: ${first.sum} ${how}`, 0);
}

/** What the runs are compared by. */
function verdictIn(event) {
  if (event.type === "finding") return [`${event.verdict}: ${event.claim}`];
  return event.type === "end" ? [`exit ${event.exit}`] : [];
}

/** One run: its verdicts, a line each, and its event stream. */
async function oneRun() {
  const command = [NETLAB, "run", ...args, "--json"];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const end = () => child.kill("SIGTERM");
  stop.signal.addEventListener("abort", end);
  const ended = once(child, "close");
  const stream = (await child.stdout.setEncoding("utf8").toArray()).join("");
  const [exit] = await ended;
  stop.signal.removeEventListener("abort", end);
  const events = stream.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const ends = events.filter(({ type }) => type === "end");
  return {
    exit, stream,
    verdicts: events.flatMap(verdictIn).join("\n"),
    broke: ends.find((it) => it.broke !== null)?.broke.message ?? null,
    sum: ends.map((it) => `${it.proven} proven, ${it.refuted} refuted, ${it.unknown} unknown`).join(" · "),
  };
}

function different(first, it, round) {
  const folder = mkdtempSync(join(tmpdir(), "netlab-soak-"));
  const files = [[1, first], [round, it]].map(([number, run]) => {
    const file = join(folder, `run-${number}.ndjson`);
    writeFileSync(file, run.stream);
    return file;
  });
  const [before, after] = [first, it].map(({ verdicts }) => verdicts.split("\n"));
  const lines = [
    ...before.filter((line) => !after.includes(line)).map((line) => `  run 1: ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  run ${round}: ${line}`),
  ];
  const why = it.broke === null ? [] : [`  ${it.broke}`];
  const heading = `${round - 1} of ${times} runs agree, run ${round} does not:`;
  return told([heading, ...lines, ...why, `both are kept: ${files.join(" ")}`].join("\n"), 1);
}

function told(text, exit) {
  console.log(`${process.stderr.isTTY ? "\n" : ""}${text}`);
  return exit;
}

function wanted(given) {
  const at = given.indexOf("--times");
  const times = at < 0 ? 50 : Number(given[at + 1]);
  const args = at < 0 ? given : given.toSpliced(at, 2);
  if (args.length > 0 && Number.isInteger(times) && times > 0) return { times, args };
  console.error("which experiment? npm run soak -- NAME [--times 50]");
  process.exit(64);
}
