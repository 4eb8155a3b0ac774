import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, MSG_DONTWAIT, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * A hole in the stream, made by hand.
 *
 *     0:1000, 1000:2000  →  in order: readable
 *     3000:3500          →  beyond a hole: kept, and nobody sees it
 *     2000:3000          →  the hole is closed: 1,500 bytes appear at once
 */
export default experiment({
  name: "ofo-queue",
  asks: "A segment is missing and a later one arrives: where is it, and who sees it?",
  story: `Pages of a book come by post. Page four is late, page five is there. The kernel puts page five on a
    shelf of its own and goes on asking for page four. The reader gets pages one to three, and then nothing,
    until page four is there: then four and five come together.`,
  needs: ["veth"],
  next: "How does the other end learn what is missing? Then sack: two ways to tell it.",

  run({ socket, bind, listen, accept4, recvfrom, ioctl, getsockopt, close, attempt },
    { scene, peer, known }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    known("reader", s);
    const look = () => {
      ioctl(s, FIONREAD, int(0));
      getsockopt(s, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    };

    scene("in order", "Two segments, as they should come.");
    peer.send(data(1000));
    peer.expect(ack(1000));
    peer.send(data(1000));
    peer.expect(ack(2000));
    look();

    scene("hole", "1,000 bytes are missing, 500 behind them arrive.");
    peer.send(data(500, { seq: 3000 }));
    peer.expect(ack(2000));
    look();
    recvfrom(s, buffer(8192), 8192, 0, null, null);
    attempt.recvfrom(s, buffer(8192), 8192, MSG_DONTWAIT, null, null);

    scene("filled", "What was missing comes.");
    peer.send(data(1000, { seq: 2000 }));
    peer.expect(ack(3500));
    look();
    recvfrom(s, buffer(8192), 8192, 0, null, null);
    close(s);
    close(l);
  },

  claims: [
    claim("what lies beyond a hole is kept apart: it is not readable",
      { "in order": { ioctl: 1 }, hole: { ioctl: 1, getsockopt: 1 } },
      ({ "in order": { ioctl: before }, hole: { ioctl: after, getsockopt: info } }, seen) => [
        is(before.after("*arg"), 2000),
        is(after.after("*arg"), 2000),
        is(info.after("optval.tcpi_rcv_ooopack"), 1),
        also(() => is(seen.counted("TcpExt.TCPOFOQueue", "hole"), 1)),
      ], supports("N3-54")),
    claim("the reader gets what is before the hole, and then nothing", { hole: { recvfrom: 2 } },
      ({ hole: { recvfrom: [first, second] } }) => [
        is(first.result, 2000),
        is(second.errno, "EAGAIN"),
      ], supports("N3-55")),
    claim("the missing segment makes all of it readable at once", { filled: { ioctl: 1, recvfrom: 1 } },
      ({ filled: { ioctl: waiting, recvfrom: read } }) => [
        is(waiting.after("*arg"), 1500),
        is(read.result, 1500),
      ], supports("N3-58")),
  ],
});
