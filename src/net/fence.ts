/**
 * The fence of a hand-made peer: a SYN to a port that is closed, which the kernel answers by RST. What it had
 * to say before has come by then.
 */

/** The kernel's port that is closed (it would be discard, RFC 863). */
export const CLOSED = 9;
/** Where the fence stands at the peer. */
export const FENCE = 39_999;

/** Whether what goes between these two, `192.0.2.2:39999`, is no experiment's, but a fence. */
export const isFence = (from: string, to: string): boolean =>
  [`${from} ${to}`, `${to} ${from}`].some((it) => FENCED.test(it));
const FENCED = new RegExp(`:${FENCE} .*:${CLOSED}$`);
