/** A wire's side: a thread that carries its frames until the run ends. */
import { forward } from "../../net/forwarder.ts";
import { logAt } from "./log-at.ts";
import { broken } from "./party.ts";
import { unrecorded } from "./unrecorded.ts";
import { WIRE, type WireBoot } from "./wire-threads.ts";

/** Runs it from what it was started with. Where it fails the run breaks: without it nothing would arrive. */
export function carry(): void {
  const { workerData } = process.getBuiltinModule("node:worker_threads");
  const { carriage, state, log: { address, size, origin } } = workerData as WireBoot;
  const come = (to: number): void => void Atomics.store(new Int32Array(state), 0, to);
  try {
    forward(unrecorded(), carriage, () => come(WIRE.carries));
  } catch (error) {
    const told = broken(error);
    const message = told.how === "cannot" ? told.message : `a wire of the run broke: ${told.message}`;
    logAt(address, size, origin, 0).note(JSON.stringify({ ...told, message }));
    come(WIRE.failed);
  }
}
