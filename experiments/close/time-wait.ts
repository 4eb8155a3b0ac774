import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SHUT_WR, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CLOSE, TCP_FIN_WAIT2, TCP_INFO, TCP_TIME_WAIT } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, atLeast, atMost, is, more } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, type Peer, rst } from "../../src/lab/peer.ts";
import { kernelStruct } from "../../src/lab/stage.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The n-th hand-made end as /proc/net/tcp writes it: its port is 40,000 + n. */
const end = (n: number): string => `020200C0:9C4${n}`;
const address = () => sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
/** One of them hears our FIN, and answers with an ACK and its own FIN in one. */
const ended = (it: Peer) => {
  it.expect(fin());
  it.send(fin());
  it.expect(ack(1));
  it.fence();
};
/** Column tr of /proc/net/tcp: the timer of a socket that only waits; column tm->when is in hundredths. */
const WAITING = 3;
const MINUTE = 6000;
/** Where the segment lifetime would be, if it were a setting. */
const MSL = "/proc/sys/net/inet/tcp/msl";

/**
 * Who closed first stays behind, for a minute, whatever is set.
 *
 *     close(s);
 *     // /proc/net/tcp:  st 05  tr 03:000007D0     FIN_WAIT2, 20 s: tcp_fin_timeout
 *     // (FIN comes)
 *     // /proc/net/tcp:  st 06  tr 03:00001770     TIME_WAIT, 60 s
 */
