/**
 * From the two records of a crossing to one call: arguments by name, with their bytes before and after, and strace's
 * text for each. Pure: it works in the supervisor, in a file's reader, and on hand-made records alike.
 */
import { errnoName, errnoText } from "../abi/errno.ts";
import type { Entry, Flow, Parameter } from "../abi/parameter.ts";
import { type SyscallName, syscalls } from "../abi/syscalls.ts";
import { layouts } from "../memory/layouts.ts";
import { bytesOf, type Memory } from "../memory/memory.ts";
import { isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import { argumentText } from "./argument-text.ts";
import type { Segment } from "./log.ts";
import type { Enter, Exit } from "./log-reader.ts";
import { type PackedBytes, pack } from "./packed-bytes.ts";

/** One argument, or memory that it reached: then `name` is C's way there, `msg.msg_iov[0].iov_base`. */
export interface Arg {
  readonly name: string;
  readonly flow: Flow;
  /** The word in the register: a number, an address; beyond 2^53 its digits. */
  readonly value: number | string;
  /** As `strace -s 64` writes it; empty for memory reached through a struct, which is part of that struct's text. */
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

const names: ReadonlyMap<number, SyscallName> = new Map(
  (Object.keys(syscalls) as SyscallName[]).flatMap((name) => {
    const nr = (syscalls[name] as Entry)[0][process.arch === "arm64" ? "arm64" : "x64"];
    return nr === null ? [] : [[nr, name] as const];
  }),
);

/** Decodes one call; `exit` null: it had not returned. */
export function decode(enter: Enter, exit: Exit | null, actor: string): Call {
  const name = names.get(enter.nr);
  const parameters = name === undefined ? [] : (syscalls[name] as Entry).slice(1) as readonly Parameter[];
  const result = exit?.result ?? null;
  return {
    id: enter.id, actor, nr: enter.nr, name: name ?? `syscall_${enter.nr}`,
    args: parameters.flatMap((parameter, i) => argsOf(parameter, i, { enter, exit, parameters })),
    result, errno: result !== null && result < 0 ? errnoName(-result) : null,
    enter: enter.t, exit: exit?.t ?? null,
  };
}

/** `name(args) = result` in strace's words. */
export function callText({ name, args, result, errno }: Call): string {
  const shown = args.filter((it) => !isReached(it)).map((it) => it.text);
  const what = `${name}(${shown.join(", ")})`;
  if (result === null) return `${what} <unfinished ...>`;
  return `${what} = ${errno === null ? resultText(name, result) : `-1 ${errno} (${errnoText(errno)})`}`;
}

const isReached = ({ name }: Arg): boolean => /[.[]/.test(name);
const resultText = (name: string, result: number): string => (ADDRESSES.has(name) ? `0x${result.toString(16)}` : String(result));
const ADDRESSES: ReadonlySet<string> = new Set(["mmap", "mremap"]);

interface Crossing {
  readonly enter: Enter;
  readonly exit: Exit | null;
  readonly parameters: readonly Parameter[];
}

function argsOf(parameter: Parameter, i: number, crossing: Crossing): readonly Arg[] {
  const { enter, exit } = crossing;
  const inward = enter.segments.filter((it) => it.parameter === i);
  const outward = new Map(exit?.segments.filter((it) => it.parameter === i).map((it) => [it.path, it]));
  const word = enter.words[i] ?? 0;
  const typed = (segment: Segment | undefined): AnyType | null => typeOf(parameter, crossing, segment);
  if (inward.length === 0) {
    const text = argumentText({ parameter, word, type: typed(undefined), before: null, after: null, failed: (exit?.result ?? 0) < 0, reached: [] });
    return [arg(parameter, "", word, text, null, undefined, undefined)];
  }
  return inward.map((before) => {
    const after = outward.get(before.path);
    const type = typed(after ?? before);
    const layout = before.path === "" ? (layouts.has(before.type) ? before.type : type?.name ?? null) : before.type || null;
    const text = before.path !== "" ? "" : argumentText({
      parameter, word, type, before, after: after ?? null, failed: exit === null || exit.result < 0,
      reached: inward.map((it) => ({ before: it, after: outward.get(it.path) ?? null })),
    });
    return arg(parameter, before.path, before.path === "" ? word : before.address, text, layout, before, after);
  });
}

function arg(parameter: Parameter, path: string, word: number | bigint, text: string, layout: string | null, before: Segment | undefined, after: Segment | undefined): Arg {
  return {
    name: `${parameter.name}${path}`, flow: path === "" ? parameter.flow : parameter.reached ?? parameter.flow, value: typeof word === "bigint" ? String(word) : word, text, layout,
    before: before === undefined ? null : pack(before.bytes),
    after: after === undefined ? null : pack(after.bytes),
    room: before?.room ?? 0,
    wrote: after?.wrote ?? 0,
  };
}

/** The parameter's type, given the other arguments and the bytes it points at. */
function typeOf({ typing }: Parameter, { enter, parameters }: Crossing, segment: Segment | undefined): AnyType | null {
  if (typeof typing !== "function" || isStruct(typing)) return typing;
  const given = Object.fromEntries(parameters.map(({ name }, i) => [name, Number(enter.words[i] ?? 0)]));
  const memory: Memory | null = segment === undefined ? null : bytesOf(segment.bytes);
  return typing(given, memory);
}
