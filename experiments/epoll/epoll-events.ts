import { EPOLL_CTL_ADD, EPOLLERR, EPOLLHUP, EPOLLIN } from "../../src/abi/constants/epoll.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { epoll_event } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, differ, is, more, same } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, rst, syn } from "../../src/lab/peer.ts";
import { kernelStruct } from "../../src/lab/stage.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

type Segment = ReturnType<typeof ack>;
/** Milliseconds: the thread waits no longer. */
const PATIENCE = 4000;
const FD = "events[0].data.fd";
const EVENTS = "events[0].events";

/** A thread that waits for all that an epoll descriptor watches. */
export const waiter = ({ epoll_pwait }: Calls, { ep }: { ep: number }) =>
  epoll_pwait(ep, epoll_event.array(2), 2, PATIENCE, null, 0);

/**
 * A connection and a listener are watched. Packets arrive, one by one, made by hand.
 *
 *     SYN on the listener · a pure ACK · 3:6, 0:3 missing · 0:3 with a bad checksum    // nobody is told
 *     0:3                                                                             // told
 *     0:3 again · the last ACK of a handshake · FIN · RST                              // no, yes, yes, yes
 */
export default experiment({
  name: "epoll-events",
  asks: "A packet arrives for a socket that epoll watches: is it reported, whatever it is?",
  story: `The bell at the door does not ring for every step on the stairs. It rings when there is something
    to be fetched: the post, a visitor who has come all the way up, a note that somebody has moved out. A
    receipt, a letter that came before, one that is torn: the porter deals with these alone, and upstairs they
    sleep on.`,
  needs: ["veth"],
  next: "Then epoll-edge: how often the same thing is reported.",

  run({
    socket, bind, listen, accept4, recvfrom, epoll_create1, epoll_ctl, epoll_pwait, close,
  }, { say, scene, look, peer, start }) {
    say("A listener and a connection, both watched for EPOLLIN.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    const ep = epoll_create1(0);
    const watch = (fd: number) =>
      epoll_ctl(ep, EPOLL_CTL_ADD, fd, epoll_event({ events: EPOLLIN, data: { fd } }));
    watch(l);
    watch(s);
    const arrives = (segment: Segment, from = peer) => {
      from.send(segment);
      from.fence();
      epoll_pwait(ep, epoll_event.array(2), 2, 0, null, 0);
    };

    scene("nothing new", "A pure ACK; 3:6, 0:3 is missing; 0:3, with a bad checksum; a SYN. A thread waits.");
    const sleeper = start(waiter, { ep });
    sleeper.asleep("epoll_pwait");
    arrives(ack());
    arrives(data("def", { seq: 3 }));
    arrives(data("abc", { seq: 0, badChecksum: true }));
    arrives(syn(), peer.at(1));
    sleeper.asleep("epoll_pwait");

    scene("data", "0:3 comes, and is whole.");
    peer.send(data("abc", { seq: 0 }));
    sleeper.join();
    recvfrom(s, buffer(16), 16, 0, null, null);

    scene("old", "0:3 comes again.");
    arrives(data("abc", { seq: 0 }));

    scene("handshake", "The last ACK of the one that sent a SYN.");
    arrives(ack(), peer.at(1));
    const other = accept4(l, null, null, 0);
    watch(other);

    scene("ends", "The first one sends FIN. It is closed here as well, and the second one sends RST.");
    arrives(fin());
    close(s);
    arrives(rst(), peer.at(1));
    look("eventpoll", kernelStruct("eventpoll", "wq", "rdllist", "rbr"));
    for (const fd of [other, l, ep]) close(fd);
  },

  claims: [
    claim("a pure ACK, data beyond a hole, a bad checksum, a SYN: none of them makes its socket ready",
      { "nothing new": { epoll_pwait: 4, "epoll_pwait@waiter": 1 }, data: { recvfrom: 1 } },
      ({ "nothing new": { epoll_pwait: calls, "epoll_pwait@waiter": sleeper } }, seen) => [
        ...calls.map((it) => is(it.result, 0)),
        is(sleeper.slept, true),
        more(sleeper.left, calls[3].left),
        also(() => is(seen.counted("TcpExt.TCPOFOQueue", "nothing new"), 1)),
        also(() => is(seen.counted("Tcp.InCsumErrors", "nothing new"), 1)),
      ], contradicts("N3-63")),
    claim("data in order does: by that packet alone the thread that sleeps is woken, and told of its socket",
      { opening: { accept4: 1 }, "nothing new": { "epoll_pwait@waiter": 1 }, data: { recvfrom: 1 } },
      ({
        opening: { accept4: s }, "nothing new": { "epoll_pwait@waiter": sleeper }, data: { recvfrom },
      }) => [
        is(sleeper.result, 1),
        same(sleeper.after(FD), s.result),
        is(sleeper.after(EVENTS), EPOLLIN),
        is(recvfrom.after("ubuf"), "abcdef"),
      ], supports("N3-58", "N3-64"), corrects("N3-63")),
    claim("data that was received before does not",
      { old: { epoll_pwait: 1 } },
      ({ old: { epoll_pwait: after } }, seen) => [
        is(after.result, 0),
        also(() => is(seen.packets({ dport: 80, length: 3 }, "old").length, 1)),
      ], contradicts("N3-63")),
    claim("of a handshake the last ACK makes the listener ready, and no packet before it",
      {
        opening: { socket: 1 }, "nothing new": { epoll_pwait: 4 },
        handshake: { epoll_pwait: 1, accept4: 1 },
      },
      ({
        opening: { socket: l }, "nothing new": { epoll_pwait: [, , , syn] },
        handshake: { epoll_pwait: last, accept4: accept },
      }) => [
        is(syn.result, 0),
        is(last.result, 1),
        same(last.after(FD), l.result),
        is(accept.errno, null),
      ], supports("N3-16"), contradicts("N3-63")),
    claim("a FIN and an RST make it ready, and the RST is reported as an error, though nobody asked for any",
      { ends: { epoll_pwait: 2 } },
      ({ ends: { epoll_pwait: [finished, reset] } }) => [
        is(finished.result, 1),
        is(finished.after(EVENTS), EPOLLIN),
        is(reset.result, 1),
        is(reset.after(EVENTS), EPOLLIN | EPOLLERR | EPOLLHUP),
      ], corrects("N3-63")),
    claim("what is watched and what is ready are two things: a tree of all of them, and a list beside it",
      { ends: { look: 1 } },
      ({ ends: { look: eventpoll } }) => [
        differ(eventpoll.column("offset", "rdllist"), eventpoll.column("offset", "rbr")),
        is(eventpoll.column("size", "rdllist"), 16),
      ], supports("N3-64")),
  ],
});
