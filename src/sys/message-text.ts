/**
 * Structs with pointers that strace follows: messages, the pieces of one, signal sets. What the kernel
 * changed in a message is told as it is afterwards; only the length of its address also as it was.
 */
import { iovec, mmsghdr, msghdr } from "../abi/structs/message.ts";
import { sigset } from "../abi/structs/signal.ts";
import { sockaddrOf } from "../abi/structs/sockaddr.ts";
import { exact } from "../memory/integer.ts";
import { bytesOf, type Memory } from "../memory/memory.ts";
import { offsetOf } from "../memory/struct.ts";
import { controlText } from "./control-text.ts";
import type { Segment } from "./log-segments.ts";
import { addressText, fieldsText, listText, stringText } from "./memory-text.ts";

/**
 * All memory that one argument reached, before the call and, where it came back, after it; by C's way there.
 */
export interface Web {
  readonly before: ReadonlyMap<string, Segment>;
  readonly after: ReadonlyMap<string, Segment>;
  /** Whether what lies behind pointers inside the structs was written by the call, and not before it. */
  readonly received: boolean;
}

/** A word in memory, as an address. */
const pointerAt = (memory: Memory, at: number): number => Number(exact(memory.bytes.readBigUInt64LE(at)));

/** An address as the kernel takes it; of less than a family there is only the place. */
export function sockaddrText(bytes: Uint8Array, place: number | bigint): string {
  const memory = bytesOf(bytes);
  const layout = sockaddrOf(memory);
  return layout === null ? addressText(place) : layout.show(layout.at(memory) as never);
}

/** C's way to the nth struct behind a pointer: a lone one has no index. */
const nth = ({ before }: Web, path: string, n: number): string => {
  const indexed = `${path}[${n}]`;
  return n > 0 || [...before.keys()].some((it) => it.startsWith(indexed)) ? indexed : path;
};

/** `[{iov_base="…", iov_len=4}]`. `bytes`: the iovecs; `path`: C's way to them. */
export function iovecsText(web: Web, bytes: Uint8Array, path: string): string {
  const memory = bytesOf(bytes);
  const count = Math.floor(bytes.length / iovec.size);
  return listText(Array.from({ length: count }, (_, n) => {
    const { iov_len } = iovec.at(memory, n * iovec.size);
    const place = pointerAt(memory, n * iovec.size + offsetOf(iovec, "iov_base"));
    const piece = pieceText(web, `${nth(web, path, n)}.iov_base`, place, Number(iov_len));
    return fieldsText([`iov_base=${piece}`, `iov_len=${iov_len}`]);
  }));
}

function pieceText(web: Web, path: string, place: number, length: number): string {
  const [before, after] = [web.before.get(path), web.after.get(path)];
  if (length === 0 && place !== 0) return '""';
  if (before === undefined) return addressText(place);
  if (!web.received) return stringText(before.bytes);
  return after === undefined ? addressText(place) : stringText(after.bytes.subarray(0, after.wrote));
}

/**
 * One message: `{msg_name=…, msg_namelen=16, msg_iov=[…], …}`. `namelen`: what msg_namelen was before the
 * call.
 */
export function messageText(web: Web, bytes: Uint8Array, path: string, namelen: number | null): string {
  const memory = bytesOf(bytes);
  const view = msghdr.at(memory) as unknown as Readonly<Record<string, number>>;
  const place = (name: string): number => pointerAt(memory, offsetOf(msghdr, name));
  const was = namelen !== null && namelen !== view.msg_namelen ? `${namelen} => ` : "";
  const iov = web.before.get(`${path}.msg_iov`);
  const pieces = iov === undefined ? noPieces(place("msg_iov"), view.msg_iovlen!)
    : iovecsText(web, iov.bytes, `${path}.msg_iov`);
  const control = (web.received ? web.after : web.before).get(`${path}.msg_control`);
  const length = Number(view.msg_controllen);
  return fieldsText([
    `msg_name=${nameText(web, `${path}.msg_name`, place("msg_name"), view.msg_namelen!)}`,
    `msg_namelen=${was}${view.msg_namelen}`,
    `msg_iov=${pieces}`,
    `msg_iovlen=${view.msg_iovlen}`,
    length === 0 ? null : `msg_control=${besideText(control, length, place("msg_control"))}`,
    `msg_controllen=${view.msg_controllen}`,
    `msg_flags=${flagsOf(view.msg_flags!)}`,
  ]);
}

const besideText = (it: Segment | undefined, length: number, place: number): string =>
  (it === undefined ? addressText(place) : controlText(it.bytes.subarray(0, length), place));
/** No iovecs at all, or some that could not be read. */
const noPieces = (place: number, count: number): string =>
  (Number(count) === 0 && place !== 0 ? "[]" : addressText(place));
const flagsOf = (value: number): string =>
  msghdr.fields.find((it) => it.name === "msg_flags")!.type.show(value);

function nameText(web: Web, path: string, place: number, length: number): string {
  const segment = web.received ? web.after.get(path) : web.before.get(path);
  const shown = segment?.bytes.subarray(0, web.received ? segment.wrote : segment.room) ?? null;
  return shown === null || length < 2 ? addressText(place) : sockaddrText(shown, place);
}

/** How much of many messages is told. */
export interface Extent {
  /** So many of them. */
  readonly shown: number;
  /** So many have their length. */
  readonly filled: number;
  /** What msg_namelen was before the call, of each; null where it does not change. */
  readonly namelens: readonly number[] | null;
}

/** `[{msg_hdr={…}, msg_len=4}]` */
export function messagesText(web: Web, bytes: Uint8Array, { shown, filled, namelens }: Extent): string {
  const memory = bytesOf(bytes);
  return listText(Array.from({ length: shown }, (_, n) => {
    const at = n * mmsghdr.size;
    const part = bytes.subarray(at, at + msghdr.size);
    const message = messageText(web, part, `${nth(web, "", n)}.msg_hdr`, namelens?.[n] ?? null);
    return fieldsText([
      `msg_hdr=${message}`,
      n < filled ? `msg_len=${mmsghdr.at(memory, at).msg_len}` : null,
    ]);
  }));
}

/** pselect6's signal set: where it lies, and how long it is. */
export function sigmaskText(web: Web, bytes: Uint8Array): string {
  const memory = bytesOf(bytes);
  const length = Number(exact(memory.bytes.readBigUInt64LE(8)));
  const set = web.before.get(".p");
  const isSet = set !== undefined && length === sigset.size;
  const shown = isSet ? sigset.show(sigset.read(bytesOf(set.bytes), 0)) : addressText(pointerAt(memory, 0));
  return fieldsText([`sigmask=${shown}`, `sigsetsize=${length}`]);
}
