import { EPOLL_CTL_ADD, EPOLLIN } from "../../src/abi/constants/epoll.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { RLIMIT_NOFILE } from "../../src/abi/constants/resource.ts";
import { AF_INET, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { epoll_event, pollfd } from "../../src/abi/structs/poll.ts";
import { rlimit } from "../../src/abi/structs/resource.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { is, same } from "../../src/lab/check.ts";
import { all, claim, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { medians, plot } from "../../src/lab/plot.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Room for so many events; only three descriptors will have one. */
const ROOM = 64;
/** Which they are, of the first ten, in the order in which they get their datagram. */
const ORDER = [6, 1, 4];
const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** What there is beside the descriptors that are watched: libraries, threads, netlab. */
const OTHERS = 96;
/** Each wait is made so often. */
const ROUNDS = 9;
/** The label of what was measured. */
const WATCHED = /^(\d+) watched$/;

/** As many as are wanted, or as may be open: RLIMIT_NOFILE is raised as far as anybody may raise it. */
function allowed({ prlimit64 }: Calls, wanted: number): number {
  const limit = rlimit();
  prlimit64(0, RLIMIT_NOFILE, null, limit);
  const { rlim_max } = limit;
  const rlim_cur = Math.min(wanted + OTHERS, Number(rlim_max));
  prlimit64(0, RLIMIT_NOFILE, rlimit({ rlim_cur, rlim_max }), null);
  return rlim_cur - OTHERS;
}

/** A port of the kernel's choosing on the loopback. */
function bound({ bind, getsockname }: Calls, fd: number) {
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(fd, addr, sizeof(addr));
  getsockname(fd, addr, int(sizeof(addr)));
  return addr;
}

/**
 * Ten descriptors, a hundred, a thousand, ten thousand; three of them are ready.
 *
 *     epoll_wait(ep, events, 64, …);    // 3, and events says which
 *     poll(fds, 10000, …);              // 3, and fds is to be searched for them
 */
export default experiment({
  name: "epoll-scale",
  asks: "Three sockets of ten have data, or three of ten thousand: what is the difference to the program?",
  story: `Three letters have come. One porter brings them up, in the order in which they came, and it is all
    the same to him how many people live in the house. Another must be given the list of all tenants each
    time, walks to every box, puts his ticks on the list and gives it back, and you look for the ticks.`,
  parameters: { most: { is: "descriptors, at most", default: 10_000, from: 20, to: 100_000 } },
  next: "--set most=1000: less far, the same picture. Then udp-echo: one job, over three protocols.",

  run(calls, { say, scene, times, set }) {
    const { socket, sendto, recvfrom, ppoll, epoll_create1, epoll_ctl, epoll_pwait, close } = calls;
    const most = allowed(calls, set.most);
    if (most < set.most) say(`Only ${most} can be watched here: RLIMIT_NOFILE allows no more.`);
    const fds: number[] = [];
    times("sockets", most, () => fds.push(socket(AF_INET, SOCK_DGRAM, 0)));
    const three = ORDER.map((i) => ({ fd: fds[i]!, addr: bound(calls, fds[i]!) }));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    const events = epoll_event.array(ROOM);
    const wait = (ep: number) => epoll_pwait(ep, events, ROOM, 0, null, 0);
    const list = (some: readonly number[]) => pollfd.array(some.map((fd) => ({ fd, events: POLLIN })));
    const poll = (all: ReturnType<typeof list>, n: number, tv_sec = 0) =>
      ppoll(all, n, timespec({ tv_sec }), null, 0);

    const watch = (n: number) => {
      const ep = epoll_create1(0);
      const told = (fd: number) => epoll_event({ events: EPOLLIN, data: { fd } });
      times(`add ${n}`, n, (i) => epoll_ctl(ep, EPOLL_CTL_ADD, fds[i]!, told(fds[i]!)));
      for (const { fd, addr } of three) {
        sendto(tx, text("x"), 1, 0, addr, sizeof(addr));
        poll(list([fd]), 1, 4);
      }
      wait(ep);
      return ep;
    };
    const measure = (n: number, ep: number) => {
      const all = list(fds.slice(0, n));
      times(`${n} watched`, ROUNDS, () => wait(ep));
      times(`${n} watched`, ROUNDS, () => poll(all, n));
      for (const { fd } of three) recvfrom(fd, buffer(1), 1, 0, null, null);
      close(ep);
    };

    scene("few", "Ten are watched. Three get a datagram, and the kernel is asked in both ways.");
    const ep = watch(10);
    poll(list(fds.slice(0, 10)), 10);
    measure(10, ep);

    scene("between", "The same with more of them. The same three get a datagram.");
    for (let n = 100; n < most; n *= 10) measure(n, watch(n));

    scene("many", "And with all there are.");
    measure(most, watch(most));
  },

  claims: [
    claim("epoll_wait returns the three that became ready, in that order, however many it watches",
      { few: { ppoll: 4, epoll_pwait: 1 }, between: { epoll_pwait: all }, many: { epoll_pwait: 1 } },
      ({ few: { ppoll: [a, b, c], epoll_pwait: few }, between, many: { epoll_pwait: many } }) =>
        [few, ...between.epoll_pwait.each, many].flatMap((wait) => [
          is(wait.result, 3),
          ...[a, b, c].map((it, i) => same(wait.after(`events[${i}].data.fd`), it.before("ufds[0].fd"))),
        ]), supports("N3-67")),
    claim("it is given room for events, not the descriptors: no more is written of many than of few",
      { few: { epoll_pwait: 1 }, many: { epoll_pwait: 1 } },
      ({ few: { epoll_pwait: few }, many: { epoll_pwait: many } }) => [
        is(many.before("maxevents"), ROOM),
        same(many.wrote("events"), few.wrote("events")),
      ], supports("N3-67")),
    claim("the set is told of each of them once; poll is given all of them in each call",
      { many: { epoll_ctl: sum, ppoll: sum } },
      ({ many: { epoll_ctl: told, ppoll: polls } }) => [
        same(polls.first.before("nfds"), told.count),
        is(polls.results, { 3: ROUNDS }),
      ], supports("N3-67", "N1-39")),
    claim("poll answers how many are ready; which ones, the program has to find among all of them",
      { few: { ppoll: 4 } },
      ({ few: { ppoll: [, , , poll] } }) => [
        is(poll.before("nfds"), 10),
        is(poll.result, 3),
        ...TEN.map((i) => is(poll.after(`ufds[${i}].revents`), ORDER.includes(i) ? POLLIN : 0)),
      ], supports("N3-67")),
  ],

  draws: [
    plot("How long one wait took, by how many descriptors are watched",
      { across: "descriptors watched", up: "one wait, the middle of 9" },
      [medians("epoll_pwait", WATCHED), medians("ppoll", WATCHED)]),
  ],
});
