import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SO_RCVLOWAT, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { briefRecvfrom, briefSendto } from "../../src/kernel/paths/brief.ts";
import { is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * TCP is a stream of bytes: it remembers their order, and nothing of the sends they came in.
 *
 *     sendto(c, "0123456789",           10, 0, NULL, 0);
 *     sendto(c, "ABCDEFGHIJKLMNOPQRST", 20, 0, NULL, 0);
 *     recvfrom(s, buf, 100, 0, NULL, NULL);              // 30, where UDP would say 10
 */
export default experiment({
  name: "tcp-stream",
  asks: "Two sends, one receive with room for both: does TCP keep them apart?",
  story: `TCP is a hose, not the post. You pour in ten drops, then twenty; at the other end you hold a cup
    under it and get whatever has come, thirty drops or five, always in order. Nothing in the water tells
    where you set down the jug. A program that needs messages must mark their ends itself.`,
  paths: { sendto: briefSendto, recvfrom: briefRecvfrom },
  next: "Compare it with udp-boundaries: the same two sends, and two receives. Then stream-framing: how a"
    + " program finds its messages all the same.",

  run({ socket, bind, listen, getsockname, connect, accept4, setsockopt, sendto, ppoll, recvfrom,
    close }, { say, scene }) {
    say("A connection over the loopback. TCP_NODELAY: what is sent leaves at once.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    const s = accept4(l, null, null, 0);
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, int(1), sizeof(int(1)));
    const arrived = (bytes: number) => {
      setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, int(bytes), 4);
      ppoll(pollfd({ fd: s, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
      setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, int(1), 4);
    };

    scene("sent",
      "Ten bytes, then twenty. poll tells when all thirty are there: SO_RCVLOWAT asks for so many.");
    sendto(c, text("0123456789"), 10, 0, null, 0);
    sendto(c, text("ABCDEFGHIJKLMNOPQRST"), 20, 0, null, 0);
    arrived(30);

    scene("one", "One receive, with room for a hundred.");
    recvfrom(s, buffer(100), 100, 0, null, null);

    scene("sent at once", "The other way round: one send of thirty.");
    sendto(c, text("0123456789ABCDEFGHIJKLMNOPQRST"), 30, 0, null, 0);
    arrived(30);

    scene("many", "Three receives: the first two have room for five and for fifteen.");
    recvfrom(s, buffer(5), 5, 0, null, null);
    recvfrom(s, buffer(15), 15, 0, null, null);
    recvfrom(s, buffer(100), 100, 0, null, null);

    scene("end", "The end of a stream is a receive of nothing.");
    close(c);
    recvfrom(s, buffer(16), 16, 0, null, null);
    close(s);
    close(l);
  },

  claims: [
    claim("two sends came out of one receive, in order, with nothing between them",
      { sent: { sendto: 2, ppoll: 1 }, one: { recvfrom: 1 } },
      ({ sent: { sendto: [ten, twenty], ppoll }, one: { recvfrom: whole } }) => [
        is(ten.result, 10),
        is(twenty.result, 20),
        is(ppoll.result, 1),
        is(whole.result, 30),
        is(whole.after("ubuf"), "0123456789ABCDEFGHIJKLMNOPQRST"),
      ], supports("N1-10", "N3-43"), corrects("N0-39")),
    claim("one send came out of three receives: each takes what is there, as far as it has room",
      { "sent at once": { sendto: 1 }, many: { recvfrom: 3 } },
      ({ "sent at once": { sendto }, many: { recvfrom: [five, fifteen, rest] } }) => [
        is(sendto.result, 30),
        is(five.after("ubuf"), "01234"),
        is(fifteen.after("ubuf"), "56789ABCDEFGHIJ"),
        is(rest.before("size"), 100),
        is(rest.after("ubuf"), "KLMNOPQRST"),
      ], supports("N3-43"), corrects("N0-39")),
    claim("after the last byte a receive returns 0: the other end has closed",
      { end: { recvfrom: 1 } },
      ({ end: { recvfrom: end } }) => [
        is(end.result, 0),
        is(end.errno, null),
      ], supports("N1-16")),
  ],
});
