import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, MSG_WAITALL, SO_RCVTIMEO, SO_SNDBUF, SO_SNDTIMEO, SOCK_STREAM, SOL_SOCKET } from
  "../../src/abi/constants/socket.ts";
import { TCP_MAXSEG, TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { tcpSendto, tcpWrite } from "../../src/kernel/paths/tcp.ts";
import { also, atLeast, atMost, figure, is, more, rise, same } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** More than the send buffer holds, and the receiver's at first. */
const MUCH = 400_000;
/** With what was written before. */
const WHOLE = MUCH + 20;
const FILE = ["vfs_write", "sock_write_iter", "tcp_sendmsg"];
/** What vfs_write adds up, whatever it writes to. */
const WRITTEN = /^wchar: (\d+)/m;
const SENT = "net:net_dev_queue";

/** Reads until it has it all. */
export const read = ({ recvfrom }: Calls, { fd }: { readonly fd: number }) =>
  recvfrom(fd, buffer(WHOLE), WHOLE, MSG_WAITALL, null, null);

/**
 * write on a socket: the files' way, and from tcp_sendmsg on the way of send.
 *
 *     write(c, "Hello", 5)       ksys_write, vfs_write, sock_write_iter, tcp_sendmsg
 *     sendto(c, "Hello", 5, 0)   __sys_sendto, tcp_sendmsg
 *     write(c, buf, 400000)      through a send buffer of some 32 kB: it leaves while it is copied
 */
export default experiment({
  name: "write-path",
  asks: "write and sendto do the same on a socket: where do their ways meet, and when do the bytes leave?",
  story: `Two doors lead into the same post office. One is the door for everything: behind it a clerk looks
    what you have there, sees that it is a letter, and sends you to the right counter. The other leads
    straight to that counter. If you bring more than the counter has room for, nobody waits until all of it
    lies there: the first sack drives off while you are still unpacking.`,
  paths: { write: tcpWrite, sendto: tcpSendto },
  tracepoints: [SENT],
  needs: ["namespace"],
  pins: { "net.ipv4.tcp_mtu_probing": 0 },
  next: "netlab path tcp write --live draws all that is passed. Then read-path: how the bytes come out.",

  run({
    socket, bind, listen, getsockname, setsockopt, getsockopt, connect, accept4, write, sendto, close,
  }, { say, scene, look, start }) {
    say("A connection, with a small send buffer. TCP_NODELAY: what is written may leave at once.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(c, SOL_SOCKET, SO_SNDBUF, int(16_384), 4);
    setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, int(1), 4);

    scene("before", "Nothing is written yet: what fits into a segment? Does the kernel try larger ones?");
    connect(c, addr, sizeof(addr));
    const s = accept4(l, null, null, 0);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    getsockopt(c, IPPROTO_TCP, TCP_MAXSEG, int(0), int(4));
    look("probing", "/proc/sys/net/ipv4/tcp_mtu_probing");

    // What this thread has written: bytes, and calls (Documentation/filesystems/proc.rst).
    const io = (name: string) => look(name, "/proc/thread-self/io", "c");

    scene("write", "Five bytes, twice. How many bytes has this thread written to files, by its account?");
    io("before");
    for (let i = 0; i < 2; i++) write(c, text("Hello"), 5);
    io("after");

    scene("sendto", "The same by sendto.");
    io("before");
    for (let i = 0; i < 2; i++) sendto(c, text("Hello"), 5, 0, null, 0);
    io("after");

    scene("much", "More than there is room for; a thread reads at the other end.");
    getsockopt(c, SOL_SOCKET, SO_SNDBUF, int(0), int(4));
    const reader = start(read, { fd: s });
    write(c, text("x".repeat(MUCH)), MUCH);
    close(c);
    reader.join();
    for (const fd of [s, l]) close(fd);
  },

  claims: [
    claim("write goes the files' way, vfs_write and the socket's write_iter, down to tcp_sendmsg",
      { write: { "look before": 1, write: 2, "look after": 1 } },
      ({ write: { "look before": before, write: writes, "look after": after } }, seen) => [
        is(rise(figure(before.text, WRITTEN), figure(after.text, WRITTEN)), 10),
        ...writes.map((it) => is(it.result, 5)),
        ...writes.map((it) => also(() => is(seen.inside(it).of(SENT).passed(FILE), FILE))),
      ], supports("N2-71"), corrects("N2-72")),
    claim("sendto comes to tcp_sendmsg without it: no file is asked",
      { sendto: { "look before": 1, sendto: 2, "look after": 1 } },
      ({ sendto: { "look before": before, sendto: sends, "look after": after } }, seen) => [
        same(figure(before.text, WRITTEN), figure(after.text, WRITTEN)),
        ...sends.map((it) => is(it.result, 5)),
        ...sends.map((it) => also(() => is(seen.inside(it).of(SENT).passed(FILE), FILE.slice(-1)))),
      ], corrects("N2-72")),
    claim("a write takes many times more than the send buffer holds: what it has copied leaves before the"
      + " rest is copied",
      { much: { write: 1, getsockopt: 1, "recvfrom@read": 1 } },
      ({ much: { write, getsockopt: room, "recvfrom@read": read } }, seen) => [
        is(write.result, MUCH),
        atMost(room.after("*optval"), MUCH / 4),
        is(read.result, WHOLE),
        more(read.left, write.entered),
        also(() => atLeast(seen.inside(write).count(SENT), 2)),
      ], contradicts("N2-74")),
    claim("how much fits into a segment is known before the first write, and nothing is tried out:"
      + " tcp_mtu_probing is off",
      { before: { getsockopt: 1, "look probing": 1 } },
      ({ before: { getsockopt: mss, "look probing": probing } }) => [
        atLeast(mss.after("*optval"), 536),
        is(figure(probing.text, /^(\d+)/), 0),
      ], contradicts("N2-76")),
  ],
});
