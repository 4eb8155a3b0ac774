/** What the kernel answers a netlink request with, read from the bytes of one recvfrom: netlink(7). */
import {
  NETLINK_ROUTE, NETLINK_SOCK_DIAG, NLM_F_CAPPED, NLM_F_DUMP_INTR, NLMSG, NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP,
  NLMSG_OVERRUN, NLMSGERR_ATTR_MSG, RTM, SOCK_DIAG,
} from "../abi/constants/netlink.ts";
import { errnoName, errnoText } from "../abi/errno.ts";
import { messages, nlmsgerr, nlmsghdr } from "../abi/structs/netlink.ts";
import { i32, type Names, named } from "../memory/integer.ts";
import type { Memory } from "../memory/memory.ts";
import type { Element } from "../memory/sequence.ts";
import { AttributeMap } from "./attribute.ts";

/** A message without its nlmsghdr: the payload begins with the header of its type. */
export interface Message {
  readonly type: number;
  readonly payload: Memory;
}
/** What was asked, as far as an answer must fit it and an error tells of it. */
export interface Asked {
  /** Whose message types these are: NETLINK_ROUTE, … */
  readonly protocol: number;
  readonly type: number;
  readonly seq: number;
  /** What the request was to do, for the error: "address 192.0.2.1/24 of va". */
  readonly what: string;
}
export interface Answer {
  readonly messages: readonly Message[];
  /** The acknowledgement or the end of the dump was among them. */
  readonly over: boolean;
  /** What is dumped changed meanwhile: the dump does not fit together. */
  readonly interrupted: boolean;
}

/** A request that the kernel refused. `errno` is its name; the message has the kernel's own words, if any. */
export class NetlinkError extends Error {
  override readonly name = "NetlinkError";
  readonly errno: string;

  constructor(asked: Asked, errno: string, words: string | null) {
    const request = `${asked.what === "" ? "" : `${asked.what}: `}${nameOf(asked)}`;
    super(`${request} is refused with ${errno} (${words ?? errnoText(errno)})`);
    this.errno = errno;
  }
}

/** Reads what one receive brought. Throws NetlinkError for a refusal, Error for what is no answer to this. */
export function readAnswer(received: Memory, asked: Asked): Answer {
  const answer = { messages: [] as Message[], over: false, interrupted: false };
  for (const it of messages.read(received)) {
    const { nlmsg_type: type, nlmsg_seq: seq, nlmsg_flags: flags } = it.head;
    if (seq !== asked.seq) {
      throw new Error(`${nameOf(asked)}: it is request ${asked.seq}, and the answer is to request ${seq}`);
    }
    if ((flags & NLM_F_DUMP_INTR) !== 0) answer.interrupted = true;
    if (type === NLMSG_OVERRUN) throw new Error(`${nameOf(asked)}: the kernel lost part of its answer`);
    if (type === NLMSG_ERROR || type === NLMSG_DONE) {
      refuse(it, asked);
      answer.over = true;
    } else if (type !== NLMSG_NOOP) {
      answer.messages.push({ type, payload: it.payload });
    }
  }
  return answer;
}

/** Both carry an int: 0, or a negated errno. */
function refuse({ head, payload }: Element<Head>, asked: Asked): void {
  const error = payload.length < i32.size ? 0 : i32.read(payload, 0);
  if (error === 0) return;
  const from = head.nlmsg_type === NLMSG_DONE ? i32.size : endOfEcho(head, payload);
  throw new NetlinkError(asked, errnoName(-error), new AttributeMap(payload, from).text(NLMSGERR_ATTR_MSG));
}
type Head = { readonly nlmsg_type: number; readonly nlmsg_flags: number };

/** An error repeats the request, all of it unless it is capped; what it has to say more comes behind that. */
function endOfEcho({ nlmsg_flags: flags }: Head, payload: Memory): number {
  if ((flags & NLM_F_CAPPED) !== 0 || payload.length < nlmsgerr.size) return nlmsgerr.size;
  const { nlmsg_len: length } = nlmsgerr.at(payload).msg;
  return i32.size + messages.space(Math.max(0, length - nlmsghdr.size));
}

/** Types that a protocol gives names to. */
const TYPES: Readonly<Record<number, Names>> = { [NETLINK_ROUTE]: RTM, [NETLINK_SOCK_DIAG]: SOCK_DIAG };
const nameOf = ({ protocol, type }: Asked): string => named({ ...NLMSG, ...TYPES[protocol] }, type);
