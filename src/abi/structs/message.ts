/**
 * Messages: sendmsg, recvmsg and their many-at-once kin, from <linux/socket.h> and <linux/uio.h>. Beside the
 * bytes of a message travel control messages: rows of them in msg_control, each with a header of its own.
 */

import { cells } from "../../memory/array.ts";
import { i32, size_t, u32 } from "../../memory/integer.ts";
import { Memory } from "../../memory/memory.ts";
import { pointerTo } from "../../memory/pointer.ts";
import { type Sequence, sequence } from "../../memory/sequence.ts";
import { isStruct, sizeof, struct } from "../../memory/struct.ts";
import type { AnyType } from "../../memory/type.ts";
import { MSG, SCM_CREDENTIALS, SCM_RIGHTS, SOL_SOCKET } from "../constants/socket.ts";
import { CMSG_TYPES, levelText } from "./cmsg-types.ts";
import { ucred } from "./socket.ts";

/** One piece of a scattered message, 16 bytes. */
export const iovec = struct("iovec", 16, {
  iov_base: [0, pointerTo({ to: null, length: "iov_len", wrote: "result" })],
  iov_len:  [8, size_t],
});

/**
 * A message: address, pieces, control messages. 56 bytes. msg_flags is written by recvmsg and never read.
 * What programs hand over is called user_msghdr in the kernel, whose own msghdr is another struct.
 */
export const msghdr = struct("msghdr", 56, {
  msg_name:       [0, pointerTo({ to: "sockaddr", length: "msg_namelen", wrote: "length" })],
  msg_namelen:    [8, i32],
  msg_iov:        [16, pointerTo({ to: iovec, length: "msg_iovlen", wrote: "result" })],
  msg_iovlen:     [24, size_t],
  msg_control:    [32, pointerTo({ to: "cmsg", length: "msg_controllen", wrote: "length" })],
  msg_controllen: [40, size_t],
  msg_flags:      [48, u32.flags(MSG)],
}, { btf: "user_msghdr" });

/** One of many messages, 64 bytes: recvmmsg and sendmmsg write its length to msg_len. */
export const mmsghdr = struct("mmsghdr", 64, {
  msg_hdr: [0, msghdr],
  msg_len: [56, u32],
});

/** A place in memory: bytes, or a struct's view. */
type Place = Memory | { readonly $: Memory };

/** What a message is made of. `control`: control messages to send, or memory to receive them into. */
export interface Message {
  readonly name?: Place | null;
  readonly iov?: readonly Place[];
  readonly control?: readonly ControlMessage[] | Memory | null;
  readonly flags?: number;
}

/** A msghdr with its iovec array built and every length filled in; what is not named is NULL and 0. */
export function message(parts: Message): ReturnType<typeof msghdr> {
  const { name = null, iov = [], control: beside = null, flags = 0 } = parts;
  const pieces = iov.map((it) => ({ iov_base: it, iov_len: lengthOf(it) }));
  const controls = beside === null || beside instanceof Memory ? beside : control(beside);
  return msghdr({
    msg_name: name,                                               msg_namelen:    lengthOf(name),
    msg_iov: pieces.length === 0 ? null : iovec.array(pieces),    msg_iovlen:     pieces.length,
    msg_control: controls,                                        msg_controllen: lengthOf(controls),
    msg_flags: flags,
  });
}

const lengthOf = (it: Place | null): number => (it === null ? 0 : sizeof(it));

/** The header of a control message, 16 bytes; cmsg_len counts it and the payload, but no padding. */
export const cmsghdr = struct("cmsghdr", 16, {
  cmsg_len:   [0, size_t],
  cmsg_level: [8, i32],
  cmsg_type:  [12, i32],
});

/** What a control message is: IP_PKTINFO of SOL_IP, SCM_RIGHTS of SOL_SOCKET. */
export interface CmsgHead {
  readonly cmsg_level: number;
  readonly cmsg_type: number;
}
/** A control message to be laid out by `control`. */
export type ControlMessage = readonly [head: CmsgHead, payload: Memory];

/** Control messages in a row, each on a multiple of 8: what CMSG_FIRSTHDR and CMSG_NXTHDR walk through. */
export const cmsg: Sequence<CmsgHead> = sequence({
  name: "cmsg", header: cmsghdr.size, align: 8,
  read(memory, at) {
    if (at + cmsghdr.size > memory.length) return null;
    const { cmsg_len, cmsg_level, cmsg_type } = cmsghdr.at(memory, at);
    return cmsg_len < cmsghdr.size ? null : { head: { cmsg_level, cmsg_type }, length: Number(cmsg_len) };
  },
  write: (memory, at, head, length) => cmsghdr.write(memory, at, { cmsg_len: length, ...head }),
  payload: ({ cmsg_level, cmsg_type }, length) => typed(cmsg_level, cmsg_type, length),
});

function typed(level: number, type: number, length: number): AnyType | null {
  const found = CMSG_TYPES.find((it) => it.level === level && it.type === type)?.payload(length) ?? null;
  return found !== null && found.size <= length ? found : null;
}

/** Memory for msg_control: these control messages, padded as CMSG_SPACE says. */
export const control = (messages: readonly ControlMessage[]): Memory => cmsg.make(messages);

/** SCM_RIGHTS: descriptors of ours, to become descriptors of the receiver. */
export const scm_rights = (fds: readonly number[]): ControlMessage =>
  [{ cmsg_level: SOL_SOCKET, cmsg_type: SCM_RIGHTS }, cells(i32, fds)];

/** Who somebody is: process, user, group. */
export interface Credentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}
/** SCM_CREDENTIALS: who we are. The kernel refuses (EPERM) what an unprivileged process is not. */
export const scm_credentials = (who: Credentials): ControlMessage =>
  [{ cmsg_level: SOL_SOCKET, cmsg_type: SCM_CREDENTIALS }, ucred(who).$];

/** The control messages in memory as strace writes them: `[{cmsg_len=20, cmsg_level=SOL_SOCKET, …}]`. */
export function cmsgText(memory: Memory): string {
  const one = ({ head, length, payload, type }: ReturnType<typeof cmsg.read>[number]): string => {
    const { level, name } = levelText(head.cmsg_level, head.cmsg_type);
    const data = type === null ? "" : `, cmsg_data=${dataText(type, payload)}`;
    return `{cmsg_len=${length}, cmsg_level=${level}, cmsg_type=${name}${data}}`;
  };
  return `[${cmsg.read(memory).map(one).join(", ")}]`;
}

/** strace writes a lone number as an array of one. */
function dataText(type: AnyType, payload: Memory): string {
  const text = type.show(type.read(payload, 0));
  return isStruct(type) || "of" in type ? text : `[${text}]`;
}
