/** The log, for those who write it: it lies in this process's memory. */
import { viewOf } from "../../sys/libc.ts";
import { Log } from "../../sys/log.ts";

/** A log of at most `size` bytes from `address` on; origin and actor as Log takes them. */
export const logAt = (address: number, size: number, origin: bigint, actor: number): Log =>
  new Log({ size, view: (length) => viewOf(address, length) }, origin, actor);
