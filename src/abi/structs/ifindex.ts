/** The number of a network interface, as strace says it. */
import { type Integer, i32 } from "../../memory/integer.ts";

/** `LOOPBACK_IFINDEX` of <net/flow.h>: lo is made first in every network namespace. */
const LOOPBACK = 1;
const text = (it: number): string => (it === LOOPBACK ? 'if_nametoindex("lo")' : String(it));

/**
 * 1 is shown as the loopback it always is; strace asks its own namespace for the names of others, we keep
 * the number.
 */
export const ifindex: Integer = { ...i32, show: text };
