/**
 * Runs in a guest, as root, as its `walk.mjs`: takes each known path with the tracer function_graph on, and
 * prints what the kernel wrote down, a line of JSON each. What is made of it: graph.js and walked.js.
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

const traceable = symbols(`${TRACING}/available_filter_functions`, 0);
const known = symbols("/proc/kallsyms", 2);
const study = json("list").map(({ name }) => name);
const shown = new Map();
const names = json("path")[0];
write("tracing_on", "0");
write("buffer_size_kb", ROOM);
for (const name of names) process.stdout.write(`${JSON.stringify(walk(name))}\n`);

/**
 * → {path, experiment: the first in the study that takes it, entry: the function that was traced, codes:
 * how netlab ended, graph: the text of `trace`, steps: [{fn, hidden, when, traceable, known}]}. `known` are
 * the symbols that a step is in this kernel, by its older name too, `traceable` those of them that a tracer
 * can be attached to.
 */
function walk(path) {
  const { steps } = json("path", ...path.split(" "))[0];
  const { experiment, call } = taking(JSON.stringify(steps));
  const entry = ["__x64_sys_", "__arm64_sys_"].map((it) => it + call).find((it) => traceable.has(it)) ?? null;
  const { codes, graph } = entry === null ? { codes: [], graph: "" } : traced(experiment, entry);
  const there = steps.map(({ fn, hidden, inNote, when }) => {
    const symbolsIn = (table) => [...(table.get(fn) ?? []), ...(table.get(inNote) ?? [])];
    return { fn, hidden, when, traceable: symbolsIn(traceable), known: symbolsIn(known) };
  });
  return { path, experiment, entry, codes, graph, steps: there };
}

/** The first in the study that takes a way, and by which of its calls. */
function taking(steps) {
  for (const name of study) {
    if (!shown.has(name)) shown.set(name, json("show", name)[0].paths ?? {});
    const found = Object.entries(shown.get(name)).find(([, it]) => JSON.stringify(it.steps) === steps);
    if (found !== undefined) return { experiment: name, call: found[0] };
  }
  return { experiment: null, call: null };
}

function traced(experiment, entry) {
  write("set_graph_function", entry);
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
  return spawnSync(process.execPath, ["bin/netlab.cjs", ...words], { encoding: "utf8" });
}

function write(file, text) {
  writeFileSync(`${TRACING}/${file}`, text);
}
