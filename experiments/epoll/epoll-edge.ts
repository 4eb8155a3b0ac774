import {
  EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLERR, EPOLLET, EPOLLHUP, EPOLLIN, EPOLLONESHOT, EPOLLOUT,
} from "../../src/abi/constants/epoll.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SO_LINGER, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { epoll_event, pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { linger } from "../../src/abi/structs/socket.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { differ, is, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Seconds: nothing here waits longer. */
const PATIENCE = 4;
const EVENTS = "events[0].events";
const FIRST = "events[0].data.fd";
const SECOND = "events[1].data.fd";

/** A connection of the machine with itself. */
function connection({ socket, bind, listen, getsockname, connect, accept4, close }: Calls) {
  const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(l, addr, sizeof(addr));
  listen(l, 1);
  getsockname(l, addr, int(sizeof(addr)));
  const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  connect(c, addr, sizeof(addr));
  const s = accept4(l, null, null, 0);
  close(l);
  return { c, s };
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
  next: "Then epoll-scale: what each wait costs, with ten descriptors and with ten thousand.",

  run(calls, { say, scene }) {
    const { sendto, recvfrom, setsockopt, ppoll, dup, close, attempt } = calls;
    const { epoll_create1, epoll_ctl, epoll_pwait } = calls;
    say("Three connections of the machine with itself.");
    const [a, b, c] = [connection(calls), connection(calls), connection(calls)];
    const told = (fd: number, events: number) => epoll_event({ events, data: { fd } });
    const watching = (events: number, ...fds: readonly number[]) => {
      const ep = epoll_create1(0);
      for (const fd of fds) epoll_ctl(ep, EPOLL_CTL_ADD, fd, told(fd, events));
      return ep;
    };
    const wait = (ep: number) => epoll_pwait(ep, epoll_event.array(2), 2, PATIENCE * 1000, null, 0);
    const ask = (ep: number) => epoll_pwait(ep, epoll_event.array(2), 2, 0, null, 0);
    const [level, edge] = [watching(EPOLLIN, a.s), watching(EPOLLIN | EPOLLET, a.s)];

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

    scene("one shot", "A third set is to report once. Data comes twice; then it is told to watch again.");
    const once = watching(EPOLLIN | EPOLLONESHOT, a.s);
    for (const word of ["one", "two"]) {
      sendto(a.c, text(word), 3, 0, null, 0);
      wait(level);
      ask(once);
      recvfrom(a.s, buffer(3), 3, 0, null, null);
    }
  },
  claims: [],
});
