/**
 * The pointers inside the structs that a call reaches:
 * what they point at, how far, and how one result is spread over it.
 */
import type { Lengths, Parameter } from "../abi/parameter.ts";
import { Memory, memoryOf, type Target } from "../memory/memory.ts";
import { isPointer, type Reach } from "../memory/pointer.ts";
import { type AnyStruct, isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import { refuse, unknown } from "./overrun.ts";
import type { Reached } from "./reached.ts";

/** One parameter of one call. What its pointers reach is added to `out`. */
interface Walk {
  readonly call: string;
  readonly parameter: Parameter;
  readonly i: number;
  readonly out: Reached[];
}

/**
 * Follows the pointers inside the structs that lie in the first `room` bytes of `memory`. Closed memory is
 * not looked into: the kernel will not read it either. Throws Overrun.
 */
export function follow(walk: Walk, layout: AnyStruct, memory: Memory, room: number): void {
  if (!reaches(layout)) return;
  const count = memory.closed === null ? Math.floor(room / layout.size) : 0;
  const all = new Spread(({ result }) => result);
  for (let n = 0; n < count; n++) {
    const path = count === 1 && memory.length < 2 * layout.size ? "" : `[${n}]`;
    const view: Fields = layout.at(memory, n * layout.size) as never;
    const own = (lengths: Lengths): number | null => (n < lengths.result ? Number(view.msg_len) : null);
    const one = "msg_len" in view ? new Spread(own) : all;
    followFields(walk, layout, view, path, one);
  }
}

/** Whether a struct has pointers that calls follow; asked once a struct. */
function reaches(layout: AnyStruct): boolean {
  const known = reaching.get(layout);
  if (known !== undefined) return known;
  const found = layout.fields
    .some(({ type }) => (isStruct(type) ? reaches(type) : isPointer(type) && type.reach !== null));
  reaching.set(layout, found);
  return found;
}
const reaching = new WeakMap<AnyStruct, boolean>();

type Fields = Readonly<Record<string, unknown>> & { readonly $: Memory };

function followFields(walk: Walk, layout: AnyStruct, view: Fields, path: string, spread: Spread): void {
  for (const { name, offset, type } of layout.fields) {
    if (isStruct(type)) followFields(walk, type, view[name] as Fields, `${path}.${name}`, spread);
    if (!isPointer(type) || type.reach === null) continue;
    followPointer(walk, { view, name, offset, reach: type.reach, path: `${path}.${name}`, spread });
  }
}

interface Link {
  readonly view: Fields;
  readonly name: string;
  readonly offset: number;
  readonly reach: Reach;
  readonly path: string;
  readonly spread: Spread;
}

function followPointer(walk: Walk, { view, name, offset, reach, path, spread }: Link): void {
  const target = view[name] as Target | null;
  const written = Number(view[reach.length]);
  if (target === null || written === 0) return;
  const memory = memoryOf(target);
  const spoken = `${walk.parameter.name}${path}`;
  if (memory === null) {
    const { home, offset: start } = view.$;
    if (home.targets.get(start + offset) !== target) throw unknown(walk.call, spoken, "holds");
    return;
  }
  const of = reach.to === null || typeof reach.to === "string" ? null : reach.to;
  const room = of === null ? written : written * of.size;
  const length = `${spoken.slice(0, spoken.length - name.length)}${reach.length}`;
  refuse(walk.call, room, memory, `what ${spoken} points at`, length);
  // no call writes an array of iovecs
  const flow = of !== null ? "in" : walk.parameter.reached ?? walk.parameter.flow;
  const typed = of === null ? memory : new Memory(memory.home, memory.offset, room, of);
  const wrote = wroteBy(of, view, room, reach, spread);
  walk.out.push({ parameter: walk.i, path, memory: typed, room, flow, wrote });
  if (of === null || !isStruct(of) || memory.closed !== null) return;
  followElements(walk, of, { memory, room, path, spread });
}

function wroteBy(
  of: AnyType | null, view: Fields, room: number, reach: Reach, spread: Spread,
): Reached["wrote"] {
  if (of !== null) return () => 0;
  if (reach.wrote === "result") return spread.share(room);
  return (lengths) => (spread.whole(lengths) === null ? 0 : Math.min(room, Number(view[reach.length])));
}

/** An array that a pointer reached. */
interface Elements {
  readonly memory: Memory;
  readonly room: number;
  readonly path: string;
  readonly spread: Spread;
}

/** Elements of an array that a pointer reached (iovecs): their own targets share the bytes of one result. */
function followElements(walk: Walk, of: AnyStruct, { memory, room, path: to, spread }: Elements): void {
  for (let n = 0; n * of.size < room; n++) {
    const view = of.at(memory, n * of.size) as unknown as Fields;
    for (const { name, offset, type } of of.fields) {
      if (!isPointer(type) || type.reach === null) continue;
      followPointer(walk, { view, name, offset, reach: type.reach, path: `${to}[${n}].${name}`, spread });
    }
  }
}

/**
 * Divides the bytes of one message over its targets, in their order. `whole` is how many there are: the
 * call's result, or msg_len where a call takes several messages; null: this one was not reached.
 */
class Spread {
  readonly whole: (lengths: Lengths) => number | null;
  #before = 0;
  constructor(whole: (lengths: Lengths) => number | null) {
    this.whole = whole;
  }
  share(room: number): (lengths: Lengths) => number {
    const before = this.#before;
    this.#before += room;
    return (lengths) => Math.max(0, Math.min(room, (this.whole(lengths) ?? 0) - before));
  }
}
