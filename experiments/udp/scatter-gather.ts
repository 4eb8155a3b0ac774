import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, MSG_DONTWAIT, MSG_TRUNC, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { EMSGSIZE } from "../../src/abi/errno.ts";
import { iovec, message, msghdr } from "../../src/abi/structs/message.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The most pieces of one call. uapi linux/uio.h. */
const UIO_MAXIOV = 1024;

/**
 * One datagram out of several buffers, and into several others.
 *
 *     struct iovec out[] = { { "head", 4 }, { "body!!", 6 } };
 *     sendmsg(tx, &(struct msghdr){ .msg_iov = out, .msg_iovlen = 2 }, 0);   // 10
 *     struct iovec in[] = { { a, 3 }, { b, 7 } };
 *     recvmsg(rx, &(struct msghdr){ .msg_iov = in, .msg_iovlen = 2 }, 0);    // 10: "hea", "dbody!!"
 */
export default experiment({
  name: "scatter-gather",
  asks: "A datagram lies in two buffers and is to go into two others: must it be put together first?",
  story: `The letter's heading lies in one drawer, its text in another. You need not copy both on to one
    sheet: you give the clerk a list of what lies where, and he makes one letter of it. The reader has a list
    of trays; the letter fills one after the other. Nobody can tell from it how the pieces were cut.`,
  next: "Then memory-raw: what a program gets when it asks for memory.",

  run({
    socket, bind, getsockname, connect, sendmsg, recvmsg, writev, ppoll, close, attempt,
  }, { scene, times }) {
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    const name = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, name, sizeof(name));
    getsockname(rx, name, int(sizeof(name)));
    const into = (...rooms: readonly number[]) => {
      ppoll(pollfd({ fd: rx, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
      recvmsg(rx, message({ iov: rooms.map((it) => buffer(it)) }), MSG_DONTWAIT);
    };

    scene("gather", "Four bytes and six, from two buffers.");
    sendmsg(tx, message({ name, iov: [text("head"), text("body!!")] }), 0);

    scene("scatter", "Into three bytes and seven.");
    into(3, 7);

    scene("too little", "The same, and room for three and two.");
    sendmsg(tx, message({ name, iov: [text("head"), text("body!!")] }), 0);
    into(3, 2);

    scene("connected", "A socket that has a peer can leave out the message, and hand over the list alone.");
    connect(tx, name, sizeof(name));
    writev(tx, iovec.array([{ iov_base: text("he"), iov_len: 2 }, { iov_base: text("llo"), iov_len: 3 }]), 2);
    into(16);

    scene("none", "A list of nothing, on both sides.");
    sendmsg(tx, message({ iov: [] }), 0);
    into();
    sendmsg(tx, message({ iov: [text("lost")] }), 0);
    into();

    const [no, one] = [{ iov_base: null, iov_len: 0 }, { iov_base: text("!"), iov_len: 1 }];
    const list = (count: number) =>
      msghdr({ msg_iov: iovec.array([...Array<typeof no>(count - 1).fill(no), one]), msg_iovlen: count });
    scene("most", "A list of 1,024 pieces, of which only the last holds something.");
    times("1,024 pieces", 1, () => void sendmsg(tx, list(UIO_MAXIOV), 0));
    into(16);

    scene("too many", "And one piece more.");
    times("1,025 pieces", 1, () => void attempt.sendmsg(tx, list(UIO_MAXIOV + 1), 0));
    close(tx);
    close(rx);
  },

  claims: [
    claim("sendmsg makes one datagram of several buffers", { gather: { sendmsg: 1 } },
      ({ gather: { sendmsg: send } }, seen) => [
        is(send.before("msg.msg_iov[0].iov_len"), 4),
        is(send.before("msg.msg_iov[1].iov_len"), 6),
        is(send.result, 10),
        also(() => is(seen.counted("Udp.OutDatagrams", "gather"), 1)),
        also(() => is(seen.packets({}, "gather").field("length"), [10])),
      ], supports("N1-24")),
    claim("recvmsg fills one buffer after the other, however the sender's were cut",
      { scatter: { recvmsg: 1 } },
      ({ scatter: { recvmsg: receive } }, seen) => [
        is(receive.result, 10),
        is(receive.after("msg.msg_iov[0].iov_base"), "hea"),
        is(receive.after("msg.msg_iov[1].iov_base"), "dbody!!"),
        is(receive.after("msg.msg_flags"), 0),
        also(() => is(seen.counted("Udp.InDatagrams", "scatter"), 1)),
      ], supports("N1-25")),
    claim("what all of them together have no room for is cut off", { "too little": { recvmsg: 1 } },
      ({ "too little": { recvmsg: receive } }) => [
        is(receive.result, 5),
        is(receive.after("msg.msg_iov[0].iov_base"), "hea"),
        is(receive.after("msg.msg_iov[1].iov_base"), "db"),
        is(receive.after("msg.msg_flags"), MSG_TRUNC),
      ], supports("N1-25")),
    claim("writev makes one datagram of its list as well", { connected: { writev: 1, recvmsg: 1 } },
      ({ connected: { writev: write, recvmsg: receive } }, seen) => [
        is(write.result, 5),
        is(receive.after("msg.msg_iov[0].iov_base"), "hello"),
        also(() => is(seen.counted("Udp.OutDatagrams", "connected"), 1)),
      ], supports("N1-11")),
    claim("an empty list sends an empty datagram, and receives by throwing away",
      { none: { sendmsg: 2, recvmsg: 2 } },
      ({ none: { sendmsg: [empty, lost], recvmsg: [nothing, cut] } }, seen) => [
        is(empty.result, 0),
        is(nothing.result, 0),
        is(nothing.after("msg.msg_flags"), 0),
        is(lost.result, 4),
        is(cut.result, 0),
        is(cut.after("msg.msg_flags"), MSG_TRUNC),
        also(() => is(seen.counted("Udp.InDatagrams", "none"), 2)),
      ]),
    claim("a list has 1,024 pieces at most; one more is EMSGSIZE, and nothing is sent",
      { most: { sendmsg: sum, recvmsg: 1 }, "too many": { sendmsg: sum } },
      ({ most: { sendmsg: most, recvmsg: receive }, "too many": { sendmsg: more } }, seen) => [
        is(most.results, { 1: 1 }),
        is(receive.after("msg.msg_iov[0].iov_base"), "!"),
        is(more.results, { [-EMSGSIZE]: 1 }),
        also(() => is(seen.counted("Udp.OutDatagrams", "most"), 1)),
        also(() => is(seen.counted("Udp.OutDatagrams", "too many"), 0)),
      ], supports("N1-24")),
  ],
});
