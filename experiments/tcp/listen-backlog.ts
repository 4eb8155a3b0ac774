import { AT_FDCWD, O_WRONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_INFO, TCP_LISTEN, TCP_SYN_SENT } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, atLeast, is, more, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of a listening socket: how many wait for accept, and how many may (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
const BACKLOG = "optval.tcpi_sacked";
const STATE = "optval.tcpi_state";
/** The namespace's own limit, and what it is set to. */
const SOMAXCONN = "/proc/sys/net/core/somaxconn";
const MOST = 16;
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;

/**
 * Numbers for listen that nobody would think of.
 *
 *     listen(l, 5);         // 5
 *     listen(l, 100000);    // somaxconn, and no error
 *     listen(l, -1);        // somaxconn: as an unsigned number it is the largest of all
 *     listen(l, 0);         // 0, and still one client gets in
 */
export default experiment({
  name: "listen-backlog",
  asks: "What does the kernel make of a backlog of 100,000, of -1, of 0?",
  story: `You order chairs for your waiting room. If you order more than the house allows, you get as many as
    it allows, and nobody says a word. You may order anew at any time, also while the room is open. And if you
    order none, one visitor still gets in: the porter asks whether there are more people than chairs, and when
    nobody is there the answer is no.`,
  pins: { "net.ipv4.tcp_syncookies": 1, "net.ipv4.tcp_abort_on_overflow": 0 },
  next: "Then accept-emfile: who waits in the queue may find that no descriptor is left.",

  run({
    socket, bind, listen, getsockname, connect, getsockopt, write, close, attempt,
  }, { scene, say }) {
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const tcp = (flags = 0) => socket(AF_INET, SOCK_STREAM | flags, IPPROTO_TCP);
    const bound = (fd: number) => {
      const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
      bind(fd, addr, sizeof(addr));
      getsockname(fd, addr, int(sizeof(addr)));
      return addr;
    };
    say("A listener, and a port where nobody listens.");
    const [l, closed] = [tcp(), tcp()];
    const [addr, nobody] = [bound(l), bound(closed)];

    scene("again", "listen is called again on the same socket.");
    for (const backlog of [5, 1]) {
      listen(l, backlog);
      info(l);
    }

    scene("limited", "The namespace's limit is set to 16, where that is allowed. Then two wild numbers.");
    const limit = attempt.openat(AT_FDCWD, cstring(SOMAXCONN), O_WRONLY, 0);
    if (limit >= 0) write(limit, text(String(MOST)), 2);
    if (limit >= 0) close(limit);
    for (const backlog of [100_000, -1]) {
      listen(l, backlog);
      info(l);
    }

    scene("zero", "A backlog of 0, and a client.");
    listen(l, 0);
    const first = tcp();
    connect(first, addr, sizeof(addr));

    scene("second", "The refusal from the closed port comes behind all that was on its way before.");
    const [second, caller] = [tcp(SOCK_NONBLOCK), tcp()];
    attempt.connect(caller, nobody, sizeof(nobody));
    attempt.connect(second, addr, sizeof(addr));
    attempt.connect(caller, nobody, sizeof(nobody));
    info(second);
    info(l);

    scene("end");
    for (const fd of [second, first, caller, closed, l]) close(fd);
  },

  claims: [
    claim("listen may be called again: the socket stays in LISTEN, and its backlog is the new one",
      { again: { listen: 2, getsockopt: 2 } },
      ({ again: { listen: [five, one], getsockopt: [ofFive, ofOne] } }) => [
        is(five.result, 0),
        is(ofFive.after(BACKLOG), 5),
        is(one.result, 0),
        is(ofOne.after(BACKLOG), 1),
        is(ofOne.after(STATE), TCP_LISTEN),
      ], supports("N2-44")),
    claim("a backlog that is too large is cut to a limit without an error, and so is a negative one",
      { limited: { listen: 2, getsockopt: 2 } },
      ({ limited: { listen: [many, minus], getsockopt: [ofMany, ofMinus] } }) => [
        is(many.result, 0),
        more(many.before("backlog"), ofMany.after(BACKLOG)),
        is(minus.before("backlog"), -1),
        is(minus.result, 0),
        same(ofMany.after(BACKLOG), ofMinus.after(BACKLOG)),
      ], corrects("N0-31", "N1-53"), supports("N3-80")),
    claim("the limit is net.core.somaxconn of the namespace",
      { limited: { openat: 1, write: 1, getsockopt: 2 } },
      ({ limited: { openat, write, getsockopt: [many, minus] } }) => [
        is(openat.before("filename"), SOMAXCONN),
        is(write.before("buf"), String(MOST)),
        is(write.result, 2),
        is(many.after(BACKLOG), MOST),
        is(minus.after(BACKLOG), MOST),
      ], corrects("N0-31", "N1-53", "N3-81")),
    claim("a backlog of 0 lets one client in, and drops the SYN of the next",
      { zero: { connect: 1 }, second: { connect: 3, getsockopt: 2 } },
      ({
        zero: { connect: first }, second: { connect: [, second, refused], getsockopt: [client, listener] },
      }, seen) => [
        is(first.result, 0),
        is(second.errno, "EINPROGRESS"),
        is(refused.errno, "ECONNREFUSED"),
        is(client.after(STATE), TCP_SYN_SENT),
        is(listener.after(QUEUED), 1),
        is(listener.after(BACKLOG), 0),
        also(() => atLeast(seen.counted("TcpExt.ListenOverflows", "second"), 1)),
      ], corrects("N0-31", "N1-53")),
  ],
});
