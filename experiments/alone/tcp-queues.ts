import {
  SOF_TIMESTAMPING_OPT_TSONLY, SOF_TIMESTAMPING_SOFTWARE, SOF_TIMESTAMPING_TX_SCHED,
} from "../../src/abi/constants/errqueue.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD, SIOCOUTQ, SIOCOUTQNSD } from "../../src/abi/constants/ioctl.ts";
import { POLLERR, POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, MSG_ERRQUEUE, SO_TIMESTAMPING, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_INFO, TCP_SYN_RECV } from "../../src/abi/constants/tcp.ts";
import { message } from "../../src/abi/structs/message.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The payload of a whole segment: what the hand-made end asks for in its SYN. */
const MSS = 1460;
/** So much room the other end has: for one byte and two segments. */
const WINDOW = 1 + 2 * MSS;
/** So much is sent after the one byte. */
const MANY = 5000;
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;
/** What is asked for: a stamp when the byte is handed to the device, and not the byte with it. */
const STAMP = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_SOFTWARE;
/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** The port of the second client, as /proc/net/tcp writes it. */
const HALF_OPEN = ":9C41";

/**
 * What lies where, all at one moment.
 *
 *     the table of all connections   a client that has not sent its ACK yet
 *     the listener                   a client that nobody has accepted yet
 *     the connection   receives      Hello · behind a gap: Hello
 *                      sends         not acknowledged: 2921 · not sent: 2080
 *                      tells         when the first byte was handed to the device
 */
export default experiment({
  name: "tcp-queues",
  asks: "In how many places can something of a connection lie and wait, all at the same time?",
  story: `A desk in a large house. Somebody has rung at the gate, another sits in the waiting room. On the
    desk there is a tray for letters that came and were not read, and one for page six of a letter whose page
    five is still missing. There is a tray for letters that are written and not fetched, and another for
    copies of those that are on their way. And in a small box lies a note from the post room about one of
    them. A single letter from outside can set nearly all of this moving.`,
  needs: ["veth"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
    "net.ipv4.tcp_syncookies": 1,
  },
  next: "Then acked-not-read: what was acknowledged, and is never read.",

  run({
    socket, bind, listen, setsockopt, getsockopt, accept4, sendto, recvmsg, ioctl, ppoll, close, attempt,
  }, { say, scene, look, known, net, peer }) {
    say("So late may a segment be sent again by itself that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    known("listener", l);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    known("connection", s);
    const count = () => {
      getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
      for (const what of [FIONREAD, SIOCOUTQ, SIOCOUTQNSD]) ioctl(s, what, int(0));
      ppoll(pollfd({ fd: s, events: POLLIN }), 1, timespec({}), null, 0);
    };

    scene("receive", "Five bytes come, and five behind a gap. Nobody reads. Their sender has little room.");
    for (const seq of [0, 10]) peer.send(data("Hello", { seq, window: WINDOW }));
    peer.fence();

    scene("send", "One byte is sent, with the wish to be told when it leaves, and 5,000 more.");
    setsockopt(s, SOL_SOCKET, SO_TIMESTAMPING, int(STAMP), 4);
    sendto(s, text("!"), 1, 0, null, 0);
    setsockopt(s, SOL_SOCKET, SO_TIMESTAMPING, int(0), 4);
    sendto(s, text("x".repeat(MANY)), MANY, 0, null, 0);

    scene("callers", "A second client has not sent its ACK yet; a third has, and is not accepted.");
    peer.at(1).send(syn());
    peer.at(1).expect(synAck());
    peer.at(2).handshake(80);
    peer.fence();
    look("row", "/proc/self/net/tcp", HALF_OPEN);
    count();

    scene("told", "What was to be told about the byte is read: MSG_ERRQUEUE.");
    recvmsg(s, message({ iov: [buffer(16)], control: buffer(128) }), MSG_ERRQUEUE);
    attempt.recvmsg(s, message({ iov: [buffer(16)] }), MSG_ERRQUEUE);
    count();

    scene("moved", "The second client's ACK comes, and a segment that fills the gap and acknowledges.");
    peer.at(1).send(ack());
    peer.send(data("World", { seq: 5, ack: WINDOW }));
    peer.fence();
    count();
    for (const fd of [s, l]) close(fd);
  },

  claims: [
    claim("a half-open client, a finished one, bytes to read, bytes behind a gap: each waits elsewhere",
      { callers: { "look row": 1, getsockopt: 1, ioctl: 3 } },
      ({ callers: { "look row": row, getsockopt: listener, ioctl: [unread] } }, seen) => [
        is(row.column("st"), TCP_SYN_RECV),
        is(listener.after(QUEUED), 1),
        is(unread.after("*arg"), 5),
        is(seen.counted("TcpExt.TCPOFOQueue", "receive"), 1),
      ], corrects("N3-87"), supports("N3-14", "N3-54")),
    claim("what is to be sent waits in two: for an ACK, and for room at the other end",
      { callers: { ioctl: 3 } },
      ({ callers: { ioctl: [, queued, unsent] } }, seen) => [
        is(queued.after("*arg"), 1 + MANY),
        is(unsent.after("*arg"), 1 + MANY - WINDOW),
        is(seen.counted("Tcp.OutSegs", "send"), 3),
        also(() => is(seen.packets({ sport: 80 }, "send").field("length"), [1, MSS, MSS])),
      ], corrects("N3-87"), contradicts("N3-40")),
    claim("what the kernel has to tell of a segment waits in one more, the error queue: it is no data",
      { callers: { ppoll: 1 }, told: { recvmsg: 2, ioctl: 3, ppoll: 1 } },
      ({ callers: { ppoll: full }, told: { recvmsg: [note, none], ioctl: [unread], ppoll: empty } }) => [
        is(full.after("ufds.revents"), POLLIN | POLLERR),
        is(note.result, 0),
        is(note.after("msg.msg_flags"), MSG_ERRQUEUE),
        is(none.errno, "EAGAIN"),
        is(unread.after("*arg"), 5),
        is(empty.after("ufds.revents"), POLLIN),
      ], corrects("N3-87")),
    claim("what comes in moves them all: into the accept queue, to the reader, out of the house, away",
      { moved: { getsockopt: 1, ioctl: 3 } },
      ({ moved: { getsockopt: listener, ioctl: [unread, queued, unsent] } }) => [
        is(listener.after(QUEUED), 2),
        is(unread.after("*arg"), 15),
        is(queued.after("*arg"), 1 + MANY - WINDOW),
        is(unsent.after("*arg"), 0),
      ], supports("N3-14", "N3-39", "N3-58")),
  ],
});
