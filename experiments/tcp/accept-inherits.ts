import { F_GETFL, F_SETFL, O_NONBLOCK, O_RDWR } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, SO_KEEPALIVE, SO_RCVBUF, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO, TCP_LISTEN, TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { is, more, same } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const STATE = "optval.tcpi_state";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;

/**
 * A child is a copy of its listener, as that was when the handshake ended.
 *
 *     setsockopt(l, IPPROTO_TCP, TCP_NODELAY, &(int){1}, 4);
 *     fcntl(l, F_SETFL, O_NONBLOCK);
 *     // a client connects: now the copy is made
 *     setsockopt(l, IPPROTO_TCP, TCP_NODELAY, &(int){0}, 4);
 *     s = accept4(l, …);      // TCP_NODELAY: 1; O_NONBLOCK: not set
 */
export default experiment({
  name: "accept-inherits",
  asks: "Options are set on a listener: do the connections that it accepts have them?",
  story: `Each caller gets a telephone that is a copy of the one at the desk: as loud, with the same ring. The
    copy is made when the call comes in. If the one at the desk is changed while the caller still waits,
    theirs remains as it was. The note stuck to the desk's receiver, “do not keep me waiting”, is not copied:
    it belongs to the desk and not to the telephone.`,
  next: "Then accept-dead: who waits in the queue may be gone when accept takes it.",

  run({
    socket, bind, listen, getsockname, setsockopt, getsockopt, fcntl, connect, ppoll, accept4, close, attempt,
  }, { say, scene, known }) {
    const read = (fd: number) => {
      getsockopt(fd, SOL_SOCKET, SO_RCVBUF, int(0), int(4));
      getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, int(0), int(4));
      getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, int(0), int(4));
      fcntl(fd, F_GETFL, 0);
    };
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));

    say("A listener with a receive buffer of its own, TCP_NODELAY, SO_KEEPALIVE and O_NONBLOCK.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(20_000), 4);
    setsockopt(l, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
    setsockopt(l, SOL_SOCKET, SO_KEEPALIVE, int(1), 4);
    fcntl(l, F_SETFL, O_NONBLOCK);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    known("listener", l);

    scene("connected", "A client connects. Its connection waits for accept.");
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    ppoll(pollfd({ fd: l, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);

    scene("changed", "Meanwhile the listener loses TCP_NODELAY and SO_KEEPALIVE.");
    setsockopt(l, IPPROTO_TCP, TCP_NODELAY, int(0), 4);
    setsockopt(l, SOL_SOCKET, SO_KEEPALIVE, int(0), 4);
    read(l);

    scene("accepted");
    const s = accept4(l, null, null, 0);
    known("child", s);
    read(s);
    info(l);
    info(s);

    scene("child of a child", "accept on what accept returned.");
    attempt.accept4(s, null, null, 0);

    scene("end");
    for (const fd of [s, c, l]) close(fd);
  },

  claims: [
    claim("accept returns a new descriptor of a new socket; the listener stays in LISTEN",
      { accepted: { accept4: 1, getsockopt: 5 } },
      ({ accepted: { accept4: accept, getsockopt: [, , , listener, child] } }) => [
        more(accept.result, accept.before("fd")),
        is(listener.after(STATE), TCP_LISTEN),
        is(child.after(STATE), TCP_ESTABLISHED),
      ], supports("N3-25", "N1-17")),
    claim("the connection has the listener's options, as they were when its handshake ended",
      { changed: { getsockopt: 3 }, accepted: { getsockopt: 5 } },
      ({
        changed: { getsockopt: [size, noDelay, keepAlive] },
        accepted: { getsockopt: [childSize, childNoDelay, childKeepAlive] },
      }) => [
        same(size.after("*optval"), childSize.after("*optval")),
        is(noDelay.after("*optval"), 0),
        is(childNoDelay.after("*optval"), 1),
        is(keepAlive.after("*optval"), 0),
        is(childKeepAlive.after("*optval"), 1),
      ]),
    claim("O_NONBLOCK belongs to the listener's file, and is not handed on",
      { changed: { fcntl: 1 }, accepted: { fcntl: 1 } },
      ({ changed: { fcntl: listener }, accepted: { fcntl: child } }) => [
        is(listener.result, O_RDWR | O_NONBLOCK),
        is(child.result, O_RDWR),
      ]),
    claim("a connection is no listener: accept on it is EINVAL", { "child of a child": { accept4: 1 } },
      ({ "child of a child": { accept4: accept } }) => [is(accept.errno, "EINVAL")], supports("N1-52")),
  ],
});
