/**
 * Which witnesses each claim needs, as netlab doctor counts them: found by judging the recorded runs without one
 * witness after the other, and kept in the source, for the recordings are not in the package. After a change of
 * claims: `npx vitest run test/lab/claim-witnesses.test.ts -u`, once the run is recorded.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { study } from "../../experiments/study.ts";
import type { Claim } from "../../src/lab/claim.ts";
import { type HistoryEvent, isHistory } from "../../src/lab/events.ts";
import type { AnyExperiment } from "../../src/lab/experiment.ts";
import type { Events } from "../../src/lab/fact.ts";
import { judge } from "../../src/lab/judge.ts";
import { WITNESSES } from "../../src/lab/run.ts";
import { parseEvents } from "../../src/report/ndjson.ts";

const recorded = (name: string): Events =>
  parseEvents(readFileSync(new URL(`../fixtures/experiments/${name}.ndjson`, import.meta.url), "utf8")).filter(isHistory);

type Witness = typeof WITNESSES[number];
/** The run with these witnesses not able, and, of stacks, with this tracepoint not watched. */
const without = (events: Events, unable: readonly Witness[], unwatched?: string): Events => events.map((it): HistoryEvent => {
  if (it.type !== "run") return it;
  const { stacks } = it.witnesses;
  const watching = stacks?.watching?.filter((name) => name !== unwatched);
  return { ...it, witnesses: {
    ...it.witnesses,
    ...(watching === undefined ? {} : { stacks: { ...stacks!, watching } }),
    ...Object.fromEntries(unable.map((name) => [name, { able: false, why: "it is left out" }])),
  } };
});

/** Sets of witnesses, the smaller ones first. */
const SETS = Array.from({ length: 2 ** WITNESSES.length }, (_, bits) => WITNESSES.filter((_, i) => (bits & 2 ** i) !== 0))
  .filter((it) => it.length > 0).sort((a, b) => a.length - b.length);

/** One claim's words: `wire`, without which it is unknown; `wire|state`, of which it needs one; `+wire`, its second witness. */
function wordsOf(claim: Claim, events: Events): string {
  const cuts: (readonly string[])[] = [];
  for (const set of SETS) {
    if (cuts.some((cut) => cut.every((it) => (set as readonly string[]).includes(it)))) continue;
    if (judge(claim, without(events, set)).verdict === "unknown") cuts.push(set);
  }
  const run = events.find((it) => it.type === "run")!;
  const watched = (run.witnesses.stacks?.watching ?? []).map((name) => [name, judge(claim, without(events, [], name))] as const);
  const points = watched.filter(([, { verdict }]) => verdict === "unknown").map(([name]) => name);
  const seconds = WITNESSES.filter((it) => !cuts.some((cut) => cut.length === 1 && cut[0] === it))
    .filter((it) => judge(claim, without(events, [it])).why !== null);
  const secondPoints = watched.filter(([, { verdict, why }]) => verdict === "proven" && why !== null).map(([name]) => name);
  return [...cuts.map((it) => it.join("|")), ...points, ...seconds.map((it) => `+${it}`), ...secondPoints.map((it) => `+${it}`)].join(" ");
}

/** What a few claims need beside witnesses, by their place; test/doctor/ holds it against runs by an ordinary user. */
const BESIDE: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  "page-faults":  { 3: "+SYS_ADMIN" }, // /proc/self/pagemap hides the frames from all others
  "tcp-syscalls": { 2: "tracefs" },    // the experiment reads there itself
  "bind-errors":  { 6: "uids" },       // a user namespace such as a run's has but one user
};

const experiments = await Promise.all(study.flatMap(({ topic, experiments: names }) => names.map(async (name) =>
  ((await import(`../../experiments/${topic}/${name}.ts`)) as { default: AnyExperiment }).default)));

test("the source says what judging the recorded runs says", async () => {
  const rows = experiments.map(({ name, claims }) => {
    const events = recorded(name);
    return `  "${name}": [${claims.map((it, i) => JSON.stringify([wordsOf(it, events), BESIDE[name]?.[i] ?? ""].join(" ").trim())).join(", ")}],\n`;
  });
  await expect(HEAD + rows.join("") + WIRES).toMatchFileSnapshot("../../src/lab/doctor/claim-witnesses.ts");
});
const saying = (what: RegExp): string => JSON.stringify(study.flatMap(({ topic, experiments: names }) => names.filter((name) =>
  what.test(readFileSync(new URL(`../../experiments/${topic}/${name}.ts`, import.meta.url), "utf8"))))).replaceAll(",", ", ");
const WIRES = `};

/** Experiments that build a wire: they take veth pairs, where a hand-made peer alone can do without. */
export const WITH_WIRES: readonly string[] = ${saying(/\bnet\.wire\(/)};

/** Experiments that set sysctls of their namespace while they run, whether they pin some or not. */
export const SETS_SYSCTLS: readonly string[] = ${saying(/^ +sysctl\(/m)};
`;
const HEAD = `/**
 * Which witnesses the claims of each experiment need, in their order: \`wire\`, or a tracepoint by its name,
 * without which a claim is unknown; \`wire|state\`, of which one is enough; \`+wire\`, a second witness. Made by
 * judging the recorded runs without one witness after the other: test/lab/claim-witnesses.test.ts, with -u.
 */

/** By the experiment's name; an empty word: the calls alone are enough. */
export const CLAIM_WITNESSES: Readonly<Record<string, readonly string[]>> = {
`;
