import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIGCONT, SIGSTOP } from "../../src/abi/constants/signal.ts";
import {
  AF_INET, AF_UNIX, SO_RCVTIMEO, SO_SNDBUF, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION } from "../../src/abi/constants/tcp.ts";
import { WSTOPPED } from "../../src/abi/constants/wait.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, atLeast, figure, is, more, same } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The payload of a whole segment: what the hand-made end asks for in its SYN. */
const MSS = 1460;
/** So many bytes the server sends: ten whole segments, with which a connection begins, and four more. */
const SENT = 14 * MSS;
/** How often the process gave its processor away, and how often it was taken away. */
const [GAVE, LOST] = [/^voluntary_ctxt_switches:\s+(\d+)/m, /^nonvoluntary_ctxt_switches:\s+(\d+)/m];
const WHILE_STOPPED = ["checked", "sent", "repeated", "connected"];

/** A server, a process of its own. It says its number, sends its first client much, and waits for a word. */
export const server = (
  { getpid, socket, setsockopt, bind, listen, accept4, sendto, recvfrom }: Calls, { tell }: { tell: number },
) => {
  const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
  setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
  setsockopt(l, SOL_SOCKET, SO_SNDBUF, int(100_000), 4);
  bind(l, addr, sizeof(addr));
  listen(l, 8);
  sendto(tell, int(getpid()), 4, 0, null, 0);
  const s = accept4(l, null, null, 0);
  sendto(s, text("x".repeat(SENT)), SENT, 0, null, 0);
  recvfrom(s, buffer(16), 16, 0, null, null);
  accept4(l, null, null, 0);
};

/**
 * A server that is stopped, and a kernel that is not.
 *
 *     kill(server, SIGSTOP);
 *     // a segment with a wrong checksum: dropped       // a good one: acknowledged
 *     // ACKs: more is sent                             // a gap is told of: it is filled
 *     // a SYN: answered, and the client is connected
 *     kill(server, SIGCONT);                            // it finds all of that done
 */
export default experiment({
  name: "kernel-autopilot",
  asks: "A server's process is stopped in the middle of its work: what of its connections goes on?",
  story: `The clerk has fainted at the desk. In the post room of the same house nothing has changed: letters
    are taken in and signed for, torn ones are thrown away, what lay ready to be sent is sent as fast as the
    road allows, what got lost is sent again, and new callers are shown to a chair. When the clerk wakes, the
    letters lie on the desk, and somebody is waiting on the chair.`,
  needs: ["veth"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
    "net.ipv4.tcp_reordering": 3,
  },
  next: "Then tcp-queues: where all that lies meanwhile.",

  run({ socketpair, setsockopt, recvfrom, kill, wait4, close }, { say, scene, look, start, net, peer }) {
    say("So late may a segment be sent again by itself that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    const [here = 0, tell = 0] = pair.value;
    setsockopt(here, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    const pid = int(0);
    const status = () => {
      look("syscall", `/proc/${pid.value}/syscall`);   // it waits until the process has left its processor
      look("switches", `/proc/${pid.value}/status`, "ctxt_switches");
    };

    scene("working", "The server has a client, sends it fourteen segments, and waits for a word. Ten leave.");
    const other = start(server, { tell }, { as: "process" });
    recvfrom(here, pid, 4, 0, null, null);
    peer.handshake(80);
    for (let n = 0; n < 10; n++) peer.expect(data(MSS, { seq: n * MSS }));
    other.asleep("recvfrom");

    scene("stopped", "The process is stopped.");
    kill(pid.value, SIGSTOP);
    wait4(pid.value, int(0), WSTOPPED, null);
    status();

    scene("checked", "The client says Hullo with a wrong checksum, and then Hello.");
    peer.send(data("Hullo", { ack: 0, badChecksum: true }));
    peer.quiet();
    peer.send(data("Hello", { ack: 0 }));
    peer.expect(ack(5));

    scene("sent", "It acknowledges two of the ten segments: in their place four may leave.");
    peer.send(ack(2 * MSS));
    for (const n of [10, 11, 12, 13]) peer.expect(data(MSS, { seq: n * MSS }));

    scene("repeated", "It says three times more that it waits for the third segment.");
    for (let i = 0; i < 3; i++) peer.send(ack(2 * MSS));
    peer.expect(data(MSS, { seq: 2 * MSS }));

    scene("connected", "Another client comes.");
    peer.at(1).handshake(80);
    peer.fence();
    status();

    scene("continued", "The process may go on.");
    kill(pid.value, SIGCONT);
    other.join();
    for (const fd of [here, tell]) close(fd);
  },

  claims: [
    claim("a process that is stopped makes no call, and gets no processor, not once",
      { stopped: { wait4: 1, "look switches": 1 }, connected: { "look switches": 1 } },
      ({ stopped: { wait4, "look switches": before }, connected: { "look switches": after } }, seen) => [
        is(wait4.after("*stat_addr"), (SIGSTOP << 8) | 0x7f),
        same(figure(before.text, GAVE), figure(after.text, GAVE)),
        same(figure(before.text, LOST), figure(after.text, LOST)),
        ...WHILE_STOPPED.map((it) => is(seen.calls(it, "server"), 0)),
      ], supports("N3-02")),
    claim("its kernel drops a segment with a wrong checksum, keeps a right one, and acknowledges it",
      { working: { "recvfrom@server": 1 } },
      ({ working: { "recvfrom@server": recvfrom } }, seen) => [
        is(seen.counted("Tcp.InCsumErrors", "checked"), 1),
        is(recvfrom.after("ubuf"), "Hello"),
        also(() => is(seen.packets({ dport: 80 }, "checked").field("length"), [5, 5])),
        also(() => is(seen.packets({ sport: 80 }, "checked").length, 1)),
      ], supports("N3-02")),
    claim("it sends what the process has left, as fast as it is acknowledged, and repeats what got lost",
      { working: { "sendto@server": 2 } },
      ({ working: { "sendto@server": [, sendto] } }, seen) => [
        is(sendto.result, SENT),
        is(seen.counted("Tcp.OutSegs", "sent"), 4),
        is(seen.counted("Tcp.RetransSegs", "repeated"), 1),
        is(seen.counted("TcpExt.TCPFastRetrans", "repeated"), 1),
        also(() => is(seen.packets({ sport: 80 }, "sent").field("length"), Array(4).fill(MSS))),
      ], supports("N3-02")),
    claim("it connects a new client, and that one waits until the process goes on",
      { continued: { kill: 1, "accept4@server": 1 } },
      ({ continued: { kill: goOn, "accept4@server": accept } }, seen) => [
        is(seen.counted("Tcp.PassiveOpens", "connected"), 1),
        more(accept.entered, goOn.entered),
        is(accept.errno, null),
        also(() => atLeast(seen.packets({ syn: true, sport: 80 }, "connected").length, 1)),
      ], supports("N3-02", "N3-16")),
  ],
});
