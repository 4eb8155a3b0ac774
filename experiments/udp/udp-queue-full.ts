import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, MSG_DONTWAIT, SO_RCVBUF, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { adds, also, atLeast, is, same } from "../../src/lab/check.ts";
import { all, claim, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The length of each datagram. */
const SIZE = 500;
/** The n-th of them, counted from 0: all A, all B and so on, and all A again after Z. */
const datagram = (n: number): string => String.fromCharCode(65 + (n % 26)).repeat(SIZE);

/**
 * More datagrams than there is room for.
 *
 *     setsockopt(full, SOL_SOCKET, SO_RCVBUF, &(int){4096}, 4);
 *     for (int i = 0; i < 60; i++) sendto(tx, …, 500, …);      // 500, sixty times
 *     while (recvfrom(full, …, MSG_DONTWAIT, …) > 0) n++;      // and yet only a few are there
 */
export default experiment({
  name: "udp-queue-full",
  asks: "A receiver has room for a few datagrams and gets many: who waits, and what is lost?",
  story: `The letter box is full, and the postman still comes. He does not wait, he does not take the letter
    back, he does not tell the writer: he drops it on the road, and makes a mark in his book. The letters that
    were in the box first stay there. And to the box next door, which has room, he delivers as always.`,
  parameters: { count: { is: "datagrams for the full receiver", default: 60, from: 40, to: 5000 } },
  next: "--set count=1000: as many arrive as before, all the others are dropped."
    + " Then udp-silent-loss: other places where a datagram vanishes.",

  run({
    socket, bind, getsockname, setsockopt, sendto, ppoll, recvfrom, ioctl, close,
  }, { scene, look, known, times, set }) {
    const any = () => sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    const [full, next, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0),
      socket(AF_INET, SOCK_DGRAM, 0)];
    const [toFull, toNext] = [any(), any()];
    for (const [fd, addr] of [[full, toFull], [next, toNext]] as const) {
      bind(fd, addr, sizeof(addr));
      getsockname(fd, addr, int(sizeof(addr)));
    }
    known("full", full);
    const port = toFull.sin_port.toString(16).toUpperCase().padStart(4, "0");

    scene("little room");
    setsockopt(full, SOL_SOCKET, SO_RCVBUF, int(4096), 4);

    scene("sent", "Many datagrams for it, nobody receives. The last one is for the receiver next door.");
    times("send", set.count, (n) => {
      sendto(tx, text(datagram(n)), SIZE, 0, toFull, sizeof(toFull));
    });
    sendto(tx, text("next door"), 9, 0, toNext, sizeof(toNext));
    ppoll(pollfd({ fd: next, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    recvfrom(next, buffer(16), 16, MSG_DONTWAIT, null, null);
    look("row", "/proc/self/net/udp", `: 0100007F:${port}`);

    scene("arrived", "What is there is taken out.");
    const first = int(0);
    for (ioctl(full, FIONREAD, first); first.value > 0; ioctl(full, FIONREAD, first)) {
      recvfrom(full, buffer(SIZE), SIZE, MSG_DONTWAIT, null, null);
    }

    scene("room again", "One more datagram, now that there is room.");
    sendto(tx, text("late"), 4, 0, toFull, sizeof(toFull));
    ppoll(pollfd({ fd: full, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    recvfrom(full, buffer(16), 16, MSG_DONTWAIT, null, null);
    for (const fd of [full, next, tx]) close(fd);
  },

  claims: [
    claim("the sender is not held back and not told: every send is taken whole", { sent: { sendto: sum } },
      ({ sent: { sendto: sends } }, seen) => [
        is(sends.results, { [SIZE]: seen.set("count") }),
        also(() => is(seen.counted("Udp.OutDatagrams", "sent"), seen.set("count") + 1)),
      ], supports("N0-52")),
    claim("what has no room is dropped and counted: what arrived and what was dropped is what was sent",
      { sent: { look: 1 }, arrived: { recvfrom: all } },
      ({ sent: { look: row }, arrived: { recvfrom: receives } }, seen) => [
        atLeast(receives.count, 1),
        atLeast(row.column("drops"), 1),
        adds([receives.count, row.column("drops")], seen.set("count")),
        also(() => same(seen.counted("Udp.RcvbufErrors", "sent"), row.column("drops"))),
      ], supports("N0-52", "N1-09")),
    claim("those that came first have the room, in their order", { arrived: { recvfrom: all } },
      ({ arrived: { recvfrom: receives } }) =>
        receives.each.map((it, i) => is(it.after("ubuf"), datagram(i)))),
    claim("what was dropped is not sent again: what comes next is what was sent next",
      { "room again": { sendto: 1, recvfrom: 1 } },
      ({ "room again": { recvfrom: late } }, seen) => [
        is(late.after("ubuf"), "late"),
        also(() => is(seen.counted("Udp.OutDatagrams", "arrived"), 0)),
        also(() => is(seen.counted("Udp.OutDatagrams", "room again"), 1)),
      ], supports("N0-53")),
    claim("the receiver next door loses nothing: it is one socket's queue that is full",
      { sent: { recvfrom: 1 } },
      ({ sent: { recvfrom: other } }) => [is(other.after("ubuf"), "next door")]),
  ],
});
