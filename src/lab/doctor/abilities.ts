/** All abilities, in the order in which they are told, and what is to be said of each on a machine. Pure. */
import { MACHINE_RULES } from "./abilities-machine.ts";
import { NET_RULES } from "./abilities-net.ts";
import { RUN_RULES } from "./abilities-run.ts";
import { SEEN_RULES } from "./abilities-seen.ts";
import type { Ability, Rule } from "./ability.ts";
import type { Findings } from "./findings.ts";
import { placeOf } from "./place.ts";

export const RULES: readonly Rule[] = [...RUN_RULES, ...NET_RULES, ...SEEN_RULES, ...MACHINE_RULES];

/** What is found of each. */
export function abilitiesOf(found: Findings): readonly Ability[] {
  const place = placeOf(found);
  return RULES.map(({ word, name, examine }) => ({ word, name, ...examine(found, place) }));
}
