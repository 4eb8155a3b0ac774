import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SHUT_WR, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_FIN_WAIT2, TCP_INFO, TCP_LINGER2 } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, atLeast, atMost, is, more } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, type Peer, rst } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The ports of the other ends, as /proc/net/tcp writes them and as numbers. */
const ROWS = { half: ":9C40", usual: ":9C41", short: ":9C42", never: ":9C43" };
const [USUAL, SHORT, NEVER] = [40_001, 40_002, 40_003];
/** Column tr of /proc/net/tcp: which timer runs. None; the one after which the connection is forgotten. */
const [NONE, FORGETS] = [0, 3];
/** Column tm->when counts hundredths of a second. */
const [SECOND, MINUTE] = [100, 6000];

/**
 * One second, or three and a half waits for an ACK where that is more: so long it is at least. How long such
 * a wait is depends on how long the handshake took: tcpi_rto, in microseconds.
 */
const longerThan = (rto: number) => {
  const ms = Math.ceil(Math.max(1000, 3.5 * rto / 1000) * 1.8);
  return timespec({ tv_sec: Math.floor(ms / 1000), tv_nsec: (ms % 1000) * 1_000_000 });
};

/** On port 80. */
const listener = ({ socket, bind, listen }: Calls) => {
  const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
  bind(l, addr, sizeof(addr));
  listen(l, 8);
  return l;
};
/** It has got our FIN, and says so. */
const acknowledges = (peer: Peer) => {
  peer.expect(fin());
  peer.send(ack(1));
  peer.fence();
};

/**
 * Our FIN is acknowledged, and the other end's own does not come.
 *
 *     shutdown(s, SHUT_WR);    // FIN_WAIT2 for as long as the other end likes: it may go on sending
 *     close(s);                // FIN_WAIT2 for 60 seconds: nobody is there any more who could read
 */
