/** strace's grammar for one argument: what `strace -s 64` prints for it. */
import type { Parameter } from "../abi/parameter.ts";
import { cString } from "../abi/parameter.ts";
import { cmsgText } from "../abi/structs/message.ts";
import { sockaddrOf } from "../abi/structs/sockaddr.ts";
import { quoted } from "../memory/array.ts";
import { bytesOf, type Memory } from "../memory/memory.ts";
import { isPointer } from "../memory/pointer.ts";
import { type AnyStruct, isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import type { Segment } from "./log.ts";

/** Memory before the call and, where the kernel may have written it, after. */
export interface Moment {
  readonly before: Segment;
  readonly after: Segment | null;
}
export interface Shown {
  readonly parameter: Parameter;
  readonly word: number | bigint;
  /** The type of the value, or of what is pointed at. */
  readonly type: AnyType | null;
  readonly before: Segment | null;
  readonly after: Segment | null;
  /** The call failed, or has not returned: what it would have written is not there. */
  readonly failed: boolean;
  /** All memory that this argument reached, itself included. */
  readonly reached: readonly Moment[];
}

/** strace's -s: so many bytes of a string are shown. */
const STRING = 64;

export function argumentText(it: Shown): string {
  const { parameter, word, type, before, after } = it;
  if (parameter.flow === "value") return type === null ? String(word) : type.show(Number(word));
  if (before === null) return wordText(it);
  if (parameter.flow === "out") return it.failed || after === null ? address(word) : bytesText(it, after, after.wrote);
  if (parameter.flow === "in" || after === null || it.failed) return bytesText(it, before, before.room);
  return changeText(it, before, after, type);
}

function wordText({ parameter, word, type }: Shown): string {
  const isNumber = parameter.flow === "inout" && typeof parameter.typing === "function";
  if (isNumber && type !== null && !isStruct(type)) return type.show(Number(word));
  if (isNumber && type === null) return String(word);
  return address(word);
}

const address = (word: number | bigint): string => (Number(word) === 0 ? "NULL" : `0x${BigInt(word).toString(16)}`);

/** A value-result int: `[16]`, or `[128 => 16]` when the kernel changed it. Everything else: as it is afterwards. */
function changeText(it: Shown, before: Segment, after: Segment, type: AnyType | null): string {
  if (type === null || isStruct(type) || isArray(type)) return bytesText(it, after, Math.max(after.wrote, before.room));
  const [was, is] = [before, after].map((segment) => valueText(type, segment.bytes));
  return was === is ? `[${was}]` : `[${was} => ${is}]`;
}

function bytesText({ type, reached }: Shown, { bytes, path }: Segment, length: number): string {
  const memory = bytesOf(bytes.subarray(0, length));
  if (type === null) return stringText(memory, length);
  if (type === cString) return quoted(String(cString.read(memory, 0)));
  if (isStruct(type)) return structsText(type, memory, path, reached);
  if (memory.length < type.size) return stringText(memory, length);
  return isArray(type) ? valueText(type, memory.bytes) : `[${valueText(type, memory.bytes)}]`;
}

const isArray = (type: AnyType): boolean => type.name.endsWith("]");
const valueText = (type: AnyType, bytes: Uint8Array): string =>
  bytes.length < type.size ? stringText(bytesOf(bytes), bytes.length) : type.show(type.read(bytesOf(bytes), 0));

/** `"…"`, cut at 64 bytes as strace does: `"…"...`. */
function stringText(memory: Memory, length: number): string {
  const text = memory.text().slice(0, STRING);
  return `${quoted(text)}${length > STRING ? "..." : ""}`;
}

/** One struct, or `[{…}, {…}]` where the memory holds several. */
function structsText(layout: AnyStruct, memory: Memory, path: string, reached: readonly Moment[]): string {
  const count = Math.floor(memory.length / layout.size);
  if (count === 0) return stringText(memory, memory.length);
  const one = (n: number, where: string): string => structText(layout, memory.slice(n * layout.size, (n + 1) * layout.size), where, reached);
  if (count === 1 && !reached.some((it) => it.before.path.startsWith("["))) return one(0, path);
  return `[${Array.from({ length: count }, (_, n) => one(n, `${path}[${n}]`)).join(", ")}]`;
}

/** A struct whose pointers are shown by what they reached; without such pointers its own text. */
function structText(layout: AnyStruct, memory: Memory, path: string, reached: readonly Moment[]): string {
    if (!hasReach(layout)) return layout.show(layout.at(memory));
  const fields = layout.fields.flatMap(({ name, offset, type }) => {
    const there = `${path}.${name}`;
    if (isStruct(type)) return [`${name}=${structText(type, memory.slice(offset, offset + type.size), there, reached)}`];
    if (!isPointer(type) || type.reach === null) return [`${name}=${type.show(type.read(memory, offset))}`];
    const moment = reached.find((it) => it.before.path === there);
    if (moment === undefined) return name === "msg_control" ? [] : [`${name}=${type.show(type.read(memory, offset))}`];
    return [`${name}=${targetText(type.reach.to, moment, there, reached)}`];
  });
  return `{${fields.join(", ")}}`;
}

const hasReach = (layout: AnyStruct): boolean =>
  layout.fields.some(({ type }) => (isStruct(type) ? hasReach(type) : isPointer(type) && type.reach !== null));

function targetText(to: AnyType | "sockaddr" | "cmsg" | null, { before, after }: Moment, path: string, reached: readonly Moment[]): string {
  const written = after !== null && before.room > 0;
  const segment = after ?? before;
  const memory = bytesOf(segment.bytes.subarray(0, written ? Math.max(after.wrote, to !== null && typeof to !== "string" ? before.room : 0) : before.room));
  if (to === null) return stringText(memory, memory.length);
  if (to === "cmsg") return cmsgText(memory);
  const layout = to === "sockaddr" ? sockaddrOf(memory) : to;
  if (layout === null || !isStruct(layout)) return stringText(memory, memory.length);
  if (to === "sockaddr") return layout.show(layout.at(padded(memory, layout.size)) as never);
  const count = Math.floor(memory.length / layout.size);
  const texts = Array.from({ length: count }, (_, n) => structText(layout, memory.slice(n * layout.size, (n + 1) * layout.size), `${path}[${n}]`, reached));
  return `[${texts.join(", ")}]`;
}

/** A short address still has its fields: what is missing is zero. */
const padded = (memory: Memory, size: number): Memory =>
  memory.length >= size ? memory : bytesOf(Buffer.concat([memory.bytes, Buffer.alloc(size - memory.length)]));
