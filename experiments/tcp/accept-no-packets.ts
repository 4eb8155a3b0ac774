import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of a listening socket: how many connections wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";

/**
 * accept takes what is there, and says nothing to anybody.
 *
 *     connect(c, …);                // SYN, SYN-ACK, ACK: all three are over when it returns
 *     accept4(l, NULL, NULL, 0);    // not a packet
 *     accept4(l, NULL, NULL, 0);    // EAGAIN: there was only one
 */
export default experiment({
  name: "accept-no-packets",
  asks: "What does accept send, and to whom?",
  story: `When a caller sits on the waiting bench, everything has been said: hello, hello, and go ahead.
    accept only leads them from the bench to a desk. The caller does not notice.`,
  next: "Then accept-state: what accept changes of the connection.",

  run({ socket, bind, listen, getsockname, connect, ppoll, accept4, getsockopt, close, attempt }, { scene }) {
    const info = () => getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    const l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));

    scene("connect", "Nobody accepts. The last ACK is waited for.");
    connect(c, addr, sizeof(addr));
    ppoll(pollfd({ fd: l, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    info();

    scene("accept");
    const s = accept4(l, null, null, 0);
    info();

    scene("empty", "Another accept, where nobody waits.");
    attempt.accept4(l, null, null, 0);
    close(s);
    close(c);
    close(l);
  },

  claims: [
    claim("the whole handshake passes inside connect, before accept",
      { connect: { connect: 1, ppoll: 1, getsockopt: 1 } },
      ({ connect: { connect, ppoll, getsockopt: listener } }, seen) => [
        is(connect.result, 0),
        is(ppoll.result, 1),
        is(listener.after(QUEUED), 1),
        is(seen.counted("Tcp.OutSegs", "connect"), 3),
        also(() => is(seen.packets({}, "connect").field("syn"), [1, 1, 0])),
        also(() => is(seen.packets({}, "connect").field("ack"), [0, 1, 1])),
      ], contradicts("N0-33")),
    claim("accept sends nothing and receives nothing: it takes the connection out of the queue",
      { accept: { accept4: 1, getsockopt: 1 } },
      ({ accept: { accept4: accept, getsockopt: listener } }, seen) => [
        is(accept.errno, null),
        is(listener.after(QUEUED), 0),
        is(seen.counted("Tcp.OutSegs", "accept"), 0),
        is(seen.counted("Tcp.InSegs", "accept"), 0),
        also(() => is(seen.packets({}, "accept").length, 0)),
      ], contradicts("N0-33", "N2-11")),
    claim("where nobody waits there is nothing to take", { empty: { accept4: 1 } },
      ({ empty: { accept4: accept } }) => [is(accept.errno, "EAGAIN")], contradicts("N0-33")),
  ],
});
