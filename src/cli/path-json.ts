/** A path as one JSON object: its tree, its names, and what was seen of it. */
import { callerOf } from "../kernel/path.ts";
import type { PathThen } from "../kernel/path-at.ts";
import type { Way } from "../kernel/path-names.ts";
import type { PathSeen } from "../lab/path-seen.ts";
import type { Taken } from "./path-live.ts";

/** All that is known of a way. */
export interface Told {
  readonly way: Way;
  /** As the kernel that is meant has it. */
  readonly path: PathThen;
  /** Null where no experiment takes it, or nobody asked. */
  readonly taken: Taken | null;
  /** Null where nobody watched. */
  readonly seen: PathSeen | null;
}

/**
 * `kernel`: its release; `experiment`: the first in the study that takes it, inside its calls of `inside`;
 * `steps`: with the place of its `caller` among them, and `seen`: the tracepoint at which it first was, the
 * call's number, and how many ns after that call entered, with tracing on; `shown`: the call that shows most,
 * and how long it took; `why`: why nobody could watch.
 */
export function plain({ way, path, taken, seen }: Told, kernel: string, why: string | null): object {
  const { name, group, call } = way;
  const most = seen?.shown?.call ?? null;
  const took = most === null || most.exit === null ? null : most.exit - most.enter;
  return {
    name, group, call, to: path.to, kernel, at: path.at,
    experiment: taken?.experiment.name ?? null,
    inside: taken?.calls ?? null,
    watched: seen !== null, why,
    steps: path.steps.map((it, i) => {
      const caller = callerOf(path.steps, i);
      return { ...it, caller: caller < 0 ? null : caller, seen: seen?.steps.get(it) ?? null };
    }),
    shown: most === null ? null : { call: most.id, name: most.name, took },
  };
}
