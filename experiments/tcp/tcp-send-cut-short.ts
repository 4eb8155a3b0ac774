import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIGCONT, SIGSTOP } from "../../src/abi/constants/signal.ts";
import {
  AF_INET, AF_UNIX, MSG_NOSIGNAL, SO_RCVBUF, SO_RCVTIMEO, SO_SNDBUF, SO_SNDTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION } from "../../src/abi/constants/tcp.ts";
import { WSTOPPED } from "../../src/abi/constants/wait.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { atLeast, is, more } from "../../src/lab/check.ts";
import { all, claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { cstring, type Memory, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const MILLION = 1_000_000;
/** SO_SNDBUF of the senders, SO_RCVBUF of the receivers, in bytes. */
const BUFFERS = 16_384;

/** A thread whose connection dies under its hands. */
export const unlucky = ({ attempt }: Calls, { fd, mem }: { fd: number; mem: Memory }) => {
  for (let i = 0; i < 3; i++) attempt.sendto(fd, mem, MILLION, MSG_NOSIGNAL, null, 0);
};

/** A process that is stopped in the middle of its send, and continued. It says its number first. */
export const stopped = ({ getpid, sendto }: Calls, { fd, tell }: { fd: number; tell: number }) => {
  sendto(tell, int(getpid()), 4, 0, null, 0);
  sendto(fd, text("x".repeat(MILLION)), MILLION, MSG_NOSIGNAL, null, 0);
};

/**
 * A blocking send returns the whole count, unless something comes between.
 *
 *     setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, …);   // time is up
 *     kill(pid, SIGSTOP); kill(pid, SIGCONT);      // a signal, though no handler ran
 *     close(s);                                    // the other end went away
 */
export default experiment({
  name: "tcp-send-cut-short",
  asks: "What can make a blocking send return less than it was given?",
  story: `Whoever pours patiently until the bucket is empty stops early for three reasons only: the time that
    was set is up, somebody taps on the shoulder, or the funnel is taken away. Each time the answer is how
    much went in. Why it stopped is told by the next try, if at all.`,
  next: "Then tcp-send-lost: what becomes of the bytes that were taken.",

  run({
    socket, bind, listen, getsockname, setsockopt, connect, accept4, socketpair, recvfrom, kill, wait4, close,
    attempt,
  }, { scene, start }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(BUFFERS), 4);
    bind(l, addr, sizeof(addr));
    listen(l, 4);
    getsockname(l, addr, int(sizeof(addr)));
    const sender = (seconds: number, microseconds: number) => {
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      const limit = timeval({ tv_sec: seconds, tv_usec: microseconds });
      setsockopt(c, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
      setsockopt(c, SOL_SOCKET, SO_SNDBUF, int(BUFFERS), 4);
      setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, limit, sizeof(limit));
      connect(c, addr, sizeof(addr));
      return c;
    };
    const mem = text("x".repeat(MILLION));

    scene("time", "SO_SNDTIMEO: a tenth of a second. Nobody reads.");
    const hasty = sender(0, 100_000);
    while (attempt.sendto(hasty, mem, MILLION, MSG_NOSIGNAL, null, 0) > 0);

    scene("signal", "A process sends, and sleeps. It is stopped, and continued.");
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    const [here = 0, tell = 0] = pair.value;
    setsockopt(here, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    const other = start(stopped, { fd: sender(8, 0), tell }, { as: "process" });
    const pid = int(0);
    recvfrom(here, pid, 4, 0, null, null);
    other.asleep("sendto");
    kill(pid.value, SIGSTOP);
    wait4(pid.value, int(0), WSTOPPED, null);
    kill(pid.value, SIGCONT);
    other.join();

    scene("death", "A thread sends, and sleeps. The other end closes, and has read nothing.");
    for (let i = 0; i < 2; i++) accept4(l, null, null, 0);
    const thread = start(unlucky, { fd: sender(8, 0), mem });
    const s = accept4(l, null, null, 0);
    thread.asleep("sendto");
    close(s);
    thread.join();
    close(l);
  },

  claims: [
    claim("when its time is up it returns what was taken; where nothing was taken, EAGAIN",
      { time: { sendto: all } },
      ({ time: { sendto } }) => [
        atLeast(sendto.each[0]!.result, 1),
        more(sendto.each[0]!.before("len"), sendto.each[0]!.result),
        is(sendto.each.at(-1)!.errno, "EAGAIN"),
      ], corrects("N0-55")),
    claim("a signal ends it early, though no handler ran: it returns what was taken",
      { signal: { kill: 2, "sendto@stopped": 2 } },
      ({ signal: { kill: [stop, go], "sendto@stopped": [, send] } }) => [
        is(stop.result, 0),
        is(go.result, 0),
        is(send.slept, true),
        more(send.left, stop.entered),
        atLeast(send.result, 1),
        more(send.before("len"), send.result),
      ], corrects("N0-55")),
    claim("when the connection dies it returns what was taken; the next send tells why, the one after EPIPE",
      { death: { close: 2, "sendto@unlucky": 3 } },
      ({ death: { close: [gone], "sendto@unlucky": [send, next, last] } }) => [
        is(send.slept, true),
        more(send.left, gone.entered),
        atLeast(send.result, 1),
        more(send.before("len"), send.result),
        is(next.errno, "ECONNRESET"),
        is(last.errno, "EPIPE"),
      ], corrects("N0-55")),
  ],
});
