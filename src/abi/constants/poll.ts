/** poll(2) and ppoll(2). */

/** events and revents of a pollfd. uapi asm-generic/poll.h. */
export const POLL = {
  POLLIN:     0x1, POLLPRI:       0x2, POLLOUT:       0x4, POLLERR:           0x8, POLLHUP:     0x10,
  POLLNVAL:  0x20, POLLRDNORM:   0x40, POLLRDBAND:   0x80, POLLWRNORM:      0x100, POLLWRBAND: 0x200,
  POLLMSG:  0x400, POLLREMOVE: 0x1000, POLLRDHUP:  0x2000, POLL_BUSY_LOOP: 0x8000,
} as const;

export const {
  POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL, POLLRDNORM, POLLRDBAND, POLLWRNORM, POLLWRBAND,
  POLLMSG, POLLREMOVE, POLLRDHUP, POLL_BUSY_LOOP,
} = POLL;
