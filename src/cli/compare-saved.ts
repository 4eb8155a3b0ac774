/** `netlab compare` of files: what two saved runs of one experiment differ in, or saved runs of one job. */
import { basename } from "node:path";
import type { Event, RunEvent } from "../lab/events.ts";
import { EXIT } from "../lab/exit-code.ts";
import { runDifferences } from "../lab/run-differences.ts";
import { callsOf } from "../report/compare-events.ts";
import { runDifferencesText } from "../report/run-difference-lines.ts";
import { type Telling, tellComparison } from "./compared.ts";
import { jobNamed } from "./contenders.ts";
import { judgedAgain } from "./judge.ts";
import { builtIn } from "./library.ts";
import { type Said, wrongUsage } from "./said.ts";
import { nameOf, type SavedRun, savedRuns } from "./saved-runs.ts";

/** A name that is meant as a saved run. */
export const isSaved = (name: string): boolean =>
  name === "-" || /\.(nd)?jsonl?$/.test(name) || (name.includes("/") && !/\.[mc]?[jt]s$/.test(name));

/** A run, and the file that it is from. */
interface Filed extends SavedRun {
  readonly file: string;
}

/**
 * `given`: options that were said and that no saved run can follow; `save`: the file that `telling` empties,
 * which must not be for what is refused. Throws a sentence (64) for what cannot be compared.
 */
export async function compareSaved(
  names: readonly string[], given: readonly string[], save: string | undefined, telling: () => Telling,
): Promise<number> {
  const stranger = names.find((it) => !isSaved(it));
  if (stranger !== undefined) {
    throw wrongUsage(`${stranger} is no saved run, and others are: compare one kind with its own`);
  }
  if (given.length > 0) throw wrongUsage(`${given[0]} is for experiments that are run, not for saved runs`);
  if (names.filter((it) => it === "-").length > 1) throw wrongUsage("standard input can be read only once");
  const runs: Filed[] = [];
  for (const file of names) runs.push(...(await savedRuns(file)).map((it) => ({ ...it, file })));
  const broken = runs.find(({ broke }) => broke !== null);
  if (broken !== undefined) {
    throw wrongUsage(`${nameOf(broken.file)}: the run of ${broken.name} did not come to its end: `
      + broken.broke!.message);
  }
  const experiments = [...new Set(runs.map((it) => it.name))];
  if (runs.length === 2 && experiments.length === 1) {
    if (save !== undefined) throw wrongUsage("--save keeps runs, and these are saved already");
    return await twoRuns(runs[0]!, runs[1]!, telling());
  }
  return await oneJob(runs, telling);
}

/**
 * Runs of one job, each by another experiment: they are told as if they had just been made. Throws a sentence
 * (64) where they are not.
 */
export async function oneJob(runs: readonly Filed[], telling: () => Telling): Promise<number> {
  const told = await Promise.all(runs.map(async ({ name, history, findings }) => {
    const experiment = await builtIn(name);
    const own = findings.map((it): Event => ({ type: "finding", experiment: name, t: 0, ...it }));
    return { as: history[0]?.side ?? experiment?.job?.as ?? null, experiment, events: [...history, ...own] };
  }));
  const sides = told.flatMap(({ as, ...rest }) => (as === null ? [] : [{ as, ...rest }]));
  const names = [...new Set(told.flatMap(({ experiment }) => experiment?.job?.name ?? []))];
  const distinct = new Set(sides.map((it) => it.as)).size === runs.length;
  const [job] = names;
  if (runs.length < 2 || names.length !== 1 || job === undefined || !distinct) throw incomparable(runs);
  const to = telling();
  const exit = tellComparison(jobNamed(job), sides, to);
  await to.kept?.flush();
  return exit;
}

function incomparable(runs: readonly Filed[]): Said {
  const what = runs.map(({ file, name }) => `${nameOf(file)} is of ${name}`).join(", ");
  return wrongUsage(`${what}: compare takes two runs of one experiment, or runs of one job`);
}

/** 0 where they differ in nothing, else 1. */
async function twoRuns(
  first: Filed, second: Filed, { shell, format, style }: Telling,
): Promise<number> {
  if (format === "mermaid") throw wrongUsage("--format mermaid draws a job, not two runs of one experiment");
  const judged = await Promise.all([first, second].map(async (it) =>
    ({ history: it.history, findings: await judgedAgain(it) })));
  const [a, b] = [judged[0]!, judged[1]!];
  const differences = runDifferences(a, b);
  const exit = differences.length === 0 ? EXIT.proven : EXIT.refuted;
  if (format === "json") {
    const files = [first.file, second.file];
    shell.out.write(`${JSON.stringify({ experiment: first.name, files, differences, exit })}\n`);
    return exit;
  }
  shell.out.write(runDifferencesText({
    names: shortNames(first.file, second.file), runs: [runOf(first), runOf(second)], differences,
    calls: Math.max(...judged.map((it) => callsOf(it.history).length)), claims: a.findings.length,
  }, style));
  return exit;
}

const runOf = ({ history }: SavedRun): RunEvent => history.find((it) => it.type === "run")!;

/** Without their folders, where that tells them apart. */
function shortNames(first: string, second: string): readonly [string, string] {
  const short = [first, second].map((it) => basename(nameOf(it))) as [string, string];
  return short[0] === short[1] ? [nameOf(first), nameOf(second)] : short;
}
