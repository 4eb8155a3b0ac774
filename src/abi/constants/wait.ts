/** Waiting for a child: wait4(2), waitid(2). */

/**
 * options of wait4(2) and waitid(2); WUNTRACED and WSTOPPED are one bit, and strace says WSTOPPED. uapi
 * linux/wait.h.
 */
export const W = {
  WNOHANG:       0x1, WSTOPPED:         0x2, WUNTRACED:       0x2, WEXITED:            0x4, WCONTINUED: 0x8,
  WNOWAIT: 0x1000000, __WCLONE:  0x80000000, __WALL:   0x40000000, __WNOTHREAD: 0x20000000,
} as const;

/** idtype of waitid(2). uapi linux/wait.h. */
export const P_ID = {
  P_ALL: 0, P_PID: 1, P_PGID: 2, P_PIDFD: 3,
} as const;

export const {
  WNOHANG, WUNTRACED, WSTOPPED, WEXITED, WCONTINUED, WNOWAIT, __WCLONE, __WALL, __WNOTHREAD,
} = W;
export const { P_ALL, P_PID, P_PGID, P_PIDFD } = P_ID;
