/** What of a run is compared: its calls, its scenes, what its witnesses could see. */
import type { CallEvent, HistoryEvent, WitnessState } from "../lab/events.ts";
import type { Events } from "../lab/fact.ts";
import { CHAMBER, OPENING } from "../lab/history.ts";

/** The calls that the experiment made, one by one. */
export const callsOf = (history: Events): readonly CallEvent[] =>
  history.filter((it): it is CallEvent => it.type === "call" && it.actor !== CHAMBER);

/** Scene by scene, the one before the first included. */
export function inScenes(events: Events): readonly (readonly [string, readonly HistoryEvent[]])[] {
  const found = new Map<string, HistoryEvent[]>([[OPENING, []]]);
  let scene = OPENING;
  for (const it of events) {
    if (it.type === "scene") scene = it.id;
    if (!found.has(scene)) found.set(scene, []);
    found.get(scene)!.push(it);
  }
  return [...found];
}

/** What a witness of a run could do. */
export function witnessOf(history: Events, name: string): WitnessState {
  const run = history.find((it) => it.type === "run");
  return run?.witnesses[name] ?? { able: false, why: "it did not watch this run" };
}
