/**
 * A wire between two namespaces that treats frames by rule, as an experiment orders it and sees it. The words
 * that rules are written in are in lab/wire.ts.
 */
import type { Namespace } from "./net.ts";
import type { WireRule } from "./wire-rule.ts";
import type { wire_rule } from "./wire-tally.ts";

/** What a wire is ordered with. */
export interface WireOrder {
  /** The addresses of both ends, IPv4, with their prefix: "192.0.2.1/24", "192.0.2.2/24". */
  readonly here: string;
  readonly there: string;
  /** The first that is about a frame decides; without any every frame passes. */
  readonly rules?: readonly WireRule[];
}

/** A wire that lies: frames pass until the run ends. */
export interface Wire {
  /** The namespace at its other end: another stack, with nothing in it but this end and lo. */
  readonly far: Namespace;
  /** The name of its end, here and there: "wire0", of a further wire "wire1". */
  readonly device: string;
  /** How many frames came out at either end so far; one that was doubled came out twice. */
  passed(): number;
  /** How many were dropped so far. */
  dropped(): number;
  /**
   * What each rule did so far, in their order, as it stands now: to be read, `wire.did()[0]!.done`, and to be
   * looked at, `look("wire", wire.did())`. It is counted before the frame goes on.
   */
  did(): readonly ReturnType<typeof wire_rule>[];
}
