/**
 * From the records of a log to the events of a history:
 * in the order of the log, calls where they entered the kernel.
 */

import { decode } from "../../sys/decode.ts";
import type { Enter, Exit, LogRecord, Note, Sighting } from "../../sys/log-reader.ts";
import { changedCounters, parseCounters } from "../../witness/counters.ts";
import type { Broke, CallEvent, HistoryEvent, RunEvent } from "../events.ts";
import { CallTimes } from "./call-times.ts";
import { CHAMBER } from "./chamber-recorder.ts";
import type { ChamberNote } from "./job.ts";
import { lookAt } from "./look-event.ts";
import type { Sights } from "./sights.ts";
import { StateBook } from "./state-book.ts";
import { sumOf } from "./sum-of-calls.ts";

/** A place in the stream; null until the call in it came back. */
interface Slot {
  event: HistoryEvent | null;
  readonly enter: Enter | null;
}

export class Translator {
  readonly #run: Omit<RunEvent, "t">;
  readonly #actors = new Map<number, string>([[0, "main"], [CHAMBER, "chamber"]]);
  readonly #queue: Slot[] = [];
  readonly #open = new Map<number, Slot>();
  /** Ids of calls that belong to a sum and not to the trace, with the sum that waits for them. */
  readonly #summed = new Map<number, (call: CallEvent) => void>();
  #begun = false;
  /** The texts of the last reading. */
  #counters: readonly string[] | null = null;
  #broke: Broke | null = null;
  #over = false;
  readonly #calls = new CallTimes();
  readonly #sights: Sights | null;
  readonly #states = new StateBook();

  /**
   * `run` is what the supervisor knows of it, and `main` the thread that runs it; koffi's version is the
   * child's to say, and which witnesses are able. Without `Decoder` no instrument hands over what it saw.
   */
  constructor(run: Omit<RunEvent, "t">, main: number, Decoder: typeof Sights | null = null) {
    this.#run = run;
    this.#sights = Decoder === null ? null : new Decoder(this.#calls, main);
  }

