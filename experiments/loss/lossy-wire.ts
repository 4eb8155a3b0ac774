import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_WAITALL, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { drop, there } from "../../src/lab/wire.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The payload of a whole segment, beside headers and timestamps. */
const MSS = 1448;
/** What is in the four segments. */
const SENT = ["1", "2", "3"].map((it) => it.repeat(MSS)).join("") + "4".repeat(656);
/** What stands before the lost one. */
const BEFORE = 2 * MSS;

/** The options of an ACK that has blocks of SACK. */
const WITH_SACK = "nop, nop, timestamps, nop, nop, sack";

/**
 * Two kernels, and between them a wire that loses the third segment of four.
 *
 *     1 → 1      ← ack 1448
 *     2 → 2      ← ack 2896
 *     3 ✗
 *     4 → 4      ← ack 2896, sack 4344-5000     // there is something beyond: 3 must be lost
 *     3 → 3      ← ack 5000                     // and 3 and 4 are read together
 */
export default experiment({
  name: "lossy-wire",
  asks: "Two real ends, and a wire that loses one segment of four: who notices it, and what is read?",
  story: `Four parcels go by mail, and the third falls off the van. The other house gets one, two and four. It
    reads one and two, puts four on the shelf, and its card says: I wait for three, but four is here. The
    sender understands, and sends three again at once. A house with the old cards can only write: I wait for
    three. One such card proves nothing, and there is no fifth parcel to cause another. So nothing happens
    until the sender's alarm clock rings.`,
  needs: ["veth"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
    "net.ipv4.tcp_sack": 1, "net.ipv4.tcp_timestamps": 1, "net.ipv4.tcp_recovery": 1,
  },
  next: "All this the kernels did alone, while the programs only sent and read. Then kernel-autopilot:"
    + " what else they do.",

  run({ socket, bind, listen, connect, accept4, setsockopt, getsockopt, sendto, recvfrom, close },
    { scene, look, net, known, sysctl }) {
    const between = (here: string, far: string, rto_min: number) => {
      const wire = net.wire({ here: `${here}/24`, there: `${far}/24`, rules: [drop(there("data", 3))] });
      net.route(`${far}/32`, { via: far, rto_min, lock: ["rto_min"] });
      const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: far });
      const l = net.within(wire.far, () => socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
      bind(l, addr, sizeof(addr));
      setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
      listen(l, 1);
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      setsockopt(c, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
      connect(c, addr, sizeof(addr));
      return { wire, c, s: accept4(l, null, null, 0), l };
    };
    const over = ({ wire, c, s }: ReturnType<typeof between>) => {
      const buf = buffer(SENT.length);
      sendto(c, text(SENT), SENT.length, 0, null, 0);
      recvfrom(s, buf, BEFORE, MSG_WAITALL, null, null);
      recvfrom(s, buf, SENT.length, 0, null, null);
      getsockopt(s, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
      look("wire", wire.did());
    };

    scene("connect", "With SACK, and a timer that would ring after a minute. Then without SACK: 100 ms.");
    const knowing = between("192.0.2.1", "192.0.2.2", 60_000);
    sysctl("net.ipv4.tcp_sack", 0);
    const plain = between("198.51.100.1", "198.51.100.2", 100);
    known("sender", knowing.c);
    known("reader", knowing.s);
    known("sender without", plain.c);
    known("reader without", plain.s);

    scene("sack", "5,000 bytes, in four segments. The reader waits for what was sent before the lost one.");
    over(knowing);

    scene("no sack", "The same without SACK.");
    over(plain);
    for (const { c, s, l } of [knowing, plain]) for (const fd of [c, s, l]) close(fd);
  },

  claims: [
    claim("the reader gets what is before the hole; what came after it only together with what was missing",
      { sack: { sendto: 1, recvfrom: 2, getsockopt: 1, look: 1 } },
      ({ sack: { sendto, recvfrom: [before, rest], getsockopt: reader, look: wire } }) => [
        is(sendto.result, SENT.length),
        is(wire.field("done"), 1),
        is(reader.after("optval.tcpi_rcv_ooopack"), 1),
        is(before.after("ubuf"), SENT.slice(0, BEFORE)),
        is(rest.after("ubuf"), SENT.slice(BEFORE)),
      ], supports("N3-54", "N3-55", "N3-58")),
    claim("with SACK one ACK tells that a later segment is there: the lost one is sent again, no timer rings",
      { sack: { look: 1 } },
      ({ sack: { look: wire } }, seen) => {
        const numbers = () => seen.packets({ daddr: "192.0.2.2" }, "sack").field("seq");
        const first = () => Number(numbers().value[0]);
        const told = () => seen.packets({ saddr: "192.0.2.2", options: WITH_SACK }, "sack").field("sack");
        return [
          is(wire.field("frames"), 5),
          is(seen.counted("TcpExt.TCPSackRecovery", "sack"), 1),
          is(seen.counted("Tcp.RetransSegs", "sack"), 1),
          is(seen.counted("TcpExt.TCPTimeouts", "sack"), 0),
          also(() => is(numbers(), [0, 1, 2, 3, 2].map((it) => first() + it * MSS))),
          also(() => is(told(), [`${first() + 3 * MSS}-${first() + SENT.length}`])),
        ];
      }, corrects("N3-57")),
    claim("without it one duplicate ACK is too few, and more do not come: only the timer helps",
      { "no sack": { recvfrom: 2, getsockopt: 1, look: 1 } },
      ({ "no sack": { recvfrom: [before, rest], getsockopt: reader, look: wire } }, seen) => [
        is(wire.field("done"), 1),
        is(reader.after("optval.tcpi_rcv_ooopack"), 1),
        atLeast(seen.counted("TcpExt.TCPTimeouts", "no sack"), 1),
        is(seen.counted("TcpExt.TCPFastRetrans", "no sack"), 0),
        is(seen.counted("TcpExt.TCPRenoRecovery", "no sack"), 0),
        is(before.result, BEFORE),
        is(rest.after("ubuf"), SENT.slice(BEFORE)),
      ], corrects("N3-57")),
  ],
});
