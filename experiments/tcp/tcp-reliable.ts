import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_RCVTIMEO, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { drop, there } from "../../src/lab/wire.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * One wire, and the first of each is lost on it.
 *
 *     UDP   first  ─✗            TCP   first  ─✗
 *           second ──▶ second          first  ──▶ first      (the kernel's second try)
 */
export default experiment({
  name: "tcp-reliable",
  asks: "A wire loses the first datagram and the first TCP segment: which of them arrives after all?",
  story: `Two ways to send a message over a bad road. A postcard that falls off the cart is gone: nobody keeps
    a copy, nobody asks for it, and the next one arrives as if there had never been another. For a registered
    letter the post office keeps a copy until the receipt is there. If none comes for a while it sends the
    copy, with the same number on it. The writer has long gone home and never hears of it.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_early_retrans": 0 },
  next: "Then recv-path: what becomes of a segment before the program hears of it.",

  run({
    socket, bind, listen, connect, accept4, setsockopt, getsockopt, sendto, recvfrom, ppoll, close,
    attempt,
  }, { scene, look, net }) {
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 5555, sin_addr: "192.0.2.2" });
    const arrived = (fd: number) =>
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    const rules = [drop(there("data", 1)), drop(there("any", 1))];
    const wire = net.wire({ here: "192.0.2.1/24", there: "192.0.2.2/24", rules });

    scene("open", "Two receivers at the far end of the wire, two senders here.");
    const [rx, l] = net.within(wire.far, () =>
      [socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)] as const);
    bind(rx, addr, sizeof(addr));
    bind(l, addr, sizeof(addr));
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    listen(l, 8);
    const tx = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(c, IPPROTO_TCP, TCP_CONGESTION, text("reno"), 4);

    scene("datagrams", "Two datagrams. The wire loses the first.");
    sendto(tx, text("first"), 5, 0, addr, sizeof(addr));
    sendto(tx, text("second"), 6, 0, addr, sizeof(addr));
    arrived(rx);
    recvfrom(rx, buffer(16), 16, 0, null, null);

    scene("stream", "A connection, and five bytes on it. The wire loses the segment.");
    connect(c, addr, sizeof(addr));
    const s = accept4(l, null, null, 0);
    sendto(c, text("first"), 5, 0, null, 0);

    scene("repeated", "The receiver waits, until the sender's kernel has waited long enough for an ACK.");
    recvfrom(s, buffer(16), 16, 0, null, null);
    getsockopt(c, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    look("wire", wire.did());

    scene("never", "Has the datagram come meanwhile?");
    attempt.recvfrom(rx, buffer(16), 16, MSG_DONTWAIT, null, null);
    for (const fd of [s, c, l, tx, rx]) close(fd);
  },

  claims: [
    claim("both sends succeed, and neither sender is told of the loss",
      { datagrams: { sendto: 2 }, stream: { sendto: 1 }, repeated: { "look wire": 1 } },
      ({
        datagrams: { sendto: [datagram] }, stream: { sendto: segment }, repeated: { "look wire": wire },
      }) => [
        is(datagram.result, 5),
        is(segment.result, 5),
        is(wire.field("done", 0), 1),
        is(wire.field("done", 1), 1),
      ], supports("N0-53")),
    claim("what TCP lost is sent again by the sender's kernel, with the same number, and arrives",
      { stream: { sendto: 1 }, repeated: { recvfrom: 1, getsockopt: 1 } },
      ({ stream: { sendto }, repeated: { recvfrom, getsockopt: sender } }, seen) => {
        const segments = () => seen.packets({ psh: true });
        const numbers = () => segments().field("seq");
        return [
          is(sendto.result, 5),
          is(recvfrom.after("ubuf"), "first"),
          atLeast(sender.after("optval.tcpi_total_retrans"), 1),
          also(() => atLeast(segments().length, 2)),
          also(() => is(numbers(), numbers().value.map((_, __, [first]) => first!))),
        ];
      }, supports("N0-53", "N2-15")),
    claim("a datagram that was lost is never sent again",
      { datagrams: { recvfrom: 1 }, never: { recvfrom: 1 } },
      ({ datagrams: { recvfrom: came }, never: { recvfrom: late } }, seen) => [
        is(came.after("ubuf"), "second"),
        is(late.errno, "EAGAIN"),
        is(seen.counted("Udp.OutDatagrams", "datagrams"), 2),
        is(seen.counted("Udp.OutDatagrams", "repeated"), 0),
        also(() => is(seen.packets({ protocol: "IPPROTO_UDP" }).length, 2)),
      ], supports("N0-53", "N2-15")),
  ],
});
