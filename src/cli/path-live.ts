/** Ways through the kernel, watched: the experiments that take them are run, and nothing else is shown. */

import { type Has, type PathThen, pathAt } from "../kernel/path-at.ts";
import type { Way } from "../kernel/path-names.ts";
import { type Event, type HistoryEvent, isHistory } from "../lab/events.ts";
import { EXIT } from "../lab/exit-code.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { callOf, type PathSeen, pathSeen } from "../lab/path-seen.ts";
import { type Order, run } from "../lab/run.ts";
import { library, load } from "./library.ts";
import { Said } from "./said.ts";
import { settingsFor } from "./settings.ts";
import type { Shell } from "./shell.ts";

/** The first in the order of study that takes a way, and inside which of its calls: ["sendto"]. */
export interface Taken {
  readonly url: string;
  readonly experiment: AnyExperiment;
  readonly calls: readonly string[];
}
/** In ms. */
const LIMIT = 30_000;

/** By way; those that no experiment takes are not there. */
export async function takenBy(ways: readonly Way[]): Promise<ReadonlyMap<Way, Taken>> {
  const found = new Map<Way, Taken>();
  for (const entry of library) {
    if (ways.every((it) => found.has(it))) break;
    const experiment = await load(entry);
    const paths = Object.entries(experiment.paths ?? {});
    for (const way of ways.filter((it) => !found.has(it))) {
      const calls = paths.filter(([, path]) => path === way.path).map(([key]) => callOf(key));
      if (calls.length > 0) found.set(way, { url: entry.url, experiment, calls });
    }
  }
  return found;
}

/** What was seen of a way. */
export interface Live {
  readonly way: Way;
  readonly path: PathThen;
  readonly seen: PathSeen;
}

/**
 * Each experiment is run once, for all of its ways. `why` is a sentence where nobody can watch. Throws a
 * sentence where an experiment breaks (70).
 */
export async function watched(
  shell: Shell, taken: ReadonlyMap<Way, Taken>, release: string, has: Has,
): Promise<{ readonly lives: readonly Live[]; readonly why: string | null }> {
  if (taken.size === 0) return { lives: [], why: "no experiment takes this way yet" };
  const lives: Live[] = [];
  for (const experiment of new Set([...taken.values()].map((it) => it.experiment))) {
    const own = [...taken].filter(([, it]) => it.experiment === experiment);
    const history = await runOf(shell, own);
    const why = history.find((it) => it.type === "run")?.witnesses.stacks?.why ?? null;
    if (why !== null) return { lives: [], why: `nobody can watch here: ${why}` };
    for (const [way, { calls }] of own) {
      const path = pathAt(way.path, release, has);
      lives.push({ way, path, seen: pathSeen(history, calls, path) });
    }
  }
  return { lives, why: null };
}

async function runOf(
  shell: Shell, own: readonly (readonly [Way, Taken])[],
): Promise<readonly HistoryEvent[]> {
  const { url, experiment } = own[0]![1];
  const declared = Object.entries(experiment.paths ?? {});
  const paths = Object.fromEntries(declared.filter(([, it]) => own.some(([way]) => way.path === it)));
  const history: HistoryEvent[] = [];
  const order: Order = {
    experiment: { ...experiment, claims: [], tracepoints: [], paths },
    url, own: false, settings: settingsFor([experiment], [])[0]!,
    witnesses: ["stacks"], limit: LIMIT, stop: null, chamber: shell.chamber(),
  };
  let broke: string | null = null;
  const event = (it: Event): void => {
    if (it.type === "end") broke = it.broke?.message ?? null;
    else if (isHistory(it)) history.push(it);
  };
  await run(order, { event, print: () => undefined });
  if (broke !== null) throw new Said(EXIT.broke, `${experiment.name} broke: ${broke}`);
  return history;
}
