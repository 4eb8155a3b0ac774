/** The paths of the calls that a run made, as its kernel has them, with what was seen of them. */
import type { KernelPath } from "../kernel/path.ts";
import { pathAt } from "../kernel/path-at.ts";
import { nameOf } from "../kernel/path-names.ts";
import { LOOKED_AT } from "../kernel/release.ts";
import { sourceName } from "../kernel/source-name.ts";
import type { HistoryEvent, RunEvent } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { CHAMBER } from "../lab/history.ts";
import { callOf, pathSeen, wayOf } from "../lab/path-seen.ts";
import type { Walk } from "./path-lines.ts";

/** `kept`: the calls and stacks of the run. Which of two names a function has there, its stacks tell. */
export function walksOf(
  paths: NonNullable<AnyExperiment["paths"]>, run: RunEvent | null, kept: readonly HistoryEvent[],
  prototypes: Walk["prototypes"],
): readonly Walk[] {
  const made = new Set(kept.flatMap((it) => (it.type === "call" && it.actor !== CHAMBER ? [it.name] : [])));
  const frames = new Set(kept.flatMap((it) => (it.type === "stack" ? it.frames.map(sourceName) : [])));
  const isWatched = run?.witnesses.stacks?.able === true;
  return Object.entries(paths as Readonly<Record<string, KernelPath>>)
    .filter(([key]) => made.has(callOf(key)))
    .map(([key, declared]) => {
      const has = (fn: string): boolean | null => frames.has(fn) || null;
      const path = pathAt(declared, run?.machine.kernel ?? LOOKED_AT.newest, has);
      const seen = isWatched ? pathSeen(kept, [callOf(key)], path) : null;
      return { way: wayOf(key), inside: callOf(key), name: nameOf(declared), path, seen, prototypes };
    });
}
