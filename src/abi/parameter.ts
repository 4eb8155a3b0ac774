/**
 * The words in which the system call table (syscalls.ts) is written. A parameter has the kernel's own name, a
 * direction, and says how many bytes the kernel may touch behind it (`room`) and how many it wrote (`wrote`).
 * From these come the typed function, the overrun check, the recording, the trace and the help.
 */
import { i32 } from "../memory/integer.ts";
import type { Memory, Target } from "../memory/memory.ts";
import type { AnyType } from "../memory/type.ts";

/**
 * What a length may be computed from: the arguments as given,
 * what they point at before and after, and the result.
 */
export interface Lengths {
  /** The value of a parameter that is a number. */
  value(name: string): number;
  /** The int that a value-result parameter pointed at before the call; 0 where it was NULL. */
  before(name: string): number;
  /** The same after the call. */
  after(name: string): number;
  /** The call's result; negative on failure. */
  readonly result: number;
}
/** Bytes, from the lengths of one call. */
export type Bound = (lengths: Lengths) => number;

/** The arguments that are plain numbers, by name: what a type may depend on (`optname`, `cmd`, `family`). */
export type Given = Readonly<Record<string, number>>;
/**
 * How a value, or what is pointed at, is typed.
 * A function where it depends on other arguments or on the bytes themselves.
 */
export type Typing = AnyType | null | ((given: Given, memory: Memory | null) => AnyType | null);

/** Which way the bytes of a parameter go; see Parameter. */
export type Flow = "value" | "in" | "out" | "inout" | "place";

/** One parameter. `V` is what the caller hands over. */
export interface Parameter<N extends string = string, V = unknown> {
  readonly name: N;
  /**
   * value: a number · in, out, inout: which way the bytes behind the pointer go
   * · place: an address the kernel does not follow.
   */
  readonly flow: Flow;
  readonly typing: Typing;
  /** How many bytes behind the pointer the call may touch. */
  readonly room: Bound;
  /** How many of them the kernel wrote, once the call is over. */
  readonly wrote: Bound;
  /**
   * Which way the bytes go that pointers inside the structs reach;
   * where it is not said, the way of the structs.
   */
  readonly reached?: "in" | "out";
  /** Only for the compiler: what the caller hands over. */
  readonly takes?: V;
}
type Value<N extends string> = Parameter<N, number | bigint>;
type Pointed<N extends string> = Parameter<N, Target | null>;

/**
 * How much: the name of a length parameter, `*name` for one that points at its length,
 * a type for exactly one, `each(…)`, `amount(…)`.
 */
export type Extent = string | AnyType | Many | Amount;
interface Many {
  readonly count: string;
  readonly wrote: string;
  readonly of: AnyType;
}
/**
 * `count` elements of a type; `wrote` names how many the kernel filled,
 * where that is another number (`"result"`).
 */
export const each = (count: string, of: AnyType, wrote = count): Many => ({ count, wrote, of });
interface Amount {
  readonly amount: Bound;
}
/** As many bytes as this says, all of them written on success: bit sets, a byte for every page. */
export const amount = (bound: Bound): Amount => ({ amount: bound });

const none: Bound = () => 0;

/** A number; its type gives strace's text. */
export const value = <N extends string>(name: N, typing: Typing): Value<N> =>
  ({ name, flow: "value", typing, room: none, wrote: none });
/** A file descriptor. */
export const fd = <N extends string>(name: N): Value<N> => value(name, i32);
/** The kernel reads what it points at. */
export const from = <N extends string>(name: N, extent: Extent, typing?: Typing): Pointed<N> =>
  ({ name, flow: "in", ...reach(extent, typing), wrote: none });
/** The kernel writes what it points at. */
export const into = <N extends string>(name: N, extent: Extent, typing?: Typing): Pointed<N> =>
  ({ name, flow: "out", ...reach(extent, typing) });
/** The kernel reads it, then writes it: a value-result parameter; an int where nothing else is said. */
export const both = <N extends string>(name: N, extent: Extent = i32, typing?: Typing): Pointed<N> =>
  ({ name, flow: "inout", ...reach(extent, typing) });
/**
 * An address that the call speaks of but whose bytes it
 * neither reads nor writes (mmap, munmap, madvise). 0 is NULL.
 */
export const place = <N extends string>(name: N): Parameter<N, Target | number | null> =>
  ({ name, flow: "place", typing: null, room: none, wrote: none });
/** A NUL-terminated string that the kernel reads. */
export const path = <N extends string>(name: N): Pointed<N> =>
  ({ name, flow: "in", typing: cString, room: none, wrote: none });
/**
 * A word that is a number or a pointer, as another argument says (ioctl, fcntl, prctl).
 * `typing` null: a plain number.
 */
export const word = <N extends string>(
  name: N, typing: Typing,
): Parameter<N, Target | number | bigint | null> =>
  ({ name, flow: "inout", typing, room: none, wrote: none });
/** The kernel writes into the structs, but only reads what their pointers reach (sendmmsg). */
export const gathers = <P extends Parameter>(parameter: P): P => ({ ...parameter, reached: "in" });
/** The kernel only reads the structs, but writes what their pointers reach (readv). */
export const scatters = <P extends Parameter>(parameter: P): P => ({ ...parameter, reached: "out" });

/**
 * An argument that the kernel does not look at, given the others,
 * and that strace leaves out: openat's mode without O_CREAT.
 */
export const unsaid: AnyType = {
  name: "unsaid", size: 0, align: 1,
  read: () => 0,
  write: () => undefined,
  show: () => "",
};

/** Marks a parameter as text that ends in NUL; its room is the memory it was given. */
export const cString: AnyType = {
  name: "char[]", size: 0, align: 1,
  read: (memory, at) => memory.bytes.toString("latin1", at).split("\0")[0],
  write: (memory, at, it: string) => void memory.bytes.write(`${it}\0`, at, "latin1"),
  show: (it: string) => JSON.stringify(it),
};

function reach(extent: Extent, typing: Typing | undefined): Pick<Parameter, "typing" | "room" | "wrote"> {
  if (typeof extent !== "string") {
    if ("amount" in extent) {
      const all: Bound = (it) => (it.result < 0 ? 0 : extent.amount(it));
      return { typing: typing ?? null, room: extent.amount, wrote: all };
    }
    if (!("count" in extent)) {
      const one: Bound = ({ result }) => (result < 0 ? 0 : extent.size);
      return { typing: typing ?? extent, room: () => extent.size, wrote: one };
    }
    const { count, wrote, of } = extent;
    const filled: Bound = (it) =>
      (it.result < 0 ? 0 : (wrote === "result" ? it.result : it.value(wrote)) * of.size);
    return { typing: typing ?? of, room: (it) => it.value(count) * of.size, wrote: filled };
  }
  if (!extent.startsWith("*")) {
    const answered: Bound = ({ result }) => Math.max(0, result);
    return { typing: typing ?? null, room: (it) => it.value(extent), wrote: answered };
  }
  const name = extent.slice(1);
  const told: Bound = (it) => (it.result < 0 ? 0 : Math.min(it.before(name), it.after(name)));
  return { typing: typing ?? null, room: (it) => it.before(name), wrote: told };
}

/** A call's numbers on x86-64 and arm64; null where that machine has none. */
export interface Number {
  readonly x64: number | null;
  readonly arm64: number | null;
}
export const nr = (x64: number | null, arm64: number | null): Number => ({ x64, arm64 });

/** One line of the table. */
export type Entry = readonly [nr: Number, ...parameters: readonly Parameter[]];
