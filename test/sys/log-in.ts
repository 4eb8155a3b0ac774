/** A log in memory of this process's own, all of it in sight. */
import { Log } from "../../src/sys/log.ts";

export const logIn = (shared: ArrayBuffer, origin: bigint, actor: number): Log =>
  new Log({ size: shared.byteLength, view: () => shared }, origin, actor);
