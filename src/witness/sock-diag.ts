/**
 * Witness: the kernel's own list of this namespace's TCP and UDP sockets, asked over netlink: sock_diag(7).
 * It knows sockets that no descriptor leads to: half-open requests, connections that nobody accepted yet,
 * TIME_WAIT. Asking takes no privilege.
 */
import { F_DUPFD_CLOEXEC } from "../abi/constants/fcntl.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../abi/constants/in.ts";
import { NETLINK_SOCK_DIAG, NLM_F_DUMP, NLM_F_REQUEST } from "../abi/constants/netlink.ts";
import { AF_INET, AF_NETLINK, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_RAW } from "../abi/constants/socket.ts";
import { ENOENT, ESTALE, errnoName } from "../abi/errno.ts";
import { buffer } from "../memory/memory.ts";
import type { Calls } from "../sys/calls.ts";
import { answerIn, type Diag } from "./diag-answer.ts";
import { diagRequest, type Question } from "./diag-request.ts";
import { ALL_STATES, stateBits } from "./state-names.ts";

/** Which sockets of a protocol and family: those with these ports, in these states ("LISTEN"). */
export interface Many extends Pick<Question, "protocol" | "family" | "sport" | "dport"> {
  readonly states?: readonly string[];
}

/** sock_diag could not be asked, or refused: the message is a sentence that says why. */
export class SockDiagError extends Error {
  override readonly name = "SockDiagError";
  /** Positive. */
  readonly errno: number;
  constructor(what: string, errno: number) {
    super(`${what}: ${errnoName(errno)}`);
    this.errno = errno;
  }
}

/** No kernel puts more into one message of a dump. */
const ROOM = 32 << 10;
/** The descriptor is moved so high that the lowest free one is still the next socket's. */
const HIGH = 64;
const NO_SUCH: ReadonlySet<number> = new Set([ENOENT, ESTALE]);

/**
 * A netlink socket for questions, opened by the first one. Each throws SockDiagError where this kernel cannot
 * answer for that protocol.
 */
export class SockDiag {
  readonly #calls: Calls;
  readonly #room = buffer(ROOM);
  /** Protocols and families that the kernel has answered for. */
  readonly #able = new Set<string>();
  #fd = -1;
  #seq = 0;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Its descriptor; -1 while it has none. */
  get fd(): number {
    return this.#fd;
  }

  /**
   * Throws where the kernel cannot be asked. It says so by ENOENT, as it says "no such socket": a dump of no
   * state tells which.
   */
  check(protocol: number = IPPROTO_TCP, family: number = AF_INET): void {
    const key = `${protocol} ${family}`;
    if (this.#able.has(key)) return;
    this.#ask({ protocol, family }, NLM_F_REQUEST | NLM_F_DUMP, 0);
    this.#able.add(key);
  }

  /** Why the kernel cannot be asked, a sentence; null where it can. */
  why(protocol: number = IPPROTO_TCP, family: number = AF_INET): string | null {
    try {
      this.check(protocol, family);
      return null;
    } catch (error) {
      if (error instanceof SockDiagError) return error.message;
      throw error;
    }
  }

  /**
   * The socket between these addresses, as a packet that arrives would find it; null where there is none.
   * With a cookie it is that socket or null; with a cookie and no port all are gone through, in a dump.
   */
  one(question: Question): Diag | null {
    const { protocol, family, sport, dport = 0, cookie } = question;
    this.check(protocol, family);
    const found = sport === undefined ? null : this.#exact(question);
    const isConnection = protocol === IPPROTO_TCP && dport !== 0;
    if (found !== null || cookie === undefined || isConnection) return found;
    // Of several that share a port the kernel may have found another.
    const range = sport === undefined ? {} : { sport, ...(protocol === IPPROTO_TCP ? PEERLESS : {}) };
    return this.dump({ protocol, family, ...range }).find((it) => it.cookie === cookie) ?? null;
  }

  /** All there are. SYN_RECV stands for half-open requests as well. */
  dump({ states, ...question }: Many): readonly Diag[] {
    this.check(question.protocol, question.family);
    return this.#ask(question, NLM_F_REQUEST | NLM_F_DUMP, states ? stateBits(states) : ALL_STATES);
  }

  /** Opens the socket before the first question: where descriptors are about to run out. */
  open(): void {
    if (this.#fd >= 0) return;
    const { socket, fcntl, close } = this.#calls.attempt;
    const fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) throw new SockDiagError("this kernel has no sock_diag (CONFIG_INET_DIAG)", -fd);
    this.#fd = fcntl(fd, F_DUPFD_CLOEXEC, HIGH);
    if (this.#fd < 0) this.#fd = fd;
    else close(fd);
  }

  /** Closes it; the next question opens another. */
  close(): void {
    if (this.#fd >= 0) this.#calls.attempt.close(this.#fd);
    this.#fd = -1;
  }

  #exact(question: Question): Diag | null {
    try {
      return this.#ask(question, NLM_F_REQUEST, ALL_STATES)[0] ?? null;
    } catch (error) {
      if (error instanceof SockDiagError && NO_SUCH.has(error.errno)) return null;
      throw error;
    }
  }

  #ask(question: Question, flags: number, states: number): readonly Diag[] {
    this.open();
    const { sendto, recvfrom } = this.#calls.attempt;
    const request = diagRequest(question, flags, ++this.#seq, states);
    const sent = sendto(this.#fd, request, request.length, 0, null, 0);
    if (sent < 0) throw new SockDiagError("sock_diag cannot be asked", -sent);
    const found: Diag[] = [];
    for (;;) {
      const got = recvfrom(this.#fd, this.#room, ROOM, MSG_DONTWAIT, null, null);
      if (got < 0) throw new SockDiagError("sock_diag does not answer", -got);
      const { sockets, over, errno } = answerIn(this.#room.slice(0, got), this.#seq, question.protocol);
      if (errno !== 0) throw new SockDiagError(refusal(question), errno);
      found.push(...sockets);
      if (over) return found;
    }
  }
}

/** Who has no peer's name: getpeername knows none before the SYN is answered. */
const PEERLESS = { states: ["LISTEN", "SYN_SENT"] } as const;

const PROTOCOLS: Readonly<Record<number, string>> = { [IPPROTO_TCP]: "TCP", [IPPROTO_UDP]: "UDP" };
const refusal = ({ protocol }: Question): string => {
  const name = PROTOCOLS[protocol];
  if (name === undefined) return `this kernel's sock_diag tells nothing of protocol ${protocol}`;
  return `this kernel's sock_diag tells nothing of ${name}'s sockets (CONFIG_INET_${name}_DIAG)`;
};
