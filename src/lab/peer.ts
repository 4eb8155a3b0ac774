/**
 * A hand-made other end of a connection, and the segments it sends and expects. Numbers count bytes of data:
 * byte 0 is the first after the SYN, which is -1. Options of a SYN are in abi/headers/tcp-options.ts.
 */
import type { Segment } from "../net/segment.ts";

type Rest = Omit<Segment, "flags">;

/** Segments by what they are for; `rest` names what else they carry, and where they stand. */
export const syn = (rest: Rest = {}): Segment => ({ flags: ["SYN"], ...rest });
export const synAck = (rest: Rest = {}): Segment => ({ flags: ["SYN", "ACK"], ...rest });
/** `ack(2920)`: everything before byte 2920 has arrived; without a number, all that did arrive. */
export const ack = (upTo: number | Rest = {}, rest: Rest = {}): Segment =>
  ({ flags: ["ACK"], ...(typeof upTo === "number" ? { ack: upTo } : upTo), ...rest });
export const fin = (rest: Rest = {}): Segment => ({ flags: ["FIN", "ACK"], ...rest });
export const rst = (rest: Rest = {}): Segment => ({ flags: ["RST"], ...rest });
/** `data(10)`: ten bytes, in order; they are x. `data("Hello")`: these five. */
export const data = (payload: number | string, rest: Rest = {}): Segment => ({
  flags: ["PSH", "ACK"],
  ...(typeof payload === "number" ? { length: payload } : { length: payload.length, payload }),
  ...rest,
});

/** Its address is 192.0.2.2, the kernel's 192.0.2.1. */
export interface Peer {
  send(segment: Segment): void;
  /**
   * The next segment from the kernel must be this one, in the fields that are named; it is waited for. What
   * the kernel said before the last `send` is passed over: that answered it.
   */
  expect(segment: Segment): void;
  /** Nothing more has come, neither expected nor answered: proven by a fence. */
  quiet(): void;
  /**
   * Proves silence: a SYN to a closed port, 9, is answered by RST; what was to be said came before that.
   */
  fence(): void;
  /** All that the kernel said to this peer, in order. */
  received(): readonly Segment[];
  /** The n-th of many peers; this is the first, 0. Each has a port of its own, from 40000 on. */
  at(n: number): Peer;
  /**
   * SYN, SYN-ACK, ACK with a port of the kernel's; `rest` is the SYN's. One that was used before begins anew.
   */
  handshake(port: number, rest?: Rest): void;
}
