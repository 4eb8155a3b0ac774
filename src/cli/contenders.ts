/** From the names on a command line to the experiments that are to be compared: they do the same job. */
import { jobs } from "../../experiments/jobs/jobs.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { type Job, job } from "../lab/job.ts";
import { library, load } from "./library.ts";
import { isPath } from "./own-file.ts";
import { type Said, wrongUsage } from "./said.ts";
import { didYouMean } from "./suggest.ts";
import { type Target, target } from "./targets.ts";

/** Who does a job, by which name. */
export interface Contender extends Target {
  readonly as: string;
}
export interface Contest {
  readonly job: Job;
  readonly contenders: readonly Contender[];
}

/** The job of that name. One that only a person's own experiments do has nothing claimed of it. */
export const jobNamed = (name: string): Job =>
  jobs.find((it) => it.name === name) ?? job({ name, asks: name, steps: {}, differences: [] });

/** An experiment that does a job, and its name. */
interface Candidate {
  readonly experiment: AnyExperiment;
  readonly job: NonNullable<AnyExperiment["job"]>;
}
/** Those of the library. */
export async function candidates(): Promise<readonly Candidate[]> {
  const all = await Promise.all(library.map(load));
  return all.flatMap((experiment) =>
    (experiment.job === undefined ? [] : [{ experiment, job: experiment.job }]));
}

/** Throws a sentence (64) for names that there are not, and for those that do not do the same job. */
export async function contest(names: readonly string[]): Promise<Contest> {
  const known = await candidates();
  const meant: (readonly Candidate[])[] = [];
  for (const name of names) meant.push(await candidatesOf(name, known));
  const common = meant[0]!.map((it) => it.job.name)
    .find((one) => meant.every((some) => some.some((it) => it.job.name === one)));
  if (common === undefined) throw wrongUsage(`${quarrel(names, meant)}: ${comparable(known)}`);
  const chosen = meant.map((some) => some.find((it) => it.job.name === common)!);
  const twice = chosen.find((it, i) => chosen.findIndex((other) => other.job.as === it.job.as) < i);
  if (twice !== undefined) throw wrongUsage(`${twice.job.as} is named twice: ${comparable(known)}`);
  if (chosen.length < 2) {
    throw wrongUsage(`${names[0]} alone is no comparison: ${comparable(known)}`);
  }
  const contenders: Contender[] = [];
  for (const [i, { experiment, job: { as } }] of chosen.entries()) {
    const name = isPath(names[i]!) ? names[i]! : experiment.name;
    contenders.push({ ...await target(name), as });
  }
  return { job: jobNamed(common), contenders };
}

/** Of a word among a job's, of an experiment's name, of a person's own file. */
async function candidatesOf(name: string, known: readonly Candidate[]): Promise<readonly Candidate[]> {
  if (isPath(name) || library.some((it) => it.name === name)) {
    const { experiment } = await target(name);
    if (experiment.job !== undefined) return [{ experiment, job: experiment.job }];
    throw wrongUsage(`${name} declares no job, so it cannot be compared: ${comparable(known)}`);
  }
  const found = known.filter((it) => it.job.as === name);
  if (found.length === 0) throw unknown(name, known);
  return found;
}

function unknown(name: string, known: readonly Candidate[]): Said {
  const all = known.flatMap((it) => [it.job.as, it.experiment.name]);
  const near = didYouMean(name, all);
  const instead = near === "" ? `: ${comparable(known)}` : near;
  return wrongUsage(`${JSON.stringify(name)} cannot be compared${instead}`);
}

const quarrel = (names: readonly string[], meant: readonly (readonly Candidate[])[]): string =>
  names.map((it, i) => `${it} does “${meant[i]![0]!.job.name}”`).join(", ");

/** `the same job is done by udp tcp unix, and by sendto sendmmsg` */
const comparable = (known: readonly Candidate[]): string => {
  const names = [...new Set(known.map((it) => it.job.name))];
  const groups = names.map((name) =>
    known.filter((it) => it.job.name === name).map((it) => it.job.as).join(" "));
  return `the same job is done by ${groups.join(", and by ")}`;
};
