/**
 * Every experiment's claims on a run that was recorded where all witnesses are able: proven, and refuted as
 * soon as any fact that they cite is bent. So they are judged also where nothing can run.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { study } from "../../experiments/study.ts";
import { isHistory } from "../../src/lab/events.ts";
import type { AnyExperiment } from "../../src/lab/experiment.ts";
import type { Events } from "../../src/lab/fact.ts";
import { judge, unbent } from "../../src/lab/judge.ts";
import { parseEvents } from "../../src/report/ndjson.ts";
import { frozen } from "../lab/frozen.ts";

const experiments = await Promise.all(study.flatMap(({ topic, experiments: names }) => names.map(async (name) => {
  const { default: it } = (await import(`../../experiments/${topic}/${name}.ts`)) as { default: AnyExperiment };
  return [name, it] as const;
})));

/** As record.mjs kept it: where it is not there, `node test/fixtures/experiments/record.mjs NAME` makes it. */
function recorded(name: string): Events {
  const text = readFileSync(new URL(`../fixtures/experiments/${name}.ndjson`, import.meta.url), "utf8");
  return frozen(parseEvents(text).filter(isHistory));
}

describe.each(experiments)("%s", (name, { claims }) => {
  const said = claims.map((it) => [it.says, it] as const);

  test.each(said)("“%s” is proven", (_, claim) => {
    expect(judge(claim, recorded(name))).toMatchObject({ verdict: "proven", why: null });
  });

  test.each(said)("“%s” is refuted whatever fact of it is bent", (_, claim) => {
    expect(unbent(claim, recorded(name))).toEqual([]);
  });
});
