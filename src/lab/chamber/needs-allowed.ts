/**
 * Whether this process may have an io_uring, or packet sockets. Only the kernel can tell: it may be built
 * without, or forbid it by a sysctl, for want of a capability, or by a seccomp filter, as Docker's does.
 */
import { AF_PACKET, SOCK_CLOEXEC, SOCK_RAW } from "../../abi/constants/socket.ts";
import { EFAULT, ENOSYS, EPERM, errnoName } from "../../abi/errno.ts";
import { cross } from "../../sys/libc.ts";
import { numberOf } from "../../sys/number-of.ts";
import { CannotHere } from "../cannot-here.ts";
import type { AnyExperiment, Need } from "../experiment.ts";
import { helpedBy } from "../helped-by.ts";

/** Asks for one without saying where its parameters lie: who may have one is told EFAULT, and makes none. */
const ringAsked = (): number => cross(numberOf("io_uring_setup"), [1, 0]);

/** By errno: why not. */
const WHY: Readonly<Record<number, string>> = {
  [ENOSYS]: "this kernel has none",
  [EPERM]:  "it is forbidden here, by sysctl kernel.io_uring_disabled or by a seccomp filter",
};

/** Null where this process may have one; else why not. */
export function whyNoRing(ask = ringAsked): string | null {
  const errno = -ask();
  return errno === EFAULT ? null : WHY[errno] ?? "the kernel refuses it";
}

/** Of no protocol, so that nothing is ever received. */
function socketAsked(): number {
  const fd = cross(numberOf("socket"), [AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0]);
  if (fd >= 0) cross(numberOf("close"), [fd]);
  return fd;
}

/** Null where this process may have packet sockets; else why not. */
export function whyNoPacket(ask = socketAsked): string | null {
  const errno = -ask();
  return errno <= 0 ? null : `socket failed with ${errnoName(errno)}`;
}

/** What is asked for here, by the need. */
const ASKED: readonly (readonly [Need, what: string, why: () => string | null, word: string])[] = [
  ["io_uring", "io_uring",       whyNoRing,   "io_uring"],
  ["packet",   "packet sockets", whyNoPacket, "peer"],
];

/** Throws CannotHere where an experiment needs one of them and this process may not have it. */
export function needsAllowed({ needs = [] }: Pick<AnyExperiment, "needs">, asked = ASKED): void {
  for (const [need, what, why, word] of asked) {
    const reason = needs.includes(need) ? why() : null;
    if (reason !== null) throw new CannotHere(`it needs ${what}: ${reason}${helpedBy(word)}`);
  }
}
