/** epoll: epoll_create1(2), epoll_ctl(2), epoll_wait(2). */

/** events of an epoll_event: those of poll, and four ways of watching. uapi linux/eventpoll.h. */
export const EPOLL = {
  EPOLLIN:               0x1, EPOLLPRI:           0x2, EPOLLOUT:            0x4, EPOLLERR:           0x8,
  EPOLLHUP:             0x10, EPOLLNVAL:         0x20, EPOLLRDNORM:        0x40, EPOLLRDBAND:       0x80,
  EPOLLWRNORM:         0x100, EPOLLWRBAND:      0x200, EPOLLMSG:          0x400, EPOLLRDHUP:      0x2000,
  EPOLLEXCLUSIVE: 0x10000000, EPOLLWAKEUP: 0x20000000, EPOLLONESHOT: 0x40000000, EPOLLET:     0x80000000,
} as const;

/** op of epoll_ctl(2). uapi linux/eventpoll.h. */
export const EPOLL_CTL = {
  EPOLL_CTL_ADD: 1, EPOLL_CTL_DEL: 2, EPOLL_CTL_MOD: 3,
} as const;

/** flags of epoll_create1(2). uapi linux/eventpoll.h. */
export const EPOLL_FLAGS = {
  EPOLL_CLOEXEC: 0o2000000,
} as const;

/** ioctl requests of an epoll descriptor: busy polling. uapi linux/eventpoll.h, ioctl_epoll(2). */
export const EPIOC = {
  EPIOCSPARAMS: 0x40088a01, EPIOCGPARAMS: 0x80088a02,
} as const;

export const {
  EPOLLIN, EPOLLPRI, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLNVAL, EPOLLRDNORM, EPOLLRDBAND, EPOLLWRNORM,
  EPOLLWRBAND, EPOLLMSG, EPOLLRDHUP, EPOLLEXCLUSIVE, EPOLLWAKEUP, EPOLLONESHOT, EPOLLET,
} = EPOLL;
export const { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD } = EPOLL_CTL;
export const { EPOLL_CLOEXEC } = EPOLL_FLAGS;
export const { EPIOCSPARAMS, EPIOCGPARAMS } = EPIOC;
