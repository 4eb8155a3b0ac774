import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { SIGKILL } from "../../src/abi/constants/signal.ts";
import { AF_INET, AF_UNIX, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, rst } from "../../src/lab/peer.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Another process that has a connection, and dies while it waits for something else. It says its number. */
export const owner = ({ getpid, sendto, recvfrom }: Calls, { tell }: { fd: number; tell: number }) => {
  sendto(tell, int(getpid()), 4, 0, null, 0);
  recvfrom(tell, buffer(4), 4, 0, null, null);
};

/**
 * Five bytes reach the receiver's kernel, three times.
 *
 *     Hello →   ← ACK   recv(s, …): 5   close(s):           ← FIN
 *     Hello →   ← ACK                   close(s):           ← RST
 *     Hello →   ← ACK                   (killed)            ← RST
 */
export default experiment({
  name: "acked-not-read",
  asks: "The sender has the ACK for its bytes: has anybody read them?",
  story: `You send a registered letter, and the receipt comes back, signed. It was signed in the post room of
    the house. Nobody has opened the letter yet, and perhaps nobody ever will: the one that it was for may
    leave first. Then the post room throws it away and sends you word that nobody is there any more.
    What the receipt said is still true, and the letter is gone. Whoever wants to know that it was read has
    to wait for an answer to it.`,
  needs: ["veth"],
  next: "Then orphans: what becomes of bytes that are not sent yet when their owner goes.",

  run({ socket, bind, listen, accept4, socketpair, setsockopt, recvfrom, ioctl, kill, wait4, close },
    { scene, start, known, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const hello = (n: number, name: string) => {
      peer.at(n).handshake(80);
      const s = accept4(l, null, null, 0);
      known(name, s);
      peer.at(n).send(data("Hello"));
      peer.at(n).expect(ack(5));
      ioctl(s, FIONREAD, int(0));
      return s;
    };

    scene("read", "Hello comes and is acknowledged. It is read, and the connection closed.");
    const read = hello(0, "first");
    recvfrom(read, buffer(16), 16, 0, null, null);
    close(read);
    peer.at(0).expect(fin());
    peer.at(0).send(fin());

    scene("unread", "Hello comes and is acknowledged. The connection is closed.");
    const unread = hello(1, "second");
    close(unread);
    peer.at(1).expect(rst());

    scene("killed", "Hello comes and is acknowledged. The process that has the connection is killed.");
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    const [here = 0, tell = 0] = pair.value;
    setsockopt(here, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    const pid = int(0);
    const left = hello(2, "third");
    const other = start(owner, { fd: left, tell }, { as: "process" });
    for (const fd of [left, l]) close(fd);
    recvfrom(here, pid, 4, 0, null, null);
    other.asleep("recvfrom");
    kill(pid.value, SIGKILL);
    peer.at(2).expect(rst());
    wait4(pid.value, int(0), 0, null);
    for (const fd of [here, tell]) close(fd);
  },

  claims: [
    claim("the kernel acknowledges what it has queued: whether anybody reads it plays no part",
      { read: { ioctl: 1, recvfrom: 1 }, unread: { ioctl: 1, recvfrom: 0 } },
      ({ read: { ioctl: read, recvfrom }, unread: { ioctl: unread } }, seen) => [
        is(read.after("*arg"), 5),
        is(recvfrom.after("ubuf"), "Hello"),
        is(unread.after("*arg"), 5),
        also(() => is(seen.packets({ dport: 80, psh: true }, "unread").field("length"), [5])),
        also(() => is(seen.packets({ dport: 40_001, syn: false, rst: false }, "unread").length, 1)),
      ], corrects("N3-51")),
    claim("close with bytes that nobody has read sends no FIN but a RST, and they are lost",
      { read: { close: 1 }, unread: { close: 1 } },
      ({ read: { close: read }, unread: { close: unread } }, seen) => [
        is(read.result, 0),
        is(unread.result, 0),
        is(seen.counted("TcpExt.TCPAbortOnClose", "read"), 0),
        is(seen.counted("TcpExt.TCPAbortOnClose", "unread"), 1),
        is(seen.counted("Tcp.EstabResets", "unread"), 1),
        also(() => is(seen.states("second").at(-1), "CLOSE")),
        also(() => atLeast(seen.packets({ fin: true, dport: 40_000 }, "read").length, 1)),
        also(() => is(seen.packets({ fin: true, dport: 40_001 }).length, 0)),
        also(() => is(seen.packets({ rst: true, dport: 40_001 }, "unread").length, 1)),
      ], corrects("N3-51"), supports("N2-82")),
    claim("so does the end of a process that is killed: its sender has an ACK, and then a RST",
      { killed: { ioctl: 1, wait4: 1 } },
      ({ killed: { ioctl: unread, wait4: dead } }, seen) => [
        is(unread.after("*arg"), 5),
        is(dead.after("*stat_addr"), SIGKILL),
        is(seen.counted("TcpExt.TCPAbortOnClose", "killed"), 1),
        also(() => is(seen.packets({ dport: 40_002, syn: false }, "killed").field("rst"), [0, 1])),
      ], corrects("N3-51"), supports("N2-82")),
  ],
});
