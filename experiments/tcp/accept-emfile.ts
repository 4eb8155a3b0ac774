import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { RLIMIT_NOFILE } from "../../src/abi/constants/resource.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { rlimit } from "../../src/abi/structs/resource.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { is, more, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const STATE = "optval.tcpi_state";
/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** Who makes the inode, the directory entry and the file of a socket; and who takes a connection. */
const ORDER = ["sock_alloc_inode", "__d_alloc", "alloc_empty_file", "inet_csk_accept"];
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;

/**
 * A server whose descriptors are used up.
 *
 *     setrlimit(RLIMIT_NOFILE, 5);     // 0 to 4 are taken
 *     accept4(l, …);                   // EMFILE; nobody waits, and it does not sleep
 *     // a client connects
 *     accept4(l, …);                   // EMFILE; the client goes on waiting, and poll goes on saying so
 *     setrlimit(RLIMIT_NOFILE, …);
 *     accept4(l, …);                   // 5: this very client
 */
export default experiment({
  name: "accept-emfile",
  asks: "A server has no descriptor left when a client comes: is the client lost?",
  story: `A cloakroom has no ticket left. The woman at the counter says “no tickets” before she has even
    looked whether somebody stands there. Whoever stands there is not sent away, and notices nothing. But the
    bell goes on ringing: somebody is waiting! Whoever runs to the counter at each ring runs in vain, again
    and again, until a ticket comes back.`,
  tracepoints: ["kmem:kmem_cache_alloc", "kmem:kmem_cache_free"],
  next: "Then accept-inherits: what a connection takes over from its listener.",

  run({
    socket, bind, listen, getsockname, setsockopt, getsockopt, prlimit64, connect, ppoll, accept4, close,
    attempt,
  }, { say, scene, known }) {
    say("A listener; nobody waits there longer than 4 seconds. And a client's socket.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    known("listener", l);
    known("client", c);
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const poll = () => ppoll(pollfd({ fd: l, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    const limits = rlimit();
    prlimit64(0, RLIMIT_NOFILE, null, limits);
    const { rlim_cur, rlim_max } = limits;
    const limit = (rlim_cur: number | bigint) =>
      prlimit64(0, RLIMIT_NOFILE, rlimit({ rlim_cur, rlim_max }), null);

    scene("nobody", "No number below the limit is free, and nobody has connected: does accept wait?");
    limit(c + 1);
    attempt.accept4(l, null, null, 0);
    limit(rlim_cur);

    scene("somebody", "A client connects. It is there, but no descriptor is.");
    connect(c, addr, sizeof(addr));
    getsockname(c, sockaddr_in(), int(sizeof(addr)));
    poll();
    limit(c + 1);
    for (let i = 0; i < 2; i++) attempt.accept4(l, null, null, 0);
    poll();
    info(l);
    info(c);
    limit(rlim_cur);

    scene("again", "The limit is what it was.");
    const s = accept4(l, sockaddr_in(), int(sizeof(addr)), 0);
    info(l);

    scene("end");
    for (const fd of [s, c, l]) close(fd);
  },

  claims: [
    claim("accept takes a descriptor first: without one it does not even wait for a client, it is EMFILE",
      { nobody: { prlimit64: 2, accept4: 1 } },
      ({ nobody: { prlimit64: [low], accept4: accept } }) => [
        is(low.result, 0),
        is(accept.errno, "EMFILE"),
      ], corrects("N3-22", "N3-23"), supports("N2-61")),
    claim("who is in the queue then stays there, connected, however often accept fails",
      { somebody: { connect: 1, accept4: 2, getsockopt: 2 } },
      ({ somebody: { connect, accept4: accepts, getsockopt: [listener, client] } }) => [
        is(connect.result, 0),
        ...accepts.map((it) => is(it.errno, "EMFILE")),
        is(listener.after(QUEUED), 1),
        is(client.after(STATE), TCP_ESTABLISHED),
      ], corrects("N3-22")),
    claim("poll goes on calling the listener readable: a loop of poll and accept spins",
      { somebody: { ppoll: 2, accept4: 2 } },
      ({ somebody: { ppoll: [before, after], accept4: [, last] } }) => [
        is(before.result, 1),
        is(last.errno, "EMFILE"),
        more(after.entered, last.left),
        is(after.result, 1),
      ]),
    claim("as soon as a descriptor is free, accept returns that very client",
      { somebody: { getsockname: 1 }, again: { accept4: 1, getsockopt: 1 } },
      ({ somebody: { getsockname: client }, again: { accept4: accept, getsockopt: listener } }) => [
        is(accept.errno, null),
        same(client.after("usockaddr.sin_port"), accept.after("upeer_sockaddr.sin_port")),
        is(listener.after(QUEUED), 0),
      ], corrects("N3-22")),
    claim("it makes an inode, a directory entry and a file before it takes the connection off the queue",
      { again: { accept4: 1 } },
      ({ again: { accept4: accept } }, seen) => [
        is(accept.errno, null),
        is(seen.inside(accept).passed(ORDER), ORDER),
      ], corrects("N3-22"), supports("N2-60")),
  ],
});
