import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_INFO, TCP_LISTEN } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of a listening socket: how many wait for accept, and how many may (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
const BACKLOG = "optval.tcpi_sacked";

/**
 * A client made by hand, so that its handshake can stop halfway.
 *
 *     SYN  →                  // half-open: counted nowhere that accept looks
 *          ←  SYN-ACK
 *     ACK  →                  // finished: now it waits for accept
 */
export default experiment({
  name: "listen-queues",
  asks: "From when on does a client wait for accept: from its SYN, or from its ACK?",
  story: `Somebody who has rung the bell is not in the waiting room yet. First the door is opened, and they
    step in. Then they sit on the bench and wait to be called.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_syncookies": 1 },
  parameters: { backlog: { is: "the backlog given to listen", default: 8, from: 1, to: 4096 } },
  next: "--set backlog=1 changes the limit, tcpi_sacked, and nothing else. Then listen-allocates: what the"
    + " queue is made of.",

  run({ socket, bind, listen, getsockopt, accept4, close }, { scene, peer, set }) {
    const info = () => getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, set.backlog);

    scene("syn", "A SYN comes, and is answered.");
    peer.send(syn());
    peer.expect(synAck());
    info();

    scene("ack", "The last part of the handshake.");
    peer.send(ack());
    peer.fence();
    info();

    scene("accept");
    const s = accept4(l, null, null, 0);
    info();
    close(s);
    close(l);
  },

  claims: [
    claim("a half-open connection is not in the accept queue", { syn: { getsockopt: 1 } },
      ({ syn: { getsockopt: listener } }, seen) => [
        is(listener.after("optval.tcpi_state"), TCP_LISTEN),
        is(listener.after(QUEUED), 0),
        is(listener.after(BACKLOG), seen.set("backlog")),
        also(() => is(seen.packets({ syn: true, dport: 80 }, "syn").length, 1)),
        also(() => atLeast(seen.packets({ syn: true, ack: true, sport: 80 }, "syn").length, 1)),
      ], supports("N3-14")),
    claim("a finished one is, until it is accepted",
      { ack: { getsockopt: 1 }, accept: { accept4: 1, getsockopt: 1 } },
      ({ ack: { getsockopt: waiting }, accept: { accept4: accept, getsockopt: after } }) => [
        is(waiting.after(QUEUED), 1),
        is(accept.errno, null),
        is(after.after(QUEUED), 0),
      ], supports("N3-14")),
  ],
});
