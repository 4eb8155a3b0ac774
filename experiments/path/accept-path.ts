import { F_GETFD } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { tcpAccept } from "../../src/kernel/paths/tcp.ts";
import { is, more, same } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Who makes the inode, the directory entry and the file of a socket; and who takes a connection. */
const MAKERS = ["sock_alloc_inode", "__d_alloc", "alloc_empty_file", "inet_csk_accept"];
const PORT = "upeer_sockaddr.sin_port";

/** Waits for a client, and does not ask who it is. */
export const wait = ({ accept }: Calls, { fd }: { readonly fd: number }) => accept(fd, null, null);

/**
 * accept has a number before it has anybody.
 *
 *     accept(l, NULL, NULL);   // sleeps; 4 is taken already, but nobody can use it
 *     dup(l);                  // 5, not 4
 *     fcntl(4, F_GETFD);       // EBADF
 *     connect(c, …);           // and accept returns 4
 */
export default experiment({
  name: "accept-path",
  asks: "accept sleeps: what has it made by then, and what comes last?",
  story: `The waiter lays the table before a guest has come: the number stands on it, the chair is there.
    Then he sits down and waits. If another waiter asks for the next free number in the meantime, he gets
    the one after it. When the guest comes he is led to the table. His name is written down only if somebody
    wants to know it.`,
  paths: { accept: tcpAccept },
  next: "netlab path tcp accept --live draws all that is passed. Then write-path: how bytes go in.",

  run({
    socket, bind, listen, getsockname, setsockopt, connect, accept, dup, close, attempt,
  }, { say, scene, start }) {
    say("A listener. Nobody waits there longer than 8 seconds.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    const client = () => {
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      connect(c, addr, sizeof(addr));
      getsockname(c, sockaddr_in(), int(sizeof(addr)));
      return c;
    };
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

    scene("asleep", "A thread sleeps in accept. Which is the lowest free number meanwhile?");
    const waiter = start(wait, { fd: l });
    waiter.asleep("accept");
    const dups: number[] = [];
    // netlab's own look at the sleeper may have had the number before it: then that one is free now.
    do dups.push(dup(l)); while (dups.at(-1) === c + dups.length);
    const reserved = dups.at(-1)! - 1;
    attempt.fcntl(reserved, F_GETFD, 0);

    scene("one", "A client connects.");
    connect(c, addr, sizeof(addr));
    waiter.join();

    scene("named", "Two more clients; who they are is asked of the first only.");
    const clients = [client(), client()];
    const peer = sockaddr_in();
    const taken = [accept(l, peer, int(sizeof(peer))), accept(l, null, null)];

    scene("end");
    for (const fd of [...taken, ...clients, ...dups, reserved, c, l]) close(fd);
  },

  claims: [
    claim("accept takes its number before it sleeps: who asks meanwhile gets the one after it",
      { asleep: { "accept@wait": 1, dup: all } },
      ({ asleep: { "accept@wait": accept, dup: { each } } }) => [
        is(accept.slept, true),
        more(accept.left, each.at(-1)!.entered),
        more(each.at(-1)!.result, accept.result),
      ], supports("N2-60")),
    claim("and nobody can use that number before the connection is there: it is put in place last",
      { asleep: { "accept@wait": 1, fcntl: 1 } },
      ({ asleep: { "accept@wait": accept, fcntl } }) => [
        same(fcntl.before("fd"), accept.result),
        is(fcntl.errno, "EBADF"),
      ], supports("N2-60")),
    claim("an inode, a directory entry and a file are made, too, before it sleeps in inet_csk_accept",
      { asleep: { "accept@wait": 1 } },
      ({ asleep: { "accept@wait": accept } }, seen) => [
        is(accept.slept, true),
        is(seen.inside(accept).until("kmem:kmem_cache_free").passed(MAKERS), MAKERS),
      ], supports("N2-60", "N2-62")),
    claim("who the client is, accept writes only if it is asked, and it is the very client",
      { named: { getsockname: 2, accept: 2 } },
      ({ named: { getsockname: [first], accept: [asked, silent] } }) => [
        same(asked.after(PORT), first.after("usockaddr.sin_port")),
        is(silent.address("upeer_sockaddr"), 0),
        is(silent.errno, null),
      ], supports("N2-64")),
  ],
});
