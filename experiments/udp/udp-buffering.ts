import { FIONREAD, SIOCOUTQ } from "../../src/abi/constants/ioctl.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, MSG_DONTWAIT, SO_MEMINFO, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, atLeast, is, same } from "../../src/lab/check.ts";
import { all, claim, contradicts, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { int, u32 } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The first word of SO_MEMINFO: the memory that waits to be received (SK_MEMINFO_RMEM_ALLOC). */
const HELD = "optval[0]";
/** The n-th datagram, counted from 1: ten times A, twenty times B, and so on. */
const datagram = (n: number): string => String.fromCharCode(64 + n).repeat(10 * n);
const sizes = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => 10 * (i + 1));
const total = (count: number): number => sizes(count).reduce((sum, it) => sum + it, 0);
/** The longest. */
const ROOM = 200;

/**
 * Between the sender and the receiver there is a queue, at the receiver.
 *
 *     sendto(tx, …, 10, …);  sendto(tx, …, 20, …);  sendto(tx, …, 30, …);   // nobody receives
 *     ioctl(rx, FIONREAD, &n);   // 10: the first one, not 60
 *     ioctl(tx, SIOCOUTQ, &n);   // 0: with the sender there is nothing left
 */
export default experiment({
  name: "udp-buffering",
  asks: "Datagrams were sent and nobody received them yet: where are they, and who keeps them?",
  story: `The letter box keeps them. The writer has forgotten them and may do something else, or go away; the
    reader need not be at home. Whoever looks through the slot sees the letter that is on top, not how many
    lie below it. The box is measured by the room that letters take with their envelopes, not by the words in
    them: a letter of ten words takes up much more room than the ten words.`,
  parameters: { waiting: { is: "datagrams that wait", default: 3, from: 1, to: 20 } },
  next: "--set waiting=20: what FIONREAD answers stays the same, rx_queue does not."
    + " Then udp-queue-full: what happens when the queue is full.",

  run({
    socket, bind, getsockname, getsockopt, sendto, ppoll, ioctl, recvfrom, close, attempt,
  }, { scene, look, known, set }) {
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    const own = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    bind(tx, own, sizeof(own));
    getsockname(tx, own, int(sizeof(own)));
    known("rx", rx);
    const port = addr.sin_port.toString(16).toUpperCase().padStart(4, "0");
    const held = () => {
      getsockopt(rx, SOL_SOCKET, SO_MEMINFO, cells(u32, 9), int(36));
      look("row", "/proc/self/net/udp", `: 0100007F:${port}`);
    };

    scene("empty", "What the receiver's socket holds before anything was sent.");
    held();

    scene("waiting", "Nobody receives. The last one the sender sends to itself: then the others are there.");
    for (let n = 1; n <= set.waiting; n++) {
      sendto(tx, text(datagram(n)), 10 * n, 0, addr, sizeof(addr));
    }
    sendto(tx, text("!"), 1, 0, own, sizeof(own));
    ppoll(pollfd({ fd: tx, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    ioctl(tx, SIOCOUTQ, int(-1));
    ioctl(rx, FIONREAD, int(-1));
    held();

    scene("sender gone", "The sender closes its socket, and only now somebody receives.");
    close(tx);
    for (let n = 1; n <= set.waiting; n++) recvfrom(rx, buffer(ROOM), ROOM, MSG_DONTWAIT, null, null);

    scene("empty again");
    attempt.recvfrom(rx, buffer(ROOM), ROOM, MSG_DONTWAIT, null, null);
    held();

    scene("end");
    close(rx);
  },

  claims: [
    claim("what nobody has received yet waits in the receiver's socket",
      { empty: { look: 1 }, waiting: { sendto: all, look: 1 } },
      ({ empty: { look: before }, waiting: { sendto: sends, look: after } }, seen) => [
        is(sends.results, [...sizes(seen.set("waiting")), 1]),
        is(before.column("rx_queue"), 0),
        atLeast(after.column("rx_queue"), total(seen.set("waiting"))),
        also(() => is(seen.counted("Udp.InDatagrams", "waiting"), 0)),
      ], contradicts("N0-05")),
    claim("with the sender nothing is left: its queue is empty", { waiting: { ioctl: 2 } },
      ({ waiting: { ioctl: [sender] } }, seen) => [
        is(sender.before("cmd"), SIOCOUTQ),
        is(sender.after("*arg"), 0),
        also(() => is(seen.counted("Udp.OutDatagrams", "waiting"), seen.set("waiting") + 1)),
      ]),
    claim("FIONREAD tells how long the first one is, however many wait",
      { waiting: { ioctl: 2 }, "sender gone": { recvfrom: all } },
      ({ waiting: { ioctl: [, receiver] }, "sender gone": { recvfrom: receives } }) => [
        is(receiver.before("cmd"), FIONREAD),
        is(receiver.after("*arg"), 10),
        is(receives.each[0]!.result, 10),
      ]),
    claim("the queue is measured by the memory that datagrams take up, not by what they say",
      { empty: { getsockopt: 1 }, waiting: { getsockopt: 1, look: 1 } },
      ({ empty: { getsockopt: before }, waiting: { getsockopt: after, look: row } }, seen) => [
        is(before.after(HELD), 0),
        atLeast(after.after(HELD), total(seen.set("waiting")) + 1),
        same(after.after(HELD), row.column("rx_queue")),
      ], contradicts("N0-05")),
    claim("they are received whole and in their order, though the sender has gone",
      { "sender gone": { close: 1, recvfrom: all } },
      ({ "sender gone": { close, recvfrom: receives } }, seen) => [
        is(close.result, 0),
        is(receives.count, seen.set("waiting")),
        ...receives.each.map((it, i) => is(it.after("ubuf"), datagram(i + 1))),
        also(() => is(seen.counted("Udp.InDatagrams", "sender gone"), seen.set("waiting"))),
      ], contradicts("N0-05"), supports("N0-06")),
    claim("what was received is no longer in the queue", { "empty again": { recvfrom: 1, look: 1 } },
      ({ "empty again": { recvfrom: none, look: row } }) => [
        is(none.errno, "EAGAIN"),
        is(row.column("rx_queue"), 0),
      ]),
  ],
});
