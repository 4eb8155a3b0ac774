import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, MSG_DONTWAIT, MSG_NOSIGNAL, SO_RCVBUF, SO_RCVTIMEO, SO_SNDBUF, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { until } from "../../src/lab/stage.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const MILLION = 1_000_000;
/** SO_SNDBUF of the senders, SO_RCVBUF of the receivers, in bytes. */
const BUFFERS = 16_384;
/** So long an answer may take: beyond it something is wrong. */
const patience = () => timespec({ tv_sec: 4 });

/**
 * What a send's count promises, and what it does not.
 *
 *     while (at < 1000000) at += send(c, buf + at, 1000000 - at, MSG_DONTWAIT);   // all arrive, in order
 *
 *     send(c, "!", 1, MSG_NOSIGNAL);   // 1: but nobody is there any more
 *     send(c, "!", 1, MSG_NOSIGNAL);   // EPIPE: now it is known
 */
export default experiment({
  name: "tcp-send-lost",
  asks: "send has taken the bytes: can they get lost?",
  story: `The count that send returns is a receipt of your own post office, not of the reader. As long as the
    line stands, everything on the receipt arrives, in order, and what was not taken you hand in again. If
    the other house is pulled down, what was on its way or in its letter box is gone; and you hear of it only
    with a later letter.`,
  next: "Programs that must know ask the other program for an answer. Then tcp-reliable:"
    + " a segment that the wire loses.",

  run({
    socket, bind, listen, getsockname, setsockopt, connect, accept4, sendto, recvfrom, ioctl, ppoll, close,
    attempt,
  }, { scene, times }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(BUFFERS), 4);
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const connection = () => {
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      setsockopt(c, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
      setsockopt(c, SOL_SOCKET, SO_SNDBUF, int(BUFFERS), 4);
      connect(c, addr, sizeof(addr));
      setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
      return [c, accept4(l, null, null, 0)] as const;
    };
    const wait = (fd: number, events = 0) => ppoll(pollfd({ fd, events }), 1, patience(), null, 0);

    scene("loop", "A million bytes through small buffers: each send goes on where the count says.");
    const [c, s] = connection();
    const mem = text(["a", "b", "c", "d"].map((it) => it.repeat(MILLION / 4)).join(""));
    const buf = buffer(65_536);
    let at = 0;
    times("send and receive", until(MILLION), () => {
      at += Math.max(0, attempt.sendto(c, mem.slice(at), MILLION - at, MSG_DONTWAIT, null, 0));
      recvfrom(s, buf, 65_536, 0, null, null);
    });

    scene("gone", "The other end closes: here that is a receive of nothing. Then a send, and another.");
    close(s);
    recvfrom(c, buf, 16, 0, null, null);
    sendto(c, text("!"), 1, MSG_NOSIGNAL, null, 0);
    wait(c);
    attempt.sendto(c, text("!"), 1, MSG_NOSIGNAL, null, 0);
    close(c);

    scene("unread", "A new connection. Five bytes arrive, and nobody reads them before it is closed.");
    const [c2, s2] = connection();
    sendto(c2, text("hello"), 5, MSG_NOSIGNAL, null, 0);
    wait(s2, POLLIN);
    ioctl(s2, FIONREAD, int(0));
    close(s2);
    wait(c2);
    attempt.sendto(c2, text("!"), 1, MSG_NOSIGNAL, null, 0);
    close(c2);
    close(l);
  },

  claims: [
    claim("a program that goes on where the count says loses nothing: all arrives, in order",
      { loop: { sendto: sum, recvfrom: sum } },
      ({ loop: { sendto, recvfrom } }) => [
        atLeast(sendto.count, 2),
        is(recvfrom.bytes, ["a", "b", "c", "d"].map((it) => [it, MILLION / 4] as const)),
      ], corrects("N0-57"), supports("N1-08")),
    claim("the first send after the other end has closed returns its count, and its byte is lost",
      { gone: { recvfrom: 1, sendto: 2 } },
      ({ gone: { recvfrom: end, sendto: [first] } }, seen) => [
        is(end.result, 0),
        is(first.result, 1),
        also(() => is(seen.counted("Tcp.OutRsts", "gone"), 1)),
      ], corrects("N0-57"), supports("N2-13")),
    claim("the next one tells: EPIPE", { gone: { ppoll: 1, sendto: 2 } },
      ({ gone: { ppoll, sendto: [, next] } }) => [
        is(ppoll.result, 1),
        is(next.errno, "EPIPE"),
      ], corrects("N0-57"), supports("N2-13")),
    claim("bytes that have arrived are lost too, if the other end closes and has not read them",
      { unread: { sendto: 2, ioctl: 1 } },
      ({ unread: { sendto: [sent, next], ioctl: waiting } }, seen) => [
        is(sent.result, 5),
        is(waiting.after("*arg"), 5),
        is(next.errno, "ECONNRESET"),
        also(() => is(seen.counted("Tcp.OutRsts", "unread"), 1)),
      ], corrects("N0-57")),
  ],
});
