import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO, TCP_SYN_RECV, TCP_SYN_SENT } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { tcpConnect } from "../../src/kernel/paths/tcp.ts";
import { also, atLeast, enough, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const SET_STATE = "sock:inet_sock_set_state";
const ROUTE = "fib:fib_table_lookup";
const SENT = "net:net_dev_queue";
/** From the state to the SYN. */
const ORDER = ["inet_sk_state_store", "__inet_hash_connect", "tcp_connect"];
/** Who sends the SYN, and who takes the SYN-ACK, which came while connect had the socket locked. */
const BACKLOG = ["tcp_v4_connect", "release_sock"];
/** So many bytes of a tcp_info hold tcpi_state. */
const HEAD = 8;

/**
 * One connect, event by event.
 *
 *     route, route          which address is ours, and the way from it
 *     CLOSE → SYN_SENT      without a port: sport is 0
 *     the table of ports    one is picked, and the connection is entered
 *     route                 once more, with the ports
 *     SYN ─▶                and on the loopback the listener answers, inside this very call
 *     SYN_SENT → ESTABLISHED, ACK ─▶, LISTEN → SYN_RECV → ESTABLISHED on the other side
 */
export default experiment({
  name: "connect-path",
  asks: "Between the call of connect and its SYN: what happens, and in which order?",
  story: `Before a letter leaves, much is done at the desk: look up the road, write down your own address,
    say “I am waiting for an answer”, choose a number for it, enter that in the book, and look up the road
    once more, because now the whole address is known. Only then the letter goes. If the other one lives in
    the same house, the answer lies on the desk before you have sat down to wait.`,
  paths: { connect: tcpConnect },
  next: "netlab path tcp connect --live draws all that is passed. Then accept-path: what is left for accept.",

  run({ socket, bind, listen, getsockname, connect, getsockopt, close }, { scene }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    const client = (known?: string) => {
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      const own = sockaddr_in({ sin_family: AF_INET, sin_addr: known ?? "0.0.0.0" });
      if (known !== undefined) bind(c, own, sizeof(own));
      getsockname(c, own, int(sizeof(own)));
      connect(c, addr, sizeof(addr));
      getsockname(c, own, int(sizeof(own)));
      getsockopt(c, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
      return c;
    };

    scene("fresh", "A socket without an address and without a port.");
    const a = client();

    scene("bound", "A socket that has both already.");
    const b = client("127.0.0.1");

    scene("end", "Nobody has called accept.");
    for (const fd of [a, b, l]) close(fd);
  },

  claims: [
    claim("an address, a port, a connection: a fresh socket has none of them before, and all after",
      { fresh: { getsockname: 2, connect: 1, getsockopt: 1 } },
      ({ fresh: { getsockname: [before, after], connect, getsockopt: info } }) => [
        is(before.after("usockaddr.sin_addr"), "0.0.0.0"),
        is(before.after("usockaddr.sin_port"), 0),
        is(connect.result, 0),
        is(after.after("usockaddr.sin_addr"), "127.0.0.1"),
        atLeast(after.after("usockaddr.sin_port"), 1),
        is(info.after("optval.tcpi_state"), TCP_ESTABLISHED),
      ], supports("N2-50", "N2-54")),
    claim("first the route, then SYN_SENT, and there is no port yet; then the port, and then the SYN",
      { fresh: { connect: 1 } },
      ({ fresh: { connect } }, seen) => {
        const before = seen.inside(connect).until(SENT);
        return [
          is(before.of(SET_STATE).field("newstate"), [TCP_SYN_SENT]),
          is(before.of(SET_STATE).field("sport"), [0]),
          is(before.until(SET_STATE).count(ROUTE), 2),
          is(before.passed(ORDER.slice(0, 2)), ORDER.slice(0, 2)),
          is(seen.inside(connect).passed(ORDER), ORDER),
        ];
      }, supports("N2-50")),
    claim("it looks up the route three times: for an address of its own, from that, and with the ports",
      { fresh: { connect: 1 } },
      ({ fresh: { connect } }, seen) => [
        is(seen.inside(connect).until(SENT).count(ROUTE), 3),
      ], corrects("N2-51")),
    claim("who is bound to an address and a port needs one look-up only: there was nothing to find out",
      { bound: { connect: 1, getsockname: 2 } },
      ({ bound: { connect, getsockname: [before, after] } }, seen) => [
        atLeast(before.after("usockaddr.sin_port"), 1),
        is(connect.result, 0),
        is(after.after("usockaddr.sin_addr"), "127.0.0.1"),
        is(seen.inside(connect).until(SENT).count(ROUTE), 1),
      ], corrects("N2-51")),
    claim("on the loopback the answer comes inside connect: it waits until the socket is unlocked, and then"
      + " both sides are ESTABLISHED, though nobody has accepted",
      { fresh: { connect: 1, getsockopt: 1 } },
      ({ fresh: { connect, getsockopt: info } }, seen) => [
        is(info.after("optval.tcpi_state"), TCP_ESTABLISHED),
        also(() => is(
          enough(seen.inside(connect).of(SET_STATE).field("newstate"), 4),
          [TCP_SYN_SENT, TCP_ESTABLISHED, TCP_SYN_RECV, TCP_ESTABLISHED],
        )),
        also(() => {
          const told = seen.inside(connect).of(SET_STATE);
          enough(told.length, 2);
          return is(told.passed(BACKLOG), BACKLOG);
        }),
      ], contradicts("N2-11"), supports("N2-54")),
  ],
});