  /** Why the run did not come to its end, as far as the child could say. */
  get broke(): Broke | null { return this.#broke; }
  /** The child said that it was done. */
  get over(): boolean { return this.#over; }
  /** The experiment's file was loaded, and its actors stood by. */
  get begun(): boolean { return this.#begun; }

  /** Calls that have not come back yet, with the number and the name of the actor that is in each. */
  get unfinished(): readonly { readonly id: number; readonly actor: number; readonly name: string }[] {
    return [...this.#open.values()].map(({ enter }) =>
      ({ id: enter!.id, actor: enter!.actor, name: this.#name(enter!.actor) }));
  }

  /** The events that these records complete. */
  take(records: readonly LogRecord[]): readonly HistoryEvent[] {
    for (const it of records) {
      if (it.kind === "enter") this.#enter(it);
      else if (it.kind === "exit") this.#exit(it);
      else if (it.kind === "sight") this.#sight(it);
      else this.#note(it, JSON.parse(it.text) as ChamberNote);
    }
    return this.#flush();
  }

  /** What is left when the child has ended: calls that never came back among them. */
  rest(): readonly HistoryEvent[] {
    if (!this.#begun) this.#begin("unknown", this.#run.witnesses, 0);
    for (const slot of this.#open.values()) slot.event = this.#call(slot.enter!, null);
    return this.#queue.splice(0).flatMap(({ event }) => event ?? []);
  }

  #enter(enter: Enter): void {
    const slot: Slot = { event: null, enter };
    this.#calls.enter(enter.actor, enter.id, enter.t);
    this.#open.set(enter.id, slot);
    if (!this.#summed.has(enter.id)) this.#queue.push(slot);
  }

  #exit(exit: Exit): void {
    const slot = this.#open.get(exit.id);
    if (slot === undefined) return;
    this.#open.delete(exit.id);
    this.#calls.exit(exit.id, exit.t);
    const call = this.#call(slot.enter!, exit);
    slot.event = call;
    const waiting = this.#summed.get(exit.id);
    this.#summed.delete(exit.id);
    waiting?.(call);
  }

  #call(enter: Enter, exit: Exit | null): CallEvent {
    return { ...this.#common("call", enter.t), ...decode(enter, exit, this.#name(enter.actor)) };
  }

  #name(actor: number): string {
    return this.#actors.get(actor) ?? `actor ${actor}`;
  }

  #common<T extends string>(type: T, t: number): { type: T; experiment: string; t: number } {
    return { type, experiment: this.#run.experiment, t };
  }

  #sight(sighting: Sighting): void {
    const event = this.#sights?.event(sighting) ?? null;
    if (event === null) return;
    this.#states.trace(event);
    this.#put({ ...event, experiment: this.#run.experiment });
  }

  #note({ t, actor }: Note, note: ChamberNote): void {
    (this.#notes[note.type] as (note: ChamberNote, t: number, actor: number) => void)(note, t, actor);
  }

  #put(event: HistoryEvent): void {
    this.#queue.push({ event, enter: null });
  }

  readonly #notes: {
    readonly [T in ChamberNote["type"]]:
      (note: Extract<ChamberNote, { type: T }>, t: number, actor: number) => void
  } = {
    begin: ({ koffi, origin, witnesses }, t) => {
      this.#sights?.beginAt(BigInt(origin));
      this.#begin(koffi, witnesses, t);
    },
    scene: ({ type, ...rest }, t) => this.#put({ ...this.#common(type, t), ...rest }),
    say: ({ type, ...rest }, t) => this.#put({ ...this.#common(type, t), ...rest }),
    "kernel struct": ({ name, what }, t) => this.#put({ ...this.#common("look", t), name, ...lookAt(what) }),
    look: ({ type, ...rest }, t) => this.#put({ ...this.#common(type, t), ...rest }),
    asleep: ({ type, ...rest }, t) => this.#put({ ...this.#common(type, t), ...rest }),
    known: ({ type, ...rest }, t) => this.#put({ ...this.#common(type, t), ...rest }),
    lost: ({ type, ...rest }, t) => this.#put({ ...this.#common(type, t), ...rest }),
    clock: ({ ahead }) => this.#sights?.clock(BigInt(ahead)),
    tracepoints: ({ list }) => this.#sights?.watch(list),
    devices: ({ names }) => this.#sights?.devices(names),
    states: ({ samples }, t) => {
      const { experiment } = this.#run;
      for (const it of this.#states.sampled(samples, t)) this.#put({ ...it, experiment });
    },
    actor: ({ number, name, tid }) => {
      this.#actors.set(number, name);
      this.#sights?.actor(tid, { number, name });
    },
    times: (note, t, actor) => this.#times(t, actor, note),
    counters: ({ ended, text }, t) => this.#count(t, ended, text),
    broke: ({ how, message, call }, _t, actor) => {
      const whose = actor === 0 ? "" : ` (in the actor ${this.#name(actor)})`;
      this.#broke ??= { how, message: `${message}${whose}`, call };
    },
    over: () => { this.#over = true; },
  };

  #begin(koffi: string, witnesses: RunEvent["witnesses"], t: number): void {
    this.#begun = true;
    const event: RunEvent = { ...this.#run, t, machine: { ...this.#run.machine, koffi }, witnesses };
    this.#queue.unshift({ event, enter: null });
  }

  /** The first and the last call of each sum follow in the log: they are the sum's, not the trace's. */
  #times(t: number, actor: number, note: Extract<ChamberNote, { type: "times" }>): void {
    const { label, rounds, sums, packets, stacks } = note;
    const slot: Slot = { event: null, enter: null };
    this.#queue.push(slot);
    const calls = new Map<number, CallEvent>();
    const wanted = new Set(sums.flatMap(({ first, last }) => [first, last]));
    const finish = (): void => {
      const made = sums.map((it) => sumOf(it, calls));
      const passed = { ...(packets > 0 && { packets }), ...(stacks > 0 && { stacks }) };
      const told = { label, actor: this.#name(actor), rounds, calls: made, ...passed };
      slot.event = { ...this.#common("times", t), ...told };
    };
    if (wanted.size === 0) finish();
    for (const id of wanted) {
      this.#summed.set(id, (call) => {
        calls.set(id, call);
        if (calls.size === wanted.size) finish();
      });
    }
  }

  #count(t: number, ended: string | null, now: readonly string[]): void {
    const values = this.#counters === null ? parseCounters(now) : changedCounters(this.#counters, now);
    this.#counters = now;
    this.#queue.push({ event: { ...this.#common("counter", t), scene: ended, values }, enter: null });
  }

  #flush(): readonly HistoryEvent[] {
    const out: HistoryEvent[] = [];
    while (this.#begun && this.#queue[0]?.event) out.push(this.#queue.shift()!.event!);
    return out;
  }
}
