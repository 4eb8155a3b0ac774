/** The rules of a wire, as plain data: they travel to the thread that keeps them. */

/** Where a frame of a wire goes: from the namespace that laid it, or to that namespace. */
export type Toward = "there" | "here";
/**
 * `syn`: TCP with SYN, so the SYN-ACK too. `data`: TCP with payload. `ack`: TCP with ACK that carries nothing
 * else: no payload, no SYN, FIN or RST. `any`: whatever goes over the wire.
 */
export type FrameKind = "syn" | "data" | "ack" | "any";

/** Which frames a rule is about. */
export interface Frames {
  readonly toward: Toward;
  readonly kind: FrameKind;
  /** The n-th of them, counted from 1 as they come, repetitions too; null: every one. */
  readonly nth: number | null;
}

/** What happens to them. */
export interface WireRule {
  /** `swap`: it is held until the next frame that is of the rule's direction and kind has passed. */
  readonly does: "drop" | "duplicate" | "delay" | "swap";
  readonly frames: Frames;
  /** By how many milliseconds it is delayed; of other rules 0. */
  readonly ms: number;
}
