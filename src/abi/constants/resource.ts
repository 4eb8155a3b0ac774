/** Limits and usage: prlimit64(2), getrusage(2), setpriority(2). */

/** resource of prlimit64(2). uapi asm-generic/resource.h. */
export const RLIMIT = {
  RLIMIT_CPU:     0, RLIMIT_FSIZE:       1, RLIMIT_DATA:      2, RLIMIT_STACK:    3, RLIMIT_CORE:    4,
  RLIMIT_RSS:     5, RLIMIT_NPROC:       6, RLIMIT_NOFILE:    7, RLIMIT_MEMLOCK:  8, RLIMIT_AS:      9,
  RLIMIT_LOCKS:  10, RLIMIT_SIGPENDING: 11, RLIMIT_MSGQUEUE: 12, RLIMIT_NICE:    13, RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
} as const;

/** who of getrusage(2). uapi linux/resource.h. */
export const RUSAGE = {
  RUSAGE_SELF: 0, RUSAGE_CHILDREN: -1, RUSAGE_THREAD: 1,
} as const;

/** which of getpriority(2). uapi linux/resource.h. */
export const PRIO = {
  PRIO_PROCESS: 0, PRIO_PGRP: 1, PRIO_USER: 2,
} as const;

/**
 * No limit, a u64 of ones: both fields of a struct rlimit64 take it. uapi linux/resource.h (RLIM64_INFINITY).
 */
export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

export const {
  RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_CORE, RLIMIT_RSS, RLIMIT_NPROC, RLIMIT_NOFILE,
  RLIMIT_MEMLOCK, RLIMIT_AS, RLIMIT_LOCKS, RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RTPRIO,
  RLIMIT_RTTIME,
} = RLIMIT;
export const { RUSAGE_SELF, RUSAGE_CHILDREN, RUSAGE_THREAD } = RUSAGE;
export const { PRIO_PROCESS, PRIO_PGRP, PRIO_USER } = PRIO;
