/**
 * A typed place in recorded bytes: found along `.field` and `[index]`, read as a claim sees it, and written.
 */
import { cString } from "../abi/parameter.ts";
import { cmsg } from "../abi/structs/message.ts";
import { statOf } from "../abi/structs/stat.ts";
import { tcpInfoOf } from "../abi/structs/tcp.ts";
import { ipv4, ipv6, mac } from "../memory/address.ts";
import { array, byte, char } from "../memory/array.ts";
import { be16, be32, be64, i8, i16, i32, i64, size_t, u8, u16, u32, u64 } from "../memory/integer.ts";
import { layouts } from "../memory/layouts.ts";
import type { Memory } from "../memory/memory.ts";
import { isPointer } from "../memory/pointer.ts";
import { type AnyStruct, isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import { NotInHistory } from "./fact.ts";

/**
 * What a claim sees in a place. Bytes are text, one character a byte;
 * beyond 2^53 a number is its digits; a pointer is its address.
 */
export type Value = number | string;

export interface Place {
  readonly type: AnyType;
  /** In bytes, from the memory's start. */
  readonly at: number;
}

const SCALARS: Readonly<Record<string, AnyType>> = Object.fromEntries([
  i8, i16, i32, i64, u8, u16, u32, u64, be16, be32, be64, size_t, ipv4, ipv6, mac, cString,
].map((it) => [it.name, it]));
const TEXTS: Readonly<Record<string, (length: number) => AnyType>> = { char, byte };

/** tcp_info goes as far as the kernel filled it; stat is that of the machine that made the call. */
const BY_LENGTH: Readonly<Record<string, (length: number) => AnyStruct | null>> =
  { tcp_info: tcpInfoOf, stat: statOf };

/** The type that a recorded layout names, in memory of so many bytes. Null: plain bytes. */
export function typeNamed(name: string, length: number): AnyType | null {
  const byLength = BY_LENGTH[name];
  if (byLength !== undefined) return byLength(length);
  const [, of, count] = /^(.+)\[(\d+)\]$/.exec(name) ?? [];
  if (of === undefined) return layouts.get(name) ?? SCALARS[name] ?? null;
  const element = typeNamed(of, length);
  return TEXTS[of]?.(Number(count)) ?? (element === null ? null : array(element, Number(count)));
}

/** Stands for the elements of a control buffer; an index opens it. */
export const CMSG: AnyType = {
  name: "cmsg", size: 0, align: 8,
  read: () => null, write: () => undefined, show: () => "",
};
/** One control message: its header's fields, and behind them `cmsg_data`, typed by level and type. */
interface Message extends AnyType {
  readonly header: AnyStruct;
  readonly data: AnyType;
}

/**
 * Walks a path like `.msg_iov[1].iov_len` from a type at the memory's start.
 * Null where the memory has no such place.
 */
export function walk(memory: Memory, from: AnyType, path: string): Place | null {
  let place: Place | null = { type: from, at: 0 };
  let walked = "";
  for (const [step, field, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (place === null) return null;
    place = field === undefined ? element(memory, place, Number(index)) : member(place, field);
    walked += step;
  }
  return place === null || walked !== path || place.at + place.type.size > memory.length ? null : place;
}

function member({ type, at }: Place, name: string): Place | null {
  if ("header" in type) {
    const { header, data } = type as Message;
    return name === "cmsg_data" ? { type: data, at: at + header.size } : member({ type: header, at }, name);
  }
  const field = isStruct(type) ? type.fields.find((it) => it.name === name) : undefined;
  return field === undefined ? null : { type: field.type, at: at + field.offset };
}

/** The n-th of an array, of the elements of a control buffer, or of structs that lie in a row. */
function element(memory: Memory, { type, at }: Place, n: number): Place | null {
  if (type === CMSG) {
    const found = cmsg.read(memory)[n];
    if (found === undefined) return null;
    const message: Message = { ...CMSG, header: layouts.get("cmsghdr")!, data: found.type ?? i32 };
    return { type: message, at: found.offset };
  }
  if (!("of" in type)) return isStruct(type) ? { type, at: at + n * type.size } : null;
  const of = type.of as AnyType;
  return (n + 1) * of.size > type.size ? null : { type: of, at: at + n * of.size };
}

/** The value in a place. Throws NotInHistory for what has no single value: a struct, an array. */
export function valueAt(memory: Memory, { type, at }: Place): Value {
  const value: unknown = single(type).read(memory, at);
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  throw new NotInHistory(`${type.name} has no single value: name one of its parts`);
}

/** Writes a value there. Throws where the place cannot hold it. */
export function putAt(memory: Memory, { type, at }: Place, value: Value): void {
  const isBytes = single(type).read(memory, at) instanceof Uint8Array;
  single(type).write(memory, at, isBytes ? Buffer.from(String(value), "latin1") : value);
}

/** A pointer is shown and written as the address it holds. */
const single = (type: AnyType): AnyType => (isPointer(type) ? u64 : type);
