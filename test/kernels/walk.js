/**
 * Runs in a guest, as root, as its `walk.mjs`: takes each known path with the tracer function_graph on, and
 * prints what the kernel wrote down, a line of JSON an experiment. What is made of it: graph.js, walked.js.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const TRACING = "/sys/kernel/tracing";
/** In KB, of each processor: no call is lost. */
const ROOM = "16384";
/**
 * So many runs of an experiment. The first connection of a machine fills a table with random numbers; and
 * what is received is left to ksoftirqd, outside of the call, where it takes longer than two ticks.
 */
const RUNS = 2;
/** Whose line it is instead of how long it took; what interrupts is no part of a call. */
const OPTIONS = {
  "funcgraph-proc": 1, "funcgraph-cpu": 0, "funcgraph-duration": 0, "funcgraph-overhead": 0,
  "funcgraph-irqs": 0,
};
/** What gcc appends to the copy of a function that it changed. */
const COPY = /(\.(constprop|isra|part)\.\d+|\.cold)+$/;
/** What calls leave to be done behind them: graph.js knows it too. */
const LEFT_OVER = "task_work_run";

const traceable = symbols(`${TRACING}/available_filter_functions`, 0);
const known = symbols("/proc/kallsyms", 2);
write("tracing_on", "0");
write("buffer_size_kb", ROOM);
const paths = json("path");
for (const experiment of new Set(paths.map((it) => it.experiment))) {
  const own = paths.filter((it) => it.experiment === experiment).map(walk);
  const entries = [...new Set(own.flatMap((it) => it.entries))];
  const isTaken = experiment !== null && entries.length > 0;
  const traced = isTaken ? taken(experiment, entries) : { codes: [], graph: "" };
  process.stdout.write(`${JSON.stringify({ experiment, ...traced, paths: own })}\n`);
}

/**
 * A path as netlab has it on this kernel → {path, kernel: its release, entries: the functions that are
 * traced, steps: [{fn, depth, hidden, when, traceable, known}]}. `known` are the symbols that a step is in this kernel, by its older name
 * too where nobody looked which one it has here; `traceable` those that a tracer can be attached to.
 */
function walk({ name, kernel, inside, steps }) {
  const calls = inside ?? [];
  const entries = calls
    .flatMap((call) => ["__x64_sys_", "__arm64_sys_"].map((it) => it + call))
    .filter((it) => traceable.has(it));
  const there = steps.map(({ fn, was, unsure, depth, hidden, when }) => {
    const names = unsure && was !== null ? [fn, was] : [fn];
    const symbolsIn = (table) => names.flatMap((it) => table.get(it) ?? []);
    return { fn, depth, hidden, when, traceable: symbolsIn(traceable), known: symbolsIn(known) };
  });
  return { path: name, kernel, entries, steps: there };
}

/** → {codes: how netlab ended, graph: the text of `trace`} */
function taken(experiment, entries) {
  write("set_graph_function", [...entries, ...(traceable.has(LEFT_OVER) ? [LEFT_OVER] : [])].join(" "));
  write("current_tracer", "function_graph");
  for (const [option, value] of Object.entries(OPTIONS)) write(`options/${option}`, String(value));
  write("trace", "");
  write("tracing_on", "1");
  const words = ["run", experiment, "--witness", "calls", "--accept-unknown", "--quiet"];
  const codes = Array.from({ length: RUNS }, () => netlab(...words).status);
  write("tracing_on", "0");
  const graph = readFileSync(`${TRACING}/trace`, "utf8");
  write("current_tracer", "nop");
  return { codes, graph };
}

/** A function by its name in the source → its symbols: the name's column in a table is given. */
function symbols(file, column) {
  const found = new Map();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const symbol = line.split(/\s/)[column] ?? "";
    const fn = symbol.replace(COPY, "");
    found.set(fn, [...new Set([...(found.get(fn) ?? []), symbol])]);
  }
  return found;
}

function json(...words) {
  const { stdout, stderr, status } = netlab(...words, "--json");
  if (status !== 0) throw new Error(`netlab ${words.join(" ")} ended with ${status}: ${stderr}`);
  return stdout.trim().split("\n").map((it) => JSON.parse(it));
}

function netlab(...words) {
  return spawnSync(process.execPath, ["bin/netlab.cjs", ...words], { encoding: "utf8", maxBuffer: 1 << 26 });
}

function write(file, text) {
  writeFileSync(`${TRACING}/${file}`, text);
}
