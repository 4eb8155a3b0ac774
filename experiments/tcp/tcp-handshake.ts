import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { briefConnect } from "../../src/kernel/paths/brief.ts";
import { also, atLeast, enough, is, more, same } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * What stands on the stack when the SYN, the SYN-ACK and the ACK are queued (net/ipv4/tcp_output.c,
 * tcp_input.c, net/core/sock.c).
 */
const MAKERS = ["tcp_connect", "tcp_conn_request", "release_sock"];

/**
 * One call, three packets.
 *
 *     int l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
 *     listen(l, 8);                        // nobody called bind: the kernel picks a port
 *     connect(c, &addr, sizeof addr);      // SYN, SYN-ACK, ACK, and all that it returns is 0
 *
 *     the client's program    connect ──▶                            0
 *     the client's kernel               SYN ─▶          ▲      ACK ─▶
 *     the server's kernel                     ▼ SYN-ACK ┘            ▼ ready
 *     the server's program    (does nothing, and need not)
 */
export default experiment({
  name: "tcp-handshake",
  asks: "Three packets open a connection: which call sends each, and which call shows them?",
  story: `You dial a number and hear: connected. What the two telephone exchanges said to each other before
    that (“may I?”, “you may, may I?”, “you may”) you do not hear. One call of yours, one answer; three
    messages in between, and no program made any of them. Even the number is found by the exchange: whoever
    is ready to be called, and has none, is given one.`,
  paths: { connect: briefConnect },
  next: "Then tcp-states: which of the sockets is connected by it.",

  run({ socket, listen, getsockname, connect, ppoll, accept4, getpeername, close }, { scene }) {
    const name = (fd: number, addr = sockaddr_in()) => {
      getsockname(fd, addr, int(sizeof(addr)));
      return addr;
    };
    scene("unbound", "A fresh socket: no bind, no port.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    name(l);

    scene("listening", "It is made to listen nevertheless.");
    listen(l, 8);
    const { sin_port } = name(l);
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr: "127.0.0.1" });

    scene("connect", "One call.");
    connect(c, addr, sizeof(addr));

    scene("accepted", "The server's program looks only now.");
    ppoll(pollfd({ fd: l, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    const s = accept4(l, null, null, 0);
    name(c);
    getpeername(s, sockaddr_in(), int(sizeof(sockaddr_in)));

    scene("end");
    close(s);
    close(c);
    close(l);
  },

  claims: [
    claim("a socket that listens without bind is given a port, and is reached there",
      { unbound: { getsockname: 1 }, listening: { listen: 1, getsockname: 1 }, connect: { connect: 1 } },
      ({
        unbound: { getsockname: before }, listening: { listen, getsockname: after }, connect: { connect },
      }) => [
        is(before.after("usockaddr.sin_port"), 0),
        is(listen.result, 0),
        is(after.after("usockaddr.sin_addr"), "0.0.0.0"),
        atLeast(after.after("usockaddr.sin_port"), 1),
        same(connect.before("uservaddr.sin_port"), after.after("usockaddr.sin_port")),
        is(connect.result, 0),
      ], supports("N0-30"), contradicts("N3-11"), corrects("N2-10")),
    claim("SYN, SYN-ACK and ACK pass while connect runs, and all that the program sees of them is a 0",
      { connect: { connect: 1 } },
      ({ connect: { connect } }, seen) => [
        is(connect.result, 0),
        is(seen.counted("Tcp.OutSegs", "connect"), 3),
        also(() => is(seen.packets({}, "connect").field("syn"), [1, 1, 0])),
        also(() => is(seen.packets({}, "connect").field("ack"), [0, 1, 1])),
      ], corrects("N0-07"), contradicts("N0-33")),
    claim("the kernel makes each of them in another function, and all three inside connect",
      { connect: { connect: 1 } },
      ({ connect: { connect } }, seen) => [
        is(enough(seen.inside(connect).count("net:net_dev_queue"), 3), 3),
        is(seen.inside(connect).of("net:net_dev_queue").passed(MAKERS), MAKERS),
      ], corrects("N0-07"), contradicts("N0-33")),
    claim("the connection is there before anybody accepts, and accept names the very client",
      { connect: { connect: 1 }, accepted: { ppoll: 1, accept4: 1, getsockname: 1, getpeername: 1 } },
      ({
        connect: { connect },
        accepted: { ppoll, accept4: accept, getsockname: client, getpeername: peer },
      }) => [
        is(connect.result, 0),
        is(ppoll.result, 1),
        is(accept.errno, null),
        more(accept.entered, connect.left),
        same(client.after("usockaddr.sin_port"), peer.after("usockaddr.sin_port")),
      ], contradicts("N2-11")),
  ],
});
