import { F_SETFL, O_NONBLOCK } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_RCVBUF, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { tcpRead, tcpRecvfrom } from "../../src/kernel/paths/tcp.ts";
import { also, atLeast, enough, is, more } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const FILE = ["vfs_read", "sock_read_iter", "tcp_recvmsg"];
const COPIED = "skb:skb_copy_datagram_iovec";
const SENT = "net:net_dev_queue";
/** A read on the stack of a packet that leaves. */
const SENDER = ["tcp_recvmsg", "__ip_queue_xmit"];
const SLEEP = ["tcp_recvmsg", "sk_wait_data"];
/** More than the receiver's small buffer holds. */
const MUCH = 400_000;

/** Waits for five bytes. */
export const wait = ({ read }: Calls, { fd }: { readonly fd: number }) => read(fd, buffer(5), 5);

/**
 * read on a socket: the files' way, and from sock_recvmsg on the way of recv.
 *
 *     read(s, buf, 5)                       ksys_read, vfs_read, sock_read_iter, sock_recvmsg, tcp_recvmsg
 *     recvfrom(s, buf, 5, 0, NULL, NULL)    __sys_recvfrom, sock_recvmsg, tcp_recvmsg
 */
export default experiment({
  name: "read-path",
  asks: "read takes bytes out of the kernel: does it ever put something in?",
  story: `You fetch your letters from the box. If it is empty you sit down beside it, and whoever brings one
    taps on your shoulder. If it was crammed full, the postman had been told to bring no more: then, when
    you take the letters out, you call him, for he would not know by himself that there is room again.`,
  paths: { read: tcpRead, recvfrom: tcpRecvfrom },
  tracepoints: [SENT],
  next: "netlab path tcp read --live draws all that is passed. Then close-path: how it ends.",

  run({
    socket, bind, listen, getsockname, setsockopt, connect, accept4, fcntl, write, read, recvfrom, close,
    attempt,
  }, { say, scene, start }) {
    say("A connection. The listener's receive buffer is small, and so is that of the connection.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(16_384), 4);
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
    connect(c, addr, sizeof(addr));
    const s = accept4(l, null, null, 0);
    const ten = buffer(10);

    scene("asleep", "A thread reads, and there is nothing. Then five bytes come.");
    const reader = start(wait, { fd: s });
    reader.asleep("read");
    write(c, text("Hello"), 5);
    reader.join();

    scene("doors", "Ten bytes, five by each of two calls.");
    write(c, text("HelloWorld"), 10);
    read(s, ten, 5);
    recvfrom(s, ten, 5, 0, null, null);

    scene("full", "More than the receiver has room for, until no more is taken.");
    fcntl(c, F_SETFL, O_NONBLOCK);
    const [much, tries] = [text("x".repeat(MUCH)), 20];
    for (let i = 0; i < tries && attempt.write(c, much, MUCH) > 0; i++);

    scene("room", "One read of all that is there.");
    read(s, buffer(MUCH), MUCH);

    scene("end");
    for (const fd of [c, s, l]) close(fd);
  },

  claims: [
    claim("read goes the files' way, vfs_read and the socket's read_iter, down to tcp_recvmsg",
      { doors: { read: 1 } },
      ({ doors: { read } }, seen) => [
        is(read.after("buf"), "Hello"),
        is(seen.inside(read).of(COPIED).passed(FILE), FILE),
      ], supports("N2-80")),
    claim("recvfrom comes to tcp_recvmsg without it: no file is asked",
      { doors: { recvfrom: 1 } },
      ({ doors: { recvfrom } }, seen) => [
        is(recvfrom.after("ubuf"), "World"),
        is(seen.inside(recvfrom).of(COPIED).passed(FILE), FILE.slice(-1)),
      ], supports("N2-80")),
    claim("where there is nothing to read it sleeps, until somebody else's write",
      { asleep: { "read@wait": 1, write: 1 } },
      ({ asleep: { "read@wait": read, write } }, seen) => [
        is(read.slept, true),
        more(read.left, write.entered),
        is(read.after("buf"), "Hello"),
        also(() => {
          const slept = seen.inside(read).of("sched:sched_switch");
          enough(slept.length, 1);
          return is(slept.passed(SLEEP), SLEEP);
        }),
      ], supports("N2-80")),
    claim("a read may send: where the sender was told that there is no room, it tells them that there is",
      { full: { write: all }, room: { read: 1 } },
      ({ full: { write: { each } }, room: { read } }, seen) => [
        is(each.at(-1)!.errno, "EAGAIN"),
        atLeast(read.result, 1),
        atLeast(seen.counted("Tcp.OutSegs", "room"), 1),
        also(() => is(enough(seen.inside(read).of(SENT).passed(SENDER), 1), SENDER)),
      ], supports("N2-80")),
  ],
});
