import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO, TCP_LISTEN, TCP_SYN_RECV } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, rst, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** Its ports as /proc/net/tcp writes them: of the peer that finishes, and of the one that never does. */
const FINISHES = ":9C40";
const NEVER = ":9C41";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;

/**
 * A client made by hand, whose last ACK is late, and another whose ACK never comes.
 *
 *     SYN  →             // a line in the table of all connections: state 03, no inode
 *          ←  SYN-ACK
 *     ACK  →             // the same line: state 01, no inode
 *     accept4(l, …);     // the same line: state 01, and an inode, for now it is a file
 */
export default experiment({
  name: "half-open",
  asks: "A SYN was answered, the ACK is missing: where is the connection, and whose is it?",
  story: `You ring at an office. The porter writes your name into the house's visitors' book and asks you to
    come up; you have not answered yet. Your name is in the book of the house, not on a list that the office
    keeps. When you have answered, the book says that you are in, and only when somebody receives you do you
    get a badge. If the office closes meanwhile, those who sat waiting are sent away at once. The name of one
    who never answered stays in the book for a while.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_syncookies": 1 },
  next: "Then handshake-numbers: what if the ACK acknowledges something else.",

  run({ socket, bind, listen, getsockopt, accept4, close }, { say, scene, look, peer }) {
    say("A listener on port 80.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const info = () => getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const row = (port: string) => look("row", "/proc/self/net/tcp", port);

    scene("syn", "A SYN comes, and is answered.");
    peer.send(syn());
    peer.expect(synAck());
    row(FINISHES);
    info();

    scene("ack", "The last part of the handshake.");
    peer.send(ack());
    peer.fence();
    row(FINISHES);
    info();

    scene("accepted", "Somebody takes it.");
    const s = accept4(l, null, null, 0);
    row(FINISHES);
    info();

    scene("closed", "Two more: one finishes and waits, one never answers. Then the listener is closed.");
    peer.at(2).handshake(80);
    peer.at(1).send(syn());
    peer.at(1).expect(synAck());
    close(l);
    peer.at(2).expect(rst());
    row(NEVER);
    peer.at(1).quiet();
    close(s);
  },

  claims: [
    claim("a half-open connection is a line in the table of all connections: SYN_RECV, without an inode",
      { syn: { "look row": 1 } },
      ({ syn: { "look row": row } }, seen) => [
        is(row.column("st"), TCP_SYN_RECV),
        is(row.column("inode"), 0),
        also(() => is(seen.packets({ syn: true, dport: 80 }, "syn").length, 1)),
        also(() => atLeast(seen.packets({ syn: true, ack: true, sport: 80 }, "syn").length, 1)),
      ], corrects("N0-32", "N3-18")),
    claim("the listener's queue does not hold it, and no socket was made of it yet",
      { syn: { getsockopt: 1 } },
      ({ syn: { getsockopt: listener } }, seen) => [
        is(listener.after("optval.tcpi_state"), TCP_LISTEN),
        is(listener.after(QUEUED), 0),
        is(seen.counted("Tcp.PassiveOpens", "syn"), 0),
      ], corrects("N0-32")),
    claim("the ACK makes it ESTABLISHED and puts it into the queue; it gets its inode when it is accepted",
      { ack: { "look row": 1, getsockopt: 1 }, accepted: { accept4: 1, "look row": 1, getsockopt: 1 } },
      ({
        ack: { "look row": waiting, getsockopt: before },
        accepted: { accept4: accept, "look row": taken, getsockopt: after },
      }, seen) => [
        is(waiting.column("st"), TCP_ESTABLISHED),
        is(waiting.column("inode"), 0),
        is(before.after(QUEUED), 1),
        is(accept.errno, null),
        is(taken.column("st"), TCP_ESTABLISHED),
        atLeast(taken.column("inode"), 1),
        is(after.after(QUEUED), 0),
        also(() => is(seen.counted("Tcp.PassiveOpens", "ack"), 1)),
      ], corrects("N0-32", "N3-20"), supports("N3-14")),
    claim("the half-open one is not the listener's: closing it leaves the line as it is",
      { closed: { close: 2, "look row": 1 } },
      ({ closed: { close: [listener], "look row": row } }, seen) => [
        is(listener.result, 0),
        is(row.column("st"), TCP_SYN_RECV),
        also(() => is(seen.packets({ rst: true, sport: 80 }, "closed").field("dport"), [40_002])),
      ], corrects("N0-32", "N3-15")),
  ],
});
