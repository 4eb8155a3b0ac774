/**
 * What the kernel answers when it is asked for its sockets, as plain data: sock_diag(7),
 * <linux/inet_diag.h>, <linux/sock_diag.h>. Pure: it reads bytes that somebody received.
 */
import {
  INET_DIAG_INFO, INET_DIAG_SKMEMINFO, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR, SOCK_DIAG_BY_FAMILY,
} from "../abi/constants/netlink.ts";
import { AF_INET } from "../abi/constants/socket.ts";
import { inet_diag_msg } from "../abi/structs/inet_diag.ts";
import { attributes, messages } from "../abi/structs/netlink.ts";
import { i32, u32 } from "../memory/integer.ts";
import type { Memory } from "../memory/memory.ts";
import { stateName } from "./state-names.ts";

/** SK_MEMINFO_…, in the order of the kernel's words; all in bytes, but drops, which counts packets. */
const MEMORY = [
  "rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued", "optmem", "backlog", "drops",
] as const;
/** As many of them as the kernel told. */
export type SocketMemory = Readonly<Partial<Record<(typeof MEMORY)[number], number>>>;

/** idiag_timer, by the names that ss(8) has for it. */
const TIMERS = ["off", "on", "keepalive", "timewait", "persist"] as const;

/** One socket, as the kernel sees it. */
export interface Diag {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** What was asked for: IPPROTO_TCP, IPPROTO_UDP. */
  readonly protocol: number;
  /** "LISTEN", "ESTABLISHED"; of UDP "ESTABLISHED" (connected) or "CLOSE". */
  readonly state: string;
  readonly source: string;
  readonly sport: number;
  readonly dest: string;
  readonly dport: number;
  /** The interface it is bound to, by its index; 0: none. */
  readonly device: number;
  /** SO_COOKIE, in decimal. What becomes a TIME_WAIT keeps it. */
  readonly cookie: string;
  /** Of the descriptor's file; 0 where there is none (yet, or any more). */
  readonly inode: number;
  readonly uid: number;
  /** Which timer runs: "on" retransmits, "persist" probes a closed window. */
  readonly timer: (typeof TIMERS)[number] | "unknown";
  /** How often that timer ran out without an answer. */
  readonly retrans: number;
  /** Until the timer runs out, in ms. */
  readonly expires: number;
  /** Unread bytes; of a listener, connections to accept; of UDP, the memory that its queue takes. */
  readonly rqueue: number;
  /** Bytes not acknowledged; of a listener, its backlog; of UDP, the memory of what is on its way out. */
  readonly wqueue: number;
  /** struct tcp_info, as long as this kernel's; null of UDP, of half-open requests, and in TIME_WAIT. */
  readonly info: Uint8Array | null;
  /** Null where the kernel told none: half-open requests, TIME_WAIT. */
  readonly memory: SocketMemory | null;
}

/** What one receive brought. */
export interface Answer {
  readonly sockets: readonly Diag[];
  /** Whether it was the last. */
  readonly over: boolean;
  /** Why the kernel refused, an errno; else 0. */
  readonly errno: number;
}

/** Reads the messages that answer question `seq`, which was about `protocol`; others are passed over. */
export function answerIn(memory: Memory, seq: number, protocol: number): Answer {
  const sockets: Diag[] = [];
  let over = false;
  let errno = 0;
  for (const { head, payload } of messages.read(memory)) {
    if (head.nlmsg_seq !== seq) continue;
    const ends = head.nlmsg_type === NLMSG_DONE || head.nlmsg_type === NLMSG_ERROR;
    if (ends && payload.length >= i32.size) errno = Math.max(0, -i32.read(payload, 0));
    else if (head.nlmsg_type === SOCK_DIAG_BY_FAMILY && payload.length >= inet_diag_msg.size) {
      sockets.push(diagOf(payload, protocol));
    }
    over ||= ends || (head.nlmsg_flags & NLM_F_MULTI) === 0;
  }
  return { sockets, over, errno };
}

function diagOf(payload: Memory, protocol: number): Diag {
  const it = inet_diag_msg.at(payload);
  const { id } = it;
  const isIpv4 = it.idiag_family === AF_INET;
  const [low = 0, high = 0] = id.idiag_cookie;
  const behind = attributes.read(payload.slice(inet_diag_msg.size));
  const told = new Map(behind.map(({ head, payload: value }) => [head, value]));
  const info = told.get(INET_DIAG_INFO);
  const words = told.get(INET_DIAG_SKMEMINFO);
  return {
    family: it.idiag_family, protocol, state: stateName(it.idiag_state),
    source: isIpv4 ? id.idiag_src4 : id.idiag_src, sport: id.idiag_sport,
    dest: isIpv4 ? id.idiag_dst4 : id.idiag_dst, dport: id.idiag_dport,
    device: id.idiag_if, cookie: String((BigInt(high) << 32n) | BigInt(low)),
    inode: it.idiag_inode, uid: it.idiag_uid,
    timer: TIMERS[it.idiag_timer] ?? "unknown", retrans: it.idiag_retrans, expires: it.idiag_expires,
    rqueue: it.idiag_rqueue, wqueue: it.idiag_wqueue,
    info: info === undefined ? null : Uint8Array.from(info.bytes),
    memory: words === undefined ? null : memoryOf(words),
  };
}

const memoryOf = (words: Memory): SocketMemory => {
  const told = MEMORY.slice(0, Math.floor(words.length / u32.size));
  const word = (name: string) => (name === "fwd_alloc" ? i32 : u32);
  return Object.fromEntries(told.map((name, i) => [name, word(name).read(words, i * u32.size)]));
};
