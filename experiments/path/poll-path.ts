import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { fd_set, pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { tcpPoll, tcpSelect } from "../../src/kernel/paths/epoll.ts";
import { also, enough, is, more } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";
import type { Calls } from "../../src/sys/calls.ts";

const PATIENCE = { tv_sec: 4 };
const WAKES = "sched:sched_waking";
/** From the data that has come to the thread that waits for it. */
const WAY = ["tcp_v4_rcv", "sock_def_readable", "pollwake"];

/** In which whoever waits for some time sleeps. */
const SLEEP = "schedule_hrtimeout_range_clock";

/** A thread that waits for one socket: by a list of one, then by a set of bits. */
export const waiter = ({ ppoll, pselect6, recvfrom }: Calls, { fd }: { fd: number }) => {
  ppoll(pollfd({ fd, events: POLLIN }), 1, timespec(PATIENCE), null, 0);
  recvfrom(fd, buffer(16), 16, 0, null, null);
  pselect6(fd + 1, cell(fd_set, [fd]), null, null, timespec(PATIENCE), null);
};

/**
 * Two ways to wait.
 *
 *     ppoll({ s }, 1, …);              // asks s, hangs itself on s's wait queue, sleeps
 *     pselect6(s + 1, { s }, …);       // the same, by a set of bits
 *     send(c, …);                      // wakes whoever hangs there
 */
export default experiment({
  name: "poll-path",
  asks: "A thread waits in poll, another one in select: who wakes them, and are there two ways to do it?",
  story: `Two people wait for the same parcel. One has a list with one line, the other a form with a thousand
    boxes of which one is ticked. Both have left their name at the counter. Whoever brings the parcel calls
    the names that he finds there, and does not know which of them had a list and which a form.`,
  paths: { ppoll: tcpPoll, pselect6: tcpSelect },
  tracepoints: [WAKES],
  next: "netlab path tcp ppoll --live. Then epoll-path: to leave one's name once, not each time.",

  run({
    socket, setsockopt, bind, listen, getsockname, connect, accept4, sendto, recvfrom, ppoll, pselect6, close,
  }, { say, scene, start }) {
    say("A connection.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    // So that none waits for the acknowledgement of what was sent before.
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
    const s = accept4(l, null, null, 0);

    scene("asleep", "A thread waits by poll, takes what comes, and waits by select. Data comes twice.");
    const one = start(waiter, { fd: s });
    for (const [call, data] of [["ppoll", "first"], ["pselect6", "second"]] as const) {
      one.asleep(call);
      sendto(c, text(data), data.length, 0, null, 0);
    }
    one.join();

    scene("at once", "The second is still there. Both are asked again.");
    ppoll(pollfd({ fd: s, events: POLLIN }), 1, timespec(PATIENCE), null, 0);
    pselect6(s + 1, cell(fd_set, [s]), null, null, timespec(PATIENCE), null);
    recvfrom(s, buffer(16), 16, 0, null, null);

    scene("end");
    for (const fd of [c, s, l]) close(fd);
  },

  claims: [
    claim("who waits in poll is woken by the call that sends: it finds the thread on the socket's wait queue",
      { asleep: { "ppoll@waiter": 1, sendto: 2 } },
      ({ asleep: { "ppoll@waiter": ppoll, sendto: [sendto] } }, seen) => [
        is(ppoll.slept, true),
        is(ppoll.result, 1),
        more(ppoll.left, sendto.entered),
        also(() => is(enough(seen.inside(sendto).of(WAKES).passed(WAY), 1), WAY)),
      ], supports("N4-58")),
    claim("select is woken by the very same functions: only its arguments are different",
      { asleep: { "pselect6@waiter": 1, sendto: 2 } },
      ({ asleep: { "pselect6@waiter": select, sendto: [, sendto] } }, seen) => [
        is(select.slept, true),
        is(select.result, 1),
        more(select.left, sendto.entered),
        also(() => is(enough(seen.inside(sendto).of(WAKES).passed(WAY), 1), WAY)),
      ], supports("N4-58")),
    claim("both ask before they sleep: for what is there already, they do not wait",
      { "at once": { ppoll: 1, pselect6: 1, recvfrom: 1 } },
      ({ "at once": { ppoll, pselect6, recvfrom } }, seen) => [
        is(ppoll.result, 1),
        is(pselect6.result, 1),
        is(recvfrom.after("ubuf"), "second"),
        also(() => is(seen.inside(ppoll).of("sched:sched_switch").passed([SLEEP]), [])),
      ]),
  ],
});
