/**
 * One argument as `strace -s 64` writes it. What a call writes is shown once it is back; of a call that failed, only
 * where it would have been written. Arguments of which strace says something else stand in the table below.
 */
import { EPOLL_CTL_DEL } from "../abi/constants/epoll.ts";
import { F_GETLK, F_OFD_GETLK } from "../abi/constants/fcntl.ts";
import { SO, SOL_SOCKET } from "../abi/constants/socket.ts";
import { cString, type Parameter, unsaid } from "../abi/parameter.ts";
import { iovec, mmsghdr } from "../abi/structs/message.ts";
import { pollfd } from "../abi/structs/poll.ts";
import { sigset } from "../abi/structs/signal.ts";
import { size_t, u64 } from "../memory/integer.ts";
import { bytesOf } from "../memory/memory.ts";
import { isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import { ioctlText } from "./ioctl-text.ts";
import type { Segment } from "./log.ts";
import { addressText, hexText, pointedText, stringText, structsText } from "./memory-text.ts";
import { iovecsText, messagesText, messageText, sigmaskText, sockaddrText, type Web } from "./message-text.ts";
import { optionNameText, optionText, programText } from "./option-text.ts";
import { structText } from "./struct-text.ts";

/** One argument of one call, with what it needs of the others. */
export interface Place {
  readonly call: string;
  readonly parameter: Parameter;
  /** The register. */
  readonly word: number | bigint;
  /** All registers, by the parameters' names. */
  readonly words: Readonly<Record<string, number>>;
  /** Null while, or if, the call never came back; a negated errno where it failed. */
  readonly result: number | null;
  /** The memory behind it, before and after; undefined where there is none to be read. */
  readonly before: Segment | undefined;
  readonly after: Segment | undefined;
  /** All memory that the argument reached, by C's way there. */
  readonly reached: Pick<Web, "before" | "after">;
  /** The type of the value, or of these bytes. */
  type(bytes: Uint8Array | null): AnyType | null;
}

/** The text; null: strace leaves the argument out. */
export function argumentText(it: Place): string | null {
  const special = SPECIAL[`${it.call}.${it.parameter.name}`];
  return special === undefined ? generalText(it) : special(it);
}

const failed = ({ result }: Place): boolean => result === null || result < 0;
const address = ({ word }: Place): string => addressText(word);
/** What goes in: the bytes that the call may read. */
const inward = ({ before }: Place): Uint8Array | null => before?.bytes.subarray(0, before.room) ?? null;
/** What came out: the bytes that the kernel wrote. */
const outward = (it: Place): Uint8Array | null => (failed(it) || it.after === undefined ? null : it.after.bytes.subarray(0, it.after.wrote));

function generalText(it: Place): string | null {
  const { flow } = it.parameter;
  if (flow === "value") return numberText(it);
  if (flow === "place") return address(it);
  if (it.before === undefined) return bareText(it);
  const bytes = flow === "out" ? outward(it) : flow === "in" || failed(it) ? inward(it) : changed(it);
  return bytes === null ? address(it) : memoryText(it, bytes);
}

/** A struct that the kernel changed is whole afterwards. */
const changed = (it: Place): Uint8Array | null => (it.after === undefined ? inward(it) : it.after.bytes.subarray(0, Math.max(it.after.wrote, it.before?.room ?? 0)));

function numberText(it: Place): string | null {
  const type = it.type(null);
  if (type === unsaid) return null;
  if (type === null) return String(it.word);
  return type.show(type === size_t || type === u64 ? BigInt.asUintN(64, BigInt(it.word)) : Number(it.word));
}

/** A word without memory behind it: an address, or the number that this command takes. */
function bareText(it: Place): string | null {
  const { typing, room, wrote } = it.parameter;
  const isWord = typeof typing === "function" && room === wrote;
  const type = isWord ? it.type(null) : null;
  if (type === unsaid) return null;
  if (!isWord || isStruct(type) || type === cString) return address(it);
  return type === null ? hexWord(it.word) : type.show(Number(it.word));
}
const hexWord = (word: number | bigint): string => (Number(word) === 0 ? "0" : `0x${BigInt.asUintN(64, BigInt(word)).toString(16)}`);

function memoryText(it: Place, bytes: Uint8Array): string {
  const type = it.type(bytes);
  if (type === sigset) return sigsetText(it, bytes);
  if (!isStruct(type)) return changedText(it, type, bytes);
  if (bytes.length < type.size) return stringText(bytes);
  return structText(type, bytesOf(bytes), failed(it));
}

/** A value-result int: `[16]`, or `[128 => 16]` when the kernel changed it. */
function changedText(it: Place, type: AnyType | null, bytes: Uint8Array): string {
  const is = pointedText(type, bytes);
  const was = it.parameter.flow === "inout" && !failed(it) && type !== null && /^\[.*\]$/.test(is) ? pointedText(type, inward(it)!) : is;
  return was === is || was.startsWith('"') || "of" in type! ? is : `${was.slice(0, -1)} => ${is.slice(1)}`;
}

/** Only a set of the kernel's own size is one. */
const sigsetText = (it: Place, bytes: Uint8Array): string =>
  (it.words.sigsetsize ?? it.words.sizemask ?? sigset.size) === sigset.size ? sigset.show(sigset.read(bytesOf(bytes), 0)) : address(it);

type Say = (it: Place) => string | null;
const before: Say = (it) => (it.before === undefined ? address(it) : pointedOrStruct(it, inward(it)!));
const pointedOrStruct = (it: Place, bytes: Uint8Array): string => {
  const type = it.type(bytes);
  return isStruct(type) && bytes.length >= type.size ? structText(type, bytesOf(bytes), failed(it)) : pointedText(type, bytes);
};
const sockaddrIn: Say = (it) => (it.before === undefined ? address(it) : sockaddrText(inward(it)!, it.word));
const sockaddrOut: Say = (it) => (outward(it) === null ? address(it) : sockaddrText(outward(it)!, it.word));
/** The length of an address that nobody asked for is not looked at. */
const lengthOf = (sockaddr: string): Say => (it) => (it.words[sockaddr] === 0 || it.before === undefined ? address(it) : generalText(it));
const web = (it: Place, received: boolean): Web => ({ ...it.reached, received });
const iovecs = (received: boolean): Say => (it) => (it.before === undefined ? emptyText(it) : iovecsText(web(it, received), inward(it)!, ""));
const emptyText: Say = (it) => address(it);

const sent: Say = (it) => (it.before === undefined ? address(it) : messageText(web(it, false), inward(it)!, "", null));
function received(it: Place): string {
  if (it.before === undefined) return address(it);
  const namelen = Buffer.from(it.before.bytes).readInt32LE(8);
  return failed(it) || it.after === undefined ? `{msg_namelen=${namelen}}` : messageText(web(it, true), it.after.bytes, "", namelen);
}
function sentMany(it: Place): string {
  if (it.before === undefined) return address(it);
  const count = it.words.vlen! >>> 0;
  return messagesText(web(it, false), (it.after ?? it.before).bytes, null, { shown: count, filled: failed(it) ? 0 : it.result! });
}
function receivedMany(it: Place): string {
  if (it.before === undefined || it.after === undefined || failed(it)) return it.result === 0 && Number(it.word) !== 0 ? "[]" : address(it);
  const bytes = Buffer.from(it.before.bytes);
  const namelens = Array.from({ length: Math.floor(bytes.length / mmsghdr.size) }, (_, n) => bytes.readInt32LE(n * mmsghdr.size + 8));
  return messagesText(web(it, true), it.after.bytes, namelens, { shown: it.result!, filled: it.result! });
}

function optionGot(it: Place): string {
  const bytes = outward(it);
  return (bytes === null ? null : optionText("getsockopt", it.words.level!, it.words.optname!, bytes)) ?? address(it);
}
function optionSet(it: Place): string {
  const bytes = inward(it);
  if (bytes === null) return address(it);
  const { level, optname } = it.words as { level: number; optname: number };
  const isProgram = level === SOL_SOCKET && (optname === SO.SO_ATTACH_FILTER || optname === SO.SO_ATTACH_REUSEPORT_CBPF);
  if (!isProgram) return optionText("setsockopt", level, optname, bytes) ?? address(it);
  return bytes.length === 16 ? programText(Buffer.from(bytes).readUInt16LE(0), Buffer.from(bytes).readBigUInt64LE(8)) : address(it);
}
const optionName: Say = (it) => optionNameText(it.call, it.words.level!, it.words.optname!) ?? generalText(it);

/** What is waited for; what was found stands behind the result. */
const polled: Say = (it) => (it.before === undefined ? address(it) : structsText(pollfd, inward(it)!, ({ fd, events }: { fd: number; events: number }) =>
  (fd < 0 ? `{fd=${fd}}` : `{fd=${fd}, events=${pollfd.fields[1]!.type.show(events)}}`)));
/** Of a set of descriptors those below `n`. */
function watched(it: Place): string {
  if (it.before === undefined || it.words.n! <= 0) return address(it);
  const set = it.type(inward(it))!.read(bytesOf(inward(it)!), 0) as readonly number[];
  return `[${set.filter((fd) => fd < it.words.n!).join(" ")}]`;
}
const ready: Say = (it) => (failed(it) || (it.before === undefined && it.result !== 0) || Number(it.word) === 0 ? address(it)
  : structsText(it.type(null) as never, outward(it) ?? new Uint8Array(0)));
const afterwards: Say = (it) => (failed(it) ? address(it) : generalText(it));
const interrupted: Say = address;
const random: Say = (it) => (outward(it) === null ? address(it) : hexText(outward(it)!));
/** strace counts the entries of a directory; each says how long it is in the two bytes from its 16th on. */
function entries(it: Place): string {
  const bytes = outward(it);
  if (bytes === null) return address(it);
  let count = 0;
  for (let at = 0; at + 18 <= bytes.length; at += Math.max(1, Buffer.from(bytes).readUInt16LE(at + 16))) count++;
  return `${addressText(it.word)} /* ${count} entries */`;
}
/** sendfile's offset is written as it was, then as it is. */
function offset(it: Place): string {
  if (it.before === undefined) return address(it);
  const [was, is] = [it.before, it.after].map((segment) => (segment === undefined ? "" : `[${Buffer.from(segment.bytes).readBigUInt64LE(0)}]`));
  return failed(it) || it.result === 0 ? was! : `${was} => ${is}`;
}
function locks(it: Place): string | null {
  const cmd = it.words.cmd!;
  const isLock = (cmd >= F_GETLK && cmd < F_GETLK + 3) || (cmd >= F_OFD_GETLK && cmd < F_OFD_GETLK + 3);
  return isLock ? address(it) : generalText(it);
}
const sigmask: Say = (it) => (it.before === undefined ? address(it) : sigmaskText(web(it, false), inward(it)!));
const added: Say = (it) => (it.words.op === EPOLL_CTL_DEL ? address(it) : generalText(it));

/** By call and parameter, what strace says in another way than `generalText`. */
const SPECIAL: Readonly<Record<string, Say>> = {
  "bind.umyaddr":           sockaddrIn,           "connect.uservaddr":         sockaddrIn,           "sendto.addr":            sockaddrIn,
  "accept.upeer_sockaddr":  sockaddrOut,          "accept.upeer_addrlen":      lengthOf("upeer_sockaddr"),
  "accept4.upeer_sockaddr": sockaddrOut,          "accept4.upeer_addrlen":     lengthOf("upeer_sockaddr"),
  "getsockname.usockaddr":  sockaddrOut,          "getsockname.usockaddr_len": lengthOf("usockaddr"),
  "getpeername.usockaddr":  sockaddrOut,          "getpeername.usockaddr_len": lengthOf("usockaddr"),
  "recvfrom.addr":          sockaddrOut,          "recvfrom.addr_len":         lengthOf("addr"),
  "sendmsg.msg":            sent,                 "recvmsg.msg":               received,
  "sendmmsg.mmsg":          sentMany,             "recvmmsg.mmsg":             receivedMany,         "recvmmsg.timeout":       before,
  "getsockopt.optval":      optionGot,            "getsockopt.optname":        optionName,
  "setsockopt.optval":      optionSet,            "setsockopt.optname":        optionName,
  "readv.vec":              iovecs(true),         "preadv.vec":                iovecs(true),
  "writev.vec":             iovecs(false),        "pwritev.vec":               iovecs(false),        "vmsplice.uiov":          iovecs(false),
  "poll.ufds":              polled,               "ppoll.ufds":                polled,               "ppoll.tsp":              before,
  "select.inp":             watched,              "select.outp":               watched,              "select.exp":             watched,
  "pselect6.inp":           watched,              "pselect6.outp":             watched,              "pselect6.exp":           watched,
  "select.tvp":             before,               "pselect6.tsp":              before,               "pselect6.sig":           sigmask,
  "epoll_wait.events":      ready,                "epoll_pwait.events":        ready,                "epoll_pwait2.events":    ready,
  "epoll_pwait2.timeout":   afterwards,           "epoll_ctl.event":           added,
  "splice.off_in":          before,               "splice.off_out":            before,
  "copy_file_range.off_in": before,               "copy_file_range.off_out":   before,               "sendfile.offset":        offset,
  "nanosleep.rmtp":         interrupted,          "clock_nanosleep.rmtp":      interrupted,          "getrandom.ubuf":         random,
  "getdents64.dirent":      entries,              "fcntl.arg":                 locks,                "ioctl.arg":              ioctlText,
};
void iovec;
