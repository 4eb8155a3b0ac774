/** What the kernel itself testified to in a run: counters, packets, states, stacks. */
import type { CounterEvent, Event, PacketEvent, Setting, StackEvent, StateEvent } from "./events.ts";
import { type Events, type Fact, NotInHistory, replaced } from "./fact.ts";
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

export function seenIn(history: History): Seen {
  return {
    counted: (counter, scene) => counted(history, counter, scene),
    packets(filter) {
      history.needs("wire");
      const fits = ({ layers }: PacketEvent): boolean => Object.entries(filter).every(([key, value]) => layers.some(({ fields }) => fields[key] === value));
      return eventsWitness(history.events, history.events.filter((it): it is PacketEvent => it.type === "packet" && fits(it)), `packets ${JSON.stringify(filter)}`);
    },
    states: (socket) => states(history, socket),
    inside(call) {
      history.needs("stacks");
      const inside = history.events.filter((it): it is StackEvent => it.type === "stack" && it.inside === call.id);
      return eventsWitness(history.events, inside, `inside #${call.id}:`);
    },
    through(fn) {
      history.needs("stacks");
      const stacks = history.events.filter((it): it is StackEvent => it.type === "stack" && it.frames.includes(fn));
      return eventsWitness(history.events, stacks, `stacks through ${fn}`).length;
    },
    set(parameter) {
      const value = history.run.parameters[parameter];
      if (value === undefined) throw new NotInHistory(`this run had no parameter ${parameter}`);
      return Number(value);
    },
  };
}

function counted(history: History, counter: string, scene: string): Fact<number> {
  history.needs("counters");
  const counters = history.counters();
  if (counters[0]?.values[counter] === undefined) throw new NotInHistory(`this kernel has no counter ${counter}`);
  history.scene(scene);
  const event = counters.find((it) => it.scene === scene);
  const bent = (value: number): Events => {
    const made: CounterEvent = { ...counters[0]!, scene, values: { ...event?.values, [counter]: value } };
    return event === undefined ? [...history.events, made] : replaced(history.events, event, made);
  };
  return { value: event?.values[counter] ?? 0, seen: `${counter} in “${scene}” rose by`, bent };
}

function states(history: History, socket: string): StatesWitness {
  history.needs("state");
  const found = history.events.filter((it): it is StateEvent => it.type === "state" && it.socket === socket);
  if (found.length === 0) throw new NotInHistory(`no state of “${socket}” was seen`);
  return {
    all: {
      value: found.map((it) => it.state), seen: `${socket} passed`,
      bent: (to) => found.reduce((so, it, i) => replaced(so, it, { ...it, state: to[i] ?? "?" }), history.events),
    },
    at(n) {
      const it = found.at(n);
      if (it === undefined) throw new NotInHistory(`“${socket}” passed only ${found.length} states`);
      return { value: it.state, seen: `${socket}: ${n < 0 ? "last" : "state"} ${n < 0 ? "" : n}`.trim(), bent: (state) => replaced(history.events, it, { ...it, state }) };
    },
  };
}

function eventsWitness(all: Events, found: readonly (PacketEvent | StackEvent)[], what: string): EventsWitness {
  const named = (it: PacketEvent | StackEvent): string => (it.type === "stack" ? it.event : it.type);
  return {
    length: { value: found.length, seen: `${what}:`, bent: (to) => withCount(all, found, to) },
    of: (event) => eventsWitness(all, found.filter((it) => named(it) === event), `${what} ${event}`),
    until(event) {
      const end = found.findIndex((it) => named(it) === event);
      if (end < 0) throw new NotInHistory(`${what} no ${event} was seen`);
      return eventsWitness(all, found.slice(0, end), `${what} before ${event}`);
    },
    count: (event) => eventsWitness(all, found.filter((it) => named(it) === event), `${what} ${event}`).length,
    field: (name) => ({
      value: found.map((it) => fieldOf(it, name)), seen: `${what} ${name}`,
      bent: (to) => found.reduce((so, it, i) => replaced(so, it, withField(it, name, to[i] ?? 0)), all),
    }),
  };
}

const fieldOf = (it: PacketEvent | StackEvent, name: string): Setting => {
  const value = it.type === "stack" ? it.fields[name] : it.layers.map(({ fields }) => fields[name]).find((field) => field !== undefined);
  if (value === undefined) throw new NotInHistory(`${it.type} has no field ${name}`);
  return typeof value === "boolean" ? Number(value) : value;
};

const withField = <E extends PacketEvent | StackEvent>(it: E, name: string, value: Setting): Exclude<Event, { type: "finding" | "end" }> =>
  it.type === "stack"
    ? { ...it, fields: { ...it.fields, [name]: value } }
    : { ...it, layers: it.layers.map((layer) => (name in layer.fields ? { ...layer, fields: { ...layer.fields, [name]: value } } : layer)) };

/** As many of these events as asked: the last one repeated or some of them gone. An absence is bent by adding one. */
function withCount(all: Events, found: readonly (PacketEvent | StackEvent)[], count: number): Events {
  const last = found.at(-1);
  if (last === undefined) throw new NotInHistory("an absence without a model: say what would be seen");
  const gone: ReadonlySet<unknown> = new Set(found.slice(Math.max(0, count)));
  if (count <= found.length) return all.filter((it) => !gone.has(it));
  return all.flatMap((it) => (it === last ? [it, ...Array<typeof last>(count - found.length).fill({ ...last })] : [it]));
}
