/** Waiting for descriptors, and descriptors made to be waited for. */
import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLET, EPOLLHUP, EPOLLIN, EPOLLONESHOT, EPOLLOUT, EPOLLRDHUP } from "../../../src/abi/constants/epoll.ts";
import { EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE, SFD_CLOEXEC, SFD_NONBLOCK } from "../../../src/abi/constants/eventfd.ts";
import { POLLIN, POLLOUT, POLLPRI, POLLRDHUP } from "../../../src/abi/constants/poll.ts";
import { SIGIO, SIGUSR1 } from "../../../src/abi/constants/signal.ts";
import { AF_UNIX, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_REALTIME, TFD_CLOEXEC, TFD_NONBLOCK, TFD_TIMER_ABSTIME } from "../../../src/abi/constants/time.ts";
import { epoll_event, pollfd } from "../../../src/abi/structs/poll.ts";
import { sigset } from "../../../src/abi/structs/signal.ts";
import { itimerspec, timespec, timeval } from "../../../src/abi/structs/time.ts";
import { bitSet } from "../../../src/abi/syscalls/bit-set.ts";
import { cells } from "../../../src/memory/array.ts";
import { i32, u64 } from "../../../src/memory/integer.ts";
import { allocate, buffer, bytesOf, text, wild } from "../../../src/memory/memory.ts";
import { cell } from "../../../src/memory/type.ts";
import type { Calls } from "../../../src/sys/calls.ts";

const NOWHERE = wild(0x1000);

function pair({ socketpair }: Calls): [number, number] {
  const ends = cells(i32, 2);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  return [...ends.value] as [number, number];
}

export function polls(calls: Calls): void {
  const { poll, ppoll, write, close, attempt } = calls;
  const [a, b] = pair(calls);
  const of = (...list: readonly (readonly [number, number])[]) => pollfd.array(list.map(([fd, events]) => ({ fd, events })));
  poll(of([a, POLLIN]), 1, 0);
  poll(of([a, POLLIN], [b, POLLIN | POLLOUT]), 2, 1000);
  write(a, text("x"), 1);
  poll(of([a, POLLIN], [b, POLLIN | POLLPRI | POLLRDHUP]), 2, -1);
  poll(of([a, POLLIN | POLLOUT], [b, POLLIN | 0x4000], [4000, POLLIN], [-1, 0]), 4, 0);
  poll(null, 0, 1);
  poll(of([a, 0]), 0, 1);
  attempt.poll(NOWHERE, 2, 0);
  attempt.poll(null, 3, 0);
  ppoll(of([a, POLLIN]), 1, timespec({ tv_nsec: 1000 }), null, 8);
  ppoll(of([b, POLLIN]), 1, timespec({ tv_sec: 2 }), cell(sigset, [SIGIO, SIGUSR1]), 8);
  ppoll(of([b, POLLIN], [a, POLLOUT]), 2, null, cell(sigset, []), 8);
  ppoll(of([b, POLLIN]), 1, null, null, 0);
  attempt.ppoll(of([b, POLLIN]), 1, timespec({ tv_sec: -5 }), null, 8);
  attempt.ppoll(of([b, POLLIN]), 1, null, cell(sigset, [1]), 4);
  attempt.ppoll(of([b, POLLIN]), 1, NOWHERE, null, 8);
  attempt.ppoll(NOWHERE, 1, timespec({ tv_nsec: 5 }), cell(sigset, []), 8);
  close(b);
  poll(of([a, 0]), 1, -1);
  poll(pollfd.array(Array.from({ length: 70 }, (_, i) => ({ fd: i === 69 ? a : -1, events: POLLIN }))), 70, -1);
  close(a);
}

export function selects(calls: Calls): void {
  const { select, pselect6, write, close, attempt } = calls;
  const [a, b] = pair(calls);
  const set = (...fds: readonly number[]) => cell(bitSet(128), fds);
  select(0, null, null, null, timeval({ tv_usec: 1 }));
  select(Math.max(a, b) + 1, set(a, b), set(a), null, timeval({ tv_sec: 1 }));
  write(a, text("x"), 1);
  select(Math.max(a, b) + 1, set(a, b), set(b), set(a), timeval({ tv_sec: 1 }));
  select(Math.max(a, b) + 1, set(b), null, null, null);
  select(64, set(), null, null, timeval({}));
  select(b + 1, set(b, 90, 127), null, null, timeval({}));
  attempt.select(-1, null, null, null, null);
  attempt.select(1024, set(4 * 16), null, set(70), timeval({}));
  attempt.select(b + 1, NOWHERE, null, null, timeval({}));
  attempt.select(b + 1, set(b), null, null, timeval({ tv_sec: -1 }));
  pselect6(b + 1, set(b), set(a, b), null, timespec({ tv_sec: 3 }), null);
  pselect6(0, null, null, null, timespec({ tv_nsec: 5 }), null);
  attempt.pselect6(b + 1, set(b), null, null, null, allocate(16, 0));
  attempt.pselect6(b + 1, set(b), null, null, timespec({ tv_sec: -3 }), null);
  close(a);
  close(b);
}

