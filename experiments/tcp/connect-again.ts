import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN, POLLOUT } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CLOSE, TCP_ESTABLISHED, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, enough, is, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const STATE = "optval.tcpi_state";
/** So many bytes of a tcp_info hold tcpi_state. */
const HEAD = 8;
const OPENED = ["SYN_SENT", "ESTABLISHED"];

/**
 * A second connect on the same socket, and a third.
 *
 *     connect(c, &addr, sizeof addr);         // 0
 *     connect(c, &addr, sizeof addr);         // EISCONN
 *
 *     connect(eager, &addr, sizeof addr);     // EINPROGRESS: it does not wait
 *     connect(eager, &addr, sizeof addr);     // 0: now it is told
 *     connect(eager, &addr, sizeof addr);     // EISCONN
 *
 *     connect(r, &closed, sizeof closed);     // ECONNREFUSED
 *     connect(r, &closed, sizeof closed);     // 0: somebody listens there by now
 */
export default experiment({
  name: "connect-again",
  asks: "A second connect on the same socket: after one that worked, that did not wait, that was refused?",
  story: `You ask the operator for a number and wait: “you are through”. Ask again, and you hear that you are
    through already. Or you do not wait: “I am at it”, says the operator, even if the other end has answered
    before you hung up. Ring back, and you are told: through. That is good news only once; the next time it is
    a complaint. And if nobody was at home, the operator does not mind trying again.`,
  tracepoints: ["sock:inet_sock_set_state"],
  next: "Then handshake-steps: which of its packets the server's program notices.",

  run({ socket, bind, listen, getsockname, connect, ppoll, getsockopt, close, attempt }, { scene, known }) {
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const ready = (fd: number, events: number) =>
      ppoll(pollfd({ fd, events }), 1, timespec({ tv_sec: 4 }), null, 0);
    const tcp = (flags = 0) => socket(AF_INET, SOCK_STREAM | flags, IPPROTO_TCP);
    const bound = (fd: number) => {
      const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
      bind(fd, addr, sizeof(addr));
      getsockname(fd, addr, int(sizeof(addr)));
      return addr;
    };
    const [l, closed] = [tcp(), tcp()];
    const [addr, nobody] = [bound(l), bound(closed)];
    listen(l, 8);
    const [c, eager, r] = [tcp(), tcp(SOCK_NONBLOCK), tcp()];
    known("client", c);
    known("eager", eager);
    known("refused", r);

    scene("waited", "A connect that waits.");
    connect(c, addr, sizeof(addr));

    scene("connected", "Another connect, when it is connected.");
    attempt.connect(c, addr, sizeof(addr));

    scene("asked", "A socket that does not want to wait.");
    attempt.connect(eager, addr, sizeof(addr));

    scene("again", "Once it is writable, it is connected. Two more.");
    ready(eager, POLLOUT);
    info(eager);
    attempt.connect(eager, addr, sizeof(addr));
    attempt.connect(eager, addr, sizeof(addr));

    scene("refused", "A port where nobody listens.");
    attempt.connect(r, nobody, sizeof(nobody));
    info(r);

    scene("tried again", "Now somebody listens there, and the same socket tries again.");
    listen(closed, 8);
    connect(r, nobody, sizeof(nobody));
    ready(closed, POLLIN);
    info(r);
    for (const fd of [r, eager, c, closed, l]) close(fd);
  },

  claims: [
    claim("a connect that waits comes back connected: another one is EISCONN",
      { waited: { connect: 1 }, connected: { connect: 1 } },
      ({ waited: { connect: first }, connected: { connect: second } }, seen) => [
        is(first.result, 0),
        is(second.errno, "EISCONN"),
        also(() => is(enough(seen.states("client").passed("waited"), 2), OPENED)),
      ], supports("N2-54")),
    claim("one that does not wait is EINPROGRESS, also where the connection is made inside that very call",
      { asked: { connect: 1 } },
      ({ asked: { connect } }, seen) => [
        is(connect.errno, "EINPROGRESS"),
        also(() => is(enough(seen.states("eager").passed("asked"), 2), OPENED)),
      ], supports("N2-55")),
    claim("TCP is ESTABLISHED, and the socket not CONNECTED yet: the next connect makes it so, and is 0",
      { again: { ppoll: 1, getsockopt: 1, connect: 2 } },
      ({ again: { ppoll, getsockopt: info, connect: [second, third] } }) => [
        is(ppoll.result, 1),
        is(info.after(STATE), TCP_ESTABLISHED),
        is(second.result, 0),
        is(third.errno, "EISCONN"),
      ], corrects("N2-54")),
    claim("a socket that was refused is closed, and may be given to connect again",
      { refused: { connect: 1, getsockopt: 1 }, "tried again": { connect: 1, getsockopt: 1 } },
      ({
        refused: { connect: refused, getsockopt: before }, "tried again": { connect, getsockopt: after },
      }) => [
        is(refused.errno, "ECONNREFUSED"),
        is(before.after(STATE), TCP_CLOSE),
        same(connect.before("fd"), refused.before("fd")),
        is(connect.result, 0),
        is(after.after(STATE), TCP_ESTABLISHED),
      ], supports("N2-56")),
  ],
});
