import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN } from "../../src/abi/constants/epoll.ts";
import { AF_INET, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { epoll_event } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import {
  epollControl, epollCreate, epollForget, epollWait, epollWake,
} from "../../src/kernel/paths/epoll.ts";
import { also, enough, is, more } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Milliseconds: nothing here waits longer. */
const PATIENCE = 4000;
/** epoll asks the socket, and the socket says where to hook on. */
const HOOK = ["sock_poll", "ep_ptable_queue_proc"];
/** From the datagram that has come, by way of the callback, to the thread that waits. */
const WAKE = ["__udp_enqueue_schedule_skb", "sock_def_readable", "ep_poll_callback"];
/** Which descriptors are in the set: lines of fdinfo. */
const IN_SET = "tfd:";

/** A thread that waits for all that an epoll descriptor watches. */
export const waiter = ({ epoll_pwait }: Calls, { ep }: { ep: number }) =>
  epoll_pwait(ep, epoll_event.array(2), 2, PATIENCE, null, 0);

/**
 * A callback on a socket.
 *
 *     epoll_ctl(ep, ADD, rx, …);    // asks rx once, and hooks ep_poll_callback on it
 *     sendto(tx, …);                // calls that: rx is on the ready list, the waiter is woken
 *     epoll_wait(ep, …);            // asks those on the list once more, and hands out who is ready still
 *     close(rx);                    // takes it off the hook, and out of the set
 */
export default experiment({
  name: "epoll-path",
  asks: "epoll_wait knows at once which of thousands is ready: who tells it, and when?",
  story: `You hang a bell on each door, once. From then on nobody goes round to ask. Whoever brings something
    rings the bell of that door himself, and the number of the door is written on a board. When you come to
    the board you do not take its word for it: you look into those few rooms again. And if a door is taken
    out, its bell goes with it.`,
  paths: {
    epoll_create1: epollCreate, epoll_ctl: epollControl, epoll_pwait: epollWait, sendto: epollWake,
    close: epollForget,
  },
  next: "netlab path epoll wake --live: the whole way from sendto to the thread that wakes up. This is the"
    + " last one. netlab claims shows what all of them say of the notes' statements.",

  run({
    socket, bind, getsockname, sendto, recvfrom, epoll_create1, epoll_ctl, epoll_pwait, close,
  }, { scene, start, look }) {
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const say = (it: string) => sendto(tx, text(it), it.length, 0, addr, sizeof(addr));
    const take = () => recvfrom(rx, buffer(16), 16, 0, null, null);
    const ready = (patience: number) => epoll_pwait(ep, epoll_event.array(2), 2, patience, null, 0);

    scene("told", "An epoll descriptor is told of a socket.");
    const ep = epoll_create1(0);
    const told = epoll_event({ events: EPOLLIN, data: { fd: rx } });
    epoll_ctl(ep, EPOLL_CTL_ADD, rx, told);
    look("watched", `/proc/self/fdinfo/${ep}`, IN_SET);

    scene("woken", "A thread waits. A datagram comes, and is received.");
    const one = start(waiter, { ep });
    one.asleep("epoll_pwait");
    say("first");
    one.join();
    take();

    scene("asked again", "One comes, and is reported. Then another one, and both are received at once.");
    say("second");
    ready(PATIENCE);
    say("third");
    take();
    take();
    ready(0);

    scene("taken out", "The socket is taken out of the set, and put in again.");
    epoll_ctl(ep, EPOLL_CTL_DEL, rx, null);
    look("without it", `/proc/self/fdinfo/${ep}`, IN_SET);
    epoll_ctl(ep, EPOLL_CTL_ADD, rx, told);
    look("again", `/proc/self/fdinfo/${ep}`, IN_SET);

    scene("closed", "It is closed, and nobody says a word to epoll.");
    close(rx);
    look("forgotten", `/proc/self/fdinfo/${ep}`, IN_SET);

    scene("end");
    for (const fd of [ep, tx]) close(fd);
  },

  claims: [
    claim("EPOLL_CTL_ADD asks the socket whether it is ready, and thereby hooks a callback on its wait queue",
      { told: { epoll_ctl: 1, "look watched": 1 } },
      ({ told: { epoll_ctl: added, "look watched": watched } }, seen) => [
        is(added.result, 0),
        is(watched.lines(IN_SET), 1),
        also(() => is(seen.inside(added).of("kmem:kmem_cache_alloc").passed(HOOK), HOOK)),
      ], supports("N3-62")),
    claim("the callback is called by who sends: it enters the socket in the ready list and wakes the waiter",
      { woken: { sendto: 1, "epoll_pwait@waiter": 1 } },
      ({ woken: { sendto, "epoll_pwait@waiter": waited } }, seen) => [
        is(waited.slept, true),
        is(waited.result, 1),
        more(waited.left, sendto.entered),
        also(() => is(enough(seen.inside(sendto).of("sched:sched_waking").passed(WAKE), 1), WAKE)),
      ], supports("N3-64", "N4-58")),
    claim("to be on the list is not enough: epoll_wait asks each socket on it again, and drops who is not",
      { "asked again": { sendto: 2, epoll_pwait: 2, recvfrom: 2 } },
      ({ "asked again": { epoll_pwait: [first, then], recvfrom: [second, third] } }) => [
        is(first.result, 1),
        is(second.after("ubuf"), "second"),
        is(third.after("ubuf"), "third"),
        is(then.result, 0),
      ], corrects("N3-65")),
    claim("a socket that is closed leaves every set on its own, while the kernel takes its file apart",
      { "taken out": { "look without it": 1, "look again": 1 }, closed: { close: 1, "look forgotten": 1 } },
      ({
        "taken out": { "look without it": without, "look again": again },
        closed: { close, "look forgotten": forgotten },
      }, seen) => [
        is(without.lines(IN_SET), 0),
        is(again.lines(IN_SET), 1),
        is(close.result, 0),
        is(forgotten.lines(IN_SET), 0),
        also(() => is(
          seen.inside(close).of("kmem:kmem_cache_free").passed(["__fput", "eventpoll_release_file"]),
          ["__fput", "eventpoll_release_file"])),
      ]),
  ],
});
