/** Descriptors for counters and signals; those for timers are in time.ts. */

/** flags of eventfd2(2). uapi linux/eventfd.h. */
export const EFD = {
  EFD_SEMAPHORE: 0o1, EFD_CLOEXEC: 0o2000000, EFD_NONBLOCK: 0o4000,
} as const;

/** flags of signalfd4(2). uapi linux/signalfd.h. */
export const SFD = {
  SFD_CLOEXEC: 0o2000000, SFD_NONBLOCK: 0o4000,
} as const;

export const { EFD_SEMAPHORE, EFD_CLOEXEC, EFD_NONBLOCK } = EFD;
export const { SFD_CLOEXEC, SFD_NONBLOCK } = SFD;
