import { AT_FDCWD, O_WRONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO, TCP_SYN_RECV } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, atLeast, figure, is, more } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Of a listening socket: how many wait for accept, and how many may (tcp_get_info, net/ipv4/tcp.c). */
const [QUEUED, BACKLOG] = ["optval.tcpi_unacked", "optval.tcpi_sacked"] as const;
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;
/** Where note N3 raises the limit, to how much, and where the limit is. */
const [ADVISED, RAISED] = ["/proc/sys/kern/ipc/somaxconn", 1024];
const SOMAXCONN = "/proc/sys/net/core/somaxconn";
/** The backlog that listen is given, and a limit that cuts it. */
const [WISH, SMALL] = [4, 2];
/** Two clients that are slow to answer, those that fill the queue, and one that comes too late. */
const [SLOW, QUICK, LATE] = [[0, 1], [2, 3, 4, 5, 6], 7];
/** The n-th of them as /proc/net/tcp writes it: its port is 40,000 + n. */
const end = (n: number): string => `020200C0:9C4${n}`;

/** A listener on the port that they all call. */
function listening({ socket, bind, listen }: Calls): number {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
  bind(fd, addr, sizeof(addr));
  listen(fd, WISH);
  return fd;
}

/** The namespace's limit, where it may be set. */
function limit({ write, close, attempt }: Calls, most: number): void {
  const fd = attempt.openat(AT_FDCWD, cstring(SOMAXCONN), O_WRONLY, 0);
  if (fd >= 0) write(fd, text(String(most)), String(most).length);
  if (fd >= 0) close(fd);
}

/**
 * Two SYNs are answered. Then the queue fills, and only now the ACKs come.
 *
 *     SYN ─▶ ◀─ SYN-ACK                 SYN_RECV
 *     (five others are let in: more than the backlog, 4)
 *     ACK ─▶                            SYN_RECV: dropped, as if it had never come
 *     (somebody is accepted)
 *     ACK ─▶                            ESTABLISHED
 */
export default experiment({
  name: "accept-overflow",
  asks: "The queue of accept is full: what becomes of an ACK, of a SYN, and do cookies help?",
  story: `A waiting room with four chairs and five people in it. Two more have been told “come up”, and now
    they stand at the door. The porter acts as if he did not see them; should a chair be free when they knock
    again, they are in. He can be told to send such people away instead. To those who only ring he does not
    open at all. Numbers instead of a book do not help here: it is chairs that are missing. More chairs may be
    allowed, but that alone puts none there: somebody has to order them.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_syncookies": 1, "net.ipv4.tcp_abort_on_overflow": 0 },
  next: "Then epoll-flow: how one program waits for all whom it has let in.",

  run(calls, { scene, look, known, peer, sysctl }) {
    const { listen, accept4, getsockopt, close, attempt } = calls;
    const l = listening(calls);
    known("listener", l);
    const info = () => getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const row = (n: number) => look("row", "/proc/self/net/tcp", end(n));

    scene("full", "The backlog is 4. Two SYNs are answered, then five other clients are let in.");
    for (const n of SLOW) peer.at(n).send(syn());
    for (const n of SLOW) peer.at(n).expect(synAck());
    for (const n of QUICK) peer.at(n).handshake(80);
    peer.fence();
    info();

    scene("late", "The ACK of the first of the two.");
    peer.at(0).send(ack());
    peer.fence();
    row(0);

    scene("aborted", "tcp_abort_on_overflow is 1: the ACK of the second.");
    sysctl("net.ipv4.tcp_abort_on_overflow", 1);
    peer.at(1).send(ack());
    peer.fence();
    row(1);

    scene("SYN", "tcp_syncookies is 2: always. One more client.");
    sysctl("net.ipv4.tcp_syncookies", 2);
    peer.at(LATE).send(syn());
    peer.at(LATE).quiet();

    scene("room", "One is accepted. The first of the two sends its ACK once more.");
    close(accept4(l, null, null, 0));
    peer.at(0).send(ack());
    peer.fence();
    row(0);

    scene("advice", "The setting that the note raises, and the one that there is.");
    attempt.openat(AT_FDCWD, cstring(ADVISED), O_WRONLY, 0);
    look("limit", SOMAXCONN);

    scene("raised", "A limit of 2, and listen. Then the limit is raised. Then listen is called again.");
    limit(calls, SMALL);
    listen(l, WISH);
    info();
    limit(calls, RAISED);
    info();
    listen(l, WISH);
    info();
    close(l);
  },

  claims: [
    claim("where more than the backlog wait for accept, an ACK is dropped: its connection stays half-open",
      { full: { getsockopt: 1 }, late: { "look row": 1 } },
      ({ full: { getsockopt: listener }, late: { "look row": row } }, seen) => [
        is(listener.after(QUEUED), QUICK.length),
        more(listener.after(QUEUED), listener.after(BACKLOG)),
        is(row.column("st"), TCP_SYN_RECV),
        is(seen.counted("TcpExt.ListenOverflows", "late"), 1),
        also(() => is(seen.counted("Tcp.PassiveOpens", "late"), 0)),
      ], corrects("N0-31", "N1-53", "N3-20")),
    claim("with tcp_abort_on_overflow it is answered by RST instead, and the half-open connection is gone",
      { aborted: { "look row": 1 } },
      ({ aborted: { "look row": row } }, seen) => [
        is(row.lines(end(1)), 0),
        is(seen.counted("TcpExt.ListenOverflows", "aborted"), 1),
        also(() => is(seen.packets({ dport: 40_001, rst: true }, "aborted").length, 1)),
      ], corrects("N3-20")),
    claim("a SYN is dropped without an answer, even then, and even where every SYN is to get a cookie",
      { SYN: { accept4: 0 } },
      (_, seen) => [
        is(seen.counted("TcpExt.ListenOverflows", "SYN"), 1),
        is(seen.counted("TcpExt.SyncookiesSent", "SYN"), 0),
        also(() => is(seen.packets({ dport: 40_000 + LATE }, "SYN").length, 0)),
      ], contradicts("N3-85")),
    claim("as soon as one is accepted there is room: the same ACK, sent again, completes the connection",
      { late: { "look row": 1 }, room: { accept4: 1, "look row": 1 } },
      ({ late: { "look row": before }, room: { accept4: accept, "look row": after } }) => [
        is(before.column("st"), TCP_SYN_RECV),
        is(accept.errno, null),
        is(after.column("st"), TCP_ESTABLISHED),
      ]),
    claim("Linux has no kern.ipc.somaxconn; net.core.somaxconn is more than 1024 from the start",
      { advice: { openat: 1, "look limit": 1 } },
      ({ advice: { openat, "look limit": file } }) => [
        is(openat.before("filename"), ADVISED),
        is(openat.errno, "ENOENT"),
        also(() => atLeast(figure(file.text, /^(\d+)/), RAISED + 1)),
      ], contradicts("N3-81")),
    claim("a limit that is raised later is nothing to a socket that listens: it counts when listen is called",
      { raised: { write: 2, listen: 2, getsockopt: 3 } },
      ({ raised: { write: [small, raised], listen: [, again], getsockopt: [cut, still, now] } }) => [
        is(small.before("buf"), String(SMALL)),
        is(cut.after(BACKLOG), SMALL),
        is(raised.before("buf"), String(RAISED)),
        is(still.after(BACKLOG), SMALL),
        is(again.result, 0),
        is(now.after(BACKLOG), WISH),
      ], corrects("N3-81"), supports("N3-80")),
  ],
});
