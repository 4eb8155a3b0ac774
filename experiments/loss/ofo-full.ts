import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_RCVBUF, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { adds, atLeast, atMost, is, same } from "../../src/lab/check.ts";
import { claim, contradicts, since } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** So many bytes in each direction of the comb: those with an odd number, and those with an even one. */
const TEETH = 32;

/**
 * A stream of 64 bytes like a comb: first every second byte comes, then those between.
 *
 *     1 · 3 · 5 · … · 63      // beyond a hole, each of them: they are kept, until there is no room
 *     0 · 2 · 4 · … · 62      // each byte has arrived once now
 *     recv(s, buf, 8192, 0);  // but not 64: some of what had arrived was thrown away
 */
export default experiment({
  name: "ofo-full",
  asks: "Bytes that arrived wait behind a hole: can they be lost there?",
  story: `The shelf for pages that came too early has its limit, like every shelf in the house. When it is
    full, the clerk throws away what comes, and if he needs room for the next page to be read, even what lies
    there. He may: he has signed for none of these pages. Whoever sent them keeps a copy until there is a
    signature, and sends them once more.`,
  needs: ["veth"],
  parameters: { buffer: { is: "SO_RCVBUF, in bytes", default: 4096, from: 2304, to: 8192 } },
  next: "--set buffer=8192: how many are read first? Then fast-retransmit: when the sender sends again.",

  run({ socket, bind, listen, accept4, setsockopt, getsockopt, recvfrom, close },
    { scene, peer, known, set }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(set.buffer), 4);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    known("reader", s);
    const buf = buffer(8192);

    scene("odd", `${TEETH} segments of one byte, each beyond a hole of one byte.`);
    for (let i = 0; i < TEETH; i++) peer.send(data("!", { seq: 2 * i + 1 }));
    peer.fence();
    getsockopt(s, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));

    scene("even", "The bytes between them come, too: each has arrived once.");
    for (let i = 0; i < TEETH; i++) peer.send(data(".", { seq: 2 * i }));
    peer.fence();
    recvfrom(s, buf, 8192, 0, null, null);

    scene("again", "All 64 once more, in one segment.");
    peer.send(data(".!".repeat(TEETH), { seq: 0 }));
    peer.expect(ack(2 * TEETH));
    recvfrom(s, buf, 8192, 0, null, null);
    close(s);
    close(l);
  },

  claims: [
    claim("each byte has arrived once, and yet not all can be read: where the buffer ends, TCP throws away",
      { even: { recvfrom: 1 } },
      ({ even: { recvfrom } }, seen) => [
        // The fence's SYN is the one more.
        is(seen.counted("Tcp.InSegs", "odd"), TEETH + 1),
        is(seen.counted("Tcp.InSegs", "even"), TEETH + 1),
        atLeast(seen.counted("TcpExt.PruneCalled", "odd"), 1),
        atMost(recvfrom.result, 2 * TEETH - 1),
      ], contradicts("N3-59")),
    claim("when the buffer is full, what comes out of order is not let in", { odd: { getsockopt: 1 } },
      ({ odd: { getsockopt: info } }, seen) => {
        const kept = seen.counted("TcpExt.TCPOFOQueue", "odd");
        const dropped = seen.counted("TcpExt.TCPOFODrop", "odd");
        return [
          atLeast(dropped, 1),
          adds([kept, dropped], TEETH),
          same(info.after("optval.tcpi_rcv_ooopack"), kept),
        ];
      }, contradicts("N3-59"), since("6.12")),
    claim("what waits beyond a hole already has to make room for what comes in order",
      { even: { recvfrom: 1 } },
      ({ even: { recvfrom } }, seen) => [
        atLeast(seen.counted("TcpExt.OfoPruned", "even"), 1),
        atLeast(recvfrom.result, 1),
      ], contradicts("N3-59")),
    claim("sent again, what was thrown away is read after all",
      { even: { recvfrom: 1 }, again: { recvfrom: 1 } },
      ({ even: { recvfrom: first }, again: { recvfrom: rest } }) => [
        adds([first.result, rest.result], 2 * TEETH),
      ], contradicts("N3-59")),
  ],
});
