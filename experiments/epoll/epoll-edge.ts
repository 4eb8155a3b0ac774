import {
  EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLLET, EPOLLIN, EPOLLONESHOT,
} from "../../src/abi/constants/epoll.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { epoll_event, pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { is, same } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Seconds: nothing here waits longer. */
const PATIENCE = 4;
interface Pair {
  readonly c: number;
  readonly s: number;
}
const FIRST = "events[0].data.fd";
const SECOND = "events[1].data.fd";

/** So many connections of the machine with itself, both ends of each. */
function connections({ socket, bind, listen, getsockname, connect, accept4, close }: Calls, count: number) {
  const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(l, addr, sizeof(addr));
  listen(l, count);
  getsockname(l, addr, int(sizeof(addr)));
  const pairs = Array.from({ length: count }, () => {
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    return { c, s: accept4(l, null, null, 0) };
  });
  close(l);
  return pairs;
}

/** What epoll_ctl is told of a descriptor. */
const told = (fd: number, events: number) => epoll_event({ events, data: { fd } });

/** A new set, which watches these. */
function watching({ epoll_create1, epoll_ctl }: Calls, events: number, ...fds: readonly number[]) {
  const ep = epoll_create1(0);
  for (const fd of fds) epoll_ctl(ep, EPOLL_CTL_ADD, fd, told(fd, events));
  return ep;
}

/**
 * One connection in two sets, watched in two ways, and what each of them says.
 *
 *     // 5 bytes arrive             level: ready     edge: ready
 *     epoll_wait(…) again           level: ready     edge: nothing
 *     recv(fd, buf, 2, …)           level: ready     edge: nothing
 *     // 1 more arrives             level: ready     edge: ready
 *     recv(fd, buf, 16, …)          level: nothing   edge: nothing
 */
export default experiment({
  name: "epoll-edge",
  asks: "Data was reported and is still there: does epoll_wait report it again?",
  story: `Two ways to ask about the post. “Is there anything in the box?” — yes, and yes again, until it is
    empty. “Has anything come since I asked?” — yes, once; then no, though the letter lies there unread. Who
    asks the second way must empty the box each time, or the rest is forgotten.`,
  next: "Then epoll-unasked: what is reported though nobody asked for it.",

  run(calls, { say, scene }) {
    const { sendto, recvfrom, ppoll, epoll_ctl, epoll_pwait } = calls;
    say("Three connections of the machine with itself. The first one is in two sets.");
    const [a, b, c] = connections(calls, 3) as [Pair, Pair, Pair];
    const wait = (ep: number) => epoll_pwait(ep, epoll_event.array(2), 2, PATIENCE * 1000, null, 0);
    const ask = (ep: number) => epoll_pwait(ep, epoll_event.array(2), 2, 0, null, 0);
    const level = watching(calls, EPOLLIN, a.s);
    const edge = watching(calls, (EPOLLIN | EPOLLET) >>> 0, a.s);

    scene("arrived", "Five bytes. Each set is asked twice, the one that watches by level first.");
    sendto(a.c, text("Hello"), 5, 0, null, 0);
    for (const ep of [level, edge]) wait(ep);
    for (const ep of [level, edge]) ask(ep);

    scene("in part", "Two of them are received.");
    recvfrom(a.s, buffer(2), 2, 0, null, null);
    for (const ep of [level, edge]) ask(ep);

    scene("more", "Another byte arrives.");
    sendto(a.c, text("!"), 1, 0, null, 0);
    for (const ep of [edge, level]) wait(ep);

    scene("drained", "All is received.");
    recvfrom(a.s, buffer(16), 16, 0, null, null);
    for (const ep of [level, edge]) ask(ep);

    scene("one shot", "A third set is to report once. Data comes twice, then it is told to watch again.");
    const once = watching(calls, EPOLLIN | EPOLLONESHOT, a.s);
    sendto(a.c, text("1"), 1, 0, null, 0);
    wait(level);
    ask(once);
    recvfrom(a.s, buffer(16), 16, 0, null, null);
    sendto(a.c, text("2"), 1, 0, null, 0);
    wait(level);
    ask(once);
    epoll_ctl(once, EPOLL_CTL_MOD, a.s, told(a.s, EPOLLIN | EPOLLONESHOT));
    ask(once);

    scene("three ready", "Data for all three, and room for two events.");
    const three = watching(calls, EPOLLIN, a.s, b.s, c.s);
    for (const { c: sender, s } of [b, c]) {
      sendto(sender, text("x"), 1, 0, null, 0);
      ppoll(pollfd({ fd: s, events: POLLIN }), 1, timespec({ tv_sec: PATIENCE }), null, 0);
    }
    for (let i = 0; i < 3; i++) ask(three);
  },

  claims: [
    claim("by level it is reported as long as it is there, by edge once when it arrives",
      { arrived: { epoll_pwait: 4 }, "in part": { epoll_pwait: 2 } },
      ({
        arrived: { epoll_pwait: [level, edge, again, notAgain] }, "in part": { epoll_pwait: [rest, none] },
      }) => [
        is(level.result, 1),
        is(edge.result, 1),
        is(again.result, 1),
        is(notAgain.result, 0),
        is(rest.result, 1),
        is(none.result, 0),
      ], corrects("N1-43", "N3-65")),
    claim("what arrives behind a rest is an edge again; when all is received, neither has anything to report",
      { more: { epoll_pwait: 2 }, drained: { recvfrom: 1, epoll_pwait: 2 } },
      ({ more: { epoll_pwait: [edge, level] }, drained: { recvfrom, epoll_pwait: [no, neither] } }) => [
        is(edge.result, 1),
        is(level.result, 1),
        is(recvfrom.after("ubuf"), "llo!"),
        is(no.result, 0),
        is(neither.result, 0),
      ], corrects("N1-43", "N3-65")),
    claim("with EPOLLONESHOT it is reported once, whatever comes, until epoll_ctl says to watch again",
      { "one shot": { epoll_pwait: 5, recvfrom: 1, epoll_ctl: 2 } },
      ({ "one shot": { epoll_pwait: [, first, there, second, again], recvfrom, epoll_ctl: [, told] } }) => [
        is(first.result, 1),
        is(recvfrom.after("ubuf"), "1"),
        is(there.result, 1),
        is(second.result, 0),
        is(told.before("op"), EPOLL_CTL_MOD),
        is(again.result, 1),
      ], corrects("N1-43", "N3-65")),
    claim("where more are ready than there is room for, the next wait begins with those that were left out",
      { "three ready": { epoll_ctl: 3, epoll_pwait: 3 } },
      ({ "three ready": { epoll_ctl: [a, b, c], epoll_pwait: [first, second, third] } }) => [
        is(first.result, 2),
        is(second.result, 2),
        is(third.result, 2),
        same(first.after(FIRST), a.before("fd")),
        same(first.after(SECOND), b.before("fd")),
        same(second.after(FIRST), c.before("fd")),
        same(second.after(SECOND), a.before("fd")),
        same(third.after(FIRST), b.before("fd")),
        same(third.after(SECOND), c.before("fd")),
      ], corrects("N3-65")),
  ],
});
