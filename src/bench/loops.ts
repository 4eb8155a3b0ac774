/**
 * What is measured: loops that exist in C (native-shims/bench.c), in Node through netlab, and prepared for
 * the gate; and what Node itself offers for the same. The targets are netlab's promise.
 */

/** What Node itself offers for the same: one more line of a loop, and how it has to compare. */
interface Rival {
  /** What the program that makes it is asked for. */
  readonly asks: string;
  readonly says: string;
  /** Of call by call against this one: at least so many times as fast. Null where nothing is promised. */
  readonly target: number | null;
}
export interface LoopKind {
  readonly name: string;
  readonly says: string;
  /** What is counted, a second. */
  readonly unit: "packets" | "round trips";
  /** netlab against C, at least so much: call by call, and prepared. */
  readonly targets: Readonly<Record<"call" | "prepared", number>>;
  readonly rivals: readonly Rival[];
  /** What may be behind it where it cannot be made. */
  readonly hint?: string;
}

/** Bytes of a packet's payload, and packets of a batch. */
export const PAYLOAD = 64;
export const BATCH = 64;

/** As bench.c has them, in this order. */
export const LOOPS: readonly LoopKind[] = [
  {
    name: "sendto", says: "sendto, recvfrom: a packet a call", unit: "packets",
    targets: { call: 0.75, prepared: 0.9 },
    rivals: [{ asks: "dgram", says: "node:dgram", target: 3 }],
  },
  {
    name: "mmsg", says: `sendmmsg, recvmmsg: ${BATCH} packets a call`, unit: "packets",
    targets: { call: 0.85, prepared: 0.95 },
    rivals: [
      { asks: "dgram-bursts",    says: "node:dgram",            target: 4 },
      { asks: "dgram-connected", says: "node:dgram, connected", target: null },
    ],
  },
  {
    name: "gso", says: `UDP_SEGMENT, UDP_GRO: ${BATCH} packets cut and joined by the kernel`, unit: "packets",
    targets: { call: 0.6, prepared: 0.85 },
    rivals: [], hint: "older kernels, as 5.10, do not join packets on the loopback",
  },
  {
    name: "tcp", says: `TCP ping-pong of ${PAYLOAD} bytes`, unit: "round trips",
    targets: { call: 0.7, prepared: 0.9 },
    rivals: [{ asks: "net", says: "node:net", target: null }],
  },
];
