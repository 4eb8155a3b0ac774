/**
 * The system calls as an experiment is given them: typed by the table, checked, recorded before and after the
 * crossing. `calls.connect(…)` throws SyscallError;
 * `calls.attempt.connect(…)` answers -ECONNREFUSED, as the kernel does.
 */
import type { Entry, Parameter } from "../abi/parameter.ts";
import { type SyscallName, syscalls } from "../abi/syscalls.ts";
import { addressOf, type Memory, type Target } from "../memory/memory.ts";
import { isStruct } from "../memory/struct.ts";
import { type Call, decode } from "./decode.ts";
import { cross } from "./libc.ts";
import type { Enter } from "./log-reader.ts";
import type { Segment } from "./log-segments.ts";
import { numberHere } from "./number-of.ts";
import { type Argument, isWord, lengthsOf, memoryFor, reach } from "./reach.ts";
import type { Reached } from "./reached.ts";
import { consequences } from "./region.ts";
import { refused, SyscallError } from "./syscall-error.ts";

type Table = typeof syscalls;
type Parameters<K extends SyscallName> =
  Table[K] extends readonly [unknown, ...infer P extends readonly Parameter[]] ? P : never;
type Present<V> = Exclude<V, undefined> | (null extends V ? null : never);
type Taken<P> = P extends { readonly takes?: infer V } ? Present<V> : never;
type Values<P extends readonly Parameter[]> = { -readonly [I in keyof P]: Taken<P[I]> };
/** The names of a call's parameters, as the kernel spells them. */
export type ParameterName<K extends SyscallName> = Parameters<K>[number]["name"];
/** mmap and mremap answer with the memory they mapped; every other call with a number. */
type Result<K extends SyscallName> = K extends "mmap" | "mremap" ? Memory : number;

/** Every call, by its name; one that fails throws SyscallError. */
export type Throwing = { readonly [K in SyscallName]: (...values: Values<Parameters<K>>) => Result<K> };
/** Answers a negated errno instead of throwing. */
export type Attempt = { readonly [K in SyscallName]: (...values: Values<Parameters<K>>) => number };
export type Calls = Throwing & { readonly attempt: Attempt };

/** Who writes the crossings of one actor down. */
export interface Recorder {
  /** Ids count the calls of a run, over all its actors. */
  nextId(): number;
  enter(id: number, nr: number, words: readonly (number | bigint)[], segments: readonly Segment[]): void;
  /** `t`: when it came back, by `now`. */
  exit(id: number, result: number, t: number, segments: readonly Segment[]): void;
  /** CLOCK_MONOTONIC, in ns. */
  now(): number;
}

/** Largest memory that is recorded whole after a call; of larger one what the kernel wrote. */
const WHOLE = 4096;
/** So much of memory that the kernel only writes is recorded before the call, to see what it left alone. */
const GLIMPSE = 256;

/** The calls of one actor. Functions are made when they are first asked for. */
export function callsOf(recorder: Recorder): Calls {
  const attempt = lazily((name) => crossing(recorder, name, (result) => result));
  return Object.assign(lazily((name) => crossing(recorder, name, (result, call, mapped) => {
    if (result < 0) throw new SyscallError(name, failed(call, result));
    return mapped ?? result;
  })), { attempt }) as unknown as Calls;
}

type Make = (name: SyscallName) => unknown;
function lazily(make: Make): object {
  const made: Record<string | symbol, unknown> = {};
  const get = (_: object, name: string | symbol): unknown => {
    if (!(name in made) && name in syscalls) made[name] = make(name as SyscallName);
    return made[name];
  };
  return new Proxy(made, { get });
}

/** A call as it went in. */
type Begun = Pick<Enter, "id" | "nr" | "words" | "segments">;
type Finish = (result: number, call: Begun, mapped: Memory | null) => unknown;

