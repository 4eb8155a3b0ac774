import {
  AF_INET, AF_UNIX, MSG_TRUNC, MSG_WAITFORONE, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { message, mmsghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const MS = 1_000_000;
const room = (count: number) =>
  mmsghdr.array(Array.from({ length: count }, () => ({ msg_hdr: message({ iov: [buffer(8)] }) })));

/** Wants five datagrams, and gives them 100 ms. */
export const receiver = ({ recvmmsg }: Calls, { rx }: { rx: number }) => {
  recvmmsg(rx, room(5), 5, 0, timespec({ tv_nsec: 100 * MS }));
};

/**
 * The timeout that cannot wake anybody.
 *
 *     struct timespec timeout = { 0, 100000000 };
 *     recvmmsg(rx, v, 5, 0, &timeout);            // two are there; 100 ms pass, 200 ms: it sleeps
 *     recvmmsg(rx, v, 5, MSG_WAITFORONE, NULL);   // takes what is there
 */
export default experiment({
  name: "recvmmsg-timeout",
  asks: "Two of five datagrams are there, and the timeout is over: does recvmmsg come back?",
  story: `Somebody waits at the letter box for five letters, with a watch in the pocket, and wants to leave at
    noon. But the watch is looked at only when a letter falls in. If two have come and the third does not,
    noon passes, and the evening too. Whoever does not want that says so at the box itself (SO_RCVTIMEO), or
    asks for what is there and no more (MSG_WAITFORONE).`,
  next: "Then udp-gso: a batch that is cut by the kernel.",

  run({
    socket, socketpair, setsockopt, bind, getsockname, sendto, recvmmsg, ppoll, close, attempt,
  }, { scene, start }) {
    const fuse = (fd: number, ms: number) => setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO,
      timeval({ tv_sec: Math.floor(ms / 1000), tv_usec: (ms % 1000) * 1000 }), sizeof(timeval));
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    const [rx = 0, tx = 0] = pair.value;
    fuse(rx, 4000);
    const five = room(5);
    const send = (it: string) => sendto(tx, text(it), it.length, 0, null, 0);

    scene("over", "Two datagrams; somebody waits for five, 100 ms at most. After 200 ms a third one.");
    send("one");
    send("two");
    const waiting = start(receiver, { rx });
    waiting.asleep("recvmmsg");
    ppoll(null, 0, timespec({ tv_nsec: 200 * MS }), null, 0);
    send("three");
    waiting.join();

    scene("what is there", "Two are there; MSG_WAITFORONE does not wait for more.");
    send("one");
    send("two");
    recvmmsg(rx, five, 5, MSG_WAITFORONE, null);

    scene("fuse", "No timeout in the call, but 50 ms at the socket: first two are there, then none.");
    fuse(rx, 50);
    send("one");
    send("two");
    recvmmsg(rx, five, 5, 0, null);
    attempt.recvmmsg(rx, five, 5, 0, null);
    close(tx);
    close(rx);

    scene("lengths", "UDP: room for 15 bytes and for an address of 100. Twice 21 bytes arrive.");
    const udp = socket(AF_INET, SOCK_DGRAM, 0), out = socket(AF_INET, SOCK_DGRAM, 0);
    fuse(udp, 4000);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(udp, addr, sizeof(addr));
    getsockname(udp, addr, int(sizeof(addr)));
    const one = () => mmsghdr.array([{ msg_hdr: message({ name: buffer(100), iov: [buffer(15)] }) }]);
    for (const flags of [0, MSG_TRUNC]) {
      sendto(out, text("twenty-one characters"), 21, 0, addr, sizeof(addr));
      recvmmsg(udp, one(), 1, flags, null);
    }
    close(out);
    close(udp);
  },

  claims: [
    claim("the timeout does not wake recvmmsg: it sleeps on, and the next datagram is still taken",
      { over: { "recvmmsg@receiver": 1 } },
      ({ over: { "recvmmsg@receiver": waited } }) => [
        is(waited.before("timeout.tv_nsec"), 100 * MS),
        is(waited.slept, true),
        is(waited.result, 3),
      ], corrects("N0-19")),
    claim("only then the clock is looked at: it returns with three of five, and nothing left of the timeout",
      { over: { "recvmmsg@receiver": 1 } },
      ({ over: { "recvmmsg@receiver": waited } }) => [
        is(waited.before("vlen"), 5),
        is(waited.result, 3),
        is(waited.after("timeout.tv_sec"), 0),
        is(waited.after("timeout.tv_nsec"), 0),
      ], corrects("N0-19")),
    claim("with MSG_WAITFORONE it waits for the first only, and takes what else is there",
      { "what is there": { recvmmsg: 1 } },
      ({ "what is there": { recvmmsg: got } }) => [
        is(got.before("flags"), MSG_WAITFORONE),
        is(got.before("vlen"), 5),
        is(got.result, 2),
      ], corrects("N0-19")),
    claim("a timeout of the socket does wake it: with what it has by then, or EAGAIN if that is nothing",
      { fuse: { recvmmsg: 2 } },
      ({ fuse: { recvmmsg: [two, none] } }) => [
        is(two.result, 2),
        is(none.errno, "EAGAIN"),
      ], corrects("N0-19")),
    claim("msg_namelen is overwritten with the address's length: it has to be set again before the next call",
      { lengths: { recvmmsg: 2 } },
      ({ lengths: { recvmmsg: [got] } }) => [
        is(got.before("mmsg[0].msg_hdr.msg_namelen"), 100),
        is(got.after("mmsg[0].msg_hdr.msg_namelen"), 16),
      ]),
    claim("each message says whether it was cut; msg_len is what was kept, with MSG_TRUNC the whole length",
      { lengths: { recvmmsg: 2 } },
      ({ lengths: { recvmmsg: [kept, whole] } }) => [
        is(kept.after("mmsg[0].msg_len"), 15),
        is(kept.after("mmsg[0].msg_hdr.msg_flags"), MSG_TRUNC),
        is(whole.after("mmsg[0].msg_len"), 21),
        is(whole.after("mmsg[0].msg_hdr.msg_flags"), MSG_TRUNC),
      ]),
  ],
});
