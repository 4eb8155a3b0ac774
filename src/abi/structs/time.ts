/**
 * Points in time and spans of it, from <linux/time_types.h> and <linux/time.h>. All of them are 64 bits wide
 * on our machines.
 */
import { i64 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";

/** Seconds and nanoseconds, 16 bytes: ppoll, recvmmsg, timerfd, SCM_TIMESTAMPNS. */
export const timespec = struct("timespec", 16, {
  tv_sec:  [0, i64],
  tv_nsec: [8, i64],
}, { btf: "__kernel_timespec" });

/** Seconds and microseconds, 16 bytes: select, SO_RCVTIMEO, SCM_TIMESTAMP. */
export const timeval = struct("timeval", 16, {
  tv_sec:  [0, i64],
  tv_usec: [8, i64],
}, { btf: "__kernel_old_timeval" });

/**
 * When a timer rings first (it_value; all zero: never) and how often from then on (it_interval), 32 bytes.
 */
export const itimerspec = struct("itimerspec", 32, {
  it_interval: [0, timespec],
  it_value:    [16, timespec],
}, { btf: "__kernel_itimerspec" });
