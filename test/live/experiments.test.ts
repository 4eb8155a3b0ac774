/**
 * Every experiment on the live kernel: proven, and refuted as soon as any fact that it cites is bent. Where a
 * witness is not able, what rests on it may be unknown.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { statement } from "../../experiments/catalogue/notes.ts";
import { study } from "../../experiments/study.ts";
import { type EndEvent, type Event, isHistory, type RunEvent } from "../../src/lab/events.ts";
import type { AnyExperiment } from "../../src/lab/experiment.ts";
import { judge, unbent } from "../../src/lab/judge.ts";
import { counterReader } from "../../src/witness/counter-text.ts";
import { parseCounters } from "../../src/witness/counters.ts";

const cannot = process.platform !== "linux"
  ? "experiments need Linux"
  : existsSync("dist/main.cjs") ? null : "dist/ is not built";
const skipped = cannot === null ? "" : ` (skipped: ${cannot})`;
const command = (name: string): readonly string[] =>
  ["bin/netlab.cjs", "run", name, "--json", "--accept-unknown"];
const events = (name: string): readonly Event[] =>
  spawnSync(process.execPath, command(name), { encoding: "utf8" })
    .stdout.trim().split("\n").map((line) => JSON.parse(line) as Event);

/**
 * Why a claim may be unknown here: a witness is not able, or a call of the run's is not for everybody. A user namespace has one
 * user: another's number is EINVAL there.
 */
const NOT_HERE = / is not able here: |: #\d+ (\w+ failed with E(ACCES|PERM)|setresuid failed with EINVAL)$/;
const names = study.flatMap(({ topic, experiments }) => experiments.map((name) => ({ topic, name })));

describe.each(names)("$name", ({ topic, name }) => {
  const load = async (): Promise<AnyExperiment> =>
    ((await import(`../../experiments/${topic}/${name}.ts`)) as { default: AnyExperiment }).default;

  test("its file says its name, and it cites statements that exist, each in one way", async () => {
    const it = await load();
    expect(it.name).toBe(name);
    for (const claim of it.claims) {
      expect(claim.cites.filter(({ id }) => statement(id) === null), claim.says).toEqual([]);
      expect(new Set(claim.cites.map(({ id }) => id)).size, claim.says).toBe(claim.cites.length);
    }
  });

  const says = `every claim is proven${skipped}, and refuted when a fact of it is bent`;
  test.skipIf(cannot !== null)(says, async ({ skip }) => {
    const seen = events(name);
    const end = seen.at(-1) as EndEvent;
    skip(end.broke?.how === "cannot", end.broke?.message);
    expect(end).toMatchObject({ type: "end", broke: null, refuted: 0 });
    const history = seen.filter(isHistory);
    const { witnesses } = history.find((it) => it.type === "run") as RunEvent;
    const allAble = Object.values(witnesses).every((it) => it.able) && process.getuid?.() === 0;
    for (const claim of (await load()).claims) {
      const finding = judge(claim, history);
      if (allAble) expect(finding, claim.says).toMatchObject({ verdict: "proven", why: null });
      else if (finding.verdict !== "proven") expect(finding.why, claim.says).toMatch(NOT_HERE);
      if (finding.verdict === "proven") expect(unbent(claim, history), claim.says).toEqual([]);
    }
  });
});

test.skipIf(cannot !== null)(`the counters are all read${skipped}`, () => {
  const counters = parseCounters(counterReader()());
  expect(Object.keys(counters)).toEqual(expect.arrayContaining([
    "Udp.InDatagrams", "Tcp.PassiveOpens", "TcpExt.ListenOverflows", "sockstat.TCP.inuse",
  ]));
  expect(Object.entries(counters).filter(([, value]) => !Number.isSafeInteger(value))).toEqual([]);
});
