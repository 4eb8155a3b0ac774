import { F_SETFL, O_NONBLOCK } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, enough, figure, is, more, same } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { i32, int } from "../../src/memory/integer.ts";
import type { Memory } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** How often a thread left the processor because it had to wait (Documentation/filesystems/proc.rst). */
const SWITCHES = /^voluntary_ctxt_switches:\s+(\d+)/m;
const NAME = "usockaddr.sin_port";
const PEER = "upeer_sockaddr.sin_port";
/** How a last ACK wakes who sleeps in accept. */
const WAKERS = ["tcp_child_process", "sock_def_readable"];

interface Given {
  readonly fd: number;
  readonly tid: Memory;
}
/** Says which thread it is, and waits for a client. */
const wait = ({ gettid, accept4 }: Calls, { fd, tid }: Given) => {
  i32.write(tid, 0, gettid());
  accept4(fd, sockaddr_in(), int(sizeof(sockaddr_in)), 0);
};
/** A function for each: its thread stands by before the run begins, and is watched from then on. */
export const first = (calls: Calls, given: Given) => wait(calls, given);
export const second = (calls: Calls, given: Given) => wait(calls, given);

/**
 * Two threads at one door.
 *
 *     accept4(l, …);   accept4(l, …);    // both sleep
 *     connect(c, …);                     // the first goes on, the second sleeps on
 *     connect(d, …);                     // the second
 */
export default experiment({
  name: "accept-sleeps",
  asks: "Several threads wait in accept, and one client comes: who wakes up?",
  story: `Two waiters sleep on chairs behind the door. When a guest comes in, the porter does not ring a bell
    for both of them. He taps on the shoulder of the one who has slept longer, and the other does not even
    notice. Whoever does not want to sleep says so before, and is sent away at once if nobody is there.`,
  tracepoints: ["sched:sched_switch", "sched:sched_waking"],
  next: "Then defer-accept: how to be woken only when there is something to read.",

  run({
    socket, bind, listen, getsockname, setsockopt, fcntl, connect, close, attempt,
  }, { say, scene, look, start, known }) {
    say("A listener. Nobody waits there longer than 8 seconds.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    known("listener", l);

    scene("not to sleep", "O_NONBLOCK: accept is to come back at once.");
    fcntl(l, F_SETFL, O_NONBLOCK);
    attempt.accept4(l, null, null, 0);
    fcntl(l, F_SETFL, 0);

    scene("asleep", "Two threads wait, one after the other. How often has the second gone to sleep so far?");
    const [tid, tid2] = [cell(i32, 0), cell(i32, 0)];
    const one = start(first, { fd: l, tid });
    one.asleep("accept4");
    const two = start(second, { fd: l, tid: tid2 });
    two.asleep("accept4");
    const switches = (name: string) => look(name, `/proc/self/task/${tid2.value}/status`, "ctxt_switches");
    switches("before");
    const client = () => {
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      connect(c, addr, sizeof(addr));
      getsockname(c, sockaddr_in(), int(sizeof(addr)));
      return c;
    };

    scene("one", "A client connects.");
    const c = client();
    one.join();
    switches("after");

    scene("two", "Another one.");
    const d = client();
    two.join();

    scene("end");
    for (const fd of [d, c, l]) close(fd);
  },

  claims: [
    claim("with O_NONBLOCK accept does not sleep: where nobody waits it is EAGAIN",
      { "not to sleep": { fcntl: 2, accept4: 1 } },
      ({ "not to sleep": { fcntl: [set], accept4: accept } }) => [
        is(set.before("arg"), O_NONBLOCK),
        is(accept.errno, "EAGAIN"),
      ], supports("N3-23", "N1-36")),
    claim("without it accept sleeps while its queue is empty, however many threads call it",
      { asleep: { "accept4@first": 1, "accept4@second": 1 } },
      ({ asleep }, seen) => Object.values(asleep).flatMap((accept) => [
        is(accept.slept, true),
        also(() => is(
          seen.inside(accept).of("sched:sched_switch").passed(["inet_csk_accept"]), ["inet_csk_accept"],
        )),
      ]), supports("N3-23", "N1-35", "N2-62")),
    claim("the last ACK of a handshake wakes who has slept longest, and the other is not even woken",
      {
        asleep: { "accept4@first": 1, "look before": 1 },
        one: { connect: 1, getsockname: 1, "look after": 1 }, two: { connect: 1 },
      },
      ({
        asleep: { "accept4@first": accept, "look before": before },
        one: { connect, getsockname: client, "look after": after }, two: { connect: next },
      }, seen) => [
        more(accept.left, connect.entered),
        more(next.entered, accept.left),
        same(accept.after(PEER), client.after(NAME)),
        same(figure(before.text, SWITCHES), figure(after.text, SWITCHES)),
        also(() => {
          const woken = seen.inside(connect).of("sched:sched_waking");
          enough(woken.passed(WAKERS.slice(1)), 1);
          return is(woken.passed(WAKERS), WAKERS);
        }),
      ], supports("N3-24")),
    claim("the next client wakes the other",
      { asleep: { "accept4@second": 1 }, two: { connect: 1, getsockname: 1 } },
      ({ asleep: { "accept4@second": accept }, two: { connect, getsockname: client } }) => [
        more(accept.left, connect.entered),
        same(accept.after(PEER), client.after(NAME)),
      ], supports("N3-24")),
  ],
});
