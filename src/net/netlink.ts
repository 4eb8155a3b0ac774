/** A netlink socket to the kernel: one request at a time, each answered before the next. netlink(7). */
import {
  NETLINK_EXT_ACK, NETLINK_ROUTE, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST,
} from "../abi/constants/netlink.ts";
import {
  AF_NETLINK, MSG_DONTWAIT, MSG_TRUNC, SOCK_CLOEXEC, SOCK_RAW, SOL_NETLINK,
} from "../abi/constants/socket.ts";
import { messages } from "../abi/structs/netlink.ts";
import { int } from "../memory/integer.ts";
import { buffer, bytesOf, type Memory } from "../memory/memory.ts";
import type { Calls } from "../sys/calls.ts";
import { aside } from "./descriptor.ts";
import { type Answer, type Asked, type Message, readAnswer } from "./netlink-answer.ts";

/** Bytes of one receive: a dump comes in pieces of up to 32 KiB, one answer may be longer. */
const ROOM = 1 << 16;
/** So often a dump is taken anew that changed while it was read. */
const ATTEMPTS = 5;

/** It belongs to the network namespace in which it was made, and stays there. */
export class Netlink {
  readonly #calls: Calls;
  readonly #protocol: number;
  readonly #fd: number;
  readonly #room = buffer(ROOM);
  #seq = 0;

  /** Throws SyscallError where the kernel has no such protocol. */
  constructor(calls: Calls, protocol: number = NETLINK_ROUTE) {
    this.#calls = calls;
    this.#protocol = protocol;
    this.#fd = aside(calls, calls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
    calls.attempt.setsockopt(this.#fd, SOL_NETLINK, NETLINK_EXT_ACK, int(1), 4);
  }

  /**
   * Makes a request and waits for its acknowledgement; answers what the kernel sent before that: of a GET
   * what was asked for. `payload` is the header of the type and its attributes; `flags` are NLM_F_CREATE and
   * its kin. Throws NetlinkError where it is refused, saying `what` it was to do.
   */
  request(type: number, flags: number, payload: Memory, what = ""): readonly Message[] {
    return this.#ask(type, flags | NLM_F_ACK, payload, what).messages;
  }

  /** All there is of a kind. Throws NetlinkError where it is refused, Error where it changes all the time. */
  dump(type: number, payload: Memory, what = ""): readonly Message[] {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = this.#ask(type, NLM_F_DUMP, payload, what);
      if (!answer.interrupted) return answer.messages;
    }
    throw new Error(`${what || "a dump"} changed ${ATTEMPTS} times while it was read`);
  }

  close(): void {
    this.#calls.close(this.#fd);
  }

  #ask(type: number, flags: number, payload: Memory, what: string): Answer {
    const asked: Asked = { protocol: this.#protocol, type, seq: ++this.#seq, what };
    const head = {
      nlmsg_type: type, nlmsg_flags: flags | NLM_F_REQUEST, nlmsg_seq: asked.seq, nlmsg_pid: 0,
    };
    const message = messages.make([[head, payload]]);
    this.#calls.sendto(this.#fd, message, message.length, 0, null, 0);
    const parts: Answer[] = [];
    do parts.push(readAnswer(this.#received(), asked)); while (!parts.at(-1)!.over);
    return {
      messages: parts.flatMap((it) => it.messages), over: true,
      interrupted: parts.some((it) => it.interrupted),
    };
  }

  /**
   * What one receive brings, in memory of its own. The kernel answers while it is asked, so there is never
   * anything to wait for: an answer that is not there would not come.
   */
  #received(): Memory {
    const flags = MSG_DONTWAIT | MSG_TRUNC;
    const length = this.#calls.recvfrom(this.#fd, this.#room, ROOM, flags, null, null);
    if (length > ROOM) throw new Error(`an answer of ${length} bytes does not fit into ${ROOM}`);
    return bytesOf(this.#room.bytes.subarray(0, length));
  }
}
