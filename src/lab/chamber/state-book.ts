/** The states of known sockets: what tracepoints told of them, and what was sampled at scene borders. */
import { withPort } from "../../memory/address.ts";
import type { Ends, StateSample } from "../../witness/known-sockets.ts";
import { SET_STATE } from "../../witness/socket-lives.ts";
import { mergeStates, type StateSight, traced } from "../../witness/state-trace.ts";
import type { PacketEvent, StackEvent, StateEvent } from "../events.ts";

type Bare<T> = Omit<T, "experiment">;

export class StateBook {
  readonly #events: Bare<StackEvent>[] = [];
  /** The state that was told last, by socket. */
  readonly #last = new Map<string, string>();
  /** When each socket was sampled last. */
  readonly #seen = new Map<string, number>();

  /** Every tracepoint that passes; those that are about states are kept. */
  trace(event: Bare<StackEvent> | Bare<PacketEvent>): void {
    if (event.type === "stack" && event.event === SET_STATE) this.#events.push(event);
  }

  /**
   * At a border, at `t` ns: the states that tracepoints told since the last one, and the samples that say
   * more than these.
   */
  sampled(samples: readonly StateSample[], t: number): readonly Bare<StateEvent>[] {
    const now = samples.map(({ socket, state, values, ends }): StateSight =>
      ({ type: "state", t, socket, state, seen: "sample", values, ...namesOf(ends.at(-1)) }));
    const merged = mergeStates(samples.flatMap((it) => this.#traced(it)), now, this.#last);
    for (const { socket, state } of merged) this.#last.set(socket, state);
    for (const { socket } of samples) this.#seen.set(socket, t);
    return merged.map(({ repeats, ...it }) => it);
  }

  /**
   * Those since it was sampled last: what is older was told then. Of a client the port is told late, and with
   * it what it passed before: that the sample has told in its place.
   */
  #traced(sample: StateSample): readonly StateSight[] {
    const seen = this.#seen.get(sample.socket) ?? 0;
    return traced(this.#events, sample).filter(({ t }) => t >= seen);
  }
}

/** Both ends in words; of one that has no peer its own alone. */
function namesOf(ends: Ends | undefined): Pick<StateSight, "local" | "remote"> {
  if (ends === undefined) return {};
  const { source, sport, dest, dport } = ends;
  return { local: withPort(source, sport), ...(dport !== 0 && { remote: withPort(dest, dport) }) };
}
