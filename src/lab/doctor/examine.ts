/** What can be observed on a machine and what cannot, and how many claims that touches. */
import type { AnyExperiment } from "../experiment.ts";
import { abilitiesOf, RULES } from "./abilities.ts";
import type { Ability } from "./ability.ts";
import type { Findings } from "./findings.ts";
import { lackingIn, type Unable, whyNot } from "./lacking.ts";
import { aboutPlace, placeOf } from "./place.ts";
import { privileged } from "./remedies.ts";
import { type Standing, type Sum, standings, sumOf } from "./standing.ts";

/** What goes without an ability: experiments do not run, claims are open, claims have one witness. */
export interface Loss {
  readonly cannot: number;
  readonly open: number;
  readonly alone: number;
}
/** An ability, and what goes without it where all others are there. */
export interface Without extends Ability {
  readonly without: Loss;
  /** Each experiment that loses by it. */
  readonly losing: readonly (Loss & { readonly experiment: string })[];
}
export interface Examination {
  /** What kind of machine it is, in words; nothing of an ordinary one. */
  readonly place: readonly string[];
  readonly abilities: readonly Without[];
  /** Experiments and claims as they stand here. */
  readonly here: Sum;
  readonly unable: readonly Unable[];
  /** What would give a container all that it lacks; null where nothing is lacking, or where there is none. */
  readonly atOnce: string | null;
}

const lossOf = (full: Standing, it: Standing): Loss => ({
  cannot: it.cannot && !full.cannot ? 1 : 0, open: full.judged - it.judged, alone: it.alone,
});

/** Judges findings. Pure. */
export function examined(experiments: readonly AnyExperiment[], found: Findings): Examination {
  const { release } = found;
  const lacking = lackingIn(found);
  const full = standings(experiments, new Set(), release);
  const abilities = abilitiesOf(found).map((it, i): Without => {
    const without = standings(experiments, new Set(RULES[i]!.takes(found)), release);
    const losses = without.map((one, n) => ({ experiment: one.experiment, ...lossOf(full[n]!, one) }));
    const total = (of: keyof Loss): number => losses.reduce((sum, one) => sum + one[of], 0);
    return {
      ...it, without: { cannot: total("cannot"), open: total("open"), alone: total("alone") },
      losing: losses.filter((one) => one.cannot + one.open + one.alone > 0),
    };
  });
  const unable = experiments.flatMap((it): readonly Unable[] => {
    const why = whyNot(it, found, lacking);
    return why === null ? [] : [{ experiment: it.name, why }];
  });
  const here = standings(experiments, new Set(lacking.keys()), release);
  const place = placeOf(found);
  const lost = abilities.some((it) => it.able === false && it.remedy !== null);
  return {
    place: aboutPlace(place), abilities, here: sumOf(here), unable, atOnce: lost ? privileged(place) : null,
  };
}
