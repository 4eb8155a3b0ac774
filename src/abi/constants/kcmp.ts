/** kcmp(2). */

/** type: what of the two processes is compared. uapi linux/kcmp.h. */
export const KCMP = {
  KCMP_FILE:      0, KCMP_VM: 1, KCMP_FILES: 2, KCMP_FS: 3, KCMP_SIGHAND: 4, KCMP_IO: 5, KCMP_SYSVSEM: 6,
  KCMP_EPOLL_TFD: 7,
} as const;

export const {
  KCMP_FILE, KCMP_VM, KCMP_FILES, KCMP_FS, KCMP_SIGHAND, KCMP_IO, KCMP_SYSVSEM, KCMP_EPOLL_TFD,
} = KCMP;
