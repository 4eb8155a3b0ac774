/** `--set name=value`, for one experiment or for several: each takes those that it has. */
import type { Setting } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { settingsOf, WrongSetting } from "../lab/setting.ts";
import { wrongUsage } from "./said.ts";
import { didYouMean } from "./suggest.ts";

/**
 * The settings of each experiment.
 * Throws a sentence (64) for what none of them has, and for a value that one does not take.
 */
export function settingsFor(
  experiments: readonly AnyExperiment[], set: readonly string[],
): readonly Readonly<Record<string, Setting>>[] {
  const given = set.map(pair);
  const names = [...new Set(experiments.flatMap((it) => Object.keys(it.parameters ?? {})))];
  const nobodys = given.find(([name]) => !names.includes(name));
  if (nobodys !== undefined) {
    throw wrongUsage(`--set ${nobodys.join("=")}: ${nobody(nobodys[0], names, experiments)}`);
  }
  return experiments.map((it) => ofOne(it, given));
}

function pair(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw wrongUsage(`--set takes name=value, not ${JSON.stringify(text)}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function nobody(name: string, names: readonly string[], experiments: readonly AnyExperiment[]): string {
  const who = experiments.length === 1 ? experiments[0]!.name : "these experiments";
  if (names.length === 0) return `${who} ${experiments.length === 1 ? "has" : "have"} no parameters`;
  const instead = didYouMean(name, names) || `, only ${names.join(", ")}`;
  return `${who} ${experiments.length === 1 ? "has" : "have"} no parameter ${JSON.stringify(name)}${instead}`;
}

function ofOne(
  { name, parameters = {} }: AnyExperiment, given: readonly (readonly [string, string])[],
): Readonly<Record<string, Setting>> {
  try {
    return settingsOf(parameters, Object.fromEntries(given.filter(([key]) => key in parameters)));
  } catch (error) {
    if (error instanceof WrongSetting) throw wrongUsage(`${name}: ${error.message}`);
    throw error;
  }
}
