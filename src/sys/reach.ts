/**
 * What a call reaches: the memory behind each pointer, also through pointers inside structs, with how many bytes the call
 * may touch. Lengths that exceed the memory they speak of are refused here, before the kernel sees them.
 */
import type { Given, Lengths, Parameter } from "../abi/parameter.ts";
import { cString } from "../abi/parameter.ts";
import { Memory, type Target, Wild } from "../memory/memory.ts";
import { isPointer, type Reach } from "../memory/pointer.ts";
import { type AnyStruct, isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";

/** What a caller hands over for one parameter. */
export type Argument = number | bigint | Target | null;

/** Memory that one call may touch. */
export interface Reached {
  readonly parameter: number;
  /** Empty for the parameter itself, else C's way there from it: `.msg_iov[0].iov_base`. */
  readonly path: string;
  readonly memory: Memory;
  /** In bytes. */
  readonly room: number;
  readonly flow: Parameter["flow"];
  /** How many bytes of it the kernel wrote; asked after the call. */
  wrote(lengths: Lengths): number;
}

/** A length that exceeds its memory, or an address that belongs to none. */
export class Overrun extends RangeError {
  override readonly name = "Overrun";
}

/** All memory of one call, parameters in order, what they reach right behind them. Throws Overrun. */
export function reach(call: string, parameters: readonly Parameter[], values: readonly Argument[]): readonly Reached[] {
  const lengths = lengthsOf(parameters, values, 0);
  const out: Reached[] = [];
  parameters.forEach((parameter, i) => {
    const memory = memoryFor(values[i]);
    if (memory === null || parameter.flow === "value" || parameter.flow === "place") return;
    const type = typeOf(parameter, parameters, values, memory);
    const room = roomOf(call, parameter, type, memory, lengths);
    refuse(call, room, memory, parameter.name, parameter.name);
    const wrote = (after: Lengths): number => Math.min(room, parameter.flow === "in" ? 0 : wordOr(parameter, type, after));
    out.push({ parameter: i, path: "", memory, room, flow: parameter.flow, wrote });
    if (type !== null && isStruct(type)) follow({ call, parameter, i, out }, type, memory, room, "");
  });
  return out;
}

/** The memory behind an argument; null for numbers, NULL and wild addresses. */
export const memoryFor = (it: Argument | undefined): Memory | null =>
  it instanceof Memory ? it : it === null || typeof it !== "object" || it instanceof Wild ? null : it.$;

/** The type of what a parameter points at, or of its value, given the other arguments. */
export function typeOf(parameter: Parameter, parameters: readonly Parameter[], values: readonly Argument[], memory: Memory | null): AnyType | null {
  const { typing } = parameter;
  if (typeof typing !== "function" || isStruct(typing)) return typing;
  return typing(givenBy(parameters, values), memory);
}

export const givenBy = (parameters: readonly Parameter[], values: readonly Argument[]): Given =>
  Object.fromEntries(parameters.flatMap(({ name }, i) => (typeof values[i] === "object" ? [] : [[name, Number(values[i])]])));

/** A call's lengths, by parameter name. `result` is only meaningful after the call. */
export function lengthsOf(parameters: readonly Parameter[], values: readonly Argument[], result: number): Lengths {
  const at = (name: string): Argument | undefined => values[parameters.findIndex((it) => it.name === name)];
  const ints = new Map(parameters.map(({ name }, i) => [name, intAt(memoryFor(values[i]))]));
  return {
    result,
    value: (name) => Number(at(name) ?? 0),
    before: (name) => ints.get(name) ?? 0,
    after: (name) => intAt(memoryFor(at(name))),
  };
}

const intAt = (memory: Memory | null): number =>
  memory === null || memory.length < 4 || memory.closed !== null ? 0 : memory.bytes.readInt32LE(0);

function roomOf(call: string, parameter: Parameter, type: AnyType | null, memory: Memory, lengths: Lengths): number {
  if (parameter.typing === cString) {
    if (!memory.bytes.includes(0)) throw new Overrun(`${call}: ${parameter.name} has no terminating NUL (write cstring("…"))`);
    return memory.bytes.indexOf(0) + 1;
  }
  const isWord = parameter.flow === "inout" && typeof parameter.typing === "function" && !isStruct(parameter.typing);
  return parameter.room(lengths) || (isWord && type !== null ? type.size : 0);
}

/** A word's contract (ioctl's argument) is its type's size; every other parameter states its own. */
const wordOr = (parameter: Parameter, type: AnyType | null, after: Lengths): number =>
  parameter.wrote(after) || (parameter.flow === "inout" && parameter.typing !== null && type !== null && after.result >= 0 && parameter.room(after) === 0 ? type.size : 0);

function refuse(call: string, length: number, memory: Memory, name: string, spoken: string): void {
  if (length > memory.length) throw new Overrun(`${call}: ${spoken} needs ${length} bytes, but ${name} has room for ${memory.length}`);
  if (length < 0) throw new Overrun(`${call}: ${spoken} of ${length} bytes`);
}

interface Walk {
  readonly call: string;
  readonly parameter: Parameter;
  readonly i: number;
  readonly out: Reached[];
}

/** Follows the pointers inside the structs that lie in the first `room` bytes of `memory`. */
function follow(walk: Walk, layout: AnyStruct, memory: Memory, room: number, path: string): void {
  const count = Math.floor(room / layout.size);
  for (let n = 0; n < count; n++) {
    const here = count === 1 && memory.length < 2 * layout.size ? path : `${path}[${n}]`;
    followFields(walk, layout, layout.at(memory, n * layout.size) as never, here, null);
  }
}

type Fields = Readonly<Record<string, unknown>> & { readonly $: Memory };

function followFields(walk: Walk, layout: AnyStruct, view: Fields, path: string, outer: Fields | null): void {
  const spread = new Spread(outer !== null && "msg_len" in outer ? outer : null);
  for (const { name, type } of layout.fields) {
    if (isStruct(type)) followFields(walk, type, view[name] as Fields, `${path}.${name}`, view);
    if (!isPointer(type) || type.reach === null) continue;
    followPointer(walk, { view, name, reach: type.reach, path: `${path}.${name}`, spread });
  }
}

interface Link {
  readonly view: Fields;
  readonly name: string;
  readonly reach: Reach;
  readonly path: string;
  readonly spread: Spread;
}

function followPointer(walk: Walk, { view, name, reach, path, spread }: Link): void {
  const target = view[name] as Target | null;
  const written = Number(view[reach.length]);
  if (target === null || written === 0) return;
  const memory = memoryFor(target);
  const spoken = `${walk.parameter.name}${path}`;
  if (memory === null) {
    if (view.$.home.targets.size === 0) throw new Overrun(`${walk.call}: ${spoken} holds an address that no memory here has (assign memory to it, or wild(…))`);
    return;
  }
  const of = reach.to === null || typeof reach.to === "string" ? null : reach.to;
  const room = of === null ? written : written * of.size;
  refuse(walk.call, room, memory, `what ${spoken} points at`, `${walk.parameter.name}${path.slice(0, path.length - name.length)}${reach.length}`);
  const wrote = of !== null ? (): number => 0 : reach.wrote === "length" ? (): number => Math.min(room, Number(view[reach.length])) : spread.share(room);
  walk.out.push({ parameter: walk.i, path, memory, room, flow: walk.parameter.reached ?? walk.parameter.flow, wrote });
  if (of !== null && isStruct(of)) followElements(walk, of, { memory, room, path, spread });
}

/** Elements of an array that a pointer reached (iovecs): their own targets share the bytes of one result. */
function followElements(walk: Walk, of: AnyStruct, it: { memory: Memory; room: number; path: string; spread: Spread }): void {
  for (let n = 0; n * of.size < it.room; n++) {
    const view = of.at(it.memory, n * of.size) as unknown as Fields;
    for (const { name, type } of of.fields) {
      if (!isPointer(type) || type.reach === null) continue;
      followPointer(walk, { view, name, reach: type.reach, path: `${it.path}[${n}].${name}`, spread: it.spread });
    }
  }
}

/** Divides the bytes of one message over its targets, in their order. `outer` has msg_len where a call takes several messages. */
class Spread {
  readonly #outer: Fields | null;
  #before = 0;
  constructor(outer: Fields | null) {
    this.#outer = outer;
  }
  share(room: number): (lengths: Lengths) => number {
    const before = this.#before;
    this.#before += room;
    return ({ result }) => Math.max(0, Math.min(room, (this.#outer === null ? result : result < 0 ? 0 : Number(this.#outer.msg_len)) - before));
  }
}
