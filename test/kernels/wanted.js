/** What was asked for: `[MACHINE:]LINE … [--save DIR] [--limit SECONDS] [-- arguments, or paths, …]`. */
import { parseArgs } from "node:util";
import { Ended } from "./ended.js";
import { MACHINES } from "./machines.js";

const USAGE =
  "npm run kernels -- [5.10 arm64:6.1 …] [--save DIR] [--limit SECONDS] "
  + "[-- run …, or paths, or path tables, or bench]";
/** Debian's long-term lines, and the newest one. */
const LINES = ["5.10", "6.1", "6.12", "6.18", "7.2"];
/** In place of netlab's arguments: its known paths are compared with the functions that are entered. */
export const PATHS = "paths";
/** The same: what is asked for is not how fast it is there, but that all of it can be measured. */
export const BENCH = "bench";
/** The tables of functions are compared with what that kernel has in them. */
export const TABLES = ["path", "tables"];
const NETLAB = ["run", "--all", "--json", "--accept-unknown"];
/** Of a kernel, from its start to its end, in seconds. */
const LIMIT = "1800";

/**
 * → {kernels: [{line, machine}], save: a folder or null, limit: in ms, netlab: its arguments}.
 * `own` is the machine that a line without one is for. Throws 64.
 */
export function wanted(words, own) {
  const end = words.indexOf("--");
  const { lines, values } = parsed(end < 0 ? words : words.slice(0, end));
  const limit = Number(values.limit);
  if (!(limit > 0)) throw usage(`--limit takes a number of seconds, not ${JSON.stringify(values.limit)}`);
  const kernels = (lines.length > 0 ? lines : LINES).map((it) => kernel(it, own));
  const netlab = end < 0 ? [] : words.slice(end + 1);
  return { kernels, save: values.save ?? null, limit: limit * 1000, netlab: withEvents(netlab) };
}

function parsed(args) {
  const options = { save: { type: "string" }, limit: { type: "string", default: LIMIT } };
  try {
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    return { lines: [...new Set(positionals)], values };
  } catch (error) {
    throw usage(error.message);
  }
}

function kernel(word, own) {
  const [, machine = own, line] = /^(?:(\w+):)?(\d+\.\d+(?:\.\d+)?)$/.exec(word) ?? [];
  if (line === undefined) throw usage(`${JSON.stringify(word)} is no line of kernels, as 6.1 or arm64:6.1`);
  if (!Object.hasOwn(MACHINES, machine)) {
    throw usage(`there are kernels for ${Object.keys(MACHINES).join(" and ")}, not for ${machine}`);
  }
  return { line, machine };
}

/** What runs is judged here, from its events. */
function withEvents(netlab) {
  if (netlab.length === 0) return NETLAB;
  if (netlab[0] === PATHS && netlab.length === 1) return netlab;
  if (netlab[0] === BENCH && netlab.length === 1) return [BENCH, "--quick", "--json"];
  if (isTables(netlab)) return [...TABLES, "--json"];
  if (netlab[0] !== "run") throw usage(`only netlab run can be judged, not netlab ${netlab[0]}`);
  return netlab.includes("--json") ? netlab : [...netlab, "--json"];
}

/** Whether the tables are asked for. */
export const isTables = (netlab) => TABLES.every((it, i) => netlab[i] === it);

const usage = (why) => new Ended(64, `${why}\n${USAGE}`);
