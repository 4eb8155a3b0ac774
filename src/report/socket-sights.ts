/**
 * What was seen of the sockets that have names: their states one after the other, and what is in their queues
 * at the border of a scene. Sights of one moment are told together.
 */
import type { PacketEvent, StateEvent } from "../lab/events.ts";
import { TEXT } from "./call-lines.ts";
import { labelled } from "./labelled.ts";
import type { Line } from "./line.ts";
import { Parked } from "./parked.ts";
import type { Pen } from "./pen.ts";
import { QueueBars } from "./queue-lines.ts";
import { Segments, type ToldSegment } from "./segments.ts";
import { stateLines } from "./witness-lines.ts";

const LABEL = "state";

export class SocketSights {
  readonly #segments = new Segments();
  readonly #parked = new Parked();
  readonly #bars = new QueueBars();
  /** Seen and not told yet. */
  #held: StateEvent[] = [];
  /** The state that was told last, by socket. */
  readonly #told = new Map<string, string>();

  /** A packet that passed, as part of its connection; null where it is of none. */
  hear(packet: PacketEvent): ToldSegment | null {
    const segment = this.#segments.of(packet);
    if (segment !== null) this.#parked.take(packet, segment);
    return segment;
  }

  hold(it: StateEvent): void {
    this.#held.push(it);
  }

  /** What is held, once; `whole`: each sight on its own, with all that was read. */
  lines(whole: boolean, pen: Pen): readonly Line[] {
    const held = this.#held;
    this.#held = [];
    const samples = held.filter(({ seen }) => seen === "sample");
    const bars = this.#bars.of(samples, (it) => this.#parked.at(it), TEXT + LABEL.length + 2, pen);
    if (whole) return held.flatMap((it) => [...stateLines(it, pen), ...(bars.get(it) ?? [])]);
    const names = [...new Set(held.map(({ socket }) => socket))];
    return names.flatMap((name) => {
      const own = held.filter(({ socket }) => socket === name);
      const below = own.flatMap((it) => bars.get(it) ?? []);
      return [...this.#wayLines(name, own, below.length > 0, pen), ...below];
    });
  }

  /** The states since the last that was told, which stands before them; nothing where there is no news. */
  #wayLines(name: string, sights: readonly StateEvent[], always: boolean, pen: Pen): readonly Line[] {
    const before = this.#told.get(name);
    const all = [...(before === undefined ? [] : [before]), ...sights.map(({ state }) => state)];
    const way = all.filter((it, i) => it !== all[i - 1]);
    this.#told.set(name, way.at(-1)!);
    if (way.length === 1 && before !== undefined && !always) return [];
    return labelled(LABEL, [`${name} ${way.join(pen.text(" → "))}`], pen);
  }
}
