import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_CLOSE, TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, is, more } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, fin, rst } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const STATE = "optval.tcpi_state";
/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;

/**
 * Three clients made by hand, each accepted in the state that it is in by then.
 *
 *     (the second one sends FIN, the third one RST, while they wait)
 *     accept4(l, NULL, NULL, 0);    // ESTABLISHED
 *     accept4(l, NULL, NULL, 0);    // CLOSE_WAIT: a receive returns 0
 *     accept4(l, NULL, NULL, 0);    // CLOSE: a receive is ECONNRESET, and there is no peer
 */
export default experiment({
  name: "accept-dead",
  asks: "A client is gone before anybody accepted it: what does accept return?",
  story: `Three people sit in the waiting room. One says “I have nothing more to say” and stays seated,
    another throws the door shut and is gone. Each is called all the same, one after the other, and each time
    a desk is made ready. Whether somebody sits there is found out only at the desk.`,
  needs: ["veth"],
  next: "Then bind-table: where the kernel keeps which ports are taken.",

  run({
    socket, bind, listen, setsockopt, getsockopt, accept4, recvfrom, close, attempt,
  }, { scene, say, peer }) {
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const name = (fd: number) => attempt.getpeername(fd, sockaddr_in(), int(sizeof(sockaddr_in)));
    say("A listener. Nothing that is accepted from it waits longer than 4 seconds.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 8);

    scene("waiting", "Three clients connect. Then one sends FIN, and one RST.");
    for (const n of [0, 1, 2]) peer.at(n).handshake(80);
    peer.at(1).send(fin());
    peer.at(1).expect(ack());
    peer.at(2).send(rst());
    peer.fence();
    info(l);

    scene("flags", "accept4 with a flag that does not exist.");
    attempt.accept4(l, null, null, 1);
    info(l);

    scene("alive", "The first, without asking who it is.");
    const alive = accept4(l, null, null, 0);
    info(alive);
    name(alive);

    scene("ended", "The one that sent FIN.");
    const ended = accept4(l, null, null, 0);
    info(ended);
    name(ended);
    recvfrom(ended, buffer(16), 16, 0, null, null);

    scene("reset", "The one that sent RST.");
    const reset = accept4(l, null, null, 0);
    info(reset);
    name(reset);
    attempt.recvfrom(reset, buffer(16), 16, 0, null, null);

    scene("end");
    for (const fd of [reset, ended, alive, l]) close(fd);
  },

  claims: [
    claim("all three wait in the queue, whatever became of them",
      { waiting: { getsockopt: 1 } },
      ({ waiting: { getsockopt: listener } }, seen) => [
        is(listener.after(QUEUED), 3),
        also(() => is(seen.packets({ fin: true, dport: 80 }, "waiting").field("sport"), [40_001])),
        also(() => is(seen.packets({ rst: true, dport: 80 }, "waiting").field("sport"), [40_002])),
      ]),
    claim("a flag that accept4 does not know is EINVAL, and takes nobody out of the queue",
      { flags: { accept4: 1, getsockopt: 1 } },
      ({ flags: { accept4: accept, getsockopt: listener } }) => [
        is(accept.before("flags"), 1),
        is(accept.errno, "EINVAL"),
        is(listener.after(QUEUED), 3),
      ]),
    claim("accept4 needs no memory for an address, and a client that is still there is ESTABLISHED",
      { alive: { accept4: 1, getsockopt: 1, getpeername: 1 } },
      ({ alive: { accept4: accept, getsockopt: info, getpeername: name } }) => [
        is(accept.before("upeer_sockaddr"), 0),
        is(accept.errno, null),
        is(info.after(STATE), TCP_ESTABLISHED),
        is(name.after("usockaddr.sin_port"), 40_000),
      ], corrects("N0-34")),
    claim("one that has said its last word is accepted in CLOSE_WAIT, and its end is read at once",
      { ended: { accept4: 1, getsockopt: 1, getpeername: 1, recvfrom: 1 } },
      ({ ended: { accept4: accept, getsockopt: info, getpeername: name, recvfrom: end } }) => [
        is(accept.errno, null),
        is(info.after(STATE), TCP_CLOSE_WAIT),
        is(name.after("usockaddr.sin_port"), 40_001),
        is(end.result, 0),
      ], corrects("N0-34", "N3-26")),
    claim("one that has reset the connection is accepted too: a socket in CLOSE, without a peer",
      {
        ended: { accept4: 1 },
        reset: { accept4: 1, getsockopt: 1, getpeername: 1, recvfrom: 1 },
      },
      ({
        ended: { accept4: before },
        reset: { accept4: accept, getsockopt: info, getpeername: name, recvfrom },
      }) => [
        more(accept.result, before.result),
        is(info.after(STATE), TCP_CLOSE),
        is(name.errno, "ENOTCONN"),
        is(recvfrom.errno, "ECONNRESET"),
      ], corrects("N0-34", "N3-26"), supports("N2-65")),
  ],
});
