/** A job: what several experiments do, each in its own way, and what is claimed of the difference. */
import type { Claim } from "./claim.ts";
import type { Difference } from "./difference.ts";
import type { Events } from "./fact.ts";
import type { Finding } from "./judge.ts";

export interface Job {
  /** By which experiments name it. */
  readonly name: string;
  /** What is to be done, one sentence. */
  readonly asks: string;
  /** What happens in each scene, whichever way it is done, by the scene's id. */
  readonly steps: Readonly<Record<string, string>>;
  readonly differences: readonly Difference[];
}

/** Declares a job; checked here: that no difference is said twice. */
export function job(it: Job): Job {
  const said = it.differences.map((each) => each.says);
  const twice = said.find((says, i) => said.indexOf(says) !== i);
  if (twice !== undefined) throw new TypeError(`${it.name} claims twice: ${JSON.stringify(twice)}`);
  return it;
}

/** One run of a comparison: by what name it is compared, and what happened, each event with that name. */
export interface Side {
  readonly as: string;
  readonly history: Events;
}

/** A run's events, each with the side that they belong to. */
export const sided = (as: string, history: Events): Side =>
  ({ as, history: history.map((it) => ({ ...it, side: as })) });

/** The verdicts on those differences of a job that speak of these sides alone, as `verdict` gives them. */
export function differences(
  { differences: all }: Job, sides: readonly Side[], verdict: (claim: Claim, events: Events) => Finding,
): readonly Finding[] {
  const compared = sides.map((it) => it.as);
  const events = sides.flatMap((it) => it.history);
  return all
    .filter(({ between }) => between.every((it) => compared.includes(it)))
    .map((it) => verdict(it, events));
}
