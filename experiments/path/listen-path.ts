import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_LISTEN } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { tcpListen } from "../../src/kernel/paths/socket.ts";
import { tcpCloseListener } from "../../src/kernel/paths/tcp-close.ts";
import { also, atLeast, is, same } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const SET_STATE = "sock:inet_sock_set_state";
/** The state is stored first; then there is a port. */
const ORDER = ["inet_csk_listen_start", "inet_sk_state_store", "inet_csk_get_port"];
/** Whom close asks, of a listener. */
const STOP = ["inet_release", "inet_csk_listen_stop"];

/**
 * listen of a socket without a port: three things in an order.
 *
 *     listen(u, 8)      LISTEN, then a port, then the table in which a SYN finds it
 *     close(u)          out of the table, then a reset for each that nobody accepted
 */
export default experiment({
  name: "listen-path",
  asks: "listen changes the state, finds a port, enters a table: what comes first?",
  story: `A shop is opened. The owner first turns the sign at the door to “open”, though the shop has no
    number yet. Then it gets a number. Last it is entered in the directory, and only by that somebody finds
    it. When it is closed it goes the other way: out of the directory first, and whoever stands inside and
    was not served is sent home.`,
  paths: { listen: tcpListen, close: tcpCloseListener },
  next: "Then connect-path: what one connect does, in which order.",

  run({ socket, bind, listen, getsockname, ppoll, close, attempt }, { scene }) {
    const tcp = () => socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    const name = (fd: number, to = sockaddr_in()) => {
      getsockname(fd, to, int(sizeof(to)));
      return to;
    };
    const readable = (fd: number) =>
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);

    scene("unbound", "A socket that nobody has bound is made to listen.");
    const u = tcp();
    name(u);
    listen(u, 8);
    name(u);

    scene("bound", "Another one is bound. Somebody wants to connect, before it listens and after.");
    const l = tcp();
    bind(l, addr, sizeof(addr));
    name(l, addr);
    const early = tcp();
    attempt.connect(early, addr, sizeof(addr));
    listen(l, 8);
    const c = tcp();
    attempt.connect(c, addr, sizeof(addr));
    readable(l);
    close(early);
    close(u);

    scene("closed", "The listener is closed. A client is connected to it that nobody has accepted.");
    close(l);

    scene("told", "What the client hears; and somebody else who comes now.");
    readable(c);
    attempt.recvfrom(c, buffer(8), 8, 0, null, null);
    const late = tcp();
    attempt.connect(late, addr, sizeof(addr));
    for (const fd of [late, c]) close(fd);
  },

  claims: [
    claim("listen stores the state LISTEN first: a socket that was not bound has no port yet by then",
      { unbound: { getsockname: 2, listen: 1 } },
      ({ unbound: { getsockname: [before, after], listen } }, seen) => [
        is(before.after("usockaddr.sin_port"), 0),
        atLeast(after.after("usockaddr.sin_port"), 1),
        is(seen.inside(listen).of(SET_STATE).field("newstate"), [TCP_LISTEN]),
        is(seen.inside(listen).of(SET_STATE).field("sport"), [0]),
        is(seen.inside(listen).passed(ORDER), ORDER),
      ], supports("N2-40")),
    claim("a bound socket is found by nobody: only listen enters it in the table in which a SYN is looked up",
      { bound: { bind: 1, connect: 2, listen: 1 } },
      ({ bound: { bind, connect: [early, late], listen } }) => [
        is(bind.result, 0),
        same(early.before("uservaddr.sin_port"), late.before("uservaddr.sin_port")),
        is(early.errno, "ECONNREFUSED"),
        is(listen.result, 0),
        is(late.result, 0),
      ], supports("N2-40")),
    claim("closing a listener resets whoever is connected and not accepted, and then nobody finds it",
      { closed: { close: 1 }, told: { ppoll: 1, recvfrom: 1, connect: 1 } },
      ({ closed: { close }, told: { ppoll, recvfrom: read, connect } }, seen) => [
        is(close.result, 0),
        is(ppoll.result, 1),
        is(read.errno, "ECONNRESET"),
        is(connect.errno, "ECONNREFUSED"),
        also(() => is(seen.inside(close).passed(STOP), STOP)),
      ]),
  ],
});
