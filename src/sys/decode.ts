/**
 * From the two records of a crossing to one call: arguments by name, with their bytes before and after, and
 * strace's text for each. Pure: it works in the supervisor,
 * in a file's reader, and on hand-made records alike.
 */
import { errnoName } from "../abi/errno.ts";
import type { Entry, Flow, Given, Parameter } from "../abi/parameter.ts";
import { syscalls } from "../abi/syscalls.ts";
import type { Wide } from "../memory/integer.ts";
import { layouts } from "../memory/layouts.ts";
import { bytesOf } from "../memory/memory.ts";
import { isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import { argumentText } from "./argument-text.ts";
import type { Enter, Exit } from "./log-reader.ts";
import type { Segment } from "./log-segments.ts";
import { nameOf } from "./number-of.ts";
import { type PackedBytes, pack } from "./packed-bytes.ts";
import { resultText } from "./result-text.ts";

/** One argument, or memory that it reached: then `name` is C's way there, `msg.msg_iov[0].iov_base`. */
export interface Arg {
  readonly name: string;
  readonly flow: Flow;
  /** The word in the register: a number, an address; beyond 2^53 its digits. */
  readonly value: number | string;
  /**
   * As `strace -s 64` writes it; empty for memory reached through a struct,
   * which is part of that struct's text.
   */
  readonly text: string;
  /** The name of the C type that its bytes have, or null: plain bytes, or no memory. */
  readonly layout: string | null;
  readonly before: PackedBytes | null;
  readonly after: PackedBytes | null;
  /** How many bytes the call was allowed to touch, and how many the kernel wrote. */
  readonly room: number;
  readonly wrote: number;
}
/** One crossing into the kernel. `result` is null while, or if, it never came back. */
export interface Call {
  readonly id: number;
  readonly actor: string;
  readonly nr: number;
  readonly name: string;
  readonly args: readonly Arg[];
  readonly result: number | null;
  readonly errno: string | null;
  /** Nanoseconds since the run began. */
  readonly enter: number;
  readonly exit: number | null;
}

/** Decodes one call; `exit` null: it had not returned. */
export function decode(enter: Enter, exit: Exit | null, actor: string): Call {
  const name = nameOf(enter.nr);
  const parameters = name === undefined ? [] : (syscalls[name] as Entry).slice(1) as readonly Parameter[];
  const words = Object.fromEntries(parameters.map((it, i) => [it.name, Number(enter.words[i] ?? 0)]));
  const result = exit?.result ?? null;
  return {
    id: enter.id, actor, nr: enter.nr, name: name ?? `syscall_${enter.nr}`,
    args: parameters.flatMap((it, i) => argsOf(it, i, { name: name ?? "", enter, exit, words })),
    result, errno: result !== null && result < 0 ? errnoName(-result) : null,
    enter: enter.t, exit: exit?.t ?? null,
  };
}

/** `name(args) = result` in strace's words. */
export function callText(call: Call): string {
  const { name, args, result } = call;
  const what = `${name}(${args.filter((it) => it.text !== "").map((it) => it.text).join(", ")})`;
  return result === null ? `${what} <unfinished ...>` : `${what} = ${resultText({ ...call, result })}`;
}

interface Crossing {
  readonly name: string;
  readonly enter: Enter;
  readonly exit: Exit | null;
  /** All registers, by the parameters' names. */
  readonly words: Given;
}

function argsOf(parameter: Parameter, i: number, crossing: Crossing): readonly Arg[] {
  const { enter, exit } = crossing;
  const word = enter.words[i] ?? 0;
  const [before, after] = [reachedBy(enter, i), reachedBy(exit, i)];
  const inward = [...before.values()];
  const text = argumentText({
    call: crossing.name, parameter, word, words: crossing.words, result: exit?.result ?? null,
    before: before.get(""), after: after.get(""), reached: { before, after },
    type: (bytes) => typeOf(parameter, crossing.words, bytes),
  }) ?? "";
  if (inward.length === 0) return [arg(parameter, "", word, text, null, undefined, undefined)];
  return inward.map((it) => {
    const out = after.get(it.path);
    if (it.path !== "") return arg(parameter, it.path, it.address, "", it.type || null, it, out);
    const declared = (): string | null => typeOf(parameter, crossing.words, (out ?? it).bytes)?.name ?? null;
    return arg(parameter, "", word, text, layouts.has(it.type) ? it.type : declared(), it, out);
  });
}

/** The memory that one argument reached, by C's way there. */
const reachedBy = (record: Enter | Exit | null, parameter: number): ReadonlyMap<string, Segment> =>
  new Map(record?.segments.filter((it) => it.parameter === parameter).map((it) => [it.path, it]));

type Bytes = Segment | undefined;
function arg(
  it: Parameter, path: string, word: Wide, text: string, layout: string | null, before: Bytes, after: Bytes,
): Arg {
  return {
    name: `${it.name}${path}`,
    flow: path === "" ? it.flow : it.reached ?? it.flow,
    value: typeof word === "bigint" ? String(word) : word,
    text, layout,
    before: before === undefined ? null : pack(before.bytes),
    after: after === undefined ? null : pack(after.bytes),
    room: before?.room ?? 0,
    wrote: after?.wrote ?? 0,
  };
}

/** The parameter's type, given the other arguments and the bytes it points at. */
function typeOf({ typing }: Parameter, words: Given, bytes: Uint8Array | null): AnyType | null {
  if (typeof typing !== "function" || isStruct(typing)) return typing;
  return typing(words, bytes === null ? null : bytesOf(bytes));
}
