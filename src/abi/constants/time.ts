/** Clocks and timers: clock_gettime(2), timerfd_create(2), setitimer(2). */

/** Clocks. uapi linux/time.h, clock_gettime(2). */
export const CLOCK = {
  CLOCK_REALTIME:          0, CLOCK_MONOTONIC:      1, CLOCK_PROCESS_CPUTIME_ID:  2,
  CLOCK_THREAD_CPUTIME_ID: 3, CLOCK_MONOTONIC_RAW:  4, CLOCK_REALTIME_COARSE:     5,
  CLOCK_MONOTONIC_COARSE:  6, CLOCK_BOOTTIME:       7, CLOCK_REALTIME_ALARM:      8,
  CLOCK_BOOTTIME_ALARM:    9, CLOCK_SGI_CYCLE:     10, CLOCK_TAI:                11,
} as const;

/** flags of timerfd_create(2) and, the TIMER ones, of timerfd_settime(2). uapi linux/timerfd.h. */
export const TFD = {
  TFD_TIMER_ABSTIME: 0o1, TFD_TIMER_CANCEL_ON_SET: 0o2, TFD_CLOEXEC: 0o2000000, TFD_NONBLOCK: 0o4000,
} as const;

/** which of setitimer(2). uapi linux/time.h. */
export const ITIMER = {
  ITIMER_REAL: 0, ITIMER_VIRTUAL: 1, ITIMER_PROF: 2,
} as const;

/**
 * flags of clock_nanosleep(2) and timer_settime(2): the time is a moment, not a length. uapi linux/time.h.
 */
export const TIMER_ABSTIME = 1;

/** ioctl of a timerfd: says how often it has expired. uapi linux/timerfd.h. */
export const TFD_IOC_SET_TICKS = 0x40085400;

export const {
  CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW,
  CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM,
  CLOCK_SGI_CYCLE, CLOCK_TAI,
} = CLOCK;
export const { TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET, TFD_CLOEXEC, TFD_NONBLOCK } = TFD;
export const { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF } = ITIMER;
