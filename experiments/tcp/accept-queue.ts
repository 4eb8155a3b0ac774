import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_INFO, TCP_SYN_SENT } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { adds, also, atLeast, is, more, same } from "../../src/lab/check.ts";
import { all, claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of a listening socket: how many wait for accept, and how many may (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
const BACKLOG = "optval.tcpi_sacked";
/** The scenes in which connections are opened: the last ACK may arrive in the second. */
const OPENED = ["filled", "full"];
const NAME = "usockaddr.sin_port";
const PEER = "upeer_sockaddr.sin_port";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;

/**
 * A queue that the kernel keeps, and one number that the program may say about it.
 *
 *     listen(l, 2);              // two may wait …
 *     connect(…); three times    // … and three do: the kernel looks whether more than two are there
 *     connect(…);                // the fourth one's SYN is dropped; it tries again, and hears nothing
 *     accept4(l, …);             // the one that came first
 */
export default experiment({
  name: "accept-queue",
  asks: "Nobody calls accept: how many clients are connected all the same, and what happens to the next one?",
  story: `A waiting room with two chairs. The porter lets the next one in as long as there are not more
    people than chairs, so a third comes in as well. To the fourth he does not even open: no answer at all,
    and after a while they ring again. Those inside are called in the order in which they came. All
    this is the porter's work. Who receives them has said once how many chairs there are, and nothing more.`,
  pins: { "net.ipv4.tcp_syncookies": 1, "net.ipv4.tcp_abort_on_overflow": 0 },
  parameters: { backlog: { is: "the backlog given to listen", default: 2, from: 1, to: 16 } },
  next: "--set backlog=5: six are let in. Then listen-backlog: a backlog of 0, of -1, of a hundred thousand.",

  run({
    socket, bind, listen, getsockname, connect, getsockopt, accept4, close, attempt,
  }, { scene, set, say }) {
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const bound = (fd: number) => {
      const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
      bind(fd, addr, sizeof(addr));
      getsockname(fd, addr, int(sizeof(addr)));
      return addr;
    };
    const client = (flags = 0) => socket(AF_INET, SOCK_STREAM | flags, IPPROTO_TCP);

    say("A listener; and a port where nobody listens. Who calls there is refused, and that answer comes"
      + " behind all that was on its way before.");
    const [l, closed, caller] = [client(SOCK_NONBLOCK), client(), client()];
    const [addr, nobody] = [bound(l), bound(closed)];
    listen(l, set.backlog);
    const settle = () => attempt.connect(caller, nobody, sizeof(nobody));
    const fds = [closed, caller];

    scene("filled", "Clients connect, one more than the backlog. Nobody accepts.");
    for (let i = 0; i <= set.backlog; i++) {
      const c = client();
      connect(c, addr, sizeof(addr));
      getsockname(c, sockaddr_in(), int(sizeof(addr)));
      fds.push(c);
    }

    scene("full");
    settle();
    info(l);

    scene("one too many", "Another client. It does not wait: its connect comes back at once.");
    const late = client(SOCK_NONBLOCK);
    attempt.connect(late, addr, sizeof(addr));
    settle();
    info(late);
    info(l);
    close(late);

    scene("accepted", "The server takes them all, and one more.");
    for (let i = 0; i <= set.backlog; i++) fds.push(accept4(l, sockaddr_in(), int(sizeof(addr)), 0));
    info(l);
    attempt.accept4(l, null, null, 0);

    scene("end");
    for (const fd of [...fds, l]) close(fd);
  },

  claims: [
    claim("one more than the backlog is connected, though nobody accepts: the kernel keeps the queue",
      { filled: { connect: all }, full: { connect: 1, getsockopt: 1 } },
      ({ filled: { connect }, full: { connect: refused, getsockopt: listener } }, seen) => [
        is(connect.results, Array<number>(seen.set("backlog") + 1).fill(0)),
        is(refused.errno, "ECONNREFUSED"),
        is(listener.after(QUEUED), seen.set("backlog") + 1),
        is(listener.after(BACKLOG), seen.set("backlog")),
        also(() => adds(OPENED.map((it) => seen.counted("Tcp.PassiveOpens", it)), seen.set("backlog") + 1)),
      ], contradicts("N0-09"), corrects("N0-31", "N1-53"), supports("N3-80")),
    claim("then the queue is full: the next SYN is dropped without an answer, also with SYN cookies",
      { "one too many": { connect: 2, getsockopt: 2 } },
      ({ "one too many": { connect: [late, refused], getsockopt: [client, listener] } }, seen) => [
        is(late.errno, "EINPROGRESS"),
        is(refused.errno, "ECONNREFUSED"),
        is(client.after("optval.tcpi_state"), TCP_SYN_SENT),
        more(listener.after(QUEUED), listener.after(BACKLOG)),
        also(() => atLeast(seen.counted("TcpExt.ListenOverflows", "one too many"), 1)),
        also(() => atLeast(seen.counted("TcpExt.ListenDrops", "one too many"), 1)),
        also(() => is(seen.counted("TcpExt.SyncookiesSent", "one too many"), 0)),
      ], corrects("N0-31", "N1-53"), contradicts("N2-53", "N3-85")),
    claim("accept takes them in the order in which they connected, until nobody is left",
      { filled: { getsockname: all }, accepted: { accept4: all, getsockopt: 1 } },
      ({ filled: { getsockname: clients }, accepted: { accept4: accepted, getsockopt: listener } }) => [
        ...clients.each.map((it, i) => same(it.after(NAME), accepted.each[i]!.after(PEER))),
        is(listener.after(QUEUED), 0),
        is(accepted.each.at(-1)!.errno, "EAGAIN"),
      ], supports("N1-54"), contradicts("N0-09")),
  ],
});
