import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO, TCP_SYN_RECV, TCP_SYN_SENT } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, atLeast, differ, is, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, rst, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const STATE = "optval.tcpi_state";
/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;
/** The SYN that comes, and what the kernel answers. */
const ASKED = { syn: true, dport: 80 };
const ANSWERED = { syn: true, ack: true, sport: 80 };
/** The second client's port as /proc/net/tcp writes it. */
const CLIENT = ":9C41";
/** A port of the hand-made end, and a number of which the kernel has sent nothing yet. */
const DOOR = 7000;
const NEVER_SENT = 5;

/**
 * Numbers on the wire: programs that show packets count from the SYN's, and write 0 and 1.
 *
 *     SYN  seq 999         →
 *                          ←  SYN-ACK  seq 3217317497, ack 1000    // shown as 0, 1
 *     ACK  ack 3217317503  →                                       // wrong: not 3217317498
 *                          ←  RST  seq 3217317503                  // and the connection may still be made
 *     ACK  ack 3217317498  →                                       // made
 */
export default experiment({
  name: "handshake-numbers",
  asks: "Which numbers do the three packets carry, and what if one acknowledges what was never sent?",
  story: `The porter calls out a word that nobody could guess: repeat it, so that I know that you have heard
    me. Whoever answers with another word is told “I never said that”. But the door is not shut for that: the
    visitor who did hear the word may still repeat it, and come in.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_syncookies": 1 },
  next: "Then third-packet-data: what the third packet may carry.",

  run({ socket, bind, listen, connect, getsockopt, close, attempt }, { scene, look, known, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    known("listener", l);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const row = () => look("row", "/proc/self/net/tcp", CLIENT);

    scene("first", "A client connects. Its SYN has the number 999.");
    peer.handshake(80);

    scene("second", "Another one, with a SYN of number 1999.");
    peer.at(1).send(syn());
    peer.at(1).expect(synAck());

    scene("wrong", "Its third packet acknowledges what was never sent.");
    peer.at(1).send(ack(NEVER_SENT));
    peer.at(1).expect(rst({ seq: NEVER_SENT }));
    row();
    info(l);

    scene("right", "It sends the right one after all.");
    peer.at(1).send(ack());
    peer.at(1).fence();
    row();
    info(l);

    scene("wrong answer", "Here a client, whom the hand-made end answers wrongly. The SYN is sent again.");
    const c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    const there = sockaddr_in({ sin_family: AF_INET, sin_port: DOOR, sin_addr: "192.0.2.2" });
    known("client", c);
    attempt.connect(c, there, sizeof(there));
    peer.at(2).expect(syn({ seq: -1 }));
    peer.at(2).send(synAck({ ack: NEVER_SENT }));
    peer.at(2).expect(rst({ seq: NEVER_SENT }));
    peer.at(2).expect(syn({ seq: -1 }));
    info(c);

    scene("right answer", "And one that is right.");
    peer.at(2).send(synAck());
    peer.at(2).expect(ack(0));
    info(c);
    connect(c, there, sizeof(there));

    scene("end");
    for (const fd of [c, l]) close(fd);
  },

  claims: [
    claim("the kernel begins each connection with a number of its own, and acknowledges the other's plus one",
      { first: {}, second: {} },
      (_, seen) => [
        is(seen.packets(ASKED, "first").field("seq"), [999]),
        atLeast(seen.packets({ ...ANSWERED, ack_seq: 1000 }, "first").length, 1),
        is(seen.packets(ASKED, "second").field("seq"), [1999]),
        atLeast(seen.packets({ ...ANSWERED, ack_seq: 2000 }, "second").length, 1),
        differ(seen.packets(ANSWERED, "first").field("seq"), seen.packets(ANSWERED, "second").field("seq")),
      ], corrects("N3-19")),
    claim("an ACK for what was never sent is answered by a RST with that number, and nothing else happens",
      { wrong: { "look row": 1, getsockopt: 1 } },
      ({ wrong: { "look row": row, getsockopt: listener } }, seen) => [
        is(seen.counted("Tcp.OutRsts", "wrong"), 1),
        is(seen.counted("Tcp.PassiveOpens", "wrong"), 0),
        is(row.column("st"), TCP_SYN_RECV),
        is(listener.after(QUEUED), 1),
        also(() => same(
          seen.packets({ rst: true }, "wrong").field("seq"),
          seen.packets({ dport: 80 }, "wrong").field("ack_seq"),
        )),
      ], corrects("N3-19")),
    claim("the right one may still come after it, and opens the connection",
      { right: { "look row": 1, getsockopt: 1 } },
      ({ right: { "look row": row, getsockopt: listener } }, seen) => [
        is(row.column("st"), TCP_ESTABLISHED),
        is(listener.after(QUEUED), 2),
        is(seen.counted("Tcp.PassiveOpens", "right"), 1),
      ], corrects("N3-19")),
    claim("so it is with a SYN-ACK: a RST with its number, and the client goes on waiting in SYN_SENT",
      { "wrong answer": { connect: 1, getsockopt: 1 } },
      ({ "wrong answer": { connect, getsockopt: client } }, seen) => [
        is(connect.errno, "EINPROGRESS"),
        is(seen.counted("Tcp.OutRsts", "wrong answer"), 1),
        is(client.after(STATE), TCP_SYN_SENT),
        also(() => same(
          seen.packets({ rst: true }, "wrong answer").field("seq"),
          seen.packets({ sport: DOOR }, "wrong answer").field("ack_seq"),
        )),
      ], corrects("N3-19")),
    claim("the SYN is sent again, and the right answer to it opens the connection",
      { "right answer": { getsockopt: 1, connect: 1 } },
      ({ "right answer": { getsockopt: client, connect } }, seen) => [
        atLeast(seen.counted("Tcp.RetransSegs", "wrong answer"), 1),
        is(client.after(STATE), TCP_ESTABLISHED),
        is(connect.result, 0),
        also(() => atLeast(seen.packets({ syn: true, dport: DOOR }, "wrong answer").length, 2)),
      ], corrects("N3-19"), supports("N2-52")),
  ],
});
