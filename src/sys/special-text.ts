/**
 * The arguments of which strace says something else than their direction and type would let expect, by call.
 */
import { EPOLL_CTL_DEL } from "../abi/constants/epoll.ts";
import { FUTEX_CMP_REQUEUE, FUTEX_CMP_REQUEUE_PI, FUTEX_REQUEUE } from "../abi/constants/futex.ts";
import { unsaid } from "../abi/parameter.ts";
import { mmsghdr } from "../abi/structs/message.ts";
import { pollfd } from "../abi/structs/poll.ts";
import { bytesOf } from "../memory/memory.ts";
import type { AnyStruct } from "../memory/struct.ts";
import { ioctlText } from "./ioctl-text.ts";
import { hexText, structsText } from "./memory-text.ts";
import {
  iovecsText, messagesText, messageText, sigmaskText, sockaddrText, type Web,
} from "./message-text.ts";
import { optionGot, optionName, optionSet } from "./option-text.ts";
import {
  failed, generalText, inward, memoryText, outward, type Place, placeText, unsignedText,
} from "./place-text.ts";

/** Null: strace leaves the argument out. */
type Say = (it: Place) => string | null;

/** What goes in, also where the call changes it: what it became stands behind the result. */
const given: Say = (it) =>
  (it.before === undefined ? placeText(it) : memoryText({ ...it, result: null }, inward(it)!));
/** What is only told when the call succeeded, though it goes in. */
const ifDone: Say = (it) => (failed(it) ? placeText(it) : generalText(it));

const address = (bytes: (it: Place) => Uint8Array | null): Say => (it) => {
  const found = bytes(it);
  return found === null ? placeText(it) : sockaddrText(found, it.word);
};
const [addressIn, addressOut] = [address(inward), address(outward)];
/** The length of an address that nobody asked for is not looked at. */
const lengthOf = (sockaddr: string): Say => (it) =>
  (it.words[sockaddr] === 0 || it.before === undefined ? placeText(it) : generalText(it));

const web = (it: Place, received: boolean): Web => ({ ...it.reached, received });
const pieces = (received: boolean): Say => (it) => {
  const list = inward(it);
  return list === null ? placeText(it) : iovecsText(web(it, received), list, "");
};
/** What the caller says of a message's address, before the kernel does. */
const namelen = (bytes: Uint8Array, at: number): number => Buffer.from(bytes).readInt32LE(at + 8);

const sent: Say = (it) =>
  (it.before === undefined ? placeText(it) : messageText(web(it, false), inward(it)!, "", null));
function received(it: Place): string {
  if (it.before === undefined) return placeText(it);
  const was = namelen(it.before.bytes, 0);
  if (failed(it) || it.after === undefined) return `{msg_namelen=${was}}`;
  return messageText(web(it, true), it.after.bytes, "", was);
}
function sentMany(it: Place): string {
  if (it.before === undefined) return placeText(it);
  const extent = { shown: it.words.vlen! >>> 0, filled: failed(it) ? 0 : it.result!, namelens: null };
  return messagesText(web(it, false), overlaid(it.before.bytes, it.after?.bytes), extent);
}
/** What went in, with what came out over its beginning: of long memory only what was written is kept. */
const overlaid = (before: Uint8Array, after: Uint8Array = new Uint8Array(0)): Uint8Array =>
  Buffer.concat([after, before.subarray(after.length)]);
function receivedMany(it: Place): string {
  if (failed(it) || Number(it.word) === 0) return placeText(it);
  if (it.before === undefined || it.after === undefined) return it.result === 0 ? "[]" : placeText(it);
  const { bytes } = it.before;
  const namelens = Array.from({ length: it.result! }, (_, n) => namelen(bytes, n * mmsghdr.size));
  return messagesText(web(it, true), it.after.bytes, { shown: it.result!, filled: it.result!, namelens });
}

const events = pollfd.fields.find((it) => it.name === "events")!.type;
type Polled = { readonly fd: number; readonly events: number };
const polled: Say = (it) => (it.before === undefined ? placeText(it)
  : structsText(pollfd, inward(it)!, ({ fd, events: wanted }: Polled) =>
    (fd < 0 ? `{fd=${fd}}` : `{fd=${fd}, events=${events.show(wanted)}}`)));

/** Of a set of descriptors those below `n`. */
function watched(it: Place): string {
  const bytes = inward(it);
  if (bytes === null || it.words.n! <= 0) return placeText(it);
  const set = it.type(bytes)!.read(bytesOf(bytes), 0) as readonly number[];
  return `[${set.filter((fd) => fd < it.words.n!).join(" ")}]`;
}
const signals: Say = (it) =>
  (it.before === undefined ? placeText(it) : sigmaskText(web(it, false), inward(it)!));

