/**
 * Waiting for descriptors: fs/select.c, fs/eventpoll.c; and descriptors made to be waited for:
 * fs/eventfd.c, fs/signalfd.c, fs/timerfd.c.
 */
import { i32, size_t } from "../../memory/integer.ts";
import { pointerTo } from "../../memory/pointer.ts";
import { struct } from "../../memory/struct.ts";
import { EPOLL_CTL, EPOLL_FLAGS } from "../constants/epoll.ts";
import { EFD, SFD } from "../constants/eventfd.ts";
import { CLOCK, TFD } from "../constants/time.ts";
import {
  amount, type Bound, both, type Entry, each, fd, from, into, nr, type Typing, value,
} from "../parameter.ts";
import { epoll_event, pollfd } from "../structs/poll.ts";
import { sigset } from "../structs/signal.ts";
import { itimerspec, timespec, timeval } from "../structs/time.ts";
import { bitsOf } from "./bit-set.ts";
import { unsigned } from "./number.ts";

/**
 * pselect6 has no register left for the length of its signal set: both are handed over in memory, 16 bytes.
 */
const sigset_argpack = struct("sigset_argpack", 16, {
  p:    [0, pointerTo({ to: null, length: "size", wrote: "length" })],
  size: [8, size_t],
});
/** select looks at n bits of each set, in whole longs. */
const longs: Bound = (it) => Math.ceil(it.value("n") / 64) * 8;
const fdSet = ((_, memory) => bitsOf(memory)) satisfies Typing;
const clock = i32.as(CLOCK);
const timerFlags = i32.flags(TFD);
const signalFlags = i32.flags(SFD);

export const ready = {
  select:          [nr(23, null), value("n", i32), both("inp", amount(longs), fdSet), both("outp", amount(longs), fdSet), both("exp", amount(longs), fdSet), both("tvp", timeval)],
  pselect6:        [nr(270, 72), value("n", i32), both("inp", amount(longs), fdSet), both("outp", amount(longs), fdSet), both("exp", amount(longs), fdSet), both("tsp", timespec), from("sig", sigset_argpack)],
  poll:            [nr(7, null), both("ufds", each("nfds", pollfd)), value("nfds", unsigned), value("timeout_msecs", i32)],
  ppoll:           [nr(271, 73), both("ufds", each("nfds", pollfd)), value("nfds", unsigned), both("tsp", timespec), from("sigmask", sigset), value("sigsetsize", size_t)],

  epoll_create:    [nr(213, null), value("size", i32)],
  epoll_create1:   [nr(291, 20), value("flags", i32.flags(EPOLL_FLAGS))],
  epoll_ctl:       [nr(233, 21), fd("epfd"), value("op", i32.as(EPOLL_CTL)), fd("fd"), from("event", epoll_event)],
  epoll_wait:      [nr(232, null), fd("epfd"), into("events", each("maxevents", epoll_event, "result")), value("maxevents", i32), value("timeout", i32)],
  epoll_pwait:     [nr(281, 22), fd("epfd"), into("events", each("maxevents", epoll_event, "result")), value("maxevents", i32), value("timeout", i32), from("sigmask", sigset), value("sigsetsize", size_t)],
  epoll_pwait2:    [nr(441, 441), fd("epfd"), into("events", each("maxevents", epoll_event, "result")), value("maxevents", i32), from("timeout", timespec), from("sigmask", sigset), value("sigsetsize", size_t)],

  eventfd:         [nr(284, null), value("count", unsigned)],
  eventfd2:        [nr(290, 19), value("count", unsigned), value("flags", i32.flags(EFD))],
  signalfd:        [nr(282, null), fd("ufd"), from("user_mask", sigset), value("sizemask", size_t)],
  signalfd4:       [nr(289, 74), fd("ufd"), from("user_mask", sigset), value("sizemask", size_t), value("flags", signalFlags)],
  timerfd_create:  [nr(283, 85), value("clockid", clock), value("flags", timerFlags)],
  timerfd_settime: [nr(286, 86), fd("ufd"), value("flags", timerFlags), from("utmr", itimerspec), into("otmr", itimerspec)],
  timerfd_gettime: [nr(287, 87), fd("ufd"), into("otmr", itimerspec)],
} as const satisfies Readonly<Record<string, Entry>>;
