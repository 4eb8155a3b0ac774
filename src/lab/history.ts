/**
 * A run as claims see it: events in order, cut into scenes.
 * Plain, frozen, the same from a kernel and from a file.
 */
import type { CallEvent, CounterEvent, HistoryEvent, LookEvent, RunEvent, TimesEvent } from "./events.ts";
import { type Events, NotInHistory, sideOf } from "./fact.ts";

/** The scene before the first `scene(…)`. */
export const OPENING = "opening";
/** The actor whose calls make the chamber, before the experiment and besides it. */
export const CHAMBER = "chamber";

export class History {
  readonly events: Events;
  readonly #scenes = new Map<string, HistoryEvent[]>();

  constructor(events: Events) {
    this.events = events;
    let scene = OPENING;
    this.#scenes.set(scene, []);
    for (const event of events) {
      if (event.type === "scene") {
        scene = event.id;
        if (!this.#scenes.has(scene)) this.#scenes.set(scene, []);
      } else this.#scenes.get(scene)!.push(event);
    }
  }

  /** Before what was seen in it: "tcp ", where it is one of several that are compared. */
  get side(): string {
    return sideOf(this.events[0]);
  }

  get run(): RunEvent {
    const run = this.events.find((it) => it.type === "run");
    if (run === undefined) throw new NotInHistory("the history has no run event");
    return run;
  }

  /** The events of one scene. Throws NotInHistory where there is no such scene. */
  scene(id: string): Events {
    const events = this.#scenes.get(id);
    if (events === undefined) throw new NotInHistory(`the history has no scene “${id}”`);
    return events;
  }

  /** The index behind the last event of a scene. */
  endOf(id: string): number {
    const last = this.scene(id).at(-1);
    const at = last === undefined
      ? this.events.findLastIndex((it) => it.type === "scene" && it.id === id)
      : this.events.indexOf(last);
    return at + 1;
  }

  /**
   * The calls of one scene by name, made by one actor: `main` unless it is said.
   * In the order they entered the kernel.
   */
  calls(scene: string, name: string, actor: string): readonly CallEvent[] {
    return this.scene(scene)
      .filter((it): it is CallEvent => it.type === "call" && it.name === name && it.actor === actor);
  }

  looks(scene: string, name: string | null): readonly LookEvent[] {
    return this.scene(scene)
      .filter((it): it is LookEvent => it.type === "look" && (name === null || it.name === name));
  }

  times(scene: string, actor: string): readonly TimesEvent[] {
    return this.scene(scene).filter((it): it is TimesEvent => it.type === "times" && it.actor === actor);
  }

  /**
   * The counter events: the first has all of them at the run's begin, the others what changed, a scene each.
   */
  counters(): readonly CounterEvent[] {
    return this.events.filter((it) => it.type === "counter");
  }

  /** Throws NotInHistory with the witness's own reason where it was not able. */
  needs(witness: string): void {
    const state = this.run.witnesses[witness];
    if (state === undefined) throw new NotInHistory(`${witness} did not watch this run`);
    const why = state.why ?? "it does not say why";
    if (!state.able) throw new NotInHistory(`${witness} is not able here: ${why}`);
  }

  /**
   * The same, and throws also where the witness could not keep all that it saw, or only counted it, in a
   * times(…) among these events: what it did not tell proves nothing then.
   */
  needsAll(witness: "wire" | "stacks", among: Events = []): void {
    this.needs(witness);
    const lost = this.events.some((it) => it.type === "lost" && it.witness === witness);
    if (lost) throw new NotInHistory(`${witness} could not keep all that it saw`);
    const sum = among
      .find((it): it is TimesEvent => it.type === "times" && (it[PASSED[witness]] ?? 0) > 0);
    if (sum !== undefined) throw new NotInHistory(`${witness} only counted what passed in “${sum.label}”`);
  }
}

/** Where a `times` says how much passed meanwhile. */
const PASSED = { wire: "packets", stacks: "stacks" } as const;
