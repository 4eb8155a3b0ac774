/**
 * A struct's bytes, made again from what strace wrote of it. What the log does not say stays unwritten; where
 * strace cut its text, or says what cannot be laid out, there are no bytes at all: nothing is guessed.
 */

import { AF } from "../../abi/constants/socket.ts";
import { sockaddr_un, sockaddrOf } from "../../abi/structs/sockaddr.ts";
import { u16 } from "../../memory/integer.ts";
import { buffer, type Memory, POISON } from "../../memory/memory.ts";
import { isPointer } from "../../memory/pointer.ts";
import { type AnyStruct, type Field, isStruct } from "../../memory/struct.ts";
import type { AnyType } from "../../memory/type.ts";
import type { StringValue, StructValue, Value } from "../../witness/strace-value.ts";
import { addressIn, memberOf, numberIn, smallIn, wholeText } from "./worth.ts";

/** A struct with its bytes. */
export interface Laid {
  readonly layout: AnyStruct;
  readonly memory: Memory;
}

/** Thrown inside: this value has no bytes that the log tells. */
class Unsaid extends Error {}

/** The bytes of a struct of this layout. Null where the log does not tell enough of them. */
export const laidOut = (value: Value, layout: AnyStruct): Laid | null =>
  tried(() => {
    if (value.kind !== "struct" || value.cut) throw new Unsaid();
    const memory = buffer(layout.size);
    members(memory, layout, 0, value);
    return { layout, memory };
  });

/** The bytes of an address of any family. `length` null: as many as its family has. */
export const addressLaidOut = (value: Value, length: number | null): Laid | null =>
  tried(() => {
    const family = smallIn(memberOf(value, "sa_family"));
    const size = length ?? (family === null ? undefined : USUAL[family]);
    if (value.kind !== "struct" || value.cut || family === null || size === undefined) throw new Unsaid();
    const memory = buffer(Math.min(Math.max(size, 2), MOST));
    u16.write(memory, 0, family);
    const layout = sockaddrOf(memory);
    if (layout === null) throw new Unsaid();
    if (family === AF.AF_UNIX) unixPath(memory, memberOf(value, "sun_path"));
    else members(memory, layout, 0, value);
    return { layout, memory };
  });

/** How long addresses are that have one length; a unix one is as long as its call says. */
const USUAL: Readonly<Record<number, number>> = {
  [AF.AF_INET]: 16, [AF.AF_INET6]: 28, [AF.AF_NETLINK]: 12, [AF.AF_PACKET]: 20,
};
/** A sockaddr_storage. */
const MOST = 128;

function tried(make: () => Laid): Laid | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof Unsaid || error instanceof RangeError) return null;
    throw error;
  }
}

function members(memory: Memory, layout: AnyStruct, base: number, value: StructValue): void {
  for (const { name, value: one } of value.members) {
    const field = layout.fields.find((it) => isCalled(it, name ?? inner(one), layout));
    if (field === undefined) throw new Unsaid();
    put(memory, base + field.offset, field.type, one);
  }
}

/** The member that a conversion writes to: `inet_pton(AF_INET6, "::1", &sin6_addr)`. */
function inner(value: Value): string | null {
  const last = value.kind === "call" ? value.args.at(-1)?.value : undefined;
  return last?.kind === "symbol" ? last.name.replace(/^&/, "") : null;
}
/** strace calls the family of every address `sa_family`. */
const isCalled = (field: Field, name: string | null, { fields }: AnyStruct): boolean =>
  field.name === name || (name === "sa_family" && field === fields[0] && field.name.endsWith("_family"));

function put(memory: Memory, at: number, type: AnyType, value: Value): void {
  if (isPointer(type)) pointed(memory, at, type, value);
  else if (isStruct(type)) nested(memory, at, type, value);
  else scalar(memory, at, type, value);
}

/** `if_nametoindex("eth0")`: the number is not in the log. */
function scalar(memory: Memory, at: number, type: AnyType, value: Value): void {
  if (value.kind === "call" && value.name === "if_nametoindex") return;
  if (isRaw(type, value)) return void memory.bytes.write(value.bytes, at, "latin1");
  const written = addressIn(value) ?? (isText(type) ? wholeText(value) : null) ?? numberIn(value);
  if (written === null) throw new Unsaid();
  type.write(memory, at, fitting(type, written));
  const bytes = memory.bytes.subarray(at, at + type.size);
  if (bytes.every((it) => it === POISON)) throw new Unsaid();
}

/** Of a pointer strace shows what it leads to, or nothing: where that lies is not in the log. */
function pointed(memory: Memory, at: number, type: AnyType, value: Value): void {
  if (value.kind === "pointer") type.write(memory, at, null);
  if (value.kind === "pointer" && value.value !== 0) memory.bytes.writeBigUInt64LE(BigInt(value.value), at);
}

/** A union is written as its first member, or as a struct that names several: `{u32=3, u64=3}`. */
function nested(memory: Memory, at: number, type: AnyStruct, value: Value): void {
  if (value.kind === "struct" && !value.cut) members(memory, type, at, value);
  else if (type.kind === "union" && value.kind === "number") put(memory, at, type.fields[0]!.type, value);
  else throw new Unsaid();
}

const isText = ({ name }: AnyType): boolean => name.startsWith("char[");
/** Under `-X raw` the bytes of a port or an address stand in quotes: `"\0P"`. */
const isRaw = (type: AnyType, value: Value): value is StringValue =>
  value.kind === "string" && !value.cut && !isText(type) && value.bytes.length === type.size;

/** A negative number where the type has no sign: strace shows `nl_pid` so. */
function fitting({ name, size }: AnyType, value: string | number | bigint): unknown {
  const isNegative = typeof value === "number" && value < 0;
  return isNegative && /^(u|be)\d/.test(name) && size < 8 ? value + 2 ** (size * 8) : value;
}

/** A path ends with a NUL, an abstract name begins with one; what is behind the NUL, strace leaves out. */
function unixPath(memory: Memory, value: Value | undefined): void {
  const room = memory.length - PATH;
  if (value === undefined && room === 0) return;
  const path = wholeText(value);
  if (path === null || value?.kind !== "string") throw new Unsaid();
  const bytes = value.abstract ? `\0${path}` : path;
  const ended = value.abstract || bytes.length >= room ? bytes : `${bytes}\0`;
  if (ended.length > room || (value.abstract && ended.length < room)) throw new Unsaid();
  memory.bytes.write(ended, PATH, "latin1");
}
const PATH = sockaddr_un.fields[1]!.offset;
