/** The calls of a history, thread by thread, as strace would see them. */
import type { Call } from "../sys/decode.ts";
import type { SumOfCalls } from "./events.ts";
import type { Events } from "./fact.ts";
import { CHAMBER } from "./history.ts";

/**
 * A call, or a `times` loop, of which the first and the last call of each name are known, and how many there
 * were.
 */
export interface Entry {
  /** In the order in which they entered the kernel. */
  readonly calls: readonly Call[];
  /** Of a loop, by name; of a single call none. */
  readonly sums: readonly SumOfCalls[];
}

/** One of the experiment's calls, and not of the chamber's. */
export const isOwn = ({ id }: Call): boolean => id > 0;

/** What one thread of a run did, in order. */
export class Thread {
  readonly actor: string;
  readonly entries: readonly Entry[];

  constructor(actor: string, entries: readonly Entry[]) {
    this.actor = actor;
    this.entries = entries;
  }

  /** Those that were recorded singly. */
  get calls(): readonly Call[] {
    return this.entries.flatMap((it) => it.calls);
  }

  /** How many calls the experiment made here: those of the chamber have no number of their own. */
  get total(): number {
    return this.entries.map(countOf).reduce((sum, it) => sum + it, 0);
  }

  /** The same without the calls that are not to be looked for. */
  without(unwanted: (name: string) => boolean): Thread {
    const left = this.entries.map(({ calls, sums }): Entry =>
      ({ calls: calls.filter((it) => !unwanted(it.name)), sums: sums.filter((it) => !unwanted(it.name)) }));
    return new Thread(this.actor, left.filter((it) => it.calls.length > 0));
  }
}

/** How many calls of the experiment one entry stands for. */
export const countOf = ({ calls, sums }: Entry): number =>
  (sums.length === 0 ? calls.filter(isOwn).length : sums.reduce((sum, it) => sum + it.count, 0));

/** The chamber's own calls are made on the main thread. */
const threadOf = (actor: string): string => (actor === CHAMBER ? "main" : actor);

/** All threads of a run, main first. */
export function threadsOf(events: Events): readonly Thread[] {
  const entries = new Map<string, Entry[]>([["main", []]]);
  const add = (actor: string, entry: Entry): void => {
    const thread = threadOf(actor);
    if (!entries.has(thread)) entries.set(thread, []);
    if (entry.calls.length > 0) entries.get(thread)!.push(entry);
  };
  for (const event of events) {
    if (event.type === "call") add(event.actor, { calls: [event], sums: [] });
    if (event.type === "times") add(event.actor, { calls: ends(event.calls), sums: event.calls });
  }
  return [...entries].map(([actor, list]) =>
    new Thread(actor, list.toSorted((a, b) => a.calls[0]!.enter - b.calls[0]!.enter)));
}

/** The first and the last call of each name, once where they are one. */
const ends = (sums: readonly SumOfCalls[]): readonly Call[] =>
  sums.flatMap(({ first, last }) => (first.id === last.id ? [first] : [first, last]))
    .toSorted((a, b) => a.enter - b.enter);
