import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, SO_KEEPALIVE, SO_LINGER, SO_RCVBUF, SO_RCVTIMEO, SO_SNDBUF, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import {
  TCP_INFO, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_LINGER2, TCP_SYNCNT, TCP_TIME_WAIT,
  TCP_USER_TIMEOUT,
} from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { linger } from "../../src/abi/structs/socket.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { atLeast, atMost, figure, is, more, same } from "../../src/lab/check.ts";
import { all, claim, contradicts, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The names that the note has, as files: they are BSD's. */
const BSD = [
  "net/inet/tcp/keepinit", "net/inet/tcp/keepidle", "net/inet/tcp/msl", "net/inet/tcp/fin_timeout",
  "net/inet/tcp/recvspace", "kern/ipc/maxsockbuf", "kern/ipc/somaxconn",
];
const PROC = "/proc/sys/";
/** A number, and the middle one of three: what is there without a word, between the least and the most. */
const ONE = /^(\d+)\n$/;
const MIDDLE = /^\d+\s+(\d+)\s+\d+\n$/;
/** The largest int; half of it is as much as the kernel takes for a buffer, and it doubles that. */
const LARGEST = 0x7fff_ffff;
const HALF = Math.floor(LARGEST / 2);
/** Port 8080 as /proc/net/tcp writes it: the other end's, on a line in TIME_WAIT. */
const PORT = 8080;
const IN_TIME_WAIT = "0100007F:1F90 06";
/** Column tm->when counts hundredths of a second. */
const SECOND = 100;
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked: of a listener the last one is its backlog. */
const HEAD = 32;
const BACKLOG = "optval.tcpi_sacked";

const open = ({ attempt }: Calls, name: string) =>
  attempt.openat(AT_FDCWD, cstring(`${PROC}${name}`), O_RDONLY, 0);
const readSetting = (calls: Calls, name: string) => {
  const fd = open(calls, `net/ipv4/${name}`);
  calls.read(fd, buffer(64), 64);
  calls.close(fd);
};

/** A connection on lo whose client closes first; the server's close waits until its FIN is acknowledged. */
const endedByClient = ({ socket, bind, listen, connect, accept4, recvfrom, setsockopt, close }: Calls) => {
  const [l, c] = [socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)];
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: PORT, sin_addr: "127.0.0.1" });
  bind(l, addr, sizeof(addr));
  listen(l, 8);
  connect(c, addr, sizeof(addr));
  const s = accept4(l, null, null, 0);
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
  setsockopt(s, SOL_SOCKET, SO_LINGER, linger({ l_onoff: 1, l_linger: 4 }), sizeof(linger));
  close(c);
  recvfrom(s, buffer(16), 16, 0, null, null);
  close(s);
  close(l);
};

/**
 * How long is too long, and how much too much: the note's name, Linux's, and what a socket has of its own.
 *
 *     net.inet.tcp.keepinit      tcp_syn_retries          TCP_SYNCNT
 *     net.inet.tcp.keepidle      tcp_keepalive_time       TCP_KEEPIDLE
 *     net.inet.tcp.fin_timeout   tcp_fin_timeout          TCP_LINGER2
 *     (none)                     tcp_retries2             TCP_USER_TIMEOUT
 *     net.inet.tcp.msl           (none)                   (none)
 *     net.inet.tcp.recvspace     tcp_rmem                 SO_RCVBUF
 *     kern.ipc.maxsockbuf        net.core.rmem_max        (none)
 *     kern.ipc.somaxconn         net.core.somaxconn       listen's backlog
 */
