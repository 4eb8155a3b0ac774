import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { adds, also, is, oneOf } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, syn, synAck } from "../../src/lab/peer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Requests in /proc/net/tcp: state SYN_RECV. */
const REQUEST = " 03 ";
/** SYNs that nobody will go on with, and the number of the one client that means it. */
const [SYNS, HONEST] = [10, 30];

/**
 * A backlog of 4, and ten SYNs that nobody goes on with.
 *
 *     SYN × 10 ─▶   ◀─ SYN-ACK × 5      tcp_syncookies 0: the rest is dropped, and so is an honest SYN
 *     SYN      ─▶   ◀─ SYN-ACK          tcp_syncookies 1: the honest one is answered, and let in
 */
export default experiment({
  name: "syn-flood",
  asks: "Many ask for a connection and none goes on: what becomes of the one who means it?",
  story: `A porter writes the name of everybody who rings into a book, calls “come up”, and waits for an
    answer. Pranksters ring and run away. The page for this office is soon full of names, and the porter no
    longer opens, neither to them nor to a real visitor, who hears nothing at all. But a porter may do without
    the book: he answers with a number that he can check later. Linux does so from the start, as soon as the
    page is full.`,
  needs: ["veth"],
  parameters: { backlog: { is: "the backlog given to listen", default: 4, from: 1, to: 8 } },
  next: "--set backlog=8: how many names are in the book then? Then syn-cookies: what the number is, and what"
    + " it costs.",

  run({ socket, bind, listen, accept4, close, attempt }, { scene, look, known, peer, set, sysctl }) {
    scene("new", "What a new namespace has, before anybody changes it.");
    look("cookies", "/proc/sys/net/ipv4/tcp_syncookies");
    const l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, set.backlog);
    known("listener", l);

    scene("flood", `tcp_syncookies is 0. ${SYNS} SYNs come, and nobody will go on with any of them.`);
    sysctl("net.ipv4.tcp_syncookies", 0);
    for (let n = 0; n < SYNS; n++) peer.at(n).send(syn());
    peer.fence();
    look("table", "/proc/self/net/tcp", REQUEST);

    scene("honest", "One client that means it.");
    peer.at(HONEST).send(syn());
    peer.at(HONEST).quiet();
    attempt.accept4(l, null, null, 0);

    scene("cookies", "tcp_syncookies is 1, as it was at first. The client tries again.");
    sysctl("net.ipv4.tcp_syncookies", 1);
    peer.at(HONEST).send(syn());
    peer.at(HONEST).expect(synAck());

    scene("let in", "It goes on.");
    peer.at(HONEST).send(ack());
    peer.fence();
    close(accept4(l, null, null, 0));
    close(l);
  },

  claims: [
    claim("SYNs that nobody goes on with fill the place for requests, and that is about the backlog",
      { flood: { "look table": 1 } },
      ({ flood: { "look table": table } }, seen) => [
        oneOf(table.lines(REQUEST), [seen.set("backlog"), seen.set("backlog") + 1]),
        also(() => adds([table.lines(REQUEST), seen.counted("TcpExt.TCPReqQFullDrop", "flood")], SYNS)),
      ], supports("N3-78")),
    claim("what comes then is dropped without an answer, not refused, where there are no SYN cookies",
      { honest: { accept4: 1 } },
      ({ honest: { accept4: accept } }, seen) => [
        is(accept.errno, "EAGAIN"),
        is(seen.counted("TcpExt.TCPReqQFullDrop", "honest"), 1),
        is(seen.counted("TcpExt.ListenDrops", "honest"), 1),
        also(() => is(seen.packets({ dport: 40_000 + HONEST }, "honest").length, 0)),
      ], corrects("N3-79")),
    claim("a new namespace has SYN cookies already: tcp_syncookies is 1",
      { new: { look: 1 } },
      ({ new: { look: cookies } }) => [is(cookies.word(0), "1")], corrects("N3-83")),
    claim("with them the honest client is answered and let in, while the others still fill the place",
      { "let in": { accept4: 1 } },
      ({ "let in": { accept4: accept } }, seen) => [
        is(accept.errno, null),
        is(seen.counted("TcpExt.SyncookiesSent", "cookies"), 1),
        is(seen.counted("TcpExt.SyncookiesRecv", "let in"), 1),
      ], contradicts("N3-79"), supports("N3-82")),
  ],
});
