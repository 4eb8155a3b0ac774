/** Memory of the loops that send and receive messages: laid out once, as C programs have it. */
import { iovec, message, mmsghdr } from "../../abi/structs/message.ts";
import { buffer, type Memory } from "../../memory/memory.ts";
import { BATCH, PAYLOAD } from "../loops.ts";

/** A `struct mmsghdr[64]`, one packet of 64 bytes each, on memory for all of them. */
export const batchOn = (memory: Memory): Memory => mmsghdr.array(Array.from({ length: BATCH }, (_, i) => ({
  msg_hdr: {
    msg_iov: iovec({ iov_base: memory.slice(i * PAYLOAD, (i + 1) * PAYLOAD), iov_len: PAYLOAD }),
    msg_iovlen: 1,
  },
})));

/** Memory as 32-bit words: a struct's view makes objects, and a hot loop must not. */
export const wordsOf = (it: Memory): Int32Array =>
  new Int32Array(it.home.buffer, it.offset, it.length >> 2);

/** Which word of each mmsghdr is its msg_len, and how many words it has. */
export const MSG_LEN = { at: 14, every: mmsghdr.size >> 2 } as const;

/** A message for all that was joined, with room for one control message: how it had been cut. */
export interface Joined {
  readonly msg: Memory;
  /** Of msg. The kernel writes msg_controllen, so it is to be set before each call. */
  readonly words: Int32Array;
  /** The control message: its header's 4 words, then the cut. */
  readonly control: Int32Array;
}
/** CMSG_SPACE(sizeof(int)), in bytes. */
export const CONTROL = 24;
/** The low word of msg_controllen, and the type and payload of the control message. */
export const WORD = { controllen: 10, type: 3, cut: 4 } as const;

/** `came` takes what was joined. */
export function joinedOn(came: Memory): Joined {
  const control = buffer(CONTROL);
  const msg = message({ iov: [came], control }).$;
  return { msg, words: wordsOf(msg), control: wordsOf(control) };
}
