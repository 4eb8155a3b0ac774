import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import {
  TCP_INFO, TCPI_OPT_SACK, TCPI_OPT_TIMESTAMPS, TCPI_OPT_WSCALE,
} from "../../src/abi/constants/tcp.ts";
import { mss, sackOk, type TcpOption, timestamps, wscale } from "../../src/abi/headers/tcp-options.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, rst, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Requests in /proc/net/tcp: state SYN_RECV. */
const REQUEST = " 03 ";
const SYNS = 10;
/** What the peers offer in their SYN, and what a cookie keeps of that: one of four sizes. */
const [OFFERED, KEPT] = [1200, 536];
/** So many bytes timestamps take in each segment. */
const STAMPS = 12;
/** The clients, by number; and what one of them makes up. */
const [FORGER, PLAIN, STAMPED, ORDINARY] = [20, 21, 22, 23];
const MADE_UP = 0xdeadbeef;
/** So many bytes of a tcp_info hold tcpi_state to tcpi_snd_mss. */
const HEAD = 20;
const [OPTIONS, SND_MSS] = ["optval.tcpi_options", "optval.tcpi_snd_mss"] as const;

/**
 * A SYN-ACK whose number is a receipt.
 *
 *     SYN  ─▶
 *          ◀─  SYN-ACK, seq = f(addresses, ports, their seq, a secret, the time) + which MSS of four
 *                                           // nothing is kept
 *     ACK  ─▶  ack - 1 is the receipt       // it is right: a connection is made of it
 *     ACK  ─▶  ack - 1 is any number        // it is not: RST
 */
export default experiment({
  name: "syn-cookies",
  asks: "A SYN is answered and nothing is kept of it: how can an ACK open a connection, and what gets lost?",
  story: `The porter writes nothing down. He gives everybody a number that he has worked out from the face,
    the minute and a secret. Who comes back with the right number must have been here, and is let in; a number
    that somebody made up is not right. But only so much fits into a number. What the visitor had said about
    wishes and habits is forgotten, unless the visitor brings a note of it along.`,
  needs: ["veth"],
  pins: {
    "net.ipv4.tcp_syncookies": 2, "net.ipv4.tcp_timestamps": 1, "net.ipv4.tcp_sack": 1,
    "net.ipv4.tcp_window_scaling": 1,
  },
  next: "Then accept-overflow: what cookies do not help against.",

  run({ socket, bind, listen, accept4, getsockopt, close }, { scene, look, known, peer, sysctl }) {
    const l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    known("listener", l);
    const opened = (n: number, ...more: readonly TcpOption[]) => {
      peer.at(n).send(syn({ options: [mss(OFFERED), sackOk, wscale(7), ...more] }));
      peer.at(n).expect(synAck());
      peer.at(n).send(ack());
      peer.fence();
      const s = accept4(l, null, null, 0);
      getsockopt(s, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
      close(s);
    };

    scene("flood", `tcp_syncookies is 2: always. ${SYNS} SYNs come.`);
    for (let n = 0; n < SYNS; n++) {
      peer.at(n).send(syn());
      peer.at(n).expect(synAck());
    }
    look("table", "/proc/self/net/tcp", REQUEST);

    scene("ACK", "One of them goes on.");
    peer.at(1).send(ack());
    peer.fence();
    close(accept4(l, null, null, 0));

    scene("forged", "An ACK from somebody who never sent a SYN.");
    peer.at(FORGER).send(ack(MADE_UP));
    peer.at(FORGER).expect(rst());

    scene("plain", "A client that offers window scale, SACK, and an MSS of 1200.");
    opened(PLAIN);

    scene("stamped", "One that offers timestamps besides.");
    opened(STAMPED, timestamps(1, 0));

    scene("ordinary", "The first offer once more; tcp_syncookies is 1, and there is room for requests.");
    sysctl("net.ipv4.tcp_syncookies", 1);
    opened(ORDINARY);
    close(l);
  },

  claims: [
    claim("every SYN is answered, and nothing is kept of it: the table has no request",
      { flood: { "look table": 1 } },
      ({ flood: { "look table": table } }, seen) => [
        is(table.lines(REQUEST), 0),
        is(seen.counted("TcpExt.SyncookiesSent", "flood"), SYNS),
        also(() => is(seen.packets({ syn: true, sport: 80 }, "flood").length, SYNS)),
      ], supports("N3-82")),
    claim("the ACK that brings the receipt back opens the connection",
      { ACK: { accept4: 1 } },
      ({ ACK: { accept4: accept } }, seen) => [
        is(accept.errno, null),
        is(seen.counted("TcpExt.SyncookiesRecv", "ACK"), 1),
        also(() => is(seen.counted("Tcp.PassiveOpens", "ACK"), 1)),
      ], supports("N3-82")),
    claim("an ACK with a number that was made up opens nothing: it is answered by RST",
      { forged: { accept4: 0 } },
      (_, seen) => [
        is(seen.counted("TcpExt.SyncookiesFailed", "forged"), 1),
        is(seen.counted("Tcp.PassiveOpens", "forged"), 0),
        also(() => is(seen.packets({ sport: 80, rst: true }, "forged").field("dport"), [40_000 + FORGER])),
      ], supports("N3-82")),
    claim("without timestamps window scale and SACK are lost, and the MSS is cut to one of four values",
      { plain: { getsockopt: 1 }, ordinary: { getsockopt: 1 } },
      ({ plain: { getsockopt: cookie }, ordinary: { getsockopt: request } }) => [
        is(cookie.after(OPTIONS), 0),
        is(cookie.after(SND_MSS), KEPT),
        is(request.after(OPTIONS), TCPI_OPT_SACK | TCPI_OPT_WSCALE),
        is(request.after(SND_MSS), OFFERED),
      ], contradicts("N3-84")),
    claim("with timestamps window scale and SACK are kept, in the stamp that comes back; the MSS is cut",
      { stamped: { getsockopt: 1 } },
      ({ stamped: { getsockopt: cookie } }, seen) => [
        is(cookie.after(OPTIONS), TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE),
        is(cookie.after("optval.tcpi_snd_wscale"), 7),
        is(cookie.after(SND_MSS), KEPT - STAMPS),
        also(() => is(seen.counted("TcpExt.SyncookiesRecv", "stamped"), 1)),
      ], contradicts("N3-84")),
    claim("where there is room for requests, and tcp_syncookies is 1, no cookie is sent",
      { ordinary: { accept4: 1 } },
      ({ ordinary: { accept4: accept } }, seen) => [
        is(accept.errno, null),
        is(seen.counted("TcpExt.SyncookiesSent", "ordinary"), 0),
      ], corrects("N3-83")),
  ],
});
