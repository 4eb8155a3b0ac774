/** pidfd_open(2). */

/** flags: the numbers of O_NONBLOCK and O_EXCL; THREAD since Linux 6.9. uapi linux/pidfd.h. */
export const PIDFD = {
  PIDFD_NONBLOCK: 0o4000, PIDFD_THREAD: 0o200,
} as const;

export const { PIDFD_NONBLOCK, PIDFD_THREAD } = PIDFD;
