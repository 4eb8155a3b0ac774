/** Every experiment under strace: what netlab prints, and what it keeps, is what strace saw. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { study } from "../../experiments/study.ts";
import { confirm, NETWORK } from "../../src/lab/confirm.ts";
import { type Event, type HistoryEvent, isHistory } from "../../src/lab/events.ts";
import type { AnyExperiment } from "../../src/lab/experiment.ts";
import { readStraceLog } from "../../src/witness/strace-log.ts";
import { isOurs, cannot as untraced } from "./traced.ts";

const cannot = untraced ?? (existsSync("dist/main.cjs") ? null : "dist/ is not built");
const folder = mkdtempSync(join(tmpdir(), "netlab-runs-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A run under strace: its trace as it was printed, its history as it was kept, and the log. */
function run(name: string, ...options: readonly string[]): { readonly printed: string; readonly history: readonly HistoryEvent[]; readonly log: string } {
  const [log, saved] = [join(folder, "log"), join(folder, "run.ndjson")];
  const netlab = [process.execPath, "bin/netlab.cjs", "run", name, "--format", "strace", "--save", saved, "--accept-unknown", ...WITNESSES];
  const { status, stdout, stderr } = spawnSync("strace", [...options, "-o", log, ...netlab], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const events = readFileSync(saved, "utf8").trim().split("\n").map((it) => JSON.parse(it) as Event | { readonly type: "summary" });
  const history = events.filter((it) => it.type !== "summary").filter(isHistory);
  return { printed: stdout, history, log: readFileSync(log, "latin1") };
}

/** The network's calls in a trace, by who made them, one space before the result. `[writer] ` stands before another party's. */
function byParty(trace: string): readonly (readonly string[])[] {
  const parties = new Map<string, string[]>();
  for (const line of trace.split("\n")) {
    const [, party = "", text = "", name = ""] = /^(\[.*?\] |\d+ +)?((\w+)\(.*)/.exec(line) ?? [];
    if (!NETWORK.has(name)) continue;
    if (!parties.has(party)) parties.set(party, []);
    parties.get(party)!.push(text.replace(/\)\s+= /, ") = "));
  }
  return [...parties.values()].toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
}

/** Witnesses that make no call of the network: the others' are not in the record, and strace would see them. */
const WITNESSES = ["--witness", "calls,counters"];
/** So it is with links and hand-made peers, and with a packet socket, which is tried before the run: what asks for these is left out. */
const isSurrounded = ({ run: body, needs = [] }: AnyExperiment): boolean =>
  needs.includes("packet") || /^run\([^)]*\b(?:net|peer)\b[^)]*\)/.test(String(body));
const experiments = await Promise.all(study.flatMap(({ topic, experiments: names }) => names.map(async (name) =>
  ((await import(`../../experiments/${topic}/${name}.ts`)) as { default: AnyExperiment }).default)));
const names = experiments.filter((it) => !isSurrounded(it)).map((it) => it.name);
const ASKED = ["-f", "-s", "64", "-qq", "-e", "signal=none"];

test("what is left out is what asks for links, a peer or a packet socket, and not much", () => {
  expect(experiments.filter(isSurrounded).map((it) => it.name)).toEqual(expect.arrayContaining(["listen-queues", "netns-isolation"]));
  expect(names.length).toBeGreaterThan(experiments.length / 2);
});

/** Traces that are not compared word for word: with loops in sum; and of netlink, whose messages strace takes apart where netlab has their bytes. */
const isToldOtherwise = (printed: string): boolean => printed.includes("\n# ") || printed.includes("AF_NETLINK");

/** Whether a run made next to no calls of the network, and no loops: strace, asked for these, has nothing to show. */
const isOfMemory = (history: readonly HistoryEvent[]): boolean => !history.some((it) => it.type === "times")
  && history.filter((it) => it.type === "call" && it.id > 0 && NETWORK.has(it.name)).length <= 2;

describe.skipIf(cannot !== null).each(names)(`%s${cannot === null ? "" : ` (skipped: ${cannot})`}`, (name) => {
  test.skipIf(!isOurs)("prints the network's calls as strace does, and no others", () => {
    const { printed, log } = run(name, ...ASKED, "-e", "trace=network");
    const whole = readStraceLog(log).calls.map(({ pid, name: call, args, result }) => `${pid} ${call}(${args}) = ${result}`).join("\n");
    if (!isToldOtherwise(printed)) expect(byParty(whole)).toEqual(expect.arrayContaining([...byParty(printed)]));
  });
  test("keeps every call as strace saw it, whatever strace is asked for", () => {
    for (const options of [[...ASKED, "-e", "trace=network"], ["-f"]]) {
      const { history, log } = run(name, ...options);
      if (options.includes("trace=network") && isOfMemory(history)) continue;
      const { agrees, differences, calls, of } = confirm(history, log);
      expect({ agrees, differences, calls }).toEqual({ agrees: true, differences: [], calls: of });
      expect(calls).toBeGreaterThan(2);
    }
  });
});