export function epolls(calls: Calls): void {
  const { epoll_create, epoll_create1, epoll_ctl, epoll_wait, epoll_pwait, epoll_pwait2, write, close, attempt } = calls;
  const [a, b] = pair(calls);
  const e = epoll_create1(EPOLL_CLOEXEC);
  const old = epoll_create(5);
  attempt.epoll_create(0);
  attempt.epoll_create1(1);
  const event = (events: number, data: object) => epoll_event({ events, data: data as never });
  epoll_ctl(e, EPOLL_CTL_ADD, a, event(EPOLLIN | EPOLLRDHUP, { fd: a }));
  epoll_ctl(e, EPOLL_CTL_ADD, b, event((EPOLLIN | EPOLLOUT | EPOLLET) >>> 0, { u64: 0x1234_5678_9abc_def0n }));
  attempt.epoll_ctl(e, EPOLL_CTL_ADD, b, event(EPOLLOUT, { u32: 7 }));
  epoll_wait(e, epoll_event.array(4), 4, 0);
  write(a, text("x"), 1);
  epoll_wait(e, epoll_event.array(4), 4, -1);
  epoll_wait(e, epoll_event.array(1), 1, 5);
  epoll_ctl(e, EPOLL_CTL_MOD, b, event((EPOLLONESHOT | EPOLLHUP | 0x0800_0000) >>> 0, { fd: -1 }));
  epoll_wait(e, epoll_event.array(4), 4, 0);
  epoll_ctl(e, EPOLL_CTL_DEL, b, null);
  attempt.epoll_ctl(e, EPOLL_CTL_DEL, b, event(EPOLLIN, {}));
  attempt.epoll_ctl(e, 9, b, event(EPOLLIN, {}));
  attempt.epoll_ctl(e, EPOLL_CTL_ADD, e, null);
  attempt.epoll_ctl(e, EPOLL_CTL_ADD, e, NOWHERE);
  attempt.epoll_wait(a, epoll_event.array(1), 1, 0);
  attempt.epoll_wait(e, epoll_event.array(1), 0, 0);
  attempt.epoll_wait(e, NOWHERE, 2, 0);
  epoll_ctl(e, EPOLL_CTL_ADD, b, event(EPOLLIN, { fd: b }));
  epoll_pwait(e, epoll_event.array(2), 2, 0, null, 8);
  epoll_pwait(e, epoll_event.array(2), 2, 10, cell(sigset, [SIGIO]), 8);
  epoll_pwait2(e, epoll_event.array(2), 2, timespec({ tv_sec: 1 }), cell(sigset, [SIGIO]), 8);
  epoll_pwait2(e, epoll_event.array(2), 2, null, null, 8);
  attempt.epoll_pwait2(e, epoll_event.array(2), 2, timespec({ tv_sec: -1 }), null, 8);
  for (const fd of [a, b, e, old]) close(fd);
}

export function events({ eventfd, eventfd2, timerfd_create, timerfd_settime, timerfd_gettime, signalfd, signalfd4, read, write, close, attempt }: Calls): void {
  const made = [eventfd(3), eventfd2(0xffff_ffff, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE), eventfd2(0, 0), attempt.eventfd2(0, 4)];
  read(made[0]!, buffer(8), 8);
  write(made[0]!, cell(u64, 0x0102_0304), 8);
  attempt.read(made[1]!, buffer(4), 4);
  made.push(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), timerfd_create(CLOCK_REALTIME, 0), timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC));
  attempt.timerfd_create(99, 3);
  const [, , , , t] = made as [number, number, number, number, number];
  timerfd_settime(t, 0, itimerspec({ it_value: { tv_nsec: 1000 } as never, it_interval: { tv_sec: 100 } as never }), null);
  timerfd_settime(t, TFD_TIMER_ABSTIME, itimerspec({ it_value: { tv_nsec: 1 } as never }), itimerspec());
  read(t, buffer(8), 8);
  attempt.read(t, buffer(8), 8);
  timerfd_gettime(t, itimerspec());
  attempt.timerfd_gettime(-1, itimerspec());
  attempt.timerfd_settime(t, 1 << 9, itimerspec({}), itimerspec());
  attempt.timerfd_settime(t, 0, null, itimerspec());
  attempt.timerfd_settime(t, 0, NOWHERE, null);
  attempt.ioctl(t, 0x40085400, cell(u64, 5));
  made.push(signalfd(-1, cell(sigset, [SIGIO]), 8), signalfd4(-1, cell(sigset, [SIGIO, SIGUSR1, 40]), 8, SFD_CLOEXEC | SFD_NONBLOCK));
  signalfd4(made.at(-1)!, cell(sigset, Array.from({ length: 64 }, (_, i) => i + 1)), 8, 0);
  attempt.signalfd4(-1, cell(sigset, [2]), 4, 0);
  attempt.signalfd4(-1, bytesOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]), 16, 0);
  attempt.signalfd4(-1, null, 8, 5);
  attempt.read(made.at(-1)!, buffer(128), 128);
  for (const fd of made) if (fd >= 0) close(fd);
}
