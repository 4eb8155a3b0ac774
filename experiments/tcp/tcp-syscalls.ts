import { AT_FDCWD, O_DIRECTORY, O_PATH } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, SO_RCVLOWAT, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { message } from "../../src/abi/structs/message.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The kernel's list of its system calls: a folder for each with a number (kernel/trace/trace_syscalls.c). */
const LIST = "/sys/kernel/tracing/events/syscalls";

/** Receives what is not there yet. */
export const reader = ({ recvfrom }: Calls, { fd }: { readonly fd: number }) =>
  recvfrom(fd, buffer(8), 8, 0, null, null);

/**
 * Three ways to send, three to receive, and no send or recv among them.
 *
 *     sendto(c, "one ", 4, 0, NULL, 0);     // all that libc's send(c, "one ", 4, 0) does
 *     write(c, "two ", 4);
 *     sendmsg(c, &msg, 0);
 */
export default experiment({
  name: "tcp-syscalls",
  asks: "send and recv are in every textbook: which system calls are they?",
  story: `At the counter there are three forms for handing something in: one with a line for the address, a
    plain one, and one for several parts at once. “Please send this” is not a form. Whoever says so at the
    front desk, the C library, is given the first one with the address left empty. Whichever form it was,
    what is handed in goes into the same pipe.`,
  tracepoints: ["net:net_dev_queue"],
  next: "tcp-dest shows what becomes of the address if one is filled in. Then tcp-handshake: how it all"
    + " begins.",

  run({
    socket, bind, listen, getsockname, connect, accept4, setsockopt, sendto, write, sendmsg, ppoll, recvfrom,
    read, recvmsg, close, attempt,
  }, { scene, say, start }) {
    say("A connection over the loopback. What is sent leaves at once, and no receive waits longer than 4 s.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(c, IPPROTO_TCP, TCP_CONGESTION, text("reno"), 4);
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, int(1), sizeof(int(1)));
    connect(c, addr, sizeof(addr));
    const s = accept4(l, null, null, 0);

    scene("sent", "Three ways to send.");
    sendto(c, text("one "), 4, 0, null, 0);
    write(c, text("two "), 4);
    sendmsg(c, message({ iov: [text("three")] }), 0);

    scene("received", "poll tells when all thirteen bytes are there. Three ways to receive.");
    setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, int(13), sizeof(int(13)));
    ppoll(pollfd({ fd: s, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, int(1), sizeof(int(1)));
    recvfrom(s, buffer(4), 4, 0, null, null);
    read(s, buffer(4), 4);
    recvmsg(s, message({ iov: [buffer(8)] }), 0);

    scene("asleep", "Another thread waits for bytes. What does the kernel say that it waits in?");
    const waiting = start(reader, { fd: s });
    waiting.asleep("recvfrom");
    sendto(c, text("at last"), 7, 0, null, 0);
    waiting.join();

    scene("list", "The kernel has a list of its system calls, for root alone. Is a call of that name in it?");
    const opened = (dir: number, name: string) => attempt.openat(dir, cstring(name), O_PATH | O_DIRECTORY, 0);
    const list = opened(AT_FDCWD, LIST);
    const names = list < 0 ? [] : ["sendto", "recvfrom", "send", "recv"];
    const found = names.map((name) => opened(list, `sys_enter_${name}`));
    for (const fd of [...found, list, s, c, l].filter((it) => it >= 0)) close(fd);
  },

  claims: [
    claim("sendto without an address, write and sendmsg put their bytes into one and the same stream",
      { sent: { sendto: 1, write: 1, sendmsg: 1 }, received: { recvfrom: 1, read: 1, recvmsg: 1 } },
      ({ sent: { sendto, write, sendmsg }, received: { recvfrom, read, recvmsg } }, seen) => [
        ...[sendto, write].map((it) => is(it.result, 4)),
        is(sendmsg.result, 5),
        is(recvfrom.after("ubuf"), "one "),
        is(read.after("buf"), "two "),
        is(recvmsg.after("msg.msg_iov[0].iov_base"), "three"),
        ...[sendto, write, sendmsg].map((it) =>
          also(() => is(seen.inside(it).of("net:net_dev_queue").passed(["tcp_sendmsg"]), ["tcp_sendmsg"]))),
      ], contradicts("N0-38"), corrects("N4-16")),
    claim("a thread that waits for bytes sleeps in recvfrom, says the kernel",
      { asleep: { "recvfrom@reader": 1 } },
      ({ asleep: { "recvfrom@reader": receive } }) => [
        is(receive.slept, true),
        is(receive.before("addr"), 0),
        is(receive.after("ubuf"), "at last"),
      ], contradicts("N0-38")),
    claim("the kernel lists sendto and recvfrom among its system calls; send and recv it does not",
      { list: { openat: 5 } },
      ({ list: { openat: [, sendto, recvfrom, send, recv] } }) => [
        is(sendto.before("filename"), "sys_enter_sendto"),
        is(sendto.errno, null),
        is(recvfrom.before("filename"), "sys_enter_recvfrom"),
        is(recvfrom.errno, null),
        is(send.before("filename"), "sys_enter_send"),
        is(send.errno, "ENOENT"),
        is(recv.before("filename"), "sys_enter_recv"),
        is(recv.errno, "ENOENT"),
      ], contradicts("N0-38"), corrects("N4-16")),
  ],
});
