import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, SO_ERROR, SO_KEEPALIVE, SOCK_NONBLOCK, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import {
  TCP_FIN_WAIT2, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_LINGER2, TCP_SYNCNT, TCP_TIME_WAIT,
  TCP_USER_TIMEOUT,
} from "../../src/abi/constants/tcp.ts";
import { ETIMEDOUT } from "../../src/abi/errno.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { atLeast, atMost, figure, is, more, same } from "../../src/lab/check.ts";
import { all, claim, contradicts, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, fin, type Peer } from "../../src/lab/peer.ts";
import { saw, table, took } from "../../src/lab/table.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The names that the note has, as files: they are BSD's. */
const BSD = [
  "net/inet/tcp/keepinit", "net/inet/tcp/keepidle", "net/inet/tcp/msl", "net/inet/tcp/fin_timeout",
  "net/inet/tcp/recvspace", "kern/ipc/maxsockbuf", "kern/ipc/somaxconn",
];
const PROC = "/proc/sys/";
/** Linux's, in net.ipv4. The last has three numbers. */
const LINUX = [
  "tcp_syn_retries", "tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes", "tcp_fin_timeout",
  "tcp_retries2", "tcp_rmem",
];
/** What a new socket has of its own, in the order of LINUX as far as they are the same. */
const OWN = [TCP_SYNCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_LINGER2, TCP_USER_TIMEOUT];
/** A number, and the middle one of three. */
const ONE = /^(\d+)\n$/;
const MIDDLE = /^\d+\s+(\d+)\s+\d+\n$/;
/** Other ends, as /proc/net/tcp writes their ports: of one that is half closed, of one that is over. */
const LINES = { "half-closed": ":9C42", over: ":9C43" };
/** Column tm->when counts hundredths of a second. */
const SECOND = 100;

const open = ({ attempt }: Calls, name: string) =>
  attempt.openat(AT_FDCWD, cstring(`${PROC}${name}`), O_RDONLY, 0);
const readSetting = (calls: Calls, name: string) => {
  const fd = open(calls, `net/ipv4/${name}`);
  calls.read(fd, buffer(64), 64);
  calls.close(fd);
};

/**
 * Four that wait for an answer, each with the least that its socket may be told: to a SYN, to a probe, to
 * data, to a FIN; and one that is over. Their other ends say nothing more.
 */
