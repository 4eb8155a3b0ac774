import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import {
  TCP_DEFER_ACCEPT, TCP_ESTABLISHED, TCP_INFO, TCP_SYN_RECV,
} from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;
/** The client's port as /proc/net/tcp writes it. */
const CLIENT = ":9C40";
/** So many seconds the client may be silent: longer than it takes here. */
const SECONDS = 8;

/**
 * A listener that wants to be called only when there is something to read.
 *
 *     setsockopt(l, IPPROTO_TCP, TCP_DEFER_ACCEPT, &(int){8}, 4);
 *     SYN →   ← SYN-ACK   ACK →         // for the client it is open; here it stays half-open
 *                         "Hello" →     // now it is accepted, and can be read at once
 */
export default experiment({
  name: "defer-accept",
  asks: "Can a server sleep on until a client has not only come, but said something?",
  story: `Some come in and say nothing for a long time. The boss has said to the porter: do not wake me
    because somebody has come, wake me when they have said what they want. So the porter lets the silent one
    stand at the door, and does as if the last “thank you” had not been heard.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_syncookies": 1 },
  next: "Then accept-queue: how many may wait for accept, and what happens to the next one.",

  run({
    socket, bind, listen, setsockopt, getsockopt, ppoll, accept4, recvfrom, close, attempt,
  }, { say, scene, look, known, peer }) {
    say("A listener on port 80, with TCP_DEFER_ACCEPT.");
    const l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_DEFER_ACCEPT, int(SECONDS), 4);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    known("listener", l);
    const state = () => {
      look("row", "/proc/self/net/tcp", CLIENT);
      getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
      ppoll(pollfd({ fd: l, events: POLLIN }), 1, timespec({ tv_sec: 0 }), null, 0);
    };

    scene("silent", "A handshake: SYN, SYN-ACK, ACK. The client says nothing more.");
    peer.send(syn());
    peer.expect(synAck());
    peer.send(ack());
    peer.quiet();
    state();
    attempt.accept4(l, null, null, 0);

    scene("speaks", "The client sends five bytes.");
    peer.send(data("Hello"));
    peer.expect(ack(5));
    state();

    scene("accepted");
    const s = accept4(l, null, null, 0);
    known("child", s);
    recvfrom(s, buffer(16), 16, 0, null, null);

    scene("end");
    close(s);
    close(l);
  },

  claims: [
    claim("the last ACK opens nothing and wakes nobody: the connection stays half-open, accept has nothing",
      { silent: { "look row": 1, getsockopt: 1, ppoll: 1, accept4: 1 } },
      ({ silent: { "look row": row, getsockopt: listener, ppoll, accept4: accept } }, seen) => [
        is(row.column("st"), TCP_SYN_RECV),
        is(listener.after(QUEUED), 0),
        is(ppoll.result, 0),
        is(accept.errno, "EAGAIN"),
        is(seen.counted("Tcp.PassiveOpens", "silent"), 0),
        is(seen.counted("TcpExt.TCPDeferAcceptDrop", "silent"), 1),
        also(() => is(seen.packets({ dport: 80 }, "silent").field("syn"), [1, 0])),
      ], corrects("N3-20", "N3-24")),
    claim("the first bytes open it, and wake who waits",
      { speaks: { "look row": 1, getsockopt: 1, ppoll: 1 } },
      ({ speaks: { "look row": row, getsockopt: listener, ppoll } }, seen) => [
        is(row.column("st"), TCP_ESTABLISHED),
        is(listener.after(QUEUED), 1),
        is(ppoll.result, 1),
        is(seen.counted("Tcp.PassiveOpens", "speaks"), 1),
      ], corrects("N3-24")),
    claim("so whoever accepts it finds something to read", { accepted: { accept4: 1, recvfrom: 1 } },
      ({ accepted: { accept4: accept, recvfrom: read } }) => [
        is(accept.errno, null),
        is(read.after("ubuf"), "Hello"),
      ]),
  ],
});
