import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { also, atLeast, enough, figure, is, more, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, syn, synAck } from "../../src/lab/peer.ts";
import { kernelStruct } from "../../src/lab/stage.ts";
import { i32 } from "../../src/memory/integer.ts";
import type { Memory } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** How often a thread left the processor because it had to wait (Documentation/filesystems/proc.rst). */
const SWITCHES = /^voluntary_ctxt_switches:\s+(\d+)/m;
/** Who takes memory for an entry, and for a socket; and on whose behalf: of the SYN, of the last ACK. */
const ALLOCATORS = ["inet_reqsk_alloc", "sk_prot_alloc"];
const MAKERS = ["tcp_conn_request", "inet_reqsk_alloc", "tcp_check_req", "sk_prot_alloc"];
/** Who treats the SYN; who makes the socket of the last ACK, and who feeds that ACK to it. */
const STEPS = ["tcp_conn_request", "tcp_check_req", "tcp_child_process"];

/** A server that has nothing to do. It says first which thread it is. */
export const server = ({ gettid, accept4 }: Calls, { fd, tid }: { fd: number; tid: Memory }) => {
  i32.write(tid, 0, gettid());
  accept4(fd, null, null, 0);
};

/**
 * What each packet of a handshake brings about at the server.
 *
 *     accept4(l, …);          // a thread sleeps here
 *     SYN  →                  // an entry is made, a struct tcp_request_sock; the thread sleeps on
 *          ←  SYN-ACK
 *     ACK  →                  // a socket is made, a struct tcp_sock; the thread is woken
 */
export default experiment({
  name: "handshake-steps",
  asks: "The server's program sleeps in accept: which packets of a handshake does it notice?",
  story: `A letter comes: may I visit you? The secretary puts a slip of paper into a box and answers: you
    may. The boss sleeps on, and nothing was prepared yet. When the visitor has confirmed, a room is made
    ready. Only then does the secretary wake the boss. So little was spent on the slip of paper that it does
    no harm if nobody comes.`,
  needs: ["veth"],
  tracepoints: ["kmem:kmem_cache_alloc", "kmem:kmem_cache_free", "sock:inet_sock_set_state"],
  pins: { "net.ipv4.tcp_syncookies": 1 },
  next: "Then half-open: where a connection is while the third packet is missing.",

  run({
    socket, bind, listen, setsockopt, ppoll, connect, accept4, close,
  }, { say, scene, look, known, start, peer }) {
    say("A listener on port 80. Nobody waits there longer than 8 seconds.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    known("listener", l);
    const poll = (seconds: number) =>
      ppoll(pollfd({ fd: l, events: POLLIN }), 1, timespec({ tv_sec: seconds }), null, 0);

    scene("asleep", "A thread waits in accept. How often has it gone to sleep so far?");
    const tid = cell(i32, 0);
    const waiting = start(server, { fd: l, tid });
    waiting.asleep("accept4");
    const switches = (name: string) => look(name, `/proc/self/task/${tid.value}/status`, "ctxt_switches");
    switches("before");

    scene("syn", "A SYN comes, and is answered.");
    peer.send(syn());
    peer.expect(synAck());
    switches("after");
    poll(0);

    scene("ack", "The last part of the handshake.");
    peer.send(ack());
    waiting.join();

    scene("connect", "Another client, over the loopback: all three packets pass inside connect.");
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    poll(4);
    const s = accept4(l, null, null, 0);
    known("child", s);

    scene("sizes", "What was made at the SYN, and what at the ACK.");
    look("entry", kernelStruct("tcp_request_sock", "req"));
    look("socket", kernelStruct("tcp_sock", "inet_conn"));
    for (const fd of [s, c, l]) close(fd);
  },

  claims: [
    claim("a SYN is answered without the program: the thread in accept is not even woken",
      { asleep: { "accept4@server": 1, "look before": 1 }, syn: { "look after": 1, ppoll: 1 } },
      ({
        asleep: { "accept4@server": accept, "look before": before }, syn: { "look after": after, ppoll },
      }, seen) => [
        is(accept.slept, true),
        atLeast(seen.counted("Tcp.OutSegs", "syn"), 1),
        same(figure(before.text, SWITCHES), figure(after.text, SWITCHES)),
        is(ppoll.result, 0),
        more(accept.left, ppoll.left),
        also(() => atLeast(seen.packets({ syn: true, ack: true, sport: 80 }, "syn").length, 1)),
      ], supports("N3-16")),
    claim("the last ACK lets it go on: accept returns, and the program has called nothing meanwhile",
      { asleep: { "accept4@server": 1 }, syn: { ppoll: 1 } },
      ({ asleep: { "accept4@server": accept }, syn: { ppoll } }, seen) => [
        is(accept.errno, null),
        more(accept.left, ppoll.left),
        is(seen.counted("Tcp.PassiveOpens", "ack"), 1),
        is(seen.calls("ack"), 0),
      ], supports("N3-16", "N3-24")),
    claim("the SYN makes no socket, the last ACK makes one",
      { asleep: { "accept4@server": 1 } },
      ({ asleep: { "accept4@server": accept } }, seen) => [
        is(accept.errno, null),
        is(seen.counted("sockstat.sockets.used", "syn"), 0),
        is(seen.counted("sockstat.TCP.inuse", "syn"), 0),
        is(seen.counted("sockstat.sockets.used", "ack"), 1),
        is(seen.counted("sockstat.TCP.inuse", "ack"), 1),
      ], supports("N3-17"), corrects("N3-20")),
    claim("memory for an entry is taken at the SYN, memory for a socket at the ACK",
      { connect: { connect: 1 } },
      ({ connect: { connect } }, seen) => {
        const taken = seen.inside(connect).of("kmem:kmem_cache_alloc");
        enough(taken.passed(ALLOCATORS), ALLOCATORS.length);
        return [is(connect.result, 0), is(taken.passed(MAKERS), MAKERS)];
      }, supports("N3-17"), corrects("N3-20")),
    claim("an entry is much smaller than a socket", { sizes: { "look entry": 1, "look socket": 1 } },
      ({ sizes: { "look entry": entry, "look socket": socket } }) => [
        more(socket.column("size", "tcp_sock"), entry.column("size", "tcp_request_sock"), 1000),
      ], supports("N3-17")),
    claim("the SYN changes no socket's state: SYN_RECV and ESTABLISHED both come with the last ACK",
      { connect: { connect: 1 } },
      ({ connect: { connect } }, seen) => [
        is(connect.result, 0),
        is(enough(seen.states("child").passed("connect"), 3), ["LISTEN", "SYN_RECV", "ESTABLISHED"]),
        is(seen.inside(connect).of("sock:inet_sock_set_state").passed(STEPS), STEPS.slice(1)),
      ], corrects("N3-18", "N3-20")),
    claim("the entry becomes no socket: until accept it is the socket's place in the queue, then it is freed",
      { connect: { accept4: 1 } },
      ({ connect: { accept4: accept } }, seen) => [
        is(accept.errno, null),
        is(seen.inside(accept).of("kmem:kmem_cache_free").passed(["inet_csk_accept"]), ["inet_csk_accept"]),
      ], corrects("N3-20")),
  ],
});
