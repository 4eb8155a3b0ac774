import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLIN } from "../../src/abi/constants/epoll.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { epoll_event, pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { also, differ, enough, is, more, same } from "../../src/lab/check.ts";
import { all, claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Milliseconds: nothing here waits longer. */
const PATIENCE = 4000;

/** From the packet to the list of ready ones, and to the thread that sleeps. */
const WAY = ["tcp_v4_rcv", "sock_def_readable", "ep_poll_callback"];

/** A thread that waits for one socket. */
export const receiver = ({ recvfrom }: Calls, { fd }: { fd: number }) =>
  recvfrom(fd, buffer(16), 16, 0, null, null);

/** A thread that waits for all that an epoll descriptor watches. */
export const waiter = ({ epoll_pwait }: Calls, { ep }: { ep: number }) =>
  epoll_pwait(ep, epoll_event.array(2), 2, PATIENCE, null, 0);

/** A listener, and so many connections to it, both ends of each. */
function connections(
  { socket, bind, listen, getsockname, setsockopt, connect, accept4 }: Calls, count: number,
) {
  const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
  bind(l, addr, sizeof(addr));
  listen(l, count);
  getsockname(l, addr, int(sizeof(addr)));
  const pairs = Array.from({ length: count }, () => {
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    return { c, s: accept4(l, null, null, 0) };
  });
  return { l, pairs };
}

/**
 * Three connections, and a thread that waits.
 *
 *     recv(a, …);                    // sleeps until a has something; b may have what it likes
 *     epoll_ctl(ep, ADD, a, …);      // once for each
 *     epoll_ctl(ep, ADD, b, …);
 *     epoll_wait(ep, …);             // sleeps until a or b has something, and says which
 */
export default experiment({
  name: "epoll-flow",
  asks: "A thread that receives sleeps for one socket: how does it sleep for many?",
  story: `A waiter who stands at one table until that guest has chosen serves nobody else, however loudly the
    next table calls. A better one gives each table a bell, once, and goes to sit in the kitchen. He sleeps
    there, too; but any bell wakes him, and the board on the wall says which table it was.`,
  tracepoints: ["sched:sched_switch", "sched:sched_waking"],
  parameters: { sockets: { is: "connections", default: 3, from: 2, to: 100 } },
  next: "--set sockets=100: the same calls, one more epoll_ctl for each. Then epoll-events: which packets"
    + " ring the bell.",

  run(calls, { say, scene, look, start, set }) {
    const { sendto, recvfrom, ppoll, epoll_create1, epoll_ctl, epoll_pwait } = calls;
    const { memfd_create, close, attempt } = calls;
    say("A listener, and connections to it. No receive waits longer than 4 seconds.");
    const { l, pairs } = connections(calls, set.sockets);
    const [first, last] = [pairs[0]!, pairs.at(-1)!];
    const arrived = (fd: number) =>
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: PATIENCE / 1000 }), null, 0);

    scene("one", "A thread receives from the first one. Data comes for the last one.");
    const one = start(receiver, { fd: first.s });
    one.asleep("recvfrom");
    sendto(last.c, text("last"), 4, 0, null, 0);
    arrived(last.s);
    one.asleep("recvfrom");

    scene("its own", "Data for the first one.");
    sendto(first.c, text("first"), 5, 0, null, 0);
    one.join();
    attempt.recvfrom(first.s, buffer(16), 16, MSG_DONTWAIT, null, null);

    scene("told", "An epoll descriptor is told of each connection. The last one has data already.");
    const ep = epoll_create1(0);
    const told = (fd: number) => epoll_event({ events: EPOLLIN, data: { fd } });
    for (const { s } of pairs) epoll_ctl(ep, EPOLL_CTL_ADD, s, told(s));
    look("set", `/proc/self/fdinfo/${ep}`, "tfd:");
    epoll_pwait(ep, epoll_event.array(2), 2, 0, null, 0);
    recvfrom(last.s, buffer(16), 16, 0, null, null);
    epoll_pwait(ep, epoll_event.array(2), 2, 0, null, 0);

    scene("many", "A thread waits for all of them, and data comes for the first one. Then for the last one.");
    for (const { c, s } of [first, last]) {
      const many = start(waiter, { ep });
      many.asleep("epoll_pwait");
      sendto(c, text("here"), 4, 0, null, 0);
      many.join();
      recvfrom(s, buffer(16), 16, 0, null, null);
    }

    scene("refused", "What epoll_ctl does not take: one twice, one it has not, a regular file, itself.");
    const file = memfd_create(cstring("a file"), 0);
    attempt.epoll_ctl(ep, EPOLL_CTL_ADD, first.s, told(first.s));
    attempt.epoll_ctl(ep, EPOLL_CTL_MOD, first.c, told(first.c));
    attempt.epoll_ctl(ep, EPOLL_CTL_DEL, first.c, null);
    attempt.epoll_ctl(ep, EPOLL_CTL_ADD, file, told(file));
    attempt.epoll_ctl(ep, EPOLL_CTL_ADD, ep, told(ep));

    scene("end");
    for (const fd of [ep, file, l, ...pairs.flatMap(({ c, s }) => [c, s])]) close(fd);
  },

  claims: [
    claim("recv puts its thread to sleep, not its process; what comes for another socket does not wake it",
      { one: { "recvfrom@receiver": 1, ppoll: 1 }, "its own": { sendto: 1 } },
      ({ one: { "recvfrom@receiver": recv, ppoll: other }, "its own": { sendto: own } }, seen) => [
        is(recv.slept, true),
        is(other.result, 1),
        more(recv.left, own.entered),
        is(recv.after("ubuf"), "first"),
        also(() => is(seen.inside(recv).of("sched:sched_switch").passed(["tcp_recvmsg"]), ["tcp_recvmsg"])),
      ], corrects("N3-61"), supports("N1-35")),
    claim("only because it waits: with MSG_DONTWAIT the same receive is EAGAIN at once",
      { "its own": { recvfrom: 1 } },
      ({ "its own": { recvfrom: none } }) => [
        is(none.before("flags"), MSG_DONTWAIT),
        is(none.errno, "EAGAIN"),
      ], corrects("N3-61"), supports("N1-36")),
    claim("the kernel is told of each descriptor once, by a call of its own, and keeps them in a set",
      { told: { epoll_ctl: all, "look set": 1 } },
      ({ told: { epoll_ctl: added, "look set": set } }, seen) => [
        is(added.results, Array<number>(seen.set("sockets")).fill(0)),
        is(set.lines("tfd:"), seen.set("sockets")),
      ], corrects("N3-62"), supports("N1-43")),
    claim("what came before a descriptor was added is reported, as long as it is there",
      { one: { ppoll: 1 }, told: { epoll_pwait: 2, recvfrom: 1 } },
      ({ one: { ppoll: before }, told: { epoll_pwait: [ready, idle], recvfrom } }) => [
        is(before.result, 1),
        is(ready.result, 1),
        same(ready.after("events[0].data.fd"), before.before("ufds[0].fd")),
        is(recvfrom.after("ubuf"), "last"),
        is(idle.result, 0),
      ], corrects("N3-62", "N1-41")),
    claim("a thread in epoll_wait sleeps too; whichever of them gets data wakes it, and it is told which",
      { many: { "epoll_pwait@waiter": 1, "epoll_pwait@waiter#2": 1, recvfrom: 2 } },
      ({
        many: { "epoll_pwait@waiter": first, "epoll_pwait@waiter#2": last, recvfrom: [one, other] },
      }, seen) => [
        is(first.slept, true),
        is(first.result, 1),
        same(first.after("events[0].data.fd"), one.before("fd")),
        is(last.slept, true),
        is(last.result, 1),
        same(last.after("events[0].data.fd"), other.before("fd")),
        differ(first.after("events[0].data.fd"), last.after("events[0].data.fd")),
        also(() => is(
          seen.inside(first).of("sched:sched_switch").passed(["do_epoll_wait"]), ["do_epoll_wait"],
        )),
      ], corrects("N3-66"), supports("N1-43")),
    claim("the list of the ready ones is filled while the packet is received: here in the call that sent it",
      { many: { sendto: 2, "epoll_pwait@waiter": 1 } },
      ({ many: { sendto: [send], "epoll_pwait@waiter": woken } }, seen) => [
        is(woken.slept, true),
        more(woken.left, send.entered),
        also(() => is(enough(seen.inside(send).of("sched:sched_waking").passed(WAY), 1), WAY)),
      ], supports("N3-64")),
    claim("one descriptor twice is EEXIST, one that is not in the set ENOENT, a file EPERM, itself EINVAL",
      { refused: { epoll_ctl: 5 } },
      ({ refused: { epoll_ctl: [twice, changed, removed, file, itself] } }) => [
        is(twice.errno, "EEXIST"),
        is(changed.errno, "ENOENT"),
        is(removed.errno, "ENOENT"),
        is(file.errno, "EPERM"),
        is(itself.errno, "EINVAL"),
      ], corrects("N3-62")),
  ],
});
