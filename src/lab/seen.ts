/** What the kernel itself testified to in a run: counters, packets, states, stacks. */
import type { CounterEvent, PacketEvent, Setting, StackEvent, StateEvent } from "./events.ts";
import { type Events, type Fact, NotInHistory, recast, replaced } from "./fact.ts";
import type { History } from "./history.ts";

export interface Seen {
  /** By how much a counter of this namespace rose in a scene: "Udp.InDatagrams", "TcpExt.ListenOverflows". */
  counted(counter: string, scene: string): Fact<number>;
  /** The packets that pass the filter: equal fields of any layer, `{ syn: true, dport: 80 }`. */
  packets(filter: Readonly<Record<string, Setting | boolean>>): EventsWitness;
  /** The states that a known socket passed. */
  states(socket: string): StatesWitness;
  /** The kernel's tracepoints inside one call, in order. */
  inside(call: { readonly id: number }): EventsWitness;
  /** On how many stacks a kernel function stood. */
  through(fn: string): Fact<number>;
  /** The run's parameter. */
  set(parameter: string): number;
}
export interface StatesWitness {
  readonly all: Fact<readonly string[]>;
  /** The n-th, from the end where negative. */
  at(n: number): Fact<string>;
}
export interface EventsWitness {
  readonly length: Fact<number>;
  /** Only those of one tracepoint. */
  of(event: string): EventsWitness;
  /** Only those before the first of this tracepoint. */
  until(event: string): EventsWitness;
  count(event: string): Fact<number>;
  /** One field of each, in order. */
  field(name: string): Fact<readonly Setting[]>;
}

/**
 * What the witnesses of a history saw. Each question throws NotInHistory where its witness was not able,
 * or saw no such thing.
 */
export function seenIn(history: History): Seen {
  return {
    counted: (counter, scene) => counted(history, counter, scene),
    packets(filter) {
      history.needs("wire");
      const fits = ({ layers }: PacketEvent): boolean =>
        Object.entries(filter).every(([key, value]) => layers.some(({ fields }) => fields[key] === value));
      const found = history.events.filter((it): it is PacketEvent => it.type === "packet" && fits(it));
      const model = { ...packet(history), layers: [{ name: "", fields: filter }] };
      return eventsWitness({ history, found, model, what: `packets ${JSON.stringify(filter)}` });
    },
    states: (socket) => states(history, socket),
    inside({ id }) {
      history.needs("stacks");
      const found = history.events.filter((it): it is StackEvent => it.type === "stack" && it.inside === id);
      const model = { ...stack(history), inside: id };
      return eventsWitness({ history, found, model, what: `inside #${id}` });
    },
    through(fn) {
      history.needs("stacks");
      const found = history.events
        .filter((it): it is StackEvent => it.type === "stack" && it.frames.includes(fn));
      const model = { ...stack(history), frames: [fn] };
      return eventsWitness({ history, found, model, what: `stacks through ${fn}` }).length;
    },
    set(parameter) {
      const value = history.run.parameters[parameter];
      if (value === undefined) throw new NotInHistory(`this run had no parameter ${parameter}`);
      if (typeof value !== "number") throw new NotInHistory(`the parameter ${parameter} is no number`);
      return value;
    },
  };
}

function counted(history: History, counter: string, scene: string): Fact<number> {
  history.needs("counters");
  const [all, ...others] = history.counters();
  if (all?.values[counter] === undefined) throw new NotInHistory(`this kernel has no counter ${counter}`);
  history.scene(scene);
  const found = others.filter((it) => it.scene === scene);
  if (found.length === 0) throw new NotInHistory(`the counters were not read at the end of “${scene}”`);
  const withValue = (it: CounterEvent, value: number): CounterEvent =>
    ({ ...it, values: { ...it.values, [counter]: value } });
  const bent = (value: number): Events =>
    recast(history.events, found, found.map((it, i) => withValue(it, i === 0 ? value : 0)), 0);
  const value = found.reduce((sum, it) => sum + (it.values[counter] ?? 0), 0);
  return { value, seen: `${counter} in “${scene}” rose by`, bent };
}

function states(history: History, socket: string): StatesWitness {
  history.needs("state");
  const found = history.events.filter((it): it is StateEvent => it.type === "state" && it.socket === socket);
  const last = found.at(-1);
  if (last === undefined) throw new NotInHistory(`no state of “${socket}” was seen`);
  const bent = (to: readonly string[]): Events =>
    recast(history.events, found, to.map((state, i) => ({ ...(found[i] ?? last), state })), 0);
  return {
    all: { value: found.map((it) => it.state), seen: `${socket} passed`, bent },
    at(n) {
      const it = found.at(n);
      if (it === undefined) throw new NotInHistory(`“${socket}” passed only ${found.length} states`);
      const seen = `${socket}: ${n < 0 ? "last" : `state ${n}`}`;
      return { value: it.state, seen, bent: (state) => replaced(history.events, it, { ...it, state }) };
    },
  };
}

type Sight = PacketEvent | StackEvent;
interface Sights {
  readonly history: History;
  readonly found: readonly Sight[];
  /** What one more of them would look like. */
  readonly model: Sight;
  /** They are those before this one. */
  readonly end?: Sight;
  readonly what: string;
}

function eventsWitness(sights: Sights): EventsWitness {
  const { history: { events }, found, model, end, what } = sights;
  const place = end === undefined ? events.length : events.indexOf(end);
  const made = (count: number, change: (it: Sight, i: number) => Sight = (it) => ({ ...it })): Events => {
    const one = (i: number): Sight => change(found[i] ?? found.at(-1) ?? model, i);
    return recast(events, found, Array.from({ length: Math.max(0, count) }, (_, i) => one(i)), place);
  };
  const of = (event: string): EventsWitness => eventsWitness({
    ...sights,
    found: found.filter((it) => named(it) === event),
    model: model.type === "stack" ? { ...model, event } : model,
    what: `${what}, ${event}`,
  });
  return {
    length: { value: found.length, seen: `${what}:`, bent: (to) => made(to) },
    of,
    until(event) {
      const at = found.findIndex((it) => named(it) === event);
      if (at < 0) throw new NotInHistory(`${what} no ${event} was seen`);
      const before = found.slice(0, at);
      return eventsWitness({ ...sights, found: before, end: found[at]!, what: `${what} before ${event}` });
    },
    count: (event) => of(event).length,
    field: (name) => ({
      value: found.map((it) => fieldOf(it, name)), seen: `${what} ${name}`,
      bent: (to) => made(to.length, (it, i) => withField(it, name, to[i]!)),
    }),
  };
}

const named = (it: Sight): string => (it.type === "stack" ? it.event : it.type);

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

const packet = ({ run: { experiment, t } }: History): PacketEvent => ({
  type: "packet", experiment, t,
  device: "", direction: "out", inside: null, length: 0, layers: [], bytes: "",
});
const stack = ({ run: { experiment, t } }: History): StackEvent =>
  ({ type: "stack", experiment, t, event: "", actor: "main", inside: null, frames: [], fields: {} });
