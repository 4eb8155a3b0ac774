/**
 * What is claimed of differences, on the recorded runs of the experiments that do the job: proven, and refuted
 * as soon as any fact that is cited is bent, in whichever of the runs.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { statement } from "../../experiments/catalogue/notes.ts";
import { jobs } from "../../experiments/jobs/jobs.ts";
import { loadAll } from "../../src/cli/library.ts";
import { isHistory } from "../../src/lab/events.ts";
import { type Side, sided } from "../../src/lab/job.ts";
import { judge, unbent } from "../../src/lab/judge.ts";
import { parseEvents } from "../../src/report/ndjson.ts";
import { frozen } from "../lab/frozen.ts";

const experiments = await loadAll();
const recorded = (name: string, as: string): Side => {
  const text = readFileSync(new URL(`../fixtures/experiments/${name}.ndjson`, import.meta.url), "utf8");
  return frozen(sided(as, parseEvents(text).filter(isHistory)));
};

describe.each(jobs.map((it) => [it.name, it] as const))("%s", (name, job) => {
  const sides = experiments.flatMap((it) => (it.job?.name === name ? [recorded(it.name, it.job.as)] : []));
  const events = sides.flatMap((it) => it.history);
  const said = job.differences.map((it) => [it.says, it] as const);

  test("two experiments do it at least, each by a name of its own", () => {
    const names = sides.map((it) => it.as);
    expect(names.length).toBeGreaterThan(1);
    expect([...new Set(names)]).toEqual(names);
  });

  test("its steps are the scenes, in their order", () => {
    const scenes = events.flatMap((it) => (it.type === "scene" ? [it.id] : []));
    expect(Object.keys(job.steps)).toEqual([...new Set(scenes)]);
  });

  test.each(said)("“%s” is of sides that there are, and cites statements that there are", (_, { between, cites }) => {
    expect(between.filter((it) => !sides.some(({ as }) => as === it))).toEqual([]);
    expect(cites.filter(({ id }) => statement(id) === null)).toEqual([]);
  });

  test.each(said)("“%s” is proven", (_, claim) => {
    expect(judge(claim, events)).toMatchObject({ verdict: "proven", why: null });
  });

  test.each(said)("“%s” is refuted whatever fact of it is bent", (_, claim) => {
    expect(unbent(claim, events)).toEqual([]);
  });

  test.each(said)("“%s”: every side that it speaks of is cited", (_, claim) => {
    const evidence = judge(claim, events).evidence.join("\n");
    expect(claim.between.filter((it) => !evidence.includes(`${it} `))).toEqual([]);
  });
});
