/**
 * C expressions over what a call was given: `size`, `*addr_len`, `ubuf`, `umyaddr.sin_port`, `msg.msg_iov[1].iov_len`,
 * `msg.msg_control[0].cmsg_data[0]`. They are looked up in the call's recorded bytes, and can be written back there.
 */
import { cmsg } from "../abi/structs/message.ts";
import { tcpInfoOf } from "../abi/structs/tcp.ts";
import { i32 } from "../memory/integer.ts";
import { layouts } from "../memory/layouts.ts";
import { bytesOf, type Memory } from "../memory/memory.ts";
import { type AnyStruct, isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import type { Arg, Call } from "../sys/decode.ts";
import { pack, unpack } from "../sys/packed-bytes.ts";
import { NotInHistory } from "./fact.ts";

/** What an expression may evaluate to. Bytes are text, one character a byte. */
export type Value = number | string;
/** Before the kernel saw the memory, or after it came back. */
export type Moment = "before" | "after";

/** The value of an expression at one moment of a call. Throws NotInHistory where the call holds no such thing. */
export function evaluate(call: Call, expression: string, moment: Moment): Value {
  const place = find(call, expression, moment);
  if (place.arg !== null && place.memory === null) return place.arg.value;
  const { memory, type, at, length } = place;
  if (memory === null) throw new NotInHistory(`${expression} is not in the history`);
  if (type === null) return memory.slice(at, at + length).text();
  const value = type.read(memory, at) as unknown;
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  return type.show(value);
}

/** The call with another value in that place. */
export function rewritten<C extends Call>(call: C, expression: string, moment: Moment, value: Value): C {
  const { arg, memory, type, at, length } = find(call, expression, moment);
  if (memory === null) return withArg(call, arg!, { value });
  if (type === null) memory.bytes.set(Buffer.from(String(value).padEnd(length, "\0").slice(0, length), "latin1"), at);
  else type.write(memory, at, typeof value === "string" && type.read(memory, at) instanceof Uint8Array ? Buffer.from(value, "latin1") : value);
  return withArg(call, arg!, { [moment]: pack(memory.bytes) });
}

const withArg = <C extends Call>(call: C, old: Arg, change: Partial<Arg>): C =>
  ({ ...call, args: call.args.map((it) => (it === old ? { ...it, ...change } : it)) });

interface Place {
  /** The recorded argument it lies in. */
  readonly arg: Arg | null;
  /** A copy of its bytes; null: the value is the register itself. */
  readonly memory: Memory | null;
  readonly type: AnyType | null;
  readonly at: number;
  readonly length: number;
}

function find(call: Call, expression: string, moment: Moment): Place {
  const missing = (): never => { throw new NotInHistory(`#${call.id} ${call.name} has no ${expression}`); };
  const deref = expression.startsWith("*");
  const path = deref ? expression.slice(1) : expression;
  const arg = longest(call.args, path) ?? missing();
  const rest = path.slice(arg.name.length);
  const packed = moment === "after" ? arg.after : arg.before;
  if (!deref && rest === "" && (arg.flow === "value" || arg.flow === "place" || (packed === null && arg.before === null))) {
    return { arg, memory: null, type: null, at: 0, length: 0 };
  }
  if (packed === null) return missing();
  const memory = bytesOf(unpack(packed));
  const layout = layoutOf(arg, memory);
  if (rest === "" && (layout === null || !isStruct(layout))) {
    const length = moment === "after" ? arg.wrote : memory.length;
    return { arg, memory, type: layout ?? (deref ? i32 : null), at: 0, length };
  }
  if (layout === null) return missing();
  return { arg, memory, ...step(memory, layout, rest, missing), length: 0 };
}

/** The argument, or reached memory, whose name is the longest beginning of the path. `[0]` of a single struct may be left out or written. */
function longest(args: readonly Arg[], path: string): Arg | null {
  const fits = ({ name }: Arg): boolean => path === name || (path.startsWith(name) && /^[.[]/.test(path.slice(name.length)));
  return args.filter(fits).reduce<Arg | null>((best, it) => (best === null || it.name.length > best.name.length ? it : best), null);
}

/** Layouts by name; tcp_info as far as the kernel filled it, `cmsg` and plain integers by what the call says of them. */
function layoutOf({ layout, name }: Arg, memory: Memory): AnyType | null {
  if (layout === "tcp_info") return tcpInfoOf(memory.length);
  if (layout === null) return name.endsWith(".msg_control") ? CMSG : null;
  return layouts.get(layout) ?? INTEGERS[layout] ?? null;
}
const INTEGERS: Readonly<Record<string, AnyType>> = { i32, int: i32 };
/** One control message: its header's fields, and behind them `cmsg_data`, typed by level and type. */
interface Message extends AnyType {
  readonly header: AnyStruct;
  readonly data: AnyType;
}
/** Stands for the elements of a control buffer; an index opens it. */
const CMSG: AnyType = { name: "cmsg", size: 0, align: 8, read: () => "", write: () => undefined, show: () => "" };

type Found = Pick<Place, "type" | "at">;

/** Walks `.field` and `[index]` from a type at the memory's start. */
function step(memory: Memory, from: AnyType, path: string, missing: () => never): Found {
  let type: AnyType = from;
  let at = 0;
  for (const [, field, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    const next = field === undefined ? element(memory, type, at, Number(index)) : member(memory, type, at, field);
    if (next === null) return missing();
    ({ type, at } = next as { type: AnyType; at: number });
  }
  return { type, at };
}

function member(memory: Memory, type: AnyType, at: number, name: string): Found | null {
  if ("header" in type) {
    const { header, data } = type as Message;
    return name === "cmsg_data" ? { type: data, at: at + header.size } : member(memory, header, at, name);
  }
  if (isStruct(type)) {
    const field = type.fields.find((it) => it.name === name);
    return field === undefined || at + field.offset + field.type.size > memory.length ? null : { type: field.type, at: at + field.offset };
  }
  return null;
}

/** The n-th of an array, of a struct pointer, or of the elements of a control buffer. */
function element(memory: Memory, type: AnyType, at: number, n: number): Found | null {
  if (type === CMSG) {
    const found = cmsg.read(memory)[n];
    return found === undefined ? null : { type: { ...CMSG, header: layouts.get("cmsghdr")!, data: found.type ?? i32 } as Message, at: found.offset };
  }
  if ("of" in type) return { type: type.of as AnyType, at: at + n * (type.of as AnyType).size };
  return at + (n + 1) * type.size > memory.length ? null : { type, at: at + n * type.size };
}
