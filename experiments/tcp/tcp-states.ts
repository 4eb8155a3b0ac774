import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO, TCP_LISTEN } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, enough, is } from "../../src/lab/check.ts";
import { claim, contradicts, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const STATE = "optval.tcpi_state";

/**
 * Three sockets make one connection, each with states of its own.
 *
 *     listener   CLOSE  LISTEN
 *     client     CLOSE  SYN_SENT  ESTABLISHED
 *     child      (LISTEN, for it is a copy)  SYN_RECV  ESTABLISHED
 */
export default experiment({
  name: "tcp-states",
  asks: "Which socket becomes ESTABLISHED: the one that listens?",
  story: `The desk where callers are received never becomes a conversation. For each caller the kernel makes
    a new telephone, as a copy of the desk's, and that one is connected. So there are three sockets in the
    story, and each has its own way through the states.`,
  draws: ["states"],
  tracepoints: ["sock:inet_sock_set_state"],
  next: "Then listen-states: what listen and accept change, and where that is to be seen.",

  run({ socket, bind, listen, getsockname, connect, ppoll, accept4, getsockopt, close }, { scene, known }) {
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    known("listener", l);
    known("client", c);

    scene("listening");
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    info(l);

    scene("connected", "The handshake is done inside connect.");
    connect(c, addr, sizeof(addr));
    ppoll(pollfd({ fd: l, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    const child = accept4(l, null, null, 0);
    known("child", child);
    info(l);
    info(c);
    info(child);

    scene("end");
    close(child);
    close(c);
    close(l);
  },

  claims: [
    claim("the listener stays in LISTEN; the client and a third socket are ESTABLISHED",
      { connected: { getsockopt: 3 } },
      ({ connected: { getsockopt: [listener, client, child] } }, seen) => [
        is(listener.after(STATE), TCP_LISTEN),
        is(client.after(STATE), TCP_ESTABLISHED),
        is(child.after(STATE), TCP_ESTABLISHED),
        also(() => is(seen.states("listener").until("connected"), ["CLOSE", "LISTEN"])),
      ], contradicts("N0-08"), supports("N3-12", "N3-25")),
    claim("the client passes SYN_SENT on its way", { connected: { connect: 1 } },
      ({ connected: { connect } }, seen) => [
        is(connect.result, 0),
        is(enough(seen.states("client").passed("connected"), 2), ["SYN_SENT", "ESTABLISHED"]),
      ], contradicts("N0-08")),
    claim("the child is born as a copy of the listener, and passes SYN_RECV", { connected: { accept4: 1 } },
      (_, seen) => [
        is(enough(seen.states("child").passed("connected"), 3), ["LISTEN", "SYN_RECV", "ESTABLISHED"]),
      ], contradicts("N0-08")),
  ],
});
