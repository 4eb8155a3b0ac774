/** From the names on a command line to experiments: netlab's own by name, a person's by path. */
import type { AnyExperiment } from "../lab/experiment.ts";
import { entryOf, library, load } from "./library.ts";
import { isPath, ownExperiment } from "./own-file.ts";
import { type Said, wrongUsage } from "./said.ts";
import { didYouMean } from "./suggest.ts";

export interface Target {
  readonly experiment: AnyExperiment;
  /** Its module. */
  readonly url: string;
  /** The path of a person's own file as it was given; null for one of netlab's. */
  readonly own: string | null;
  /** Where its source can be read. */
  readonly source: URL;
}

/** One experiment. Throws a sentence where there is none of that name (64), or a file does not load. */
export async function target(name: string): Promise<Target> {
  if (isPath(name)) {
    const { experiment, url } = await ownExperiment(name);
    return { experiment, url, own: name, source: new URL(url) };
  }
  const entry = entryOf(name);
  if (entry === null) throw unknownExperiment(name);
  return { experiment: await load(entry), url: entry.url, own: null, source: entry.source };
}

/** Several, in the order of the names; all of netlab's in the order of study. */
export async function targets(names: readonly string[], all: boolean): Promise<readonly Target[]> {
  if (all && names.length > 0) throw wrongUsage("--all is every experiment: give it, or names, not both");
  if (!all && names.length === 0) {
    throw wrongUsage("which experiment? netlab list tells which there are, --all runs them all");
  }
  const wanted = all ? library.map((it) => it.name) : names;
  const found: Target[] = [];
  for (const name of wanted) found.push(await target(name));
  return found;
}

function unknownExperiment(name: string): Said {
  const near = didYouMean(name, library.map((it) => it.name));
  const instead = near === "" ? ": netlab list tells which there are" : near;
  return wrongUsage(`there is no experiment ${JSON.stringify(name)}${instead}`);
}
