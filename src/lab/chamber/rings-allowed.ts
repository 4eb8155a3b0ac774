/**
 * Whether this process may have an io_uring. Only the kernel can tell: it may be built without, or forbid it
 * by a sysctl, or by a seccomp filter, as Docker's does.
 */
import { EFAULT, ENOSYS, EPERM } from "../../abi/errno.ts";
import { cross } from "../../sys/libc.ts";
import { numberOf } from "../../sys/number-of.ts";
import { CannotHere } from "../cannot-here.ts";
import type { AnyExperiment } from "../experiment.ts";

/** Asks for one without saying where its parameters lie: who may have one is told EFAULT, and makes none. */
const asked = (): number => cross(numberOf("io_uring_setup"), [1, 0]);

/** By errno: why not. */
const WHY: Readonly<Record<number, string>> = {
  [ENOSYS]: "this kernel has none",
  [EPERM]:  "it is forbidden here, by sysctl kernel.io_uring_disabled or by a seccomp filter",
};

/** Throws CannotHere where an experiment needs an io_uring and this process may not have one. */
export function ringsAllowed({ needs = [] }: Pick<AnyExperiment, "needs">, ask = asked): void {
  if (!needs.includes("io_uring")) return;
  const errno = -ask();
  if (errno !== EFAULT) throw new CannotHere(`it needs io_uring: ${WHY[errno] ?? "the kernel refuses it"}`);
}
