import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_RCVTIMEO, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_INFO, TCP_LISTEN } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { also, differ, is, same } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, rst, syn } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Three peers: the first, one with another port, one with another address (20,000 ports each). */
const FIRST = 0;
const PORT = 1;
const ADDRESS = 20_000;
/** Who says what, to which port. */
const SAID = [
  [FIRST,   80, "first"],
  [PORT,    80, "their port"],
  [ADDRESS, 80, "their address"],
  [FIRST,   81, "our port"],
] as const;
const NAME = "usockaddr.sin_addr";
/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;

const at = (sin_port: number, sin_addr: string) => sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr });

/** One that waits for its clients, and for their bytes, 4 seconds at most. */
function listener(
  { socket, setsockopt, bind, listen }: Pick<Calls, "socket" | "setsockopt" | "bind" | "listen">,
  port: number,
): number {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
  bind(fd, at(port, "0.0.0.0"), sizeof(sockaddr_in));
  listen(fd, 8);
  return fd;
}

/** A client of this machine, whose own address and port are always the same. */
function client(
  { socket, setsockopt, bind, connect }: Pick<Calls, "socket" | "setsockopt" | "bind" | "connect">,
  to: string,
): number {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, int(1), 4);
  bind(fd, at(40_000, "127.0.0.3"), sizeof(sockaddr_in));
  connect(fd, at(80, to), sizeof(sockaddr_in));
  return fd;
}

/**
 * What tells connections apart: two addresses and two ports.
 *
 *     192.0.2.2:40000 → 192.0.2.1:80     its own socket
 *     192.0.2.2:40001 → 192.0.2.1:80     another port there: another socket
 *     192.0.2.3:40000 → 192.0.2.1:80     another address there: another socket
 *     192.0.2.2:40000 → 192.0.2.1:81     another port here: another socket
 *     192.0.2.2:40001 → 192.0.2.1:81     nobody's: RST
 */
export default experiment({
  name: "demux",
  asks: "All clients send to port 80: how does the kernel know whose bytes these are?",
  story: `Letters for a large family all bear the same house number. The postman gives each to the one who
    has been writing with just this sender: he looks at all four lines, from which house and which person, to
    which house and which person. One line that differs, and it is another correspondence. A letter that
    belongs to no correspondence is for the doorman, and he takes only one kind: those that begin “I should
    like to …”. All others he sends back. When the doorman is gone, those who write to each other go on as
    before.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_syncookies": 1 },
  next: "Then listener-choice: several doormen for one door.",

  run(calls, { scene, say, peer, known }) {
    const { accept4, sendto, recvfrom, ppoll, getsockopt, getsockname, getpeername, close, attempt } = calls;
    const taken = (l: number) => accept4(l, null, null, 0);
    const read = (fd: number) => attempt.recvfrom(fd, buffer(16), 16, MSG_DONTWAIT, null, null);
    say("Two listeners, on port 80 and on port 81.");
    const [http, other] = [listener(calls, 80), listener(calls, 81)];
    known("listener", http);

    scene("clients", "Four clients. Each of the last three differs from the first in one thing.");
    for (const n of [FIRST, PORT, ADDRESS]) peer.at(n).handshake(80);
    peer.handshake(81);
    const fds = [taken(http), taken(http), taken(http), taken(other)];

    scene("bytes", "Each says what it is. Then each socket is read, and the listener is asked.");
    for (const [n, port, what] of SAID) {
      peer.at(n).send(data(what, { port }));
      peer.at(n).expect(ack());
    }
    getsockopt(http, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    ppoll(pollfd({ fd: http, events: POLLIN }), 1, timespec({}), null, 0);
    for (const fd of fds) read(fd);

    scene("address", "The fourth thing: one client's address and port, connected to two addresses here.");
    for (const here of ["127.0.0.1", "127.0.0.2"]) {
      const c = client(calls, here);
      const s = taken(http);
      getsockname(s, sockaddr_in(), int(sizeof(sockaddr_in)));
      getpeername(s, sockaddr_in(), int(sizeof(sockaddr_in)));
      sendto(c, text(here), 9, 0, null, 0);
      recvfrom(s, buffer(16), 16, 0, null, null);
      fds.push(c, s);
    }

    scene("strangers", "Data from nobody: one thing is as in no connection.");
    for (const [who, port] of [[peer.at(2), 80], [peer.at(ADDRESS + 1), 80], [peer.at(PORT), 81]] as const) {
      who.send(data("let me in", { port }));
      who.expect(rst());
    }
    for (const fd of fds.slice(0, 4)) read(fd);

    scene("gone", "The listener is closed. The first client speaks again; a new one knocks.");
    close(http);
    peer.send(data("still here", { port: 80 }));
    peer.expect(ack());
    read(fds[0]!);
    peer.at(3).send(syn());
    peer.at(3).expect(rst());
    for (const fd of [...fds, other]) close(fd);
  },

  claims: [
    claim("clients that differ in one port or one address have a socket each, and each has its own bytes",
      { bytes: { recvfrom: 4 } },
      ({ bytes: { recvfrom: [first, theirPort, theirAddress, ourPort] } }) => [
        is(first.after("ubuf"), "first"),
        is(theirPort.after("ubuf"), "their port"),
        is(theirAddress.after("ubuf"), "their address"),
        is(ourPort.after("ubuf"), "our port"),
      ], supports("N3-27")),
    claim("so have two connections from one and the same address and port to two addresses of this machine",
      { address: { getsockname: 2, getpeername: 2, recvfrom: 2 } },
      ({ address: { getsockname: [one, two], getpeername: [client, again], recvfrom: [first, second] } }) => [
        differ(one.after(NAME), two.after(NAME)),
        same(one.after("usockaddr.sin_port"), two.after("usockaddr.sin_port")),
        same(client.after(NAME), again.after(NAME)),
        same(client.after("usockaddr.sin_port"), again.after("usockaddr.sin_port")),
        is(first.after("ubuf"), "127.0.0.1"),
        is(second.after("ubuf"), "127.0.0.2"),
      ], supports("N3-27")),
    claim("what belongs to a connection never comes to the listener",
      { bytes: { getsockopt: 1, ppoll: 1, recvfrom: 4 } },
      ({ bytes: { getsockopt: listener, ppoll, recvfrom: [first] } }) => [
        is(listener.after("optval.tcpi_state"), TCP_LISTEN),
        is(listener.after(QUEUED), 0),
        is(ppoll.result, 0),
        is(first.result, 5),
      ], supports("N3-28")),
    claim("data that fits no connection in all four is answered by RST, and no socket is given it",
      { strangers: { recvfrom: all } },
      ({ strangers: { recvfrom } }, seen) => [
        ...recvfrom.each.map((it) => is(it.errno, "EAGAIN")),
        is(seen.counted("Tcp.OutRsts", "strangers"), 3),
        also(() => is(seen.packets({ rst: true }, "strangers").field("dport"), [40_002, 40_001, 40_001])),
      ], supports("N3-27", "N3-28")),
    claim("with the listener closed the connections go on, and only who is new is answered by RST",
      { gone: { recvfrom: 1 } },
      ({ gone: { recvfrom } }, seen) => [
        is(recvfrom.after("ubuf"), "still here"),
        is(seen.counted("Tcp.OutRsts", "gone"), 1),
        also(() => is(seen.packets({ rst: true, sport: 80 }, "gone").field("dport"), [40_003])),
      ], supports("N3-28")),
  ],
});
