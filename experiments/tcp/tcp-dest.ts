import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_NOSIGNAL, MSG_WAITALL, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, atLeast, is, same } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const PORT = "usockaddr.sin_port";
/** What the caller's memory for an address holds before a receive. */
const UNTOUCHED = "0123456789abcdef";

/**
 * Where TCP sends to stands in the socket; what stands in the call is not looked at.
 *
 *     connect(c, &server, sizeof server);
 *     sendto(c, "Hello", 5, 0, &elsewhere, sizeof elsewhere);    // goes to the server
 *     recvfrom(s, buf, 5, 0, &from, &len);                       // len = 0: nobody is named
 */
export default experiment({
  name: "tcp-dest",
  asks: "sendto on a TCP connection with another address: who gets the bytes?",
  story: `Once a telephone call is set up, it does not matter which number you read aloud: your voice goes to
    whoever is at the other end. Nor does the exchange look up the way again for every word; it found it when
    you dialled. And the one who listens is not told anew with every word who is speaking.`,
  tracepoints: ["fib:fib_table_lookup"],
  next: "Compare it with udp-connect: a letter needs an address, unless the box was given one for good."
    + " Then tcp-when-sent: when the bytes leave.",

  run({
    socket, bind, listen, getsockname, getpeername, connect, accept4, setsockopt, sendto, recvfrom, close,
    attempt,
  }, { scene, look }) {
    scene("server");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    const elsewhere = sockaddr_in({ sin_family: AF_INET, sin_port: 1, sin_addr: "127.0.0.2" });
    bind(l, addr, sizeof(addr));
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

    scene("unconnected", "No connection yet, but an address in the call. MSG_NOSIGNAL: no SIGPIPE either.");
    attempt.sendto(c, text("Hello"), 5, MSG_NOSIGNAL, addr, sizeof(addr));

    scene("connect", "The address is given once.");
    connect(c, addr, sizeof(addr));
    getpeername(c, sockaddr_in(), int(sizeof(sockaddr_in)));
    const s = accept4(l, null, null, 0);

    scene("sent", "Three sends without an address, one with another address.");
    for (const word of ["one ", "two ", "three "]) sendto(c, text(word), word.length, 0, null, 0);
    sendto(c, text("Hello"), 5, 0, elsewhere, sizeof(elsewhere));

    scene("received", "The receiver asks from whom it is.");
    const from = text(UNTOUCHED);
    const length = int(sizeof(addr));
    recvfrom(s, buffer(19), 19, MSG_WAITALL, from, length);
    look("from", from);
    getpeername(c, sockaddr_in(), int(sizeof(sockaddr_in)));

    scene("end");
    for (const fd of [s, c, l]) close(fd);
  },

  claims: [
    claim("an address in the call makes no connection: without one a send is EPIPE, and no packet leaves",
      { server: { getsockname: 1 }, unconnected: { sendto: 1 } },
      ({ server: { getsockname: server }, unconnected: { sendto } }, seen) => [
        same(sendto.before("addr.sin_port"), server.after(PORT)),
        is(sendto.errno, "EPIPE"),
        also(() => is(seen.counted("Tcp.OutSegs", "unconnected"), 0)),
      ], supports("N0-60", "N1-13")),
    claim("on a connection the address in the call is not looked at: the bytes go to the peer",
      { connect: { getpeername: 1 }, sent: { sendto: 4 }, received: { recvfrom: 1, getpeername: 1 } },
      ({ connect: { getpeername: before }, sent: { sendto: [, , , wrong] }, received }, seen) => [
        is(wrong.before("addr.sin_addr"), "127.0.0.2"),
        is(wrong.before("addr.sin_port"), 1),
        is(wrong.result, 5),
        is(received.recvfrom.after("ubuf"), "one two three Hello"),
        is(received.getpeername.after("usockaddr.sin_addr"), "127.0.0.1"),
        same(received.getpeername.after(PORT), before.after(PORT)),
        also(() => is(seen.packets({ daddr: "127.0.0.2" }).length, 0)),
      ], supports("N0-60")),
    claim("a receive names no sender: it leaves the memory for it alone, and sets its length to 0",
      { received: { recvfrom: 1, "look from": 1 } },
      ({ received: { recvfrom, "look from": from } }) => [
        is(recvfrom.before("*addr_len"), 16),
        is(recvfrom.after("*addr_len"), 0),
        is(from.bytes(), UNTOUCHED),
      ], supports("N0-60")),
    claim("connect looks for the route, and no send does: it is kept with the socket",
      { connect: { connect: 1 }, sent: { sendto: all } },
      ({ connect: { connect }, sent: { sendto } }, seen) => [
        atLeast(seen.inside(connect).count("fib:fib_table_lookup"), 1),
        ...sendto.each.map((it) => is(seen.inside(it).count("fib:fib_table_lookup"), 0)),
      ], supports("N0-60")),
  ],
});
