/** The stacks that were seen inside the calls of one name. */
import type { HistoryEvent } from "./events.ts";

/** Function names, outermost first, a list for each tracepoint that was passed in such a call. */
export function stacksInside(
  history: readonly HistoryEvent[], call: string,
): readonly (readonly string[])[] {
  const ids = new Set(history.flatMap((it) => (it.type === "call" && it.name === call ? [it.id] : [])));
  return history.flatMap((it) =>
    (it.type === "stack" && it.inside !== null && ids.has(it.inside) ? [it.frames] : []));
}