export default experiment({
  name: "time-wait",
  asks: "What stays behind in TIME_WAIT, for how long, and can that be set?",
  story: `Somebody has to stay at the door in case the other one has not heard the last word. It need not be
    the host: a porter with a slip of paper will do, on which the two addresses are written and how far they
    had come. After a minute he goes. There is a knob for another wait, and people turn it in the hope that
    the porter will go sooner; he does not. Where somebody slammed the door there is no porter at all.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_max_tw_buckets": 4096 },
  parameters: {
    fin_timeout: { is: "tcp_fin_timeout, in seconds", default: 20, from: 10, to: 59 },
  },
  next: "--set fin_timeout=40: which of the two timers follows it? Then time-wait-packets: what it is good"
    + " for.",

  run({
    socket, bind, listen, accept4, getsockopt, shutdown, close, attempt,
  }, { scene, look, peer, known, set, sysctl }) {
    sysctl("net.ipv4.tcp_fin_timeout", set.fin_timeout);
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    bind(l, address(), sizeof(sockaddr_in));
    listen(l, 8);
    const row = (n: number) => look("row", "/proc/self/net/tcp", end(n));
    const [closed, kept, broken, unread, last] = [0, 1, 2, 3, 4].map((n) => {
      peer.at(n).handshake(80);
      return accept4(l, null, null, 0);
    }) as [number, number, number, number, number];
    known("closed", closed);

    scene("half", "The first is closed, and the other end has heard it.");
    close(closed);
    peer.expect(fin());
    peer.send(ack());
    peer.fence();
    row(0);

    scene("waiting", "The other end is done as well.");
    peer.send(fin());
    peer.fence();
    row(0);
    attempt.openat(AT_FDCWD, cstring(MSL), O_RDONLY, 0);

    scene("kept", "The second is ended by shutdown, so that its descriptor is still there.");
    shutdown(kept, SHUT_WR);
    ended(peer.at(1));
    getsockopt(kept, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    row(1);
    look("small", kernelStruct("tcp_timewait_sock", "tw_sk", "tw_rcv_wnd", "tw_ts_recent"));
    look("whole", kernelStruct("tcp_sock", "inet_conn", "snd_cwnd"));

    scene("broken", "The third is reset by the other end. To the fourth come bytes that nobody reads.");
    peer.at(2).send(rst());
    peer.at(3).send(data(5));
    peer.fence();
    close(unread);
    peer.fence();
    for (const n of [2, 3]) row(n);

    scene("not allowed", "No more than 0 may wait now. The fifth is closed, by both ends.");
    sysctl("net.ipv4.tcp_max_tw_buckets", 0);
    close(last);
    ended(peer.at(4));
    row(4);
    for (const fd of [kept, broken, l]) close(fd);
  },

  claims: [
    claim("TIME_WAIT is given 60 seconds, whatever tcp_fin_timeout says",
      { half: { "look row": 1 }, waiting: { "look row": 1 } },
      ({ half: { "look row": before }, waiting: { "look row": row } }, seen) => [
        is(before.column("st"), TCP_FIN_WAIT2),
        atMost(before.column("tm->when"), seen.set("fin_timeout") * 100),
        is(row.column("st"), TCP_TIME_WAIT),
        is(row.column("tr"), WAITING),
        atLeast(row.column("tm->when"), MINUTE - 500),
        atMost(row.column("tm->when"), MINUTE),
      ], contradicts("N3-71"), supports("N3-75")),
    claim("what tcp_fin_timeout sets is how long a closed socket waits in FIN_WAIT2 for the other's FIN",
      { half: { "look row": 1 } },
      ({ half: { "look row": row } }, seen) => [
        is(row.column("st"), TCP_FIN_WAIT2),
        is(row.column("tr"), WAITING),
        atLeast(row.column("tm->when"), (seen.set("fin_timeout") - 5) * 100),
        atMost(row.column("tm->when"), seen.set("fin_timeout") * 100),
      ], contradicts("N3-71")),
    claim("Linux has no setting of the segment lifetime",
      { waiting: { openat: 1 } },
      ({ waiting: { openat } }) => [
        is(openat.before("filename"), MSL),
        is(openat.errno, "ENOENT"),
      ], contradicts("N3-71")),
    claim("it is not the socket that waits: to who still has that it is CLOSE, and what waits has no inode",
      { kept: { getsockopt: 1, "look row": 1 } },
      ({ kept: { getsockopt: socket, "look row": row } }, seen) => [
        is(socket.after("optval.tcpi_state"), TCP_CLOSE),
        is(row.column("st"), TCP_TIME_WAIT),
        is(row.column("inode"), 0),
        also(() => is(seen.counted("sockstat.TCP.tw", "kept"), 1)),
        also(() => is(seen.counted("sockstat.TCP.inuse", "kept"), -1)),
      ], corrects("N3-74")),
    claim("a tcp_timewait_sock stands for it, which is smaller than a tcp_sock by more than a thousand bytes",
      { kept: { "look small": 1, "look whole": 1 } },
      ({ kept: { "look small": small, "look whole": whole } }) => [
        more(whole.column("size", "tcp_sock"), small.column("size", "tcp_timewait_sock"), 1001),
      ], corrects("N3-74")),
    claim("after a reset nothing waits, whichever end sent it: a close with unread bytes is one, too",
      { broken: { close: 1, "look row": 2 } },
      ({ broken: { close, "look row": [reset, unread] } }, seen) => [
        is(close.result, 0),
        is(reset.lines(end(2)), 0),
        is(unread.lines(end(3)), 0),
        is(seen.counted("TcpExt.TCPAbortOnClose", "broken"), 1),
        also(() => is(seen.counted("sockstat.TCP.tw", "broken"), 0)),
      ], corrects("N3-74"), supports("N2-82")),
    claim("where tcp_max_tw_buckets allows no more, nothing waits either, though the FIN is acknowledged",
      { "not allowed": { "look row": 1 } },
      ({ "not allowed": { "look row": row } }, seen) => [
        is(row.lines(end(4)), 0),
        is(seen.counted("TcpExt.TCPTimeWaitOverflow", "not allowed"), 1),
        also(() => atLeast(seen.packets({ dport: 40_004, fin: false }, "not allowed").length, 1)),
      ], corrects("N3-74")),
  ],
});
