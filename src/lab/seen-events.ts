/** What was seen of packets, or of tracepoints: how many, which, in which order, and their fields. */
import { sourceName } from "../kernel/source-name.ts";
import type { PacketEvent, Setting, StackEvent } from "./events.ts";
import { type Events, type Fact, NotInHistory, recast } from "./fact.ts";
import type { History } from "./history.ts";
import type { EventsWitness } from "./seen.ts";

type Sight = PacketEvent | StackEvent;
interface Sights {
  readonly history: History;
  readonly found: readonly Sight[];
  /** What one more of them would look like. */
  readonly model: Sight;
  /** Where further ones would stand: an index in the history. */
  readonly place: number;
  readonly what: string;
}

/** The witness of those that were found. */
export function eventsWitness(sights: Sights): EventsWitness {
  const { history: { events }, found, model, place, what } = sights;
  const made = (count: number, change: (it: Sight, i: number) => Sight = (it) => ({ ...it })): Events => {
    const one = (i: number): Sight => change(found[i] ?? found.at(-1) ?? model, i);
    return recast(events, found, Array.from({ length: Math.max(0, count) }, (_, i) => one(i)), place);
  };
  const of = (event: string): EventsWitness => {
    watched(sights.history, event);
    return eventsWitness({
      ...sights,
      found: found.filter((it) => nameOf(it) === event),
      model: model.type === "stack" ? { ...model, event } : model,
      what: `${what}, ${event}`,
    });
  };
  return {
    length: { value: found.length, seen: `${what}:`, bent: (to) => made(to) },
    of,
    until(event) {
      watched(sights.history, event);
      const at = found.findIndex((it) => nameOf(it) === event);
      if (at < 0) throw new NotInHistory(`${what} no ${event} was seen`);
      const before = found.slice(0, at);
      const place = events.indexOf(found[at]!);
      return eventsWitness({ ...sights, found: before, place, what: `${what} before ${event}` });
    },
    count: (event) => of(event).length,
    passed: (fns) => passed(sights, fns),
    field: (name) => ({
      value: found.map((it) => fieldOf(it, name)), seen: `${what} ${name}`,
      bent: (to) => made(to.length, (it, i) => withField(it, name, to[i]!)),
    }),
  };
}

function passed(
  { history: { events }, found, model, place, what }: Sights, fns: readonly string[],
): Fact<readonly string[]> {
  if (model.type !== "stack") throw new NotInHistory("packets have no stacks");
  const stacks = found.filter((it): it is StackEvent => it.type === "stack");
  const all = new Set(stacks.flatMap((it) => it.frames.map(sourceName)));
  const value = [...all].filter((fn) => fns.includes(fn));
  const missing = fns.filter((fn) => !value.includes(fn));
  const bent = (to: readonly string[]): Events => {
    const other = new Map(value.map((fn, i) => [fn, to[i] ?? "?"]));
    const renamed = (fn: string): string => other.get(sourceName(fn)) ?? fn;
    const made = stacks.map((it) => ({ ...it, frames: it.frames.map(renamed) }));
    const frames = to.slice(value.length).map((fn, i) => (fns.includes(fn) ? fn : missing[i] ?? fn));
    return recast(events, stacks, frames.length === 0 ? made : [...made, { ...model, frames }], place);
  };
  return { value, seen: `${what}, in order:`, bent };
}

const nameOf = (it: Sight): string => (it.type === "stack" ? it.event : it.type);

/** Throws NotInHistory where nobody looked there: that none was seen would prove nothing. */
function watched({ run }: History, event: string): void {
  const watching = run.witnesses.stacks?.watching;
  if (watching === undefined || watching.includes(event)) return;
  throw new NotInHistory(`${event} was not watched`);
}

const fieldOf = (it: Sight, name: string): Setting => {
  const value = it.type === "stack"
    ? it.fields[name]
    : it.layers.map(({ fields }) => fields[name]).find((field) => field !== undefined);
  if (value === undefined) throw new NotInHistory(`${it.type} has no field ${name}`);
  return typeof value === "boolean" ? Number(value) : value;
};

function withField(it: Sight, name: string, value: Setting): Sight {
  if (it.type === "stack") return { ...it, fields: { ...it.fields, [name]: value } };
  const at = Math.max(0, it.layers.findIndex(({ fields }) => name in fields));
  const layers = it.layers.map((layer, i) =>
    i === at ? { ...layer, fields: { ...layer.fields, [name]: value } } : layer);
  return { ...it, layers };
}
