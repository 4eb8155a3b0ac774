/**
 * Histories made by hand, as a run would have recorded them had a kernel answered so. Calls go the way of real ones: what
 * they reach is followed and checked, its bytes are taken before and after, and decoded.
 */
import type { Entry, Parameter } from "../../src/abi/parameter.ts";
import { type SyscallName, syscalls } from "../../src/abi/syscalls.ts";
import type { CallEvent, HistoryEvent, RunEvent, Setting, SumOfCalls, WitnessState } from "../../src/lab/events.ts";
import { OPENING } from "../../src/lab/history.ts";
import { addressOf, type Memory } from "../../src/memory/memory.ts";
import { isStruct } from "../../src/memory/struct.ts";
import type { Attempt } from "../../src/sys/calls.ts";
import { decode } from "../../src/sys/decode.ts";
import type { Segment } from "../../src/sys/log-segments.ts";
import { numberOf } from "../../src/sys/number-of.ts";
import { pack, type Runs } from "../../src/sys/packed-bytes.ts";
import { type Argument, lengthsOf, reach } from "../../src/sys/reach.ts";
import type { Reached } from "../../src/sys/reached.ts";

/** What a call is given, typed as an experiment gives it. */
export type Given<K extends SyscallName> = Parameters<Attempt[K]>;
export interface Answer {
  /** Whose call it is; `main` unless said. */
  readonly as?: string;
  /** Writes what the kernel would. */
  kernel?(): void;
}
export interface Circumstances {
  /** Witnesses that were able, beside calls. */
  readonly able?: readonly string[];
  readonly parameters?: Readonly<Record<string, Setting>>;
  /** Counters that this kernel has. */
  readonly counters?: readonly string[];
  /** The tracepoints that were watched, where stacks were able. */
  readonly watching?: readonly string[];
}

export class HistoryBuilder {
  readonly events: HistoryEvent[] = [];
  readonly #experiment: string;
  #scene = OPENING;
  #id = 0;

  constructor(experiment: string, { able = [], parameters = {}, counters = [], watching }: Circumstances = {}) {
    this.#experiment = experiment;
    const stateOf = (it: string): WitnessState => ({ able: true, why: null, ...(it === "stacks" && watching !== undefined && { watching }) });
    this.events.push({ ...MACHINE, ...this.#common(), parameters, witnesses: Object.fromEntries(able.map((it) => [it, stateOf(it)])) });
    if (counters.length > 0) this.#counter(null, Object.fromEntries(counters.map((it) => [it, 0])));
  }

  scene(id: string): void {
    this.#scene = id;
    this.events.push({ type: "scene", ...this.#common(), id, text: "" });
  }

  /** `result` null: it never came back. */
  call<K extends SyscallName>(name: K, given: Given<K>, result: number | null, answer: Answer = {}): CallEvent {
    const made = this.#made(name, given as readonly Argument[], result, answer);
    this.events.push(made);
    return made;
  }

  /** Calls of one name in a `times`: [result, how often], and what they received. */
  sum<K extends SyscallName>(name: K, given: Given<K>, results: SumOfCalls["results"], bytes: Runs = []): SumOfCalls {
    const [first, last] = [results[0]!, results.at(-1)!].map(([result]) => this.#made(name, given as readonly Argument[], result, {})) as [CallEvent, CallEvent];
    return { name, count: results.reduce((sum, [, often]) => sum + often, 0), results, bytes, first, last };
  }

  /** `passed`: how many packets and tracepoints were counted meanwhile, and not kept. */
  times(label: string, rounds: number, calls: readonly SumOfCalls[], passed: { readonly packets?: number; readonly stacks?: number } = {}): void {
    this.events.push({ type: "times", ...this.#common(), label, actor: "main", rounds, calls, ...passed });
  }

  look(name: string, what: string | readonly { readonly $: Memory }[]): void {
    const isText = typeof what === "string";
    const memory = isText ? null : what.map(({ $ }) => ({ layout: $.type?.name ?? null, bytes: pack($.bytes) }));
    this.events.push({ type: "look", ...this.#common(), name, of: isText ? "/proc/self/net" : null, text: isText ? what : null, memory });
  }

  asleep({ actor, name, id }: CallEvent): void {
    this.events.push({ type: "asleep", ...this.#common(), actor, call: name, id });
  }

  /** As the kernel told of each when it began. */
  states(socket: string, ...states: readonly string[]): void {
    for (const state of states) this.events.push({ type: "state", ...this.#common(), socket, state, seen: "tracepoint", values: {} });
  }

  /** As it was found at the end of a scene. */
  sample(socket: string, state: string): void {
    this.events.push({ type: "state", ...this.#common(), socket, state, seen: "sample", values: {} });
  }

  lost(witness: string, count: number): void {
    this.events.push({ type: "lost", ...this.#common(), witness, count });
  }

  /** By how much counters rose in the scene that ends here. */
  counted(values: Readonly<Record<string, number>>): void {
    this.#counter(this.#scene, values);
  }

  /** The kernel passed a tracepoint inside a call. */
  stack(event: string, { id, actor }: CallEvent, fields: Readonly<Record<string, Setting>> = {}, frames: readonly string[] = []): void {
    this.events.push({ type: "stack", ...this.#common(), event, actor, inside: id, frames, fields });
  }

  packet(fields: Readonly<Record<string, Setting | boolean>>): void {
    this.events.push({ type: "packet", ...this.#common(), device: "lo", direction: "out", inside: null, length: 0, layers: [{ name: "tcp", fields }], bytes: "" });
  }

  #counter(scene: string | null, values: Readonly<Record<string, number>>): void {
    this.events.push({ type: "counter", ...this.#common(), scene, values });
  }

  #common(): { experiment: string; t: number } {
    return { experiment: this.#experiment, t: this.events.length * 1000 };
  }

  #made(name: SyscallName, given: readonly Argument[], result: number | null, { as = "main", kernel }: Answer): CallEvent {
    const parameters = (syscalls[name] as Entry).slice(1) as readonly Parameter[];
    const reached = reach(name, parameters, given);
    const words = given.map((it) => (typeof it === "object" ? addressOf(it) : it));
    const [id, t] = [++this.#id, this.events.length * 1000];
    const enter = { kind: "enter", actor: 0, id, t, nr: numberOf(name), transient: false, words, segments: reached.map((it) => segment(it, 0)) } as const;
    kernel?.();
    const lengths = lengthsOf(parameters, given, result ?? 0);
    const written = (result ?? -1) < 0 ? [] : reached.filter(({ flow }) => flow !== "in").map((it) => segment(it, it.wrote(lengths)));
    const exit = result === null ? null : { kind: "exit", actor: 0, id, t: t + 500, result, segments: written } as const;
    return { type: "call", ...this.#common(), ...decode(enter, exit, as) };
  }
}

const MACHINE: Omit<RunEvent, "experiment" | "t" | "parameters" | "witnesses"> = {
  type: "run", schema: 1, netlab: "0.1.0", asks: "?",
  machine: { kernel: "6.18.0", arch: "x64", node: "v20.20.0", koffi: "3.3.4", uid: 0 },
  chamber: { mode: "root", why: null },
};

function segment({ parameter, path, memory, room }: Reached, wrote: number): Segment {
  const type = memory.type !== null && isStruct(memory.type) ? memory.type.name : "";
  return { parameter, path, type, address: memory.address, room, wrote, bytes: Uint8Array.from(memory.bytes.subarray(0, room)) };
}
