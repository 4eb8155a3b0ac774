/** What the kernel itself testified to in a run: counters, packets, states, stacks. */
import { sourceName } from "../kernel/source-name.ts";
import type { CallEvent, CounterEvent, PacketEvent, Setting, StackEvent } from "./events.ts";
import { type Events, type Fact, NotInHistory, recast } from "./fact.ts";
import type { History } from "./history.ts";
import { eventsWitness } from "./seen-events.ts";
import { statesOf } from "./seen-states.ts";
import { someCall } from "./witnesses.ts";

export interface Seen {
  /** By how much a counter of this namespace rose in a scene: "Udp.InDatagrams", "TcpExt.ListenOverflows". */
  counted(counter: string, scene: string): Fact<number>;
  /**
   * The packets that pass the filter: equal fields of any layer, `{ syn: true, dport: 80 }`;
   * of one scene, if it is said.
   */
  packets(filter: Filter, scene?: string): EventsWitness;
  /** The states that a known socket passed. */
  states(socket: string): StatesWitness;
  /**
   * How many calls, of whatever name, an actor made in a scene, those in a `times` too:
   * `main` unless it is said.
   */
  calls(scene: string, actor?: string): Fact<number>;
  /** The kernel's tracepoints inside one call, in order. */
  inside(call: { readonly id: number }): EventsWitness;
  /** On how many stacks a kernel function stood, or a copy that the compiler made of it. */
  through(fn: string): Fact<number>;
  /** The run's parameter. */
  set(parameter: string): number;
}
type Filter = Readonly<Record<string, Setting | boolean>>;
export interface StatesWitness {
  /** One after the other; a state that is read again is one. */
  readonly all: Fact<readonly string[]>;
  /** Those up to the end of a scene. */
  until(scene: string): Fact<readonly string[]>;
  /** Those that the kernel told of when they began (sock:inet_sock_set_state), in a scene. */
  passed(scene: string): Fact<readonly string[]>;
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
  /**
   * Those of these functions that were passed, in the order in which each first stood on a stack. A copy that
   * the compiler made of a function (`.isra.0`, `.cold`) is that function.
   */
  passed(fns: readonly string[]): Fact<readonly string[]>;
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
    packets: (filter, scene) => packets(history, filter, scene),
    states: (socket) => statesOf(history, socket),
    calls: (scene, actor = "main") => calls(history, scene, actor),
    inside({ id }) {
      history.needsAll("stacks");
      const found = history.events.filter((it): it is StackEvent => it.type === "stack" && it.inside === id);
      const model = { ...stack(history), inside: id };
      const [place, what] = [history.events.length, `${history.side}inside #${id}`];
      return eventsWitness({ history, found, model, place, what });
    },
    through(fn) {
      history.needsAll("stacks", history.events);
      const isOn = (frames: readonly string[]): boolean => frames.some((it) => sourceName(it) === fn);
      const found = history.events
        .filter((it): it is StackEvent => it.type === "stack" && isOn(it.frames));
      const model = { ...stack(history), frames: [fn] };
      const [place, what] = [history.events.length, `${history.side}stacks through ${fn}`];
      return eventsWitness({ history, found, model, place, what }).length;
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
  return { value, seen: `${history.side}${counter} in “${scene}” rose by`, bent };
}

function calls(history: History, scene: string, actor: string): Fact<number> {
  const found = history.scene(scene)
    .filter((it): it is CallEvent => it.type === "call" && it.actor === actor);
  const summed = history.times(scene, actor)
    .flatMap((it) => it.calls).reduce((sum, { count }) => sum + count, 0);
  const bent = (to: number): Events => {
    const one = (i: number): CallEvent => found[i] ?? someCall(history, "getpid", actor);
    const made = Array.from({ length: Math.max(0, to - summed) }, (_, i) => one(i));
    return recast(history.events, found, made, history.endOf(scene));
  };
  return { value: found.length + summed, seen: `${history.side}calls in “${scene}”:`, bent };
}

function packets(history: History, filter: Filter, scene: string | undefined): EventsWitness {
  const among = scene === undefined ? history.events : history.scene(scene);
  history.needsAll("wire", among);
  const fits = ({ layers }: PacketEvent): boolean =>
    Object.entries(filter).every(([key, value]) => layers.some(({ fields }) => fields[key] === value));
  const found = among.filter((it): it is PacketEvent => it.type === "packet" && fits(it));
  const model = { ...packet(history), layers: [{ name: "", fields: filter }] };
  const named = Object.entries(filter).map(([key, value]) => ` ${key}=${value}`).join("");
  const what = `${history.side}packets${named}${scene === undefined ? "" : ` in “${scene}”`}`;
  const place = scene === undefined ? history.events.length : history.endOf(scene);
  return eventsWitness({ history, found, model, place, what });
}

const packet = ({ run: { experiment, t } }: History): PacketEvent => ({
  type: "packet", experiment, t,
  device: "", direction: "out", inside: null, length: 0, layers: [], bytes: "",
});
const stack = ({ run: { experiment, t } }: History): StackEvent =>
  ({ type: "stack", experiment, t, event: "", actor: "main", inside: null, frames: [], fields: {} });
