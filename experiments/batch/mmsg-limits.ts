import { AF_INET, SO_SNDTIMEO, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { message, mmsghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts, sum } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { type Memory, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** What msg_len holds before the kernel writes there. */
const UNWRITTEN = 57_005;

/**
 * A batch with a message that cannot be sent.
 *
 *     sendmmsg(tx, v, 5, 0);       // 2: the third is too long; nobody says so
 *     sendmmsg(tx, v + 2, 3, 0);   // -1 EMSGSIZE: now it comes first
 *     sendmmsg(tx, v, 0, 0);       // 0
 *     sendmmsg(tx, v, 2000, 0);    // 1024: no batch is longer
 */
export default experiment({
  name: "mmsg-limits",
  asks: "Five messages in one sendmmsg, and the third cannot be sent: what becomes of the other four?",
  story: `A bundle of five letters is handed in, and the third is too thick for the post. The clerk takes the
    first two, says "two", and pushes the rest back over the counter without a word of why. Whoever pushes
    them over again, the thick one on top, is told. And the clerk takes at most 1,024 letters from any
    bundle, however thick the bundle is: the number that is answered has to be read every time.`,
  next: "--set long=65508 is one byte more than a datagram can hold; 65507 would go. Then recvmmsg-timeout:"
    + " the same call for the receiver, and what its timeout means.",
  parameters: { long: { is: "bytes of the third message", default: 70_000, from: 65_508, to: 100_000 } },

  run({
    socket, setsockopt, bind, getsockname, connect, sendmmsg, close, attempt,
  }, { scene, look, times, set }) {
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(tx, SOL_SOCKET, SO_SNDTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    const batch = (memory: readonly Memory[]) => mmsghdr.array(memory.map((it) =>
      ({ msg_hdr: message({ name: addr, iov: [it] }), msg_len: UNWRITTEN })));

    scene("middle", "The third of five is longer than a datagram can be. Each msg_len was 57005 before.");
    const long = text("x".repeat(set.long));
    const five = batch([text("first"), text("second"), long, text("fourth"), text("fifth")]);
    sendmmsg(tx, five, 5, 0);
    look("the third and the fifth", [five.value[2]!, five.value[4]!]);

    scene("again", "From the third on.");
    attempt.sendmmsg(tx, five.value[2]!, 1, 0);

    scene("behind", "From the fourth on: there was nothing wrong with these.");
    sendmmsg(tx, batch([text("fourth"), text("fifth")]), 2, 0);

    scene("none", "A batch of no messages.");
    sendmmsg(tx, batch([text("nobody sends this")]), 0, 0);

    scene("most", "Two thousand messages with nothing in them, by a socket that has its peer.");
    connect(tx, addr, sizeof(addr));
    const many = mmsghdr.array(Array.from({ length: 2000 }, () => ({})));
    times("a long batch", 1, () => sendmmsg(tx, many, 2000, 0));
    close(tx);
    close(rx);
  },

  claims: [
    claim("a message that cannot be sent ends the batch: the call says how many went before it, and no error",
      { middle: { sendmmsg: 1 } },
      ({ middle: { sendmmsg: sent } }, seen) => [
        is(sent.before("mmsg[2].msg_hdr.msg_iov[0].iov_len"), seen.set("long")),
        is(sent.result, 2),
        is(sent.after("mmsg[0].msg_len"), 5),
        is(sent.after("mmsg[1].msg_len"), 6),
        also(() => is(seen.counted("Udp.OutDatagrams", "middle"), 2)),
        also(() => is(seen.packets({}, "middle").length, 2)),
      ], contradicts("N0-18")),
    claim("of those that were not sent the kernel writes nothing: msg_len is what it was",
      { middle: { sendmmsg: 1, "look the third and the fifth": 1 } },
      ({ middle: { sendmmsg: sent, "look the third and the fifth": left } }) => [
        is(sent.before("mmsg[2].msg_len"), UNWRITTEN),
        is(left.field("msg_len", 0), UNWRITTEN),
        is(left.field("msg_len", 1), UNWRITTEN),
      ], contradicts("N0-18")),
    claim("the error is told when the message is the first of a batch",
      { again: { sendmmsg: 1 } },
      ({ again: { sendmmsg: sent } }, seen) => [
        is(sent.before("mmsg[0].msg_hdr.msg_iov[0].iov_len"), seen.set("long")),
        is(sent.errno, "EMSGSIZE"),
        also(() => is(seen.counted("Udp.OutDatagrams", "again"), 0)),
      ]),
    claim("what stood behind it can be sent in a batch of its own", { behind: { sendmmsg: 1 } },
      ({ behind: { sendmmsg: sent } }) => [is(sent.result, 2)], contradicts("N0-18")),
    claim("a batch of none is no error, and no datagram", { none: { sendmmsg: 1 } },
      ({ none: { sendmmsg: sent } }, seen) => [
        is(sent.before("vlen"), 0),
        is(sent.result, 0),
        also(() => is(seen.counted("Udp.OutDatagrams", "none"), 0)),
      ]),
    claim("of a longer batch the first 1,024 messages are sent, without a word about the others",
      { most: { sendmmsg: sum } },
      ({ most: { sendmmsg: sent } }, seen) => [
        is(sent.results, { 1024: 1 }),
        also(() => is(seen.counted("Udp.OutDatagrams", "most"), 1024)),
      ], contradicts("N0-18")),
  ],
});
