/**
 * Parameters of an experiment: what `--set count=5` may change.
 * Each has a default, a range, and says what it is.
 */
import type { Setting } from "./events.ts";

export interface Whole {
  readonly is: string;
  readonly default: number;
  readonly from: number;
  readonly to: number;
}
export interface Choice {
  readonly is: string;
  readonly default: string;
  readonly among: readonly string[];
}
export type Parameters = Readonly<Record<string, Whole | Choice>>;
/** What run() gets: a number for a whole one, one of the words for a choice. */
export type Settings<P extends Parameters> =
  { readonly [K in keyof P]: P[K] extends Whole ? number : string };

/** A setting that the experiment does not have, or a value it does not take. */
export class WrongSetting extends Error {
  override readonly name = "WrongSetting";
}

/** The defaults, changed by `given` (name → text). Throws WrongSetting with what would be right. */
export function settingsOf(
  parameters: Parameters, given: Readonly<Record<string, string>>,
): Readonly<Record<string, Setting>> {
  const known = Object.keys(parameters);
  for (const name of Object.keys(given)) {
    const others = known.length === 0 ? "this experiment has none" : `it has ${known.join(", ")}`;
    if (!known.includes(name)) throw new WrongSetting(`there is no parameter ${name}: ${others}`);
  }
  return Object.fromEntries(Object.entries(parameters).map(([name, it]) => {
    const text = given[name];
    return [name, text === undefined ? it.default : parse(name, it, text)];
  }));
}

function parse(name: string, it: Whole | Choice, text: string): Setting {
  if ("among" in it) {
    if (it.among.includes(text)) return text;
    throw new WrongSetting(`${name} is one of ${it.among.join(", ")}, not ${JSON.stringify(text)}`);
  }
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= it.from && value <= it.to) return value;
  const wanted = `a whole number from ${it.from} to ${it.to} (${it.is})`;
  throw new WrongSetting(`${name} is ${wanted}, not ${JSON.stringify(text)}`);
}
