/**
 * C expressions over what a call was given: `size`, `*addr_len`, `ubuf`, `umyaddr.sin_port`,
 * `msg.msg_iov[1].iov_len`, `msg.msg_control[0].cmsg_data[0]`.
 * They are looked up in the call's recorded bytes, and can be written back there.
 */
import { cString } from "../abi/parameter.ts";
import { i32 } from "../memory/integer.ts";
import { bytesOf } from "../memory/memory.ts";
import type { AnyType } from "../memory/type.ts";
import type { Arg, Call } from "../sys/decode.ts";
import { pack, unpack } from "../sys/packed-bytes.ts";
import { NotInHistory } from "./fact.ts";
import { CMSG, type Place, putAt, typeNamed, type Value, valueAt, walk } from "./place.ts";

/** Before the kernel saw the memory, or after it came back. */
export type Moment = "before" | "after";

/**
 * The value of an expression at one moment of a call. Throws NotInHistory where the call holds no such thing.
 */
export function evaluate(call: Call, expression: string, moment: Moment): Value {
  const { arg, bytes, place } = find(call, expression, moment);
  if (bytes === null) return arg.value;
  return place === null ? bytes.toString("latin1") : valueAt(bytesOf(bytes), place);
}

/**
 * The call with another value in that place.
 * Throws where the place cannot hold it, or what it says could not be read any more.
 */
export function rewritten<C extends Call>(call: C, expression: string, moment: Moment, value: Value): C {
  const made = written(call, expression, moment, value);
  if (evaluate(made, expression, moment) === value) return made;
  throw new RangeError(`${expression} cannot hold ${JSON.stringify(value)}`);
}

function written<C extends Call>(call: C, expression: string, moment: Moment, value: Value): C {
  const { arg, bytes, place } = find(call, expression, moment);
  if (bytes === null) return withArg(call, arg, { value });
  const rest = unpack(arg[moment]!).subarray(bytes.length);
  if (place === null || place.type === cString) {
    const made = Buffer.from(place === null ? String(value) : `${value}\0`, "latin1");
    const wrote = moment === "after" ? { wrote: made.length } : {};
    return withArg(call, arg, { [moment]: pack(Buffer.concat([made, rest])), ...wrote });
  }
  const memory = bytesOf(bytes);
  putAt(memory, place, value);
  return withArg(call, arg, { [moment]: pack(Buffer.concat([memory.bytes, rest])) });
}

const withArg = <C extends Call>(call: C, old: Arg, change: Partial<Arg>): C =>
  ({ ...call, args: call.args.map((it) => (it === old ? { ...it, ...change } : it)) });

interface Found {
  /** The recorded argument it lies in. */
  readonly arg: Arg;
  /**
   * Its bytes: all of them before the call, what the kernel wrote after it.
   * Null: the value is the register itself.
   */
  readonly bytes: Buffer | null;
  /** Null: all the bytes, as they are. */
  readonly place: Place | null;
}

function find(call: Call, expression: string, moment: Moment): Found {
  const missing = (): never => {
    throw new NotInHistory(`#${call.id} ${call.name} has no ${expression} ${moment} it`);
  };
  const deref = expression.startsWith("*");
  const path = bare(deref ? expression.slice(1) : expression);
  const arg = argOf(call, path) ?? missing();
  const rest = path.slice(bare(arg.name).length);
  if (!deref && rest === "" && arg.before === null) return { arg, bytes: null, place: null };
  const packed = arg[moment];
  if (packed === null) return missing();
  const bytes = unpack(packed).subarray(0, moment === "after" ? arg.wrote : undefined);
  const type = typeOf(arg, bytes.length) ?? (deref && rest === "" ? i32 : null);
  if (rest === "" && (type === null || type === CMSG)) return { arg, bytes, place: null };
  if (type === null) return missing();
  return { arg, bytes, place: walk(bytesOf(bytes), type, rest) ?? missing() };
}

/** The argument, or reached memory, whose name is the longest beginning of the path. */
export function argOf(call: Call, path: string): Arg | null {
  const wanted = bare(path);
  const fits = (name: string): boolean =>
    wanted === name || (wanted.startsWith(name) && /^[.[]/.test(wanted.slice(name.length)));
  return call.args.filter((it) => fits(bare(it.name)))
    .reduce<Arg | null>((best, it) => (best === null || it.name.length > best.name.length ? it : best), null);
}

/** What is pointed at is its first element: `mmsg[0].msg_len` and `mmsg.msg_len` are the same. */
const bare = (path: string): string => path.replace(/^(\w+)\[0\]\./, "$1.");

const typeOf = ({ layout, name }: Arg, length: number): AnyType | null =>
  (layout !== null ? typeNamed(layout, length) : name.endsWith(".msg_control") ? CMSG : null);
