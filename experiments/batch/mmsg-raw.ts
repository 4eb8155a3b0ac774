import {
  AF_INET, MSG_DONTWAIT, MSG_TRUNC, MSG_WAITFORONE, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { message, mmsghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, sum } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, type Memory, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Longer than a datagram can be. */
const TOO_LONG = 70_000;
/** What msg_len holds before the kernel writes there. */
const UNWRITTEN = 0xdead;
const DIGITS = "0123456789ABCDEFGHIJK";
/** Datagrams of 10 bytes, of 11, and so on. */
const rising = (count: number) => Array.from({ length: count }, (_, i) => [text(DIGITS.slice(0, 10 + i))]);
/** More messages than the kernel takes from a batch. */
const EMPTY = Array.from({ length: 2000 }, () => ({}));
/** The third is too long. */
const five = ["first", "second", "x".repeat(TOO_LONG), "fourth", "fifth"].map((it) => [text(it)]);

/** Of which a message is made. */
type Pieces = readonly Memory[];
/** Messages to send, all to the same address. */
const batch = (name: { readonly $: Memory }, messages: readonly Pieces[]) =>
  mmsghdr.array(messages.map((iov) => ({ msg_hdr: message({ name, iov }), msg_len: UNWRITTEN })));
/** Room for messages of that size, each with its sender's address. */
const into = (count: number, size: number) => mmsghdr.array(Array.from({ length: count },
  () => ({ msg_hdr: message({ name: buffer(100), iov: [buffer(size)] }) })));

/**
 * The fifth program of note N0: many datagrams in one call.
 *
 *     struct mmsghdr v[5] = { … };      // 64 bytes each: a msghdr of 56, and msg_len
 *     sendmmsg(tx, v, 4, 0);            // 4
 *     recvmmsg(rx, v, 4, 0, NULL);      // 4; msg_len says how long each is
 *     sendmmsg(tx, v, 5, 0);            // 2, if the third is too long; why, nobody says
 *
 * native-shims/mmsghdr_batch.c makes the same calls in C.
 */
export default experiment({
  name: "mmsg-raw",
  asks: "Many datagrams in one call: what does the kernel make of them?",
  story: `A bundle of letters over the counter, in place of one after the other. Each stays a letter of its
    own. The clerk takes them in order until one will not do, and says how many he took, not what was wrong;
    that you hear only when you come back with this one on top.`,
  next: "Then send-one-by-one and send-in-one-call: netlab compare shows what a batch saves.",

  run({ socket, setsockopt, bind, getsockname, connect, sendmmsg, recvmmsg, recvfrom, close,
    attempt }, { scene, look, times }) {
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    const out = (...messages: readonly Pieces[]) => batch(addr, messages);

    scene("open", "A receiver with a port, and a sender.");
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);

    scene("four", "Four datagrams of 10, 11, 12 and 13 bytes.");
    sendmmsg(tx, out(...rising(4)), 4, 0);
    recvmmsg(rx, into(4, 100), 4, 0, null);
    attempt.recvmmsg(rx, into(4, 100), 4, MSG_DONTWAIT, null);

    scene("one", "There is one, and room for ten: MSG_WAITFORONE waits for no more.");
    sendmmsg(tx, out([text("alone")]), 1, 0);
    recvmmsg(rx, into(10, 100), 10, MSG_WAITFORONE, null);

    scene("cut", "Twelve datagrams of 10 to 21 bytes, and room for 15 bytes each.");
    sendmmsg(tx, out(...rising(12)), 12, 0);
    recvmmsg(rx, into(12, 15), 12, 0, null);

    scene("too long", "The third of five is longer than a datagram can be. Then from the third on.");
    const long = out(...five);
    sendmmsg(tx, long, 5, 0);
    look("third and fifth", [long.value[2]!, long.value[4]!]);
    attempt.sendmmsg(tx, out(...five.slice(2)), 3, 0);
    recvmmsg(rx, into(2, 100), 2, 0, null);

    scene("pieces", "One message in two pieces, of four and of six bytes.");
    sendmmsg(tx, out([text("0123"), text("456789")]), 1, 0);
    recvfrom(rx, buffer(100), 100, 0, null, null);

    scene("overwritten", "As soon as the call is back, the sender writes over what it sent.");
    const mine = text("AAAA");
    sendmmsg(tx, out([mine]), 1, 0);
    mine.bytes.fill("B");
    look("the sender's memory", mine);
    recvfrom(rx, buffer(100), 100, 0, null, null);

    scene("many", "Two thousand messages with nothing in them, by a socket that has its peer.");
    connect(tx, addr, sizeof(addr));
    times("a long batch", 1, () => sendmmsg(tx, mmsghdr.array(EMPTY), EMPTY.length, 0));

    scene("end");
    for (const it of [tx, rx]) close(it);
  },

  claims: [
    claim("each message is a datagram: msg_len says of each how long it is",
      { four: { sendmmsg: 1, recvmmsg: 2 } },
      ({ four: { sendmmsg: sent, recvmmsg: [got] } }) => [
        is(sent.result, 4),
        is(got.result, 4),
        ...[0, 1, 2, 3].flatMap((i) => [
          is(sent.after(`mmsg[${i}].msg_len`), 10 + i),
          is(got.after(`mmsg[${i}].msg_len`), 10 + i),
        ]),
      ], corrects("N0-16")),
    claim("msg_namelen goes in as the room for the sender's address, and comes out as the address's length",
      { four: { recvmmsg: 2 } },
      ({ four: { recvmmsg: [got] } }) => [
        is(got.before("mmsg[0].msg_hdr.msg_namelen"), 100),
        is(got.after("mmsg[0].msg_hdr.msg_namelen"), 16),
        is(got.after("mmsg[3].msg_hdr.msg_namelen"), 16),
      ]),
    claim("a receive returns fewer than it has room for, if it may not wait or need not",
      { four: { recvmmsg: 2 }, one: { recvmmsg: 1 } },
      ({ four: { recvmmsg: [, none] }, one: { recvmmsg: alone } }) => [
        is(none.before("flags"), MSG_DONTWAIT),
        is(none.errno, "EAGAIN"),
        is(alone.before("vlen"), 10),
        is(alone.before("flags"), MSG_WAITFORONE),
        is(alone.result, 1),
      ], corrects("N0-19")),
    claim("a datagram that is too long for its memory is cut, and its msg_flags say so: MSG_TRUNC",
      { cut: { recvmmsg: 1 } },
      ({ cut: { recvmmsg: got } }) => [
        is(got.result, 12),
        is(got.after("mmsg[5].msg_len"), 15),
        is(got.after("mmsg[5].msg_hdr.msg_flags"), 0),
        is(got.after("mmsg[6].msg_len"), 15),
        is(got.after("mmsg[6].msg_hdr.msg_flags"), MSG_TRUNC),
      ]),
    claim("a batch ends before the first message that cannot be sent, and the error is told to the next call",
      { "too long": { sendmmsg: 2, "look third and fifth": 1 } },
      ({ "too long": { sendmmsg: [sent, again], "look third and fifth": left } }) => [
        is(sent.before("mmsg[2].msg_hdr.msg_iov[0].iov_len"), TOO_LONG),
        is(sent.result, 2),
        is(left.field("msg_len", 0), UNWRITTEN),
        is(left.field("msg_len", 1), UNWRITTEN),
        is(again.errno, "EMSGSIZE"),
      ], contradicts("N0-18")),
    claim("the pieces of a message arrive as one datagram", { pieces: { sendmmsg: 1, recvfrom: 1 } },
      ({ pieces: { sendmmsg: sent, recvfrom: got } }) => [
        is(sent.before("mmsg[0].msg_hdr.msg_iovlen"), 2),
        is(sent.after("mmsg[0].msg_len"), 10),
        is(got.after("ubuf"), "0123456789"),
      ]),
    claim("the payload is copied during the call: what is written over it afterwards is not sent",
      { overwritten: { recvfrom: 1, "look the sender's memory": 1 } },
      ({ overwritten: { recvfrom: got, "look the sender's memory": mine } }) => [
        is(mine.bytes(), "BBBB"),
        is(got.after("ubuf"), "AAAA"),
      ], contradicts("N0-17")),
    claim("one call sends 1,024 messages at most, and does not complain of more", { many: { sendmmsg: sum } },
      ({ many: { sendmmsg: sent } }) => [is(sent.results, { 1024: 1 })], contradicts("N0-18")),
  ],
});
