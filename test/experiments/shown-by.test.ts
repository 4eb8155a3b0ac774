/**
 * Which experiments show a call of a strace log (experiments/catalogue/shown-by.ts): made of the recorded runs, by
 * reading their calls as the log that strace would have written of them. After a new recording:
 *
 *     npx vitest run test/experiments/shown-by -u
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { shownBy } from "../../experiments/catalogue/shown-by.ts";
import { study } from "../../experiments/study.ts";
import type { CallEvent, Event } from "../../src/lab/events.ts";
import type { AnyExperiment } from "../../src/lab/experiment.ts";
import { Explainer } from "../../src/lab/explain/explainer.ts";
import { callText } from "../../src/sys/decode.ts";
import { StraceReader } from "../../src/witness/strace-reader.ts";

const path = (of: string): string => fileURLToPath(new URL(`../../${of}`, import.meta.url));
const all = study.flatMap((it) => it.experiments);
const declared = new Map(await Promise.all(study.flatMap(({ topic, experiments }) => experiments.map(async (name) => {
  const { default: it } = (await import(`../../experiments/${topic}/${name}.ts`)) as { default: AnyExperiment };
  return [name, Object.keys(it.paths ?? {})] as const;
}))));
/** Of each topic so many experiments. */
const MOST = 2;

const eventsOf = (name: string): readonly Event[] => {
  const file = path(`test/fixtures/experiments/${name}.ndjson`);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").trim().split("\n").map((it) => JSON.parse(it) as Event);
};

/** The process of a run's main actor; the others share its descriptors, as threads do. */
const MAIN = 100;
/** The topics of a run's calls, in their order, each with the call's number. */
function topicsOf(calls: readonly CallEvent[]): readonly (readonly [id: number, topic: string])[] {
  const actors = [...new Set(calls.map((it) => it.actor))];
  const reader = new StraceReader();
  const explainer = new Explainer();
  const births = actors.slice(1).map((_, i) => `${MAIN} clone(flags=CLONE_FILES) = ${MAIN + 1 + i}\n`).join("");
  for (const entry of reader.push(births)) explainer.take(entry);
  return calls.flatMap((call) => {
    if (call.result === null) return [];
    return [...reader.push(`${MAIN + actors.indexOf(call.actor)} ${callText(call)}\n`)].flatMap((entry) => {
      const { topic, about } = explainer.take(entry);
      return topic === null || about === null ? [] : [[call.id, topic] as const];
    });
  });
}

/** By topic the experiments whose claims cite such a call; those that show its way through the kernel first. */
function collected(): Readonly<Record<string, readonly string[]>> {
  const cited = new Map<string, Set<string>>();
  for (const name of all) {
    const events = eventsOf(name);
    const calls = events.filter((it) => it.type === "call" && it.actor !== "chamber") as readonly CallEvent[];
    const evidence = events.flatMap((it) => (it.type === "finding" && it.verdict === "proven" ? it.evidence : []));
    const ids = new Set(evidence.flatMap((it) => [...it.matchAll(/#(\d+) /g)].map(([, id]) => Number(id))));
    for (const [id, topic] of topicsOf(calls)) {
      if (ids.has(id)) cited.set(topic, (cited.get(topic) ?? new Set<string>()).add(name));
    }
  }
  const rows = [...cited].map(([topic, names]): readonly [string, readonly string[]] => {
    const [, call = "", ...more] = topic.split(" ");
    const citing = [...names];
    const leading = more.length === 0 ? citing.filter((name) => declared.get(name)!.includes(call)) : [];
    return [topic, [...new Set([...leading, ...citing])].slice(0, MOST)];
  });
  return Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function written(rows: typeof shownBy): string {
  const wide = Math.max(...Object.keys(rows).map((it) => it.length)) + 3;
  const lines = Object.entries(rows).map(([topic, list]) =>
    `  ${`"${topic}":`.padEnd(wide)} ${JSON.stringify(list).replaceAll(",", ", ")},`);
  return `/**
 * Which experiments show a call, by the protocol of its socket, the call, and the error that it met: those whose
 * claims cite such a call, those first that show its way through the kernel, in the order of study. Made of the
 * recorded runs by test/experiments/shown-by.test.ts.
 */
export const shownBy: Readonly<Record<string, readonly string[]>> = {
${lines.join("\n")}
};
`;
}

test("it is what the recorded runs show", async () => {
  await expect(written(collected())).toMatchFileSnapshot(path("experiments/catalogue/shown-by.ts"));
});

test("every experiment that it names is one of netlab's", () => {
  expect(Object.values(shownBy).flat().filter((it) => !all.includes(it))).toEqual([]);
});
