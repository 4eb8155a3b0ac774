/**
 * Netlink messages and their attributes, from <linux/netlink.h> and <linux/rtnetlink.h>. Both stand on
 * multiples of 4.
 */
import { i32, type Names, u16, u32 } from "../../memory/integer.ts";
import type { Memory } from "../../memory/memory.ts";
import { type Sequence, sequence } from "../../memory/sequence.ts";
import { struct } from "../../memory/struct.ts";
import { NLM_F, NLMSG, RTM } from "../constants/netlink.ts";

/** rtnetlink's types beside those of every family; a family of its own gives them other meanings. */
const TYPES: Names = { ...NLMSG, ...RTM };

/** The header of a netlink message, 16 bytes; nlmsg_len counts it. */
export const nlmsghdr = struct("nlmsghdr", 16, {
  nlmsg_len:   [0, u32],
  nlmsg_type:  [4, u16.as(TYPES)],
  nlmsg_flags: [6, u16.flags(NLM_F)],
  nlmsg_seq:   [8, u32],
  nlmsg_pid:   [12, u32],
});

/** NLMSG_ERROR: the answer to a request, 20 bytes; error is 0 or -errno, msg the request's header. */
export const nlmsgerr = struct("nlmsgerr", 20, {
  error: [0, i32],
  msg:   [4, nlmsghdr],
});

/**
 * The header of an attribute, 4 bytes; rta_len counts it and the payload, but no padding. nlattr is the
 * same.
 */
export const rtattr = struct("rtattr", 4, {
  rta_len:  [0, u16],
  rta_type: [2, u16],
});

/** What the header of a message says beside its length. */
export interface NlmsgHead {
  readonly nlmsg_type: number;
  readonly nlmsg_flags: number;
  readonly nlmsg_seq: number;
  readonly nlmsg_pid: number;
}

/** Messages in a row, as one recv gives them. */
export const messages: Sequence<NlmsgHead> = sequence({
  name: "nlmsg", header: nlmsghdr.size, align: 4,
  read(memory, at) {
    if (at + nlmsghdr.size > memory.length) return null;
    const { nlmsg_len, nlmsg_type, nlmsg_flags, nlmsg_seq, nlmsg_pid } = nlmsghdr.at(memory, at);
    if (nlmsg_len < nlmsghdr.size) return null;
    return { head: { nlmsg_type, nlmsg_flags, nlmsg_seq, nlmsg_pid }, length: nlmsg_len };
  },
  write: (memory, at, head, length) => nlmsghdr.write(memory, at, { nlmsg_len: length, ...head }),
  payload: () => null,
});

/** Attributes in a row, by type; what a type means and carries, the message says. */
export const attributes: Sequence<number> = sequence({
  name: "rtattr", header: rtattr.size, align: 4,
  read(memory, at) {
    if (at + rtattr.size > memory.length) return null;
    const { rta_len, rta_type } = rtattr.at(memory, at);
    return rta_len < rtattr.size ? null : { head: rta_type, length: rta_len };
  },
  write: (memory, at, head, length) => rtattr.write(memory, at, { rta_len: length, rta_type: head }),
  payload: () => null,
});

/** An attribute to be laid out by `attributes.make`. */
export type Attribute = readonly [type: number, payload: Memory];
