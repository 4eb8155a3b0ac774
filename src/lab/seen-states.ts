/** The states that a known socket passed. */
import { SET_STATE } from "../witness/socket-lives.ts";
import type { StateEvent } from "./events.ts";
import { type Events, type Fact, NotInHistory, recast } from "./fact.ts";
import type { History } from "./history.ts";
import type { StatesWitness } from "./seen.ts";

export function statesOf(history: History, socket: string): StatesWitness {
  history.needs("state");
  const found = history.events.filter((it): it is StateEvent => it.type === "state" && it.socket === socket);
  if (found.length === 0) throw new NotInHistory(`no state of “${socket}” was seen`);
  const those = (events: readonly StateEvent[], what: string, place = 0): Fact<readonly string[]> => {
    const kept = runsOf(events).map(([first]) => first!);
    const model = { ...found.at(-1)!, seen: "tracepoint" } as const;
    const bent = (to: readonly string[]): Events => {
      const made = to.map((state, i) => ({ ...(kept[i] ?? model), state }));
      return recast(history.events, events, made, place);
    };
    return { value: kept.map((it) => it.state), seen: `${history.side}${socket} ${what}`, bent };
  };
  return {
    all: those(found, "passed"),
    until(scene) {
      const end = history.endOf(scene);
      return those(found.filter((it) => history.events.indexOf(it) < end), `passed until “${scene}”`);
    },
    passed(scene) {
      const events = history.scene(scene);
      history.needsAll("stacks", events);
      if (history.run.witnesses.stacks?.watching?.includes(SET_STATE) === false) {
        throw new NotInHistory(`${SET_STATE} was not watched`);
      }
      const told = found.filter((it) => it.seen === "tracepoint" && events.includes(it));
      return those(told, `passed in “${scene}”`, history.endOf(scene));
    },
    at: (n) => nth(history, runsOf(found), socket, n),
  };
}

/** The n-th state, however often it was read. */
function nth(history: History, runs: readonly Run[], socket: string, n: number): Fact<string> {
  const run = runs.at(n);
  if (run === undefined) throw new NotInHistory(`“${socket}” passed only ${runs.length} states`);
  const bent = (state: string): Events =>
    history.events.map((it) => (run.includes(it as StateEvent) ? { ...it, state } as StateEvent : it));
  const which = n >= 0 ? `state ${n}` : n === -1 ? "last" : `last but ${-n - 1}`;
  return { value: run[0]!.state, seen: `${history.side}${socket}: ${which}`, bent };
}

/** One state, read once or several times one after the other. */
type Run = readonly StateEvent[];
function runsOf(events: readonly StateEvent[]): readonly Run[] {
  const starts = events.flatMap((it, i) => (it.state === events[i - 1]?.state ? [] : [i]));
  return starts.map((start, i) => events.slice(start, starts[i + 1]));
}