/** Always a list; where nothing was ready, an empty one, whatever the pointer is worth. */
const ready: Say = (it) => (failed(it) || Number(it.word) === 0 ? placeText(it)
  : structsText(it.type(null) as AnyStruct, outward(it) ?? new Uint8Array(0)));
/** What is deleted has no event. */
const added: Say = (it) => (it.words.op === EPOLL_CTL_DEL ? placeText(it) : generalText(it));

const random: Say = (it) => {
  const bytes = outward(it);
  return bytes === null ? placeText(it) : hexText(bytes);
};

/** The entries of a directory are only counted. Each says in two bytes, from its 16th on, how long it is. */
function entries(it: Place): string {
  const bytes = outward(it);
  if (bytes === null) return placeText(it);
  const length = (at: number): number => Buffer.from(bytes).readUInt16LE(at + 16);
  let count = 0;
  for (let at = 0; at + 18 <= bytes.length; at += Math.max(1, length(at))) count++;
  return `${placeText(it)} /* ${count} entries */`;
}

/** sendfile's offset: as it was, then as it is. */
function offset(it: Place): string {
  if (it.before === undefined) return placeText(it);
  const [was, is] = [it.before, it.after ?? it.before]
    .map(({ bytes }) => `[${Buffer.from(bytes).readBigUInt64LE(0)}]`);
  return failed(it) || it.result === 0 ? was! : `${was} => ${is}`;
}

/** An address, where the operation takes one. */
const ifSaid: Say = (it) => (it.type(null) === unsaid ? null : placeText(it));
const REQUEUE: readonly number[] = [FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_CMP_REQUEUE_PI];
const COMMAND = 0x7f;
/**
 * The fourth and the sixth argument: numbers of those to requeue, if it is looked at; else a timeout, and a
 * word.
 */
function requeued(it: Place): string | null {
  const [op, isTimeout] = [it.words.op! & COMMAND, it.parameter.name === "utime"];
  if (it.type(null) === unsaid || (op === FUTEX_REQUEUE && !isTimeout)) return null;
  if (REQUEUE.includes(op)) return String(Number(it.word) >>> 0);
  return isTimeout ? given(it) : generalText(it);
}

/** By call and parameter. */
export const SPECIAL: Readonly<Record<string, Say>> = {
  "bind.umyaddr":           addressIn,      "connect.uservaddr":         addressIn,
  "sendto.addr":            addressIn,
  "accept.upeer_sockaddr":  addressOut,     "accept.upeer_addrlen":      lengthOf("upeer_sockaddr"),
  "accept4.upeer_sockaddr": addressOut,     "accept4.upeer_addrlen":     lengthOf("upeer_sockaddr"),
  "getsockname.usockaddr":  addressOut,     "getsockname.usockaddr_len": lengthOf("usockaddr"),
  "getpeername.usockaddr":  addressOut,     "getpeername.usockaddr_len": lengthOf("usockaddr"),
  "recvfrom.addr":          addressOut,     "recvfrom.addr_len":         lengthOf("addr"),
  "sendmsg.msg":            sent,           "recvmsg.msg":               received,
  "sendmmsg.mmsg":          sentMany,
  "recvmmsg.mmsg":          receivedMany,   "recvmmsg.timeout":          given,
  "getsockopt.optname":     optionName,     "getsockopt.optval":         optionGot,
  "setsockopt.optname":     optionName,     "setsockopt.optval":         optionSet,
  "readv.vec":              pieces(true),   "preadv.vec":                pieces(true),
  "writev.vec":             pieces(false),  "pwritev.vec":               pieces(false),
  "vmsplice.uiov":          pieces(false),
  "poll.ufds":              polled,
  "ppoll.ufds":             polled,         "ppoll.tsp":                 given,
  "select.inp":             watched,        "select.outp":               watched,
  "select.exp":             watched,        "select.tvp":                given,
  "pselect6.inp":           watched,        "pselect6.outp":             watched,
  "pselect6.exp":           watched,        "pselect6.tsp":              given,
  "pselect6.sig":           signals,
  "epoll_wait.events":      ready,          "epoll_pwait.events":        ready,
  "epoll_pwait2.events":    ready,          "epoll_pwait2.timeout":      ifDone,
  "epoll_ctl.event":        added,
  "splice.off_in":          given,          "splice.off_out":            given,
  "copy_file_range.off_in": given,          "copy_file_range.off_out":   given,
  "sendfile.offset":        offset,
  "nanosleep.rmtp":         placeText,      "clock_nanosleep.rmtp":      placeText,
  "getrandom.ubuf":         random,
  "futex.utime":            requeued,       "futex.val3":                requeued,
  "futex.uaddr2":           ifSaid,
  "getdents64.dirent":      entries,        "ftruncate.length":          unsignedText,
  "ioctl.arg":              ioctlText,
  "bpf.uattr":              placeText,      "io_uring_register.arg":     placeText,
};
