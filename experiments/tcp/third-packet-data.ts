import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;
/** Their ports as /proc/net/tcp writes them. */
const SPEAKS = ":9C40";
const SPEAKS_AND_ENDS = ":9C41";

/**
 * Two clients who lose no time.
 *
 *     SYN →   ← SYN-ACK   ACK "Hello" →        // open, and five bytes are there
 *     SYN →   ← SYN-ACK   ACK "Bye" FIN →      // open, three bytes are there, and the client has ended
 */
export default experiment({
  name: "third-packet-data",
  asks: "May the third packet of a handshake already carry data, and what becomes of it before accept?",
  story: `“May I come in?” – “Please do.” Now one need not say “thank you” first and wait again: one comes in
    and says at once what it is about. What was said is written down and confirmed at the door, also when
    nobody has time for the visitor yet. Whoever wants to can even say everything, and good-bye, in this one
    breath.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_syncookies": 1 },
  next: "Then simultaneous-open: two who call each other at the same time.",

  run({
    socket, bind, listen, setsockopt, getsockopt, accept4, recvfrom, close,
  }, { say, scene, look, known, peer }) {
    say("A listener on port 80. Nothing that is accepted from it waits longer than 4 seconds.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    known("listener", l);
    const info = () => getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const receive = (fd: number) => recvfrom(fd, buffer(16), 16, 0, null, null);

    scene("syn", "A client's SYN is answered.");
    peer.send(syn());
    peer.expect(synAck());
    info();

    scene("data", "Its third packet has five bytes in it. Nobody accepts.");
    peer.send(data("Hello"));
    peer.expect(ack(5));
    look("row", "/proc/self/net/tcp", SPEAKS);
    info();

    scene("read", "Now it is accepted.");
    const s = accept4(l, null, null, 0);
    known("child", s);
    receive(s);

    scene("all at once", "Another client: its third packet has three bytes, and its FIN.");
    peer.at(1).send(syn());
    peer.at(1).expect(synAck());
    peer.at(1).send(fin({ payload: "Bye" }));
    peer.at(1).expect(ack(4));
    look("row", "/proc/self/net/tcp", SPEAKS_AND_ENDS);

    scene("read to the end");
    const ended = accept4(l, null, null, 0);
    known("ended", ended);
    receive(ended);
    receive(ended);

    scene("end");
    for (const fd of [ended, s, l]) close(fd);
  },

  claims: [
    claim("a segment with data in it opens the connection as well as a bare ACK does",
      { syn: { getsockopt: 1 }, data: { "look row": 1, getsockopt: 1 } },
      ({ syn: { getsockopt: before }, data: { "look row": row, getsockopt: after } }, seen) => [
        is(before.after(QUEUED), 0),
        is(seen.counted("Tcp.PassiveOpens", "data"), 1),
        is(row.column("st"), TCP_ESTABLISHED),
        is(after.after(QUEUED), 1),
        also(() => is(seen.packets({ dport: 80 }, "data").field("length"), [5])),
      ], corrects("N3-21")),
    claim("its bytes are acknowledged and kept, though nobody has accepted yet",
      { data: { "look row": 1 } },
      ({ data: { "look row": row } }, seen) => [
        is(row.column("rx_queue"), 5),
        is(row.column("inode"), 0),
        also(() => atLeast(seen.packets({ sport: 80, ack_seq: 1005 }, "data").length, 1)),
      ], corrects("N3-21"), contradicts("N0-33", "N2-11")),
    claim("they are read as soon as the connection is accepted", { read: { accept4: 1, recvfrom: 1 } },
      ({ read: { accept4: accept, recvfrom: read } }) => [
        is(accept.errno, null),
        is(read.after("ubuf"), "Hello"),
      ], corrects("N3-21")),
    claim("a FIN may come with it, too: then a whole stream, from its beginning to its end, waits for accept",
      { "all at once": { "look row": 1 }, "read to the end": { accept4: 1, recvfrom: 2 } },
      ({
        "all at once": { "look row": row }, "read to the end": { accept4: accept, recvfrom: [read, end] },
      }, seen) => [
        is(seen.counted("Tcp.PassiveOpens", "all at once"), 1),
        is(row.column("st"), TCP_CLOSE_WAIT),
        is(accept.errno, null),
        is(read.after("ubuf"), "Bye"),
        is(end.result, 0),
      ], corrects("N3-21", "N3-26")),
  ],
});
