/** The sockets of a log, each with its life. */
import { type SocketKind, UNKNOWN } from "./socket-kind.ts";

/** An error that a socket met, and the line of it. */
interface Trouble {
  readonly errno: string;
  readonly call: string;
  /** Where a connect was to lead; null where the log does not say. */
  readonly to: string | null;
  readonly line: number;
}
/** How it came into the log. `before`: it was there already. */
export type Origin = "socket" | "socketpair" | "accept" | "before";

/** One socket, however many descriptors lead to it. Lines are counted from 1. */
export interface Socket {
  /** In the order in which they came into the log, from 1. */
  readonly id: number;
  /** Where it was made, or seen first. */
  readonly line: number;
  readonly origin: Origin;
  /** Who made it, or was seen with it first. */
  readonly pid: number | null;
  kind: SocketKind;
  /** The address family, where it is known by an address alone. */
  family: number | null;
  local: string | null;
  peer: string | null;
  state: "made" | "listening" | "connecting" | "connected";
  /** Bytes that calls of this log took from the program, and gave it. */
  sent: number;
  received: number;
  /** How many connections were accepted from it. */
  accepted: number;
  /** The line on which a receive returned 0: the peer had no more to say. */
  eof: number | null;
  /** It said by shutdown that it has no more to say. */
  shut: boolean;
  /** The last error that was not just a matter of waiting. */
  trouble: Trouble | null;
  /**
   * Null: some descriptor leads to it at the end of the log. `before`: another has its descriptor's number on
   * that line, so it was closed before, though the log does not show it.
   */
  ended: { readonly line: number; readonly how: "closed" | "before" | "exit" | "exec" } | null;
  /** How many descriptors lead to it. */
  references: number;
}

/** The most lives that are kept to be told; of the others only how many there were. */
const KEPT = 40;

/** All of them. Those that ended beyond the first are forgotten, so that a long log takes no more memory. */
export class Sockets {
  readonly #kept: Socket[] = [];
  #made = 0;
  readonly #kinds = new Map<string, number>();

  /** How many there were. */
  get count(): number { return this.#made; }
  /** The first of them, in their order. */
  get kept(): readonly Socket[] { return this.#kept; }
  /** How many there were of each kind, as a person says it. */
  get kinds(): ReadonlyMap<string, number> { return this.#kinds; }

  make(origin: Origin, line: number, pid: number | null, kind: SocketKind = UNKNOWN): Socket {
    const it: Socket = {
      id: ++this.#made, line, origin, pid, kind, family: null, local: null, peer: null, state: "made",
      sent: 0, received: 0, accepted: 0, eof: null, shut: false, trouble: null, ended: null, references: 0,
    };
    if (this.#kept.length < KEPT) this.#kept.push(it);
    this.#kinds.set(kind.text ?? "", (this.#kinds.get(kind.text ?? "") ?? 0) + 1);
    return it;
  }

  /** It is found out what kind it is. */
  learn(it: Socket, kind: SocketKind): void {
    const was = it.kind.text ?? "";
    this.#kinds.set(was, (this.#kinds.get(was) ?? 1) - 1);
    this.#kinds.set(kind.text ?? "", (this.#kinds.get(kind.text ?? "") ?? 0) + 1);
    it.kind = kind;
  }
}
