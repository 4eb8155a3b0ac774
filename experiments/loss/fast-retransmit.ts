import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CA_Disorder, TCP_CA_Recovery, TCP_CONGESTION, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { mss, sack, sackOk } from "../../src/abi/headers/tcp-options.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, is, rise } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The payload of a whole segment. */
const MSS = 1460;
/** So many are sent. The first two arrive, the third is lost. */
const SEGMENTS = 6;
const LOST = 2 * MSS;
/** How often segments were sent again, the SYN-ACK among them, which a slow machine may repeat. */
const RETRANS = "optval.tcpi_total_retrans";

/**
 * Six segments are sent, the third is lost. The other end is made by hand, and says what it has.
 *
 *     ← ack 2920              ← ack 2920              // two have arrived
 *     ← ack 2920              ← ack 2920, sack 4380-5840
 *     ← ack 2920                            2920:4380 →
 *     ← ack 2920
 *         2920:4380 →
 */
export default experiment({
  name: "fast-retransmit",
  asks: "The receiver waits for a lost segment and says so: when does the sender send it again?",
  story: `The card says: I wait for number three. Another card says it again. Has three got lost, or is it
    only slower than four? The clerk does not know, and waits. When the card has come three times more, he
    believes it and sends a copy, long before any alarm clock rings. If the card says besides that four is
    there, one is enough for him: three left before four, so if it is not there a moment later, it is lost.`,
  needs: ["veth"],
  // Nothing is sent again early, what may leave does not wait for company, and three duplicates are enough.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
    "net.ipv4.tcp_sack": 1, "net.ipv4.tcp_recovery": 1, "net.ipv4.tcp_reordering": 3,
  },
  next: "A loss near the end yields fewer duplicates than three. Then rto-backoff: if nothing comes at all.",

  run({ socket, bind, listen, setsockopt, getsockopt, accept4, sendto, close },
    { say, scene, net, peer, known }) {
    say("So late does the timer ring that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const [plain, knowing] = [peer, peer.at(1)];
    plain.handshake(80);
    const s = accept4(l, null, null, 0);
    knowing.handshake(80, { options: [mss(MSS), sackOk] });
    const t = accept4(l, null, null, 0);
    known("plain", s);
    known("knowing", t);
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    const send = (fd: number, to: typeof peer) => {
      sendto(fd, text("x".repeat(SEGMENTS * MSS)), SEGMENTS * MSS, 0, null, 0);
      for (let i = 0; i < SEGMENTS; i++) to.expect(data(MSS, { seq: i * MSS }));
      to.send(ack(LOST));
    };

    scene("plain", "No SACK. Two segments are acknowledged.");
    send(s, plain);
    info(s);

    scene("two", "The ACK comes twice more: from the fourth segment, and from the fifth.");
    for (let i = 0; i < 2; i++) plain.send(ack(LOST));
    plain.quiet();
    info(s);

    scene("three", "And a third time.");
    plain.send(ack(LOST));
    plain.expect(data(MSS, { seq: LOST }));
    info(s);

    scene("knowing", "A connection with SACK. Two segments are acknowledged.");
    send(t, knowing);
    info(t);

    scene("one", "One ACK more. It says that the fourth segment is there.");
    knowing.send(ack(LOST, { options: [sack([[LOST + MSS, LOST + 2 * MSS]])] }));
    knowing.expect(data(MSS, { seq: LOST }));
    info(t);
    for (const fd of [t, s, l]) close(fd);
  },

  claims: [
    claim("without SACK two duplicate ACKs let nothing be sent again: segments may have changed places",
      { plain: { getsockopt: 1 }, two: { getsockopt: 1 } },
      ({ plain: { getsockopt: before }, two: { getsockopt: info } }, seen) => [
        is(info.after("optval.tcpi_ca_state"), TCP_CA_Disorder),
        is(rise(before.after(RETRANS), info.after(RETRANS)), 0),
        is(seen.counted("Tcp.RetransSegs", "two"), 0),
        also(() => is(seen.packets({ sport: 80, length: MSS }, "two").length, 0)),
      ], corrects("N3-57")),
    claim("the third sends it again, without waiting for a timer",
      { two: { getsockopt: 1 }, three: { getsockopt: 1 } },
      ({ two: { getsockopt: before }, three: { getsockopt: info } }, seen) => [
        is(info.after("optval.tcpi_ca_state"), TCP_CA_Recovery),
        is(rise(before.after(RETRANS), info.after(RETRANS)), 1),
        is(seen.counted("TcpExt.TCPRenoRecovery", "three"), 1),
        is(seen.counted("TcpExt.TCPFastRetrans", "three"), 1),
        is(seen.counted("TcpExt.TCPTimeouts", "three"), 0),
        also(() => is(seen.packets({ sport: 80, length: MSS }, "three").length, 1)),
      ], corrects("N3-57")),
    claim("with SACK one ACK is enough that tells of a later segment",
      { knowing: { getsockopt: 1 }, one: { getsockopt: 1 } },
      ({ knowing: { getsockopt: before }, one: { getsockopt: info } }, seen) => [
        is(info.after("optval.tcpi_ca_state"), TCP_CA_Recovery),
        is(rise(before.after(RETRANS), info.after(RETRANS)), 1),
        is(info.after("optval.tcpi_sacked"), 1),
        is(seen.counted("TcpExt.TCPSackRecovery", "one"), 1),
        is(seen.counted("TcpExt.TCPTimeouts", "one"), 0),
        also(() => is(seen.packets({ sport: 80, length: MSS }, "one").length, 1)),
      ], corrects("N3-57")),
  ],
});
