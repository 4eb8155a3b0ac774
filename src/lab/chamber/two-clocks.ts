/**
 * Frames are stamped with CLOCK_REALTIME, everything else with CLOCK_MONOTONIC. How far the one is ahead of
 * the other is constant unless somebody sets the clock.
 */
import { CLOCK_REALTIME } from "../../abi/constants/time.ts";
import { timespec } from "../../abi/structs/time.ts";
import type { Calls } from "../../sys/calls.ts";

const LOOKS = 100;

/**
 * CLOCK_REALTIME less CLOCK_MONOTONIC, in ns. Each look lies between two readings of the monotonic clock:
 * what all of them allow is some tens of nanoseconds wide, and its middle is the answer.
 */
export function realtimeAhead({ clock_gettime }: Calls): bigint {
  const now = timespec();
  let [least, most] = [-(1n << 62n), 1n << 62n];
  for (let i = 0; i < LOOKS; i++) {
    const before = process.hrtime.bigint();
    clock_gettime(CLOCK_REALTIME, now);
    const after = process.hrtime.bigint();
    const real = BigInt(now.tv_sec) * 1_000_000_000n + BigInt(now.tv_nsec);
    if (real - after > least) least = real - after;
    if (real - before < most) most = real - before;
  }
  return (least + most) / 2n;
}
