import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import {
  udpBind, udpClose, udpConnect, udpPoll, udpRead, udpReceive, udpSend, udpSocket, udpWrite,
} from "../../src/kernel/paths/udp.ts";
import { also, is, same } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

type Address = ReturnType<typeof sockaddr_in>;

const LEAVES = "net:net_dev_queue";
const LOOKUP = "fib:fib_table_lookup";
/** Two ways in, and where they meet. */
const WRITE = ["vfs_write", "sock_write_iter", "udp_sendmsg", "__dev_queue_xmit"];
const SENDTO = ["__sys_sendto", "udp_sendmsg", "__dev_queue_xmit"];
const EITHER = [...WRITE, ...SENDTO];

/**
 * UDP's calls, from the first to the last.
 *
 *     int rx = socket(…), tx = socket(…);
 *     bind(rx, …);             // asks the routes: is this address one of ours?
 *     connect(tx, …);          // asks them again: which way? and notes the peer; sends nothing
 *     write(tx, …, 5);         // a packet
 *     sendto(tx, …, 6, …);     // a packet
 *     close(tx);               // nothing
 */
export default experiment({
  name: "udp-path",
  asks: "UDP has no connection: what is there for its calls to do in the kernel, then?",
  story: `Whoever only writes letters does not have to ring anybody up. Taking an address means asking the
    map whether the house is in this town at all. Saying to whom all letters go means looking for the road
    once, and noting it down. Then each letter goes its way, through whichever door it was brought in; and
    when the letter box is taken down, nobody is told.`,
  paths: {
    socket: udpSocket, bind: udpBind, connect: udpConnect, write: udpWrite, sendto: udpSend,
    ppoll: udpPoll, read: udpRead, recvfrom: udpReceive, close: udpClose,
  },
  tracepoints: [LEAVES, LOOKUP],
  next: "netlab path udp connect --live: the functions one by one. Then message-path: many in one call.",

  run({
    socket, bind, getsockname, connect, write, read, sendto, recvfrom, ppoll, close, attempt,
  }, { scene }) {
    const arrives = (fd: number, patience: object) =>
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec(patience), null, 0);

    scene("made", "Two sockets.");
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];

    scene("bound", "An address that is not this machine's, then one that is, and a port that is free.");
    const [addr, far] = ["127.0.0.1", "192.0.2.1"]
      .map((sin_addr) => sockaddr_in({ sin_family: AF_INET, sin_addr })) as [Address, Address];
    attempt.bind(rx, far, sizeof(far));
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));

    scene("connected", "The other one is told where its datagrams go.");
    connect(tx, addr, sizeof(addr));

    scene("nothing", "A millisecond's patience for a datagram that nobody has sent.");
    arrives(rx, { tv_nsec: 1_000_000 });

    scene("sent", "Two datagrams: by write, and by sendto.");
    write(tx, text("write"), 5);
    sendto(tx, text("sendto"), 6, 0, addr, sizeof(addr));

    scene("received", "By read, and by recvfrom.");
    arrives(rx, { tv_sec: 4 });
    read(rx, buffer(16), 16);
    arrives(rx, { tv_sec: 4 });
    recvfrom(rx, buffer(16), 16, 0, sockaddr_in(), int(sizeof(sockaddr_in)));

    scene("closed", "Both. Somebody else takes the port.");
    close(tx);
    close(rx);
    const next = socket(AF_INET, SOCK_DGRAM, 0);
    bind(next, addr, sizeof(addr));

    scene("end");
    close(next);
  },

  claims: [
    claim("bind asks the routes whether the address is one of this machine's, and takes no other",
      { bound: { bind: 2 } },
      ({ bound: { bind: [far, own] } }, seen) => [
        is(far.errno, "EADDRNOTAVAIL"),
        is(own.result, 0),
        also(() => is(seen.inside(far).of(LOOKUP).passed(["__inet_bind"]), ["__inet_bind"])),
        also(() => is(seen.inside(own).of(LOOKUP).passed(["__inet_bind"]), ["__inet_bind"])),
      ]),
    claim("connect sends nothing: it looks for the route, and stores what it found and who the peer is",
      { connected: { connect: 1 } },
      ({ connected: { connect } }, seen) => [
        is(connect.result, 0),
        is(seen.counted("Udp.OutDatagrams", "connected"), 0),
        also(() => is(seen.packets({}, "connected").length, 0)),
        also(() => is(seen.inside(connect).count(LEAVES), 0)),
        also(() => is(
          seen.inside(connect).of(LOOKUP).passed(["__ip4_datagram_connect"]), ["__ip4_datagram_connect"])),
      ], supports("N2-15")),
    claim("write comes by the functions of files, sendto by those of sockets; both meet in udp_sendmsg",
      { sent: { write: 1, sendto: 1 }, received: { read: 1, recvfrom: 1 } },
      ({ sent: { write, sendto }, received: { read, recvfrom } }, seen) => [
        is(read.after("buf"), "write"),
        is(recvfrom.after("ubuf"), "sendto"),
        is(seen.counted("Udp.OutDatagrams", "sent"), 2),
        also(() => is(seen.inside(write).of(LEAVES).passed(EITHER), WRITE)),
        also(() => is(seen.inside(sendto).of(LEAVES).passed(EITHER), SENDTO)),
      ]),
    claim("close tells nobody, and the port is free at once",
      { bound: { getsockname: 1 }, closed: { close: 2, bind: 1 } },
      ({ bound: { getsockname: named }, closed: { close: closes, bind } }, seen) => [
        ...closes.map((it) => is(it.result, 0)),
        is(bind.result, 0),
        same(bind.before("umyaddr.sin_port"), named.after("usockaddr.sin_port")),
        is(seen.counted("Udp.OutDatagrams", "closed"), 0),
        also(() => is(seen.packets({}, "closed").length, 0)),
      ], supports("N2-15")),
  ],
});


