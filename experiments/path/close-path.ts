import { F_GETFD } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SHUT_WR, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import {
  TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_INFO,
} from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { tcpClose, tcpShutdown } from "../../src/kernel/paths/tcp-close.ts";
import { also, enough, is, oneOf } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const DOWN = ["__fput", "inet_release", "tcp_close"];
const OWN = "tcp_shutdown";
const SET_STATE = "sock:inet_sock_set_state";
const STATE = "optval.tcpi_state";
/** So many bytes of a tcp_info hold tcpi_state. */
const HEAD = 8;
/** What passes in the call: the peer's ACK of the FIN may come later. */
const TOLD = [TCP_FIN_WAIT1, TCP_CLOSE_WAIT];

/**
 * Two ways to say that one has said everything.
 *
 *     shutdown(a, SHUT_WR)    FIN ─▶   the number stays, and so does the other direction
 *     close(b)                FIN ─▶   the number is free first of all
 *     close(dup)              nothing: there is another number for the same file
 */
export default experiment({
  name: "close-path",
  asks: "close gives a number back: how does TCP hear of it, and is the FIN sent by then?",
  story: `You hand in your key. The porter first takes your name off the board: from now on nobody rings for
    you. Then he looks whether anybody else has a key to the same room. Only if there is none the room is
    cleared, and whoever clears it finds the telephone off the hook, says goodbye for you, and waits for the
    answer himself. You have long gone.`,
  paths: { close: tcpClose, shutdown: tcpShutdown },
  next: "netlab path tcp close --live draws all of it. Then down-and-up: what lies below all these calls.",

  run({
    socket, bind, listen, getsockname, connect, accept4, dup, shutdown, ppoll, recvfrom, getsockopt, close,
    attempt,
  }, { scene, known }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    const connected = (name: string) => {
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      connect(c, addr, sizeof(addr));
      known(name, c);
      return [c, accept4(l, null, null, 0)] as const;
    };
    const [a, atA] = connected("shut");
    const [b, atB] = connected("closed");
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const ends = (fd: number) => {
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
      recvfrom(fd, buffer(8), 8, 0, null, null);
      info(fd);
    };

    scene("dup", "A number is given back, but there is a second one for the same file.");
    const second = dup(b);
    close(second);
    info(atB);

    scene("close", "Now the last one.");
    close(b);
    attempt.fcntl(b, F_GETFD, 0);
    ends(atB);

    scene("shutdown", "Another connection. One side says that it will send nothing more.");
    shutdown(a, SHUT_WR);
    attempt.fcntl(a, F_GETFD, 0);
    ends(atA);

    scene("end");
    for (const fd of [a, atA, atB, l]) close(fd);
  },

  claims: [
    claim("close of the last number reaches TCP before it returns: the file is taken apart inside the call",
      { close: { close: 1, fcntl: 1, ppoll: 1, recvfrom: 1, getsockopt: 1 } },
      ({ close: { close, fcntl, ppoll, recvfrom: end, getsockopt: peer } }, seen) => [
        is(close.result, 0),
        is(fcntl.errno, "EBADF"),
        is(ppoll.result, 1),
        is(end.result, 0),
        is(peer.after(STATE), TCP_CLOSE_WAIT),
        also(() => is(seen.inside(close).of(SET_STATE).passed(DOWN), DOWN)),
      ], supports("N2-81")),
    claim("on the loopback FIN and the peer's CLOSE_WAIT come inside close; the state comes before the FIN",
      { close: { close: 1 } },
      ({ close: { close } }, seen) => [
        is(seen.inside(close).until("net:net_dev_queue").of(SET_STATE).field("newstate"), [TCP_FIN_WAIT1]),
        oneOf(enough(seen.inside(close).of(SET_STATE).field("newstate"), 2),
          [TOLD, [...TOLD, TCP_FIN_WAIT2]]),
      ], supports("N2-81")),
    claim("a close that is not the last one does nothing to the connection",
      { dup: { dup: 1, close: 1, getsockopt: 1 } },
      ({ dup: { close, getsockopt: peer } }, seen) => [
        is(close.result, 0),
        is(peer.after(STATE), TCP_ESTABLISHED),
        is(seen.counted("Tcp.OutSegs", "dup"), 0),
        also(() => is(seen.inside(close).passed(DOWN), [])),
      ], corrects("N2-14")),
    claim("shutdown sends the same FIN, but the number stays: it never comes near the file",
      { shutdown: { shutdown: 1, fcntl: 1, ppoll: 1, recvfrom: 1, getsockopt: 1 } },
      ({ shutdown: { shutdown, fcntl, ppoll, recvfrom: end, getsockopt: peer } }, seen) => [
        is(shutdown.result, 0),
        is(fcntl.errno, null),
        is(ppoll.result, 1),
        is(end.result, 0),
        is(peer.after(STATE), TCP_CLOSE_WAIT),
        also(() => is(seen.inside(shutdown).of(SET_STATE).passed([...DOWN, OWN]), [OWN])),
      ]),
  ],
});