const waiting = (calls: Calls, peer: Peer) => {
  const { socket, bind, listen, setsockopt, accept4, sendto, close, attempt } = calls;
  const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  bind(l, sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" }), sizeof(sockaddr_in));
  listen(l, 8);
  const [idle, full, orphan, over] = [0, 1, 2, 3].map((n) => {
    peer.at(n).handshake(80);
    return accept4(l, null, null, 0);
  }) as [number, number, number, number];
  const caller = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
  const tcp = (fd: number, option: number, value: number) =>
    setsockopt(fd, IPPROTO_TCP, option, int(value), 4);
  tcp(caller, TCP_SYNCNT, 1);
  const silent = sockaddr_in({ sin_family: AF_INET, sin_port: 7000, sin_addr: "192.0.2.2" });
  attempt.connect(caller, silent, sizeof(silent));
  for (const option of [TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT]) tcp(idle, option, 1);
  setsockopt(idle, SOL_SOCKET, SO_KEEPALIVE, int(1), 4);
  tcp(full, TCP_USER_TIMEOUT, 1000);
  sendto(full, text("hello"), 5, 0, null, 0);
  tcp(orphan, TCP_LINGER2, 1);
  for (const [fd, n] of [[orphan, 2], [over, 3]] as const) {
    close(fd);
    peer.at(n).expect(fin());
    peer.at(n).send(ack(1));
  }
  peer.at(3).send(fin({ ack: 1 }));
  peer.fence();
  return { caller, idle, full, all: [caller, idle, full, l] };
};

/** What a setting is here, by its place in LINUX. */
const here = (n: number, pattern = ONE) =>
  saw({ Linux: { read: 7 } }, ({ Linux: { read } }) => figure(read[n]!.after("buf"), pattern));
/** When those that wait got their error, from the SYN on: the one with data, the idle one, the caller. */
const after = (n: 0 | 1 | 2) =>
  saw({ short: { connect: 1 }, waited: { ppoll: 3 } }, ({ short: { connect }, waited: { ppoll } }) =>
    `ETIMEDOUT ${took({ entered: connect.entered, left: ppoll[n].left })}`);
const TABLE = table("The note's names, Linux's, and what came of a socket's own, as short as can be", [
  "the note", "Linux", "here", "a socket's own", "in this run",
], [
  ["keepinit",    "tcp_syn_retries",    here(0),         "TCP_SYNCNT 1",         after(2)],
  ["keepidle",    "tcp_keepalive_time", here(1),         "TCP_KEEPIDLE 1",       after(1)],
  ["(none)",      "tcp_retries2",       here(5),         "TCP_USER_TIMEOUT 1 s", after(0)],
  ["fin_timeout", "tcp_fin_timeout",    here(4),         "TCP_LINGER2 1",
    saw({ waited: { "look half-closed": 1 } }, ({ waited: { "look half-closed": row } }) =>
      (row.lines(LINES["half-closed"]).value === 0 ? "gone" : "still there"))],
  ["msl",         "(none)",             "60 s",          "(none)",
    saw({ waited: { "look over": 1 } }, ({ waited: { "look over": row } }) =>
      `${row.column("tm->when").value / SECOND} s to go`)],
  ["recvspace",   "tcp_rmem",           here(6, MIDDLE), "SO_RCVBUF",            ""],
  ["maxsockbuf",  "net.core.rmem_max",
    saw({ Linux: { "look rmem_max": 1 } }, ({ Linux: { "look rmem_max": it } }) => it.text), "(none)", ""],
  ["somaxconn",   "net.core.somaxconn",
    saw({ Linux: { "look somaxconn": 1 } }, ({ Linux: { "look somaxconn": it } }) => it.text), "backlog", ""],
]);

/**
 * How long is too long: each of the note's names beside Linux's, what it is set to here, and a socket for
 * which it is as short as can be, whose other end says nothing.
 */
export default experiment({
  name: "timeouts",
  asks: "Which settings say how long TCP waits, what are they set to here, and what comes of a short wait?",
  story: `A cook from abroad has written down how long things take in his kitchen, and which knob it is. You
    stand in another kitchen: his knobs are not there. There are others, and some count differently: not
    minutes but tries. One thing has no knob at all; it is cast in iron. And each pot has some knobs of its
    own: a new pot does as the kitchen says, and you may turn it for this pot alone. So four pots are set to
    the shortest there is, and you stay and watch.`,
  needs: ["veth"],
  draws: [TABLE],
  next: "sysctl(8) reads and sets the same files. Then syn-flood: many knock, and none comes in.",

  run(calls, { scene, look, sysctl, peer }) {
    const { socket, getsockopt, ppoll, close } = calls;

    scene("BSD", "The names that the note has.");
    for (const name of BSD) open(calls, name);

    scene("Linux", "Linux's own, and what a new socket begins with.");
    for (const name of LINUX) readSetting(calls, name);
    const s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    for (const option of OWN) getsockopt(s, IPPROTO_TCP, option, int(0), int(4));
    getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, int(0), int(4));
    for (const name of ["rmem_max", "somaxconn"]) look(name, `${PROC}net/core/${name}`);
    close(s);

    scene("short", "Now in seconds: each socket is told the least that it may be told, and nobody answers.");
    sysctl("net.ipv4.tcp_fin_timeout", 5);
    readSetting(calls, "tcp_fin_timeout");
    const { caller, idle, full, all: fds } = waiting(calls, peer);
    for (const name of ["half-closed", "over"] as const) look(name, "/proc/self/net/tcp", LINES[name]);

    scene("waited", "Each waits for an error. A connection that is half closed has nobody who could wait.");
    for (const fd of [full, idle, caller]) {
      ppoll(pollfd({ fd }), 1, timespec({ tv_sec: 4 }), null, 0);
      getsockopt(fd, SOL_SOCKET, SO_ERROR, int(0), int(4));
    }
    for (const name of ["half-closed", "over"] as const) look(name, "/proc/self/net/tcp", LINES[name]);
    for (const fd of fds) close(fd);
  },

  claims: [
    claim("none of the note's names is there: they are BSD's",
      { BSD: { openat: all } },
      ({ BSD: { openat } }) => [
        is(openat.count, BSD.length),
        ...openat.each.map((it) => is(it.errno, "ENOENT")),
      ], contradicts("N3-69", "N3-71", "N3-81"), corrects("N3-70", "N3-72")),
    claim("a new socket begins with what Linux's say: tries for a SYN, seconds until a probe, or for a FIN",
      { Linux: { read: 7, getsockopt: 7 } },
      ({ Linux: { read, getsockopt } }) => [0, 1, 2, 3, 4].map((i) =>
        same(getsockopt[i]!.after("*optval"), figure(read[i]!.after("buf"), ONE))),
      contradicts("N3-69"), corrects("N3-70", "N3-72")),
    claim("it is probed only if somebody asks for it, and may wait for an ACK as long as tcp_retries2 says",
      { Linux: { read: 7, getsockopt: 7 } },
      ({ Linux: { read: [,,,,, retries], getsockopt: [,,,,, user, probed] } }) => [
        is(probed.after("*optval"), 0),
        is(user.after("*optval"), 0),
        atLeast(figure(retries.after("buf"), ONE), 1),
      ], corrects("N3-70")),
    claim("for msl there is nothing: TIME_WAIT lasts a minute, also where tcp_fin_timeout is 5 seconds",
      { short: { read: 1, "look over": 1 } },
      ({ short: { read, "look over": row } }) => [
        is(read.after("buf"), "5\n"),
        is(row.column("st"), TCP_TIME_WAIT),
        atMost(row.column("tm->when"), 60 * SECOND),
        atLeast(row.column("tm->when"), 50 * SECOND),
      ], contradicts("N3-71")),
    claim("whoever is told a second or one more try waits seconds: for an ACK, a probe's answer, a SYN-ACK",
      { short: { connect: 1, sendto: 1 }, waited: { getsockopt: 3 } },
      ({ short: { connect, sendto }, waited: { getsockopt: errors } }) => [
        is(connect.errno, "EINPROGRESS"),
        is(sendto.result, 5),
        ...errors.map((it) => is(it.after("*optval"), ETIMEDOUT)),
      ], contradicts("N3-69"), corrects("N3-70")),
    claim("TCP_LINGER2 shortens FIN_WAIT2 for one socket; the timer of TIME_WAIT knows nothing of it",
      { short: { "look half-closed": 1, "look over": 1 } },
      ({ short: { "look half-closed": half, "look over": over } }) => [
        is(half.column("st"), TCP_FIN_WAIT2),
        more(over.column("tm->when"), half.column("tm->when")),
      ], corrects("N3-72")),
  ],
});
