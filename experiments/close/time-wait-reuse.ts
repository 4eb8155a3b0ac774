import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_TIME_WAIT } from "../../src/abi/constants/tcp.ts";
import { CLOCK_MONOTONIC } from "../../src/abi/constants/time.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, is, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { fin, type Peer } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The only port that a connect may choose. */
const ONLY = 40_000;
/** Two servers that will be called, one with timestamps and one without. */
const [STAMPED, UNSTAMPED] = [7001, 7002];
/** What waits at ports 80 and 81, as /proc/net/tcp writes it. */
const [AT_80, AT_81] = ["010200C0:0050 020200C0", "010200C0:0051 020200C0"];
const address = (sin_addr: string, sin_port: number) =>
  sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr });

/** A server's only connection is closed, by the server first, and then its listener. */
function over({ accept4, close }: Calls, listener: number, it: Peer, port: number): void {
  it.handshake(port);
  close(accept4(listener, null, null, 0));
  it.expect(fin());
  it.send(fin());
  it.fence();
  close(listener);
}

/** Another server wants its port: as it is, and with SO_REUSEADDR. */
function next({ socket, setsockopt, close, attempt }: Calls, port: number): void {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  attempt.bind(fd, address("192.0.2.1", port), sizeof(sockaddr_in));
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, int(1), 4);
  attempt.bind(fd, address("192.0.2.1", port), sizeof(sockaddr_in));
  close(fd);
}

/**
 * A port at which an old connection waits.
 *
 *     bind(l, :80)                  // EADDRINUSE
 *     SO_REUSEADDR; bind(l, :80)    // 0, if the old server had it, too
 *     connect(c, :7001)             // EADDRNOTAVAIL: the same four numbers, and no other port to choose
 *     // a second later, with tcp_tw_reuse 1
 *     connect(c, :7001)             // 0: timestamps tell old packets from new ones
 */
export default experiment({
  name: "time-wait-reuse",
  asks: "An old connection waits in TIME_WAIT: who may use its port, and from when on?",
  story: `A house number is kept for a while after somebody moved out, so that no newcomer gets the letters of
    the one before. Whoever wants to open a shop there is turned away, unless the one before had agreed, and
    the new one does, too. Whoever only writes letters from there may, to anybody but the old partner; and to
    him, too, after a second, if they put the time on their letters: then old and new can be told apart.`,
  needs: ["veth"],
  pins: {
    "net.ipv4.ip_local_port_range": `${ONLY} ${ONLY}`,
    "net.ipv4.tcp_tw_reuse": 0, "net.ipv4.tcp_timestamps": 1,
  },
  next: "Then connect-timeout: how long is waited for somebody who says nothing at all.",

  run(calls, { scene, look, peer, sysctl }) {
    const { socket, bind, listen, accept4, setsockopt, getsockname, recvfrom, close } = calls;
    const tcp = () => socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const serve = (fd: number, sin_addr: string, port: number) => {
      bind(fd, address(sin_addr, port), sizeof(sockaddr_in));
      listen(fd, 8);
      return fd;
    };
    const call = (port: number) => {
      const fd = tcp();
      const result = calls.attempt.connect(fd, address("127.0.0.1", port), sizeof(sockaddr_in));
      if (result === 0) getsockname(fd, sockaddr_in(), int(sizeof(sockaddr_in)));
      return fd;
    };

    scene("plain", "A server closes its connection, then its listener. Another one wants the port.");
    over(calls, serve(tcp(), "192.0.2.1", 80), peer, 80);
    look("row", "/proc/self/net/tcp", AT_80);
    next(calls, 80);

    scene("agreed", "The same, but the old server had SO_REUSEADDR.");
    const agreed = tcp();
    setsockopt(agreed, SOL_SOCKET, SO_REUSEADDR, int(1), 4);
    over(calls, serve(agreed, "192.0.2.1", 81), peer.at(1), 81);
    look("row", "/proc/self/net/tcp", AT_81);
    next(calls, 81);

    scene("called", "Two servers are called, the second without timestamps. Each caller closes first.");
    for (const port of [STAMPED, UNSTAMPED]) {
      sysctl("net.ipv4.tcp_timestamps", port === STAMPED ? 1 : 0);
      const l = serve(tcp(), "127.0.0.1", port);
      const c = call(port);
      const s = accept4(l, null, null, 0);
      close(c);
      recvfrom(s, buffer(1), 1, 0, null, null);
      close(s);
    }

    scene("at once", "The first one is called again.");
    close(call(STAMPED));

    scene("later", "More than a second later, with tcp_tw_reuse 1 and timestamps. Both are called again.");
    for (const name of ["tcp_tw_reuse", "tcp_timestamps"]) sysctl(`net.ipv4.${name}`, 1);
    calls.clock_nanosleep(CLOCK_MONOTONIC, 0, timespec({ tv_sec: 1, tv_nsec: 100_000_000 }), null);
    for (const port of [STAMPED, UNSTAMPED]) close(call(port));
  },

  claims: [
    claim("no other server gets the port while an old connection waits there: bind is EADDRINUSE",
      { plain: { "look row": 1, bind: 3 } },
      ({ plain: { "look row": row, bind: [old, without, withIt] } }) => [
        is(old.result, 0),
        is(row.column("st"), TCP_TIME_WAIT),
        is(without.errno, "EADDRINUSE"),
        is(withIt.errno, "EADDRINUSE"),
      ], corrects("N3-77")),
    claim("with SO_REUSEADDR it does, but only if the old server had it, too",
      { plain: { bind: 3 }, agreed: { "look row": 1, bind: 3 } },
      ({ plain: { bind: [, , refused] }, agreed: { "look row": row, bind: [, without, withIt] } }) => [
        is(refused.errno, "EADDRINUSE"),
        is(row.column("st"), TCP_TIME_WAIT),
        is(without.errno, "EADDRINUSE"),
        is(withIt.result, 0),
      ], corrects("N3-77")),
    claim("who calls may use the port at once, to another server: what is kept is four numbers, not one",
      { called: { connect: 2, getsockname: 2 } },
      ({ called: { connect: [first, second], getsockname: [one, two] } }) => [
        is(first.result, 0),
        is(second.result, 0),
        is(one.after("usockaddr.sin_port"), ONLY),
        same(one.after("usockaddr.sin_port"), two.after("usockaddr.sin_port")),
      ], corrects("N3-77")),
    claim("to the same server it may not: without another port to choose connect is EADDRNOTAVAIL",
      { "at once": { connect: 1 } },
      ({ "at once": { connect } }, seen) => [
        is(connect.errno, "EADDRNOTAVAIL"),
        also(() => is(seen.counted("Tcp.ActiveOpens", "at once"), 0)),
      ], supports("N3-77")),
    claim("after a second, with tcp_tw_reuse 1, it may: the old connection is gone before its minute is over",
      { later: { connect: 2, getsockname: 1 } },
      ({ later: { connect: [again], getsockname: name } }, seen) => [
        is(again.result, 0),
        is(name.after("usockaddr.sin_port"), ONLY),
        is(seen.counted("TcpExt.TWRecycled", "later"), 1),
      ], corrects("N3-77")),
    claim("a connection without timestamps keeps its four numbers",
      { later: { connect: 2 } },
      ({ later: { connect: [again, without] } }) => [
        is(again.errno, null),
        is(without.errno, "EADDRNOTAVAIL"),
      ], corrects("N3-77")),
  ],
});
