/**
 * A hand-made other end of a connection, and the segments it sends and expects.
 * Sequence numbers are relative to the first.
 */

export interface Option {
  readonly kind: "mss" | "sackOk" | "wscale" | "timestamps" | "sack";
  readonly values: readonly number[];
}
export interface Segment {
  readonly flags: readonly ("SYN" | "ACK" | "FIN" | "RST" | "PSH")[];
  /** Absent: what comes next. */
  readonly seq?: number;
  readonly ack?: number;
  readonly window?: number;
  readonly options?: readonly Option[];
  /** How many bytes of payload. */
  readonly length?: number;
}
type Rest = Omit<Segment, "flags">;

/** Segments by what they are for; `rest` names what else they carry, and where they stand. */
export const syn = (rest: Rest = {}): Segment => ({ flags: ["SYN"], ...rest });
export const synAck = (rest: Rest = {}): Segment => ({ flags: ["SYN", "ACK"], ...rest });
/** `ack(2920)`: everything before byte 2920 has arrived. */
export const ack = (upTo?: number, rest: Rest = {}): Segment =>
  ({ flags: ["ACK"], ...(upTo === undefined ? {} : { ack: upTo }), ...rest });
export const fin = (rest: Rest = {}): Segment => ({ flags: ["FIN", "ACK"], ...rest });
export const rst = (rest: Rest = {}): Segment => ({ flags: ["RST"], ...rest });
/** `data(10)`: ten bytes, in order. */
export const data = (length: number, rest: Rest = {}): Segment =>
  ({ flags: ["PSH", "ACK"], length, ...rest });

/** Options of a SYN: mss in bytes (RFC 9293), SACK (2018), a window shifted left by so many bits (7323). */
export const mss = (bytes: number): Option => ({ kind: "mss", values: [bytes] });
export const sackOk: Option = { kind: "sackOk", values: [] };
export const wscale = (shift: number): Option => ({ kind: "wscale", values: [shift] });

export interface Peer {
  send(segment: Segment): void;
  /** The next segment from the kernel must be this one, in the fields that are named. */
  expect(segment: Segment): void;
  /** Proves silence: a SYN to a closed port is answered by RST; what was to be said came before that. */
  fence(): void;
  /** The n-th of many peers. */
  at(n: number): Peer;
  /** SYN, SYN-ACK, ACK with a port of the kernel's. */
  handshake(port: number): void;
}