/** A failed call in one piece, for the error that tells of it. */
const failed = (call: Begun, result: number): Call => {
  const common = { id: call.id, actor: 0, t: 0 };
  const enter: Enter = { kind: "enter", transient: false, ...common, ...call };
  return decode(enter, { kind: "exit", result, segments: [], ...common }, "main");
};

function crossing(
  recorder: Recorder, name: SyscallName, finish: Finish,
): (...values: readonly Argument[]) => unknown {
  const [numbers, ...parameters] = syscalls[name] as Entry;
  const nr = numberHere(name);
  const consequence = consequences[name];
  if (nr === null) return () => { throw refused(name, numbers); };
  return (...values) => {
    if (values.length !== parameters.length) throw new TypeError(arity(name, parameters, values.length));
    const reached = reach(name, parameters, values);
    const words: (number | bigint)[] = [];
    for (let i = 0; i < values.length; i++) words.push(wordOf(name, parameters[i]!, values[i] ?? null));
    const id = recorder.nextId();
    const segments = before(reached);
    recorder.enter(id, nr, words, segments);
    const result = cross(nr, words);
    const t = recorder.now();
    const mapped = consequence === undefined || result < 0 ? null : consequence(values, result, id);
    recorder.exit(id, result, t, result < 0 ? NOTHING : after(reached, parameters, values, result));
    return finish(result, { id, nr, words, segments }, mapped);
  };
}

/** What goes into the register. Throws TypeError for what the parameter does not take. */
function wordOf(call: string, parameter: Parameter, it: Argument): number | bigint {
  const { name, flow } = parameter;
  if (typeof it === "bigint" || (typeof it === "number" && Number.isInteger(it))) {
    if (flow === "value" || flow === "place" || isWord(parameter)) return it;
  } else if (flow !== "value") {
    if (it === null) return 0;
    if (isTarget(it)) return addressOf(it);
  }
  const taken = flow === "value" ? "a whole number" : 'memory (buffer(n), text("…"), a struct) or null';
  throw new TypeError(`${call}: ${name} takes ${taken}, not ${describe(it)}`);
}

const isTarget = (it: Argument): it is Target =>
  typeof it === "object" && it !== null && (memoryFor(it) !== null || "address" in it);

function describe(it: unknown): string {
  if (typeof it === "string") return `the string ${JSON.stringify(it)}`;
  return Array.isArray(it) ? "an array" : Buffer.isBuffer(it) ? "a Buffer" : String(it);
}

const arity = (call: string, parameters: readonly Parameter[], count: number): string => {
  const names = parameters.map((it) => it.name).join(", ");
  return `${call} takes ${parameters.length} arguments (${names}), not ${count}`;
};

function before(reached: readonly Reached[]): readonly Segment[] {
  if (reached.length === 0) return NOTHING;
  const out: Segment[] = [];
  for (const it of reached) {
    out.push(segment(it, it.flow === "out" ? Math.min(it.room, GLIMPSE) : it.room, 0));
  }
  return out;
}

function after(
  reached: readonly Reached[], parameters: readonly Parameter[], values: readonly Argument[], result: number,
): readonly Segment[] {
  if (!reached.some(({ flow }) => flow !== "in")) return NOTHING;
  const lengths = lengthsOf(parameters, values, result);
  return reached.filter(({ flow }) => flow !== "in").map((it) => {
    const wrote = Math.max(0, it.wrote(lengths));
    return segment(it, it.room <= WHOLE ? it.room : wrote, wrote);
  });
}

function segment({ parameter, path, memory, room }: Reached, length: number, wrote: number): Segment {
  const type = memory.type !== null && isStruct(memory.type) ? memory.type.name : "";
  return { parameter, path, type, address: memory.address, room, wrote, bytes: beginning(memory, length) };
}

function beginning(memory: Memory, length: number): Uint8Array {
  if (memory.closed !== null) return EMPTY;
  return length === memory.length ? memory.bytes : memory.bytes.subarray(0, length);
}
const EMPTY = new Uint8Array(0);
const NOTHING: readonly Segment[] = [];
