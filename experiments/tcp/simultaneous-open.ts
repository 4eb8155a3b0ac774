import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO, TCP_SYN_RECV, TCP_SYN_SENT } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const STATE = "optval.tcpi_state";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;
/** The hand-made end's port, and how /proc/net/tcp writes its end of the connection. */
const DOOR = 7000;
const ROW = "020200C0:1B58";

/**
 * Two SYNs that cross on their way. Nobody listens, on either side.
 *
 *     here          there
 *     SYN  →
 *               ←   SYN            // not an answer: it acknowledges nothing
 *     SYN-ACK  →                   // from SYN_SENT to SYN_RECV
 *               ←   ACK            // ESTABLISHED
 */
export default experiment({
  name: "simultaneous-open",
  asks: "Two ends call each other at the same moment, and neither listens: does that make a connection?",
  story: `Two people dial each other's number in the same moment. With telephones both hear that the line is
    busy. With TCP the two calls meet on their way, and become one: each says “yes, I hear you”, and they
    talk. Nobody waited to be called.`,
  needs: ["veth"],
  draws: ["states"],
  next: "Then listen-queues: from when on a client waits for accept.",

  run({ socket, connect, getsockopt, close, attempt }, { scene, look, known, peer }) {
    const c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    const there = sockaddr_in({ sin_family: AF_INET, sin_port: DOOR, sin_addr: "192.0.2.2" });
    const info = () => getsockopt(c, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    known("caller", c);

    scene("called", "One end calls.");
    attempt.connect(c, there, sizeof(there));
    peer.expect(syn());
    info();

    scene("crossed", "The other end has called as well: its SYN comes, and acknowledges nothing.");
    peer.send(syn());
    peer.expect(synAck({ seq: -1, ack: 0 }));
    info();
    look("row", "/proc/self/net/tcp", ROW);
    attempt.connect(c, there, sizeof(there));

    scene("answered", "The other end acknowledges.");
    peer.send(ack());
    peer.fence();
    info();
    connect(c, there, sizeof(there));

    scene("end");
    close(c);
  },

  claims: [
    claim("a SYN in place of an answer takes the caller from SYN_SENT to SYN_RECV, and is answered",
      { called: { connect: 1, getsockopt: 1 }, crossed: { getsockopt: 1 } },
      ({ called: { connect, getsockopt: before }, crossed: { getsockopt: after } }, seen) => [
        is(connect.errno, "EINPROGRESS"),
        is(before.after(STATE), TCP_SYN_SENT),
        is(after.after(STATE), TCP_SYN_RECV),
        also(() => atLeast(seen.packets({ syn: true, ack: true, dport: DOOR }, "crossed").length, 1)),
      ], corrects("N3-19")),
    claim("what is in SYN_RECV here is the caller's own socket, whose descriptor it keeps",
      { crossed: { "look row": 1, connect: 1 } },
      ({ crossed: { "look row": row, connect } }) => [
        is(row.column("st"), TCP_SYN_RECV),
        atLeast(row.column("inode"), 1),
        is(connect.errno, "EALREADY"),
      ], corrects("N3-18")),
    claim("the ACK opens the connection: both have called, and nobody has listened",
      { answered: { getsockopt: 1, connect: 1 } },
      ({ answered: { getsockopt: caller, connect } }, seen) => [
        is(caller.after(STATE), TCP_ESTABLISHED),
        is(connect.result, 0),
        is(seen.counted("Tcp.ActiveOpens", "called"), 1),
        is(seen.counted("Tcp.PassiveOpens", "crossed"), 0),
        is(seen.counted("Tcp.PassiveOpens", "answered"), 0),
      ], corrects("N3-19")),
  ],
});
