import { POLLERR } from "../../src/abi/constants/poll.ts";
import { AF_INET, MSG_DONTWAIT, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { TCP_CLOSE, TCP_ESTABLISHED } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * A UDP socket has states after all.
 *
 *     connect(s, &peer, sizeof peer);   // not a packet; from now on ESTABLISHED
 *     send(s, "x", 1, 0);               // goes to the peer
 *     send(s, "x", 1, 0);               // ECONNREFUSED: the peer's machine said that nobody is there
 */
export default experiment({
  name: "udp-connect",
  asks: "UDP knows no connection: what does connect do to its socket, then?",
  story: `connect on a letter box sends nothing. It is a note that you leave with your own post office: post
    for me comes from this one address, everything else is to be turned away, and if a letter comes back as
    undeliverable, tell me.`,
  next: "tcp-states has a connect where there is a connection. Then udp-route-cache: what else connect"
    + " keeps.",

  run({
    socket, bind, getsockname, connect, sendto, recvfrom, ppoll, close, attempt,
  }, { scene, known, look }) {
    const any = () => sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    const peer = socket(AF_INET, SOCK_DGRAM, 0);
    const s = socket(AF_INET, SOCK_DGRAM, 0);
    const stranger = socket(AF_INET, SOCK_DGRAM, 0);
    const [to, own] = [any(), any()];
    bind(peer, to, sizeof(to));
    getsockname(peer, to, int(sizeof(to)));
    bind(s, own, sizeof(own));
    getsockname(s, own, int(sizeof(own)));
    known("s", s);
    const port = own.sin_port.toString(16).toUpperCase().padStart(4, "0");
    const row = () => look("row", "/proc/self/net/udp", `:${port}`);

    scene("unconnected", "A socket with a port, and no peer: a send needs an address.");
    attempt.sendto(s, text("x"), 1, 0, null, 0);
    row();

    scene("connect");
    connect(s, to, sizeof(to));
    row();

    scene("connected", "Its peer is heard, somebody else is not.");
    sendto(s, text("to the peer"), 11, 0, null, 0);
    recvfrom(peer, buffer(32), 32, 0, null, null);
    sendto(stranger, text("hello?"), 6, 0, own, sizeof(own));
    sendto(peer, text("answer"), 6, 0, own, sizeof(own));
    recvfrom(s, buffer(32), 32, 0, null, null);
    attempt.recvfrom(s, buffer(32), 32, MSG_DONTWAIT, null, null);

    scene("refused", "The peer is gone. The first send cannot know that, the second can.");
    close(peer);
    sendto(s, text("anybody?"), 8, 0, null, 0);
    ppoll(pollfd({ fd: s, events: 0 }), 1, timespec({ tv_sec: 4 }), null, 0);
    attempt.sendto(s, text("anybody?"), 8, 0, null, 0);
    close(s);
    close(stranger);
  },

  claims: [
    claim("without a peer a send needs an address", { unconnected: { sendto: 1 } },
      ({ unconnected: { sendto: send } }) => [is(send.errno, "EDESTADDRREQ")], supports("N0-58", "N1-14")),
    claim("connect moves a UDP socket from CLOSE to ESTABLISHED, and sends nothing",
      { unconnected: { look: 1 }, connect: { connect: 1, look: 1 } },
      ({ unconnected: { look: before }, connect: { connect, look: after } }, seen) => [
        is(connect.result, 0),
        is(before.column("st"), TCP_CLOSE),
        is(after.column("st"), TCP_ESTABLISHED),
        is(seen.counted("Udp.OutDatagrams", "connect"), 0),
        also(() => is(seen.states("s").until("connect"), ["CLOSE", "ESTABLISHED"])),
        also(() => is(seen.packets({}, "connect").length, 0)),
      ], corrects("N0-15")),
    claim("from then on only its peer is heard", { connected: { recvfrom: 3 } },
      ({ connected: { recvfrom: [atPeer, heard, nothing] } }, seen) => [
        is(atPeer.after("ubuf"), "to the peer"),
        is(heard.after("ubuf"), "answer"),
        is(nothing.errno, "EAGAIN"),
        also(() => is(seen.counted("Udp.NoPorts", "connected"), 1)),
      ], supports("N1-15")),
    claim("and it is told when its peer is not there: the send after the one that was lost fails",
      { refused: { sendto: 2, ppoll: 1 } },
      ({ refused: { sendto: [first, second], ppoll } }, seen) => [
        is(first.result, 8),
        is(ppoll.after("ufds.revents"), POLLERR),
        is(second.errno, "ECONNREFUSED"),
        also(() => is(seen.packets({ code: "ICMP_PORT_UNREACH" }, "refused").length, 1)),
      ], corrects("N0-15"), supports("N1-15")),
  ],
});
