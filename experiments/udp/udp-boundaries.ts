import { AF_INET, MSG_TRUNC, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { message } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { udpReceive, udpSend } from "../../src/kernel/paths/udp.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * UDP keeps message boundaries.
 *
 *     sendto(tx, "AAAAAAAAAA",           10, 0, &addr, sizeof addr);
 *     sendto(tx, "BBBBBBBBBBBBBBBBBBBB", 20, 0, &addr, sizeof addr);
 *     recvfrom(rx, buf, 64, 0, NULL, NULL);   // 10, not 30
 *     recvfrom(rx, buf, 64, 0, NULL, NULL);   // 20
 */
export default experiment({
  name: "udp-boundaries",
  asks: "Two sends, two receives with room for both: does UDP keep them apart?",
  story: `A datagram is a letter. Two letters that are posted one after the other arrive as two letters,
    however large the letter box is: the kernel never pours them together. If the reader's tray is too small
    for a letter, the kernel cuts it and throws the rest away. An empty envelope is a letter too. And a letter
    that is longer than the post allows is not accepted at all.`,
  paths: { sendto: udpSend, recvfrom: udpReceive },
  next: "--set room=20 is just enough for the longer one; the scene “cut” shows less than enough."
    + " In tcp-stream nothing is kept apart. Then udp-buffering: where a datagram waits.",
  parameters: { room: { is: "bytes of room for each receive", default: 64, from: 20, to: 65_535 } },

  run({ socket, bind, getsockname, sendto, recvfrom, recvmsg, close, attempt }, { say, scene, set }) {
    say("A receiver, on a port of the kernel's choosing.");
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);

    scene("two", "Ten bytes, then twenty.");
    sendto(tx, text("A".repeat(10)), 10, 0, addr, sizeof(addr));
    sendto(tx, text("B".repeat(20)), 20, 0, addr, sizeof(addr));

    scene("apart", "Each receive has room for all thirty.");
    const buf = buffer(set.room);
    recvfrom(rx, buf, set.room, 0, null, null);
    recvfrom(rx, buf, set.room, 0, null, null);

    scene("cut", "Ten bytes for a receiver with room for four.");
    sendto(tx, text("0123456789"), 10, 0, addr, sizeof(addr));
    sendto(tx, text("next"), 4, 0, addr, sizeof(addr));
    recvmsg(rx, message({ iov: [buffer(4)] }), 0);
    recvfrom(rx, buffer(4), 4, 0, null, null);

    scene("true length", "With MSG_TRUNC the receive answers how long the datagram was.");
    sendto(tx, text("0123456789"), 10, 0, addr, sizeof(addr));
    recvfrom(rx, buffer(4), 4, MSG_TRUNC, null, null);

    scene("empty", "A datagram of no bytes, and one behind it.");
    sendto(tx, text(""), 0, 0, addr, sizeof(addr));
    sendto(tx, text("after"), 5, 0, addr, sizeof(addr));
    recvfrom(rx, buffer(16), 16, 0, null, null);
    recvfrom(rx, buffer(16), 16, 0, null, null);

    scene("too long", "The most a datagram can hold is 65,507 bytes: 65,535 less 20 for IP and 8 for UDP.");
    sendto(tx, text("x".repeat(65_507)), 65_507, 0, addr, sizeof(addr));
    attempt.sendto(tx, text("x".repeat(65_508)), 65_508, 0, addr, sizeof(addr));

    scene("end");
    close(tx);
    close(rx);
  },

  claims: [
    claim("each send is taken whole", { two: { sendto: 2 } }, ({ two: { sendto: [ten, twenty] } }, seen) => [
      is(ten.result, 10),
      is(twenty.result, 20),
      also(() => is(seen.counted("Udp.OutDatagrams", "two"), 2)),
    ]),
    claim("each receive returns one datagram, though it had room for both", { apart: { recvfrom: 2 } },
      ({ apart: { recvfrom: [first, second] } }, seen) => [
        is(first.before("size"), seen.set("room")),
        is(first.result, 10),
        is(second.result, 20),
        is(first.after("ubuf"), "A".repeat(10)),
        is(second.after("ubuf"), "B".repeat(20)),
        also(() => is(seen.counted("Udp.InDatagrams", "apart"), 2)),
      ], supports("N0-06", "N0-37", "N1-11")),
    claim("a short buffer gets the beginning, MSG_TRUNC says that it was cut, and the rest is gone",
      { cut: { recvmsg: 1, recvfrom: 1 } },
      ({ cut: { recvmsg: short, recvfrom: next } }) => [
        is(short.result, 4),
        is(short.after("msg.msg_iov[0].iov_base"), "0123"),
        is(short.after("msg.msg_flags"), MSG_TRUNC),
        is(next.after("ubuf"), "next"),
      ], contradicts("N0-36")),
    claim("a receive with MSG_TRUNC answers the datagram's true length, and writes what fits",
      { "true length": { recvfrom: 1 } },
      ({ "true length": { recvfrom: whole } }) => [
        is(whole.result, 10),
        is(whole.before("size"), 4),
        is(whole.wrote("ubuf"), 4),
      ], contradicts("N0-36")),
    claim("an empty datagram is a datagram: its receive returns 0, and the next one is not lost",
      { empty: { sendto: 2, recvfrom: 2 } },
      ({ empty: { sendto: [nothing], recvfrom: [zero, after] } }, seen) => [
        is(nothing.result, 0),
        is(zero.result, 0),
        is(after.after("ubuf"), "after"),
        also(() => is(seen.counted("Udp.InDatagrams", "empty"), 2)),
      ], supports("N0-06")),
    claim("65,507 bytes are one datagram, 65,508 are EMSGSIZE", { "too long": { sendto: 2 } },
      ({ "too long": { sendto: [most, more] } }) => [
        is(most.result, 65_507),
        is(more.before("len"), 65_508),
        is(more.errno, "EMSGSIZE"),
      ], corrects("N0-35"), supports("N1-12")),
  ],
});