export default experiment({
  name: "fin-wait-2",
  asks: "We have said goodbye and the other end has not: how long does the kernel wait for its FIN?",
  story: `You say on the telephone: that is all from me, but go on, I am listening (shutdown). Then you may
    listen for hours, nobody cuts you off. It is another thing if you say goodbye and leave the room (close).
    The porter holds the receiver for a minute, in case the other says goodbye as well. If the other begins to
    tell something he hangs up at once, for nobody would hear it. After the minute he has forgotten the call:
    who speaks then is told that there is no such call.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_fin_timeout": 60 },
  next: "Which of these connections would be there tomorrow? Then linger: what close waits for.",

  run(calls, { scene, look, known, peer }) {
    const { accept4, setsockopt, getsockopt, shutdown, recvfrom, ppoll, close } = calls;
    const [l, info] = [listener(calls), tcp_info()];
    const [half, usual, short, never] = Object.keys(ROWS).map((name, n) => {
      peer.at(n).handshake(80);
      const s = accept4(l, null, null, 0);
      known(name, s);
      return s;
    }) as [number, number, number, number];
    const row = (name: keyof typeof ROWS) => look(name, "/proc/self/net/tcp", ROWS[name]);

    scene("shutdown", "A FIN, and the socket is kept. The other end acknowledges it and says no more.");
    shutdown(half, SHUT_WR);
    acknowledges(peer);
    row("half");

    scene("closed", "The same, but by close. Two of them: one with one second for it, TCP_LINGER2.");
    setsockopt(short, IPPROTO_TCP, TCP_LINGER2, int(1), 4);
    getsockopt(short, IPPROTO_TCP, TCP_INFO, info, int(sizeof(tcp_info)));
    for (const fd of [usual, short]) close(fd);
    for (const n of [1, 2]) acknowledges(peer.at(n));
    for (const name of ["usual", "short"] as const) row(name);
    peer.at(2).send(ack(1));
    peer.at(2).quiet();

    scene("never", "TCP_LINGER2 of -1: not to wait at all. FIN_WAIT2 is reached, then comes close.");
    setsockopt(never, IPPROTO_TCP, TCP_LINGER2, int(-1), 4);
    shutdown(never, SHUT_WR);
    acknowledges(peer.at(3));
    close(never);
    peer.at(3).expect(rst());
    row("never");

    scene("forgotten", "A second and some more go by. Once more the short one's other end says: I have it.");
    ppoll(null, 0, longerThan(info.tcpi_rto), null, 0);
    row("short");
    peer.at(2).send(ack(1));
    peer.at(2).expect(rst());

    scene("later", "Data comes late: on the connection that was shut down, and on the one that was closed.");
    row("half");
    peer.send(data("still here"));
    peer.expect(ack(10));
    recvfrom(half, buffer(16), 16, 0, null, null);
    peer.at(1).send(data("still here"));
    peer.at(1).expect(rst());
    row("usual");
    for (const fd of [half, l]) close(fd);
  },

  claims: [
    claim("after shutdown no timer runs: the socket is in FIN_WAIT2, and nothing will end that",
      { shutdown: { shutdown: 1, "look half": 1 } },
      ({ shutdown: { shutdown, "look half": row } }) => [
        is(shutdown.before("how"), SHUT_WR),
        is(row.column("st"), TCP_FIN_WAIT2),
        is(row.column("tr"), NONE),
        is(row.column("tm->when"), 0),
      ], corrects("N3-72")),
    claim("after close one does, of as many seconds as tcp_fin_timeout says: here 60",
      { closed: { close: 2, "look usual": 1 } },
      ({ closed: { close: [usual], "look usual": row } }, seen) => [
        is(usual.result, 0),
        is(row.column("st"), TCP_FIN_WAIT2),
        is(row.column("inode"), 0),
        is(row.column("tr"), FORGETS),
        atMost(row.column("tm->when"), MINUTE),
        atLeast(row.column("tm->when"), MINUTE - 10 * SECOND),
        also(() => is(seen.states("usual").until("closed"), ["ESTABLISHED", "FIN_WAIT2"])),
      ], corrects("N3-72")),
    claim("a socket may have a time of its own, TCP_LINGER2; when it is over a late ACK is answered by RST",
      {
        closed: { setsockopt: 1, "look usual": 1, "look short": 1 },
        forgotten: { "look short": 1 },
      },
      ({
        closed: { setsockopt: option, "look usual": usual, "look short": short },
        forgotten: { "look short": gone },
      }, seen) => [
        is(option.before("optname"), TCP_LINGER2),
        more(usual.column("tm->when"), short.column("tm->when"), 10 * SECOND),
        is(gone.lines(ROWS.short), 0),
        also(() => is(seen.packets({ sport: 80, dport: SHORT, fin: false }, "closed").length, 0)),
        also(() => is(seen.packets({ sport: 80, dport: SHORT }, "forgotten").field("rst"), [1])),
      ], corrects("N3-72")),
    claim("with TCP_LINGER2 of -1 close does not wait at all: it sends RST, and nothing is left",
      { never: { setsockopt: 1, close: 1, "look never": 1 } },
      ({ never: { setsockopt: option, close, "look never": row } }, seen) => [
        is(option.before("*optval"), -1),
        is(close.result, 0),
        is(row.lines(ROWS.never), 0),
        also(() => is(seen.packets({ sport: 80, dport: NEVER, rst: true }, "never").length, 1)),
      ], corrects("N3-72")),
    claim("what was shut down still takes data, when what was closed has long been forgotten",
      { forgotten: { "look short": 1 }, later: { "look half": 1, recvfrom: 1 } },
      ({ forgotten: { "look short": gone }, later: { "look half": row, recvfrom } }, seen) => [
        is(gone.lines(ROWS.short), 0),
        is(row.column("st"), TCP_FIN_WAIT2),
        is(recvfrom.result, 10),
        also(() => is(seen.states("half").until("later"), ["ESTABLISHED", "FIN_WAIT2"])),
      ], corrects("N3-72")),
    claim("what was closed takes none: data is answered by RST, and the rest of the minute is not waited for",
      { closed: { "look usual": 1 }, later: { "look usual": 1 } },
      ({ closed: { "look usual": before }, later: { "look usual": after } }, seen) => [
        is(before.lines(ROWS.usual), 1),
        is(after.lines(ROWS.usual), 0),
        also(() => is(seen.packets({ sport: 80, dport: USUAL }, "later").field("rst"), [1])),
      ], corrects("N3-72")),
  ],
});
