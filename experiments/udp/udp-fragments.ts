import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, MSG_DONTWAIT, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { drop, there } from "../../src/lab/wire.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The largest packet that the link takes, with its IP header of 20 bytes. */
const MTU = 1500;
/** What a fragment carries: a multiple of 8, for offsets are counted in eights. */
const PIECE = Math.floor((MTU - 20) / 8) * 8;
/** What the fragments carry: the datagram's bytes, and UDP's header of 8. */
const carried = (bytes: number): number => bytes + 8;
const pieces = (bytes: number): number => Math.ceil(carried(bytes) / PIECE);

/**
 * A datagram that is larger than a packet.
 *
 *     sendto(tx, …, 4000, …);                 // three IP packets: 1500, 1500 and 1068 bytes
 *     recvfrom(rx, …) = 4000                  // one datagram
 *     sendto(tx, …, 4000, …);                 // of its three packets the last one gets lost:
 *     recvfrom(rx, …, MSG_DONTWAIT) = EAGAIN  // all of it is lost
 */
export default experiment({
  name: "udp-fragments",
  asks: "4,000 bytes go over a link that takes 1,500 at a time: how many packets, how many receives?",
  story: `A letter is too thick for the slot. The post office cuts it into pieces that fit, numbers them, and
    sends each by itself; the other post office waits until it has all of them, and puts them together. Reader
    and writer notice nothing. But if one piece is missing, the others are of no use: nobody gets a letter
    with a hole in it, and nobody asks for the piece again.`,
  needs: ["veth"],
  tracepoints: ["fib:fib_table_lookup"],
  parameters: { bytes: { is: "bytes in the datagram", default: 4000, from: 1473, to: 65_507 } },
  next: "--set bytes=1473 is one byte more than a packet takes; --set bytes=65507 is the most."
    + " Then scatter-gather: a datagram in pieces at the caller's side.",

  run({ socket, bind, sendto, ppoll, recvfrom, close, attempt }, { scene, net, look, set }) {
    const { bytes } = set;
    const wire = net.wire({
      here: "192.0.2.1/24", there: "192.0.2.2/24", rules: [drop(there("any", 2 * pieces(bytes)))],
    });
    net.mtu(wire.device, MTU);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 7000, sin_addr: "192.0.2.2" });
    const rx = net.within(wire.far, () => socket(AF_INET, SOCK_DGRAM, 0));
    bind(rx, addr, sizeof(addr));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    const counted = () => net.within(wire.far, () => look("far", "/proc/thread-self/net/snmp", "Ip:"));
    const arrives = () => {
      ppoll(pollfd({ fd: rx, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
      recvfrom(rx, buffer(bytes), bytes, MSG_DONTWAIT, null, null);
    };

    scene("sent", "One datagram, larger than a packet.");
    sendto(tx, text("x".repeat(bytes)), bytes, 0, addr, sizeof(addr));

    scene("received", "In the other namespace.");
    arrives();
    counted();

    scene("hole", "Another one, of which the wire loses the last piece; and a short one behind it.");
    sendto(tx, text("y".repeat(bytes)), bytes, 0, addr, sizeof(addr));
    sendto(tx, text("short"), 5, 0, addr, sizeof(addr));
    arrives();
    attempt.recvfrom(rx, buffer(bytes), bytes, MSG_DONTWAIT, null, null);
    look("wire", wire.did());
    counted();
    close(tx);
    close(rx);
  },

  claims: [
    claim("IP looks for the route, and cuts what the link cannot take: one send, several packets",
      { sent: { sendto: 1 } },
      ({ sent: { sendto: send } }, seen) => {
        const bytes = seen.set("bytes");
        const count = pieces(bytes);
        const [whole, rest] = [Array<number>(count - 1).fill(PIECE), carried(bytes) - (count - 1) * PIECE];
        const packets = seen.packets({ daddr: "192.0.2.2" }, "sent");
        return [
          is(send.result, bytes),
          is(seen.counted("Udp.OutDatagrams", "sent"), 1),
          is(seen.counted("Ip.FragOKs", "sent"), 1),
          is(seen.counted("Ip.FragCreates", "sent"), count),
          also(() => is(packets.field("tot_len"), [...whole, rest].map((it) => it + 20))),
          also(() => is(packets.field("offset"), [...whole, rest].map((_, i) => i * PIECE))),
          also(() => is(packets.field("mf"), [...whole.map(() => 1), 0])),
          also(() => atLeast(seen.inside(send).count("fib:fib_table_lookup"), 1)),
        ];
      }, corrects("N0-35"), supports("N2-05")),
    claim("the other end puts them together: one receive", { received: { recvfrom: 1, look: 1 } },
      ({ received: { recvfrom: received, look: far } }, seen) => [
        is(received.result, seen.set("bytes")),
        is(received.after("ubuf"), "x".repeat(seen.set("bytes"))),
        is(far.column("ReasmReqds"), pieces(seen.set("bytes"))),
        is(far.column("ReasmOKs"), 1),
      ], corrects("N0-35"), supports("N2-05")),
    claim("where one piece is missing all of it is lost: what comes next is the next datagram",
      { hole: { sendto: 2, recvfrom: 2, "look wire": 1, "look far": 1 } },
      ({ hole: { sendto: [send], recvfrom: [next, nothing], "look wire": wire, "look far": far } }, seen) => [
        is(send.result, seen.set("bytes")),
        is(wire.field("done"), 1),
        is(next.after("ubuf"), "short"),
        is(nothing.errno, "EAGAIN"),
        is(far.column("ReasmReqds"), 2 * pieces(seen.set("bytes")) - 1),
        is(far.column("ReasmOKs"), 1),
        also(() => is(seen.packets({ daddr: "192.0.2.2" }, "hole").length, pieces(seen.set("bytes")) + 1)),
      ], corrects("N0-35"), supports("N0-53")),
  ],
});
