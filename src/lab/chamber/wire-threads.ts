/** The threads that carry the frames of a run's wires, as the chamber starts them. */
import type { Carriage } from "../../net/forwarder.ts";
import { PATIENCE } from "./actor-life.ts";
import { pause } from "./actor-seat.ts";
import { CHILD } from "./job.ts";
import { above } from "./low-numbers.ts";

/** How far such a thread has come. */
export const WIRE = { starting: 0, carries: 1, failed: 2 } as const;
/** What it is started with, as workerData. */
export interface WireBoot {
  readonly carriage: Carriage;
  /** One word, of WIRE. */
  readonly state: SharedArrayBuffer;
  readonly log: LogPlace;
}
/** Where the run's log lies: a thread that fails has the last word in it. */
export interface LogPlace {
  readonly address: number;
  readonly size: number;
  readonly origin: bigint;
}

/** Starts one, and waits until it carries. It ends with the process. Throws Error where it does not start. */
export const startWire = (log: LogPlace) => (carriage: Carriage): void => above(() => {
  const boot: WireBoot = { carriage, log, state: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(CHILD, { argv: ["wire"], workerData: boot, stdout: true, stderr: true });
  worker.unref();
  const state = new Int32Array(boot.state);
  for (const end = performance.now() + PATIENCE; Atomics.load(state, 0) === WIRE.starting; pause()) {
    if (performance.now() > end) throw new Error("a wire's thread did not start");
  }
  if (Atomics.load(state, 0) === WIRE.failed) throw new Error("a wire's thread failed");
});