export default experiment({
  name: "timeouts",
  asks: "Which settings say how long TCP waits and how much it keeps, and what are they set to here?",
  story: `A cook from abroad has written down how long things take in his kitchen, and which knob it is. You
    stand in another kitchen: his knobs are not there. There are others, and some count differently: not
    minutes but tries. One thing has no knob at all; it is cast in iron. And each pot has some knobs of its
    own: a new pot does as the kitchen says, and you may turn it for this pot alone.`,
  pins: { "net.ipv4.tcp_fin_timeout": 5 },
  next: "sysctl(8) reads and sets the same files. Then syn-flood: many knock, and none comes in.",

  run(calls, { scene, look }) {
    const { socket, listen, setsockopt, getsockopt, close } = calls;
    const s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const settings = (...names: readonly string[]) => {
      for (const it of names) readSetting(calls, it);
    };
    const own = (level: number, ...options: readonly number[]) => {
      for (const it of options) getsockopt(s, level, it, int(0), int(4));
    };

    scene("BSD", "The names that the note has.");
    for (const name of BSD) open(calls, name);

    scene("connect", "How often a SYN is repeated, and a new socket's own number. (connect-timeout)");
    settings("tcp_syn_retries");
    own(IPPROTO_TCP, TCP_SYNCNT);

    scene("idle", "When an idle connection is probed, if somebody asks for that. (keepalive)");
    settings("tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes");
    own(IPPROTO_TCP, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT);
    own(SOL_SOCKET, SO_KEEPALIVE);

    scene("unacknowledged", "How long data, FIN and SYN-ACK are repeated. (unacked-timeout)");
    settings("tcp_retries2", "tcp_orphan_retries", "tcp_synack_retries");
    own(IPPROTO_TCP, TCP_USER_TIMEOUT);

    scene("half-closed", "How many seconds after close the other end's FIN is waited for. (fin-wait-2)");
    settings("tcp_fin_timeout");
    own(IPPROTO_TCP, TCP_LINGER2);

    scene("TIME_WAIT", "A connection that is over. Its client closed first.");
    endedByClient(calls);
    look("over", "/proc/self/net/tcp", IN_TIME_WAIT);

    scene("room", "How many bytes a new socket may keep: the middle one of three.");
    settings("tcp_rmem", "tcp_wmem");
    own(SOL_SOCKET, SO_RCVBUF, SO_SNDBUF);

    scene("most", "How many a program may ask for.");
    look("rmem_max", `${PROC}net/core/rmem_max`);
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, int(LARGEST), 4);
    own(SOL_SOCKET, SO_RCVBUF);

    scene("queue", "How many connections may wait for accept.");
    look("somaxconn", `${PROC}net/core/somaxconn`);
    listen(s, LARGEST);
    getsockopt(s, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    close(s);
  },

  claims: [
    claim("none of the note's names is there: they are BSD's",
      { BSD: { openat: all } },
      ({ BSD: { openat } }) => [
        is(openat.count, BSD.length),
        ...openat.each.map((it) => is(it.errno, "ENOENT")),
      ], contradicts("N3-69", "N3-71", "N3-81"), corrects("N3-70", "N3-72")),
    claim("keepinit is tcp_syn_retries, a number of repetitions and no time; a socket's own: TCP_SYNCNT",
      { connect: { read: 1, getsockopt: 1 } },
      ({ connect: { read, getsockopt } }) => [
        same(getsockopt.after("*optval"), figure(read.after("buf"), ONE)),
      ], contradicts("N3-69")),
    claim("keepidle is tcp_keepalive_time, for those who ask for it: SO_KEEPALIVE is off in a new socket",
      { idle: { read: 3, getsockopt: 4 } },
      ({ idle: { read: [time, interval, probes], getsockopt: [idle, intvl, count, on] } }) => [
        same(idle.after("*optval"), figure(time.after("buf"), ONE)),
        same(intvl.after("*optval"), figure(interval.after("buf"), ONE)),
        same(count.after("*optval"), figure(probes.after("buf"), ONE)),
        is(on.after("*optval"), 0),
      ], corrects("N3-70")),
    claim("the note has no name for tcp_retries2 and its kin; a socket's own is TCP_USER_TIMEOUT: 0, none",
      { unacknowledged: { openat: 3, getsockopt: 1 } },
      ({ unacknowledged: { openat, getsockopt } }) => [
        ...openat.map((it) => is(it.errno, null)),
        is(getsockopt.after("*optval"), 0),
      ]),
    claim("fin_timeout is tcp_fin_timeout; a socket's own: TCP_LINGER2",
      { "half-closed": { read: 1, getsockopt: 1 } },
      ({ "half-closed": { read, getsockopt } }) => [
        same(getsockopt.after("*optval"), figure(read.after("buf"), ONE)),
      ], corrects("N3-72")),
    claim("for msl there is nothing: TIME_WAIT lasts a minute, also where tcp_fin_timeout is 5 seconds",
      { "half-closed": { read: 1 }, TIME_WAIT: { "look over": 1 } },
      ({ "half-closed": { read }, TIME_WAIT: { "look over": row } }) => [
        is(read.after("buf"), "5\n"),
        is(row.column("st"), TCP_TIME_WAIT),
        atMost(row.column("tm->when"), 60 * SECOND),
        atLeast(row.column("tm->when"), 50 * SECOND),
      ], contradicts("N3-71")),
    claim("recvspace is the middle one of tcp_rmem: so much a new socket begins with; for sending tcp_wmem",
      { room: { read: 2, getsockopt: 2 } },
      ({ room: { read: [rmem, wmem], getsockopt: [receive, send] } }) => [
        same(receive.after("*optval"), figure(rmem.after("buf"), MIDDLE)),
        same(send.after("*optval"), figure(wmem.after("buf"), MIDDLE)),
      ]),
    claim("maxsockbuf is net.core.rmem_max: asked for more, the kernel says 0 and gives twice that limit",
      { most: { setsockopt: 1, getsockopt: 1, "look rmem_max": 1 } },
      ({ most: { setsockopt: asked, getsockopt: got, "look rmem_max": limit } }) => [
        is(asked.result, 0),
        is(asked.before("*optval"), LARGEST),
        is(got.after("*optval"), 2 * Math.min(figure(limit.text, ONE).value, HALF)),
      ]),
    claim("somaxconn is net.core.somaxconn: asked for more, listen says 0 and the queue is as long as that",
      { queue: { listen: 1, getsockopt: 1, "look somaxconn": 1 } },
      ({ queue: { listen, getsockopt: info, "look somaxconn": limit } }) => [
        is(listen.result, 0),
        more(listen.before("backlog"), info.after(BACKLOG)),
        same(info.after(BACKLOG), figure(limit.text, ONE)),
      ], contradicts("N3-81")),
  ],
});
