/** The calls of a history, thread by thread, as strace would see them. */
import type { Call } from "../sys/decode.ts";
import type { HistoryEvent } from "./events.ts";

/** The chamber's own calls are made on the main thread. */
const threadOf = (actor: string): string => (actor === "chamber" ? "main" : actor);

/** One of the experiment's calls, and not of the chamber's. */
export const isOwn = ({ id }: Call): boolean => id > 0;

/** What one thread of a run did. */
export class Thread {
  readonly actor: string;
  /** Those that were recorded singly, in the order in which they entered the kernel. */
  readonly calls: readonly Call[];
  /** How many more there were of a name, recorded in sum only. */
  readonly between: ReadonlyMap<string, number>;

  constructor(actor: string, calls: readonly Call[], between: ReadonlyMap<string, number>) {
    this.actor = actor;
    this.calls = calls.toSorted((a, b) => a.enter - b.enter);
    this.between = between;
  }

  /** How many calls the experiment made here: those of the chamber have no number of their own. */
  get total(): number {
    return [...this.between.values()].reduce((sum, it) => sum + it, this.calls.filter(isOwn).length);
  }

  get names(): readonly string[] {
    return [...new Set([...this.calls.map((it) => it.name), ...this.between.keys()])];
  }

  /** The same without the calls that are not to be looked for. */
  without(unwanted: (name: string) => boolean): Thread {
    const between = [...this.between].filter(([name]) => !unwanted(name));
    return new Thread(this.actor, this.calls.filter((it) => !unwanted(it.name)), new Map(between));
  }
}

/** All threads of a run, main first. */
export function threadsOf(events: readonly HistoryEvent[]): readonly Thread[] {
  const calls = new Map<string, Call[]>([["main", []]]);
  const between = new Map<string, Map<string, number>>();
  const add = (call: Call): void => {
    const thread = threadOf(call.actor);
    if (!calls.has(thread)) calls.set(thread, []);
    calls.get(thread)!.push(call);
  };
  for (const event of events) {
    if (event.type === "call") add(event);
    if (event.type !== "times") continue;
    const sums = between.get(threadOf(event.actor)) ?? new Map<string, number>();
    between.set(threadOf(event.actor), sums);
    for (const { name, count, first, last } of event.calls) {
      add(first);
      if (last.id !== first.id) add(last);
      if (count > 2) sums.set(name, (sums.get(name) ?? 0) + count - 2);
    }
  }
  return [...calls].map(([actor, list]) => new Thread(actor, list, between.get(actor) ?? new Map()));
}
