import { IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { udpReceive, udpSend } from "../../src/kernel/paths/udp.ts";
import { also, is, same } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * The first program of note N0: UDP by system calls alone.
 *
 *     int a = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);   // 3: the lowest free number
 *     bind(a, &addr, sizeof addr);   // the note leaves it out; without it nobody can write to us
 *     int b = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);   // 4: never bound, gets a port with its first send
 *     sendto(b, "0123456789", 10, 0, &addr, sizeof addr);
 *
 * native-shims/raw_udp_syscall.c makes the same calls in C.
 */
export default experiment({
  name: "udp-raw",
  asks: "What do two programs need to send each other a datagram?",
  story: `The reader needs a letter box with a number on it: bind gives it one. The writer needs none: the
    kernel writes a return address on its first letter by itself. What has arrived waits in the box until
    somebody looks, even if nobody does for a long time; an empty box says so at once to whoever does not
    want to wait.`,
  paths: { sendto: udpSend, recvfrom: udpReceive },
  next: "Then udp-boundaries: do the two letters stay two?",

  run({ socket, setsockopt, bind, getsockname, sendto, ppoll, ioctl, recvfrom, close, attempt }, { scene }) {
    scene("open", "Two sockets; one of them gets an address.");
    const a = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    const patience = timeval({ tv_sec: 4 });
    setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, patience, sizeof(patience));
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(a, addr, sizeof(addr));
    getsockname(a, addr, int(sizeof(addr)));
    const b = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);

    scene("unbound", "The sender was never bound.");
    getsockname(b, sockaddr_in(), int(sizeof(sockaddr_in)));
    sendto(b, text("0123456789"), 10, 0, addr, sizeof(addr));

    scene("dirty", "The second datagram's address has rubbish in sin_zero.");
    addr.sin_zero = new Uint8Array(8).fill(0xff);
    sendto(b, text("ABCDEFGHIJKLMNOPQRST"), 20, 0, addr, sizeof(addr));

    scene("waiting", "Nobody has received yet.");
    ppoll(pollfd({ fd: a, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    ioctl(a, FIONREAD, int(0));

    scene("received", "From whom is the first one?");
    recvfrom(a, buffer(100), 100, 0, sockaddr_in(), int(sizeof(sockaddr_in)));
    getsockname(b, sockaddr_in(), int(sizeof(sockaddr_in)));
    recvfrom(a, buffer(100), 100, 0, null, null);
    attempt.recvfrom(a, buffer(100), 100, MSG_DONTWAIT, null, null);

    scene("end");
    close(b);
    close(a);
  },

  claims: [
    claim("a socket is the lowest free number", { open: { socket: 2 } }, ({ open: { socket: [a, b] } }) => [
      is(a.result, 3),
      is(b.result, 4),
    ], supports("N0-21", "N3-01")),
    claim("bind with port 0 gets a port of the kernel's choosing, and getsockname tells it",
      { open: { bind: 1, getsockname: 1 } },
      ({ open: { bind, getsockname: name } }) => [
        is(bind.before("umyaddr.sin_port"), 0),
        is(bind.result, 0),
        is(name.after("usockaddr.sin_addr"), "127.0.0.1"),
        is(name.after("*usockaddr_len"), 16),
      ], corrects("N0-04"), supports("N1-19")),
    claim("a sender need not bind: with its first send the kernel gives it a port",
      { unbound: { getsockname: 1, sendto: 1 }, received: { recvfrom: 3, getsockname: 1 } },
      ({ unbound: { getsockname: before, sendto }, received: { recvfrom: [first], getsockname: after } }) => [
        is(before.after("usockaddr.sin_port"), 0),
        is(sendto.result, 10),
        same(first.after("addr.sin_port"), after.after("usockaddr.sin_port")),
      ], corrects("N0-04"), supports("N1-19")),
    claim("sin_zero may hold anything: the kernel does not read it", { dirty: { sendto: 1 } },
      ({ dirty: { sendto } }) => [
        is(sendto.before("addr.sin_zero"), "\xff".repeat(8)),
        is(sendto.result, 20),
      ], contradicts("N0-28")),
    claim("what nobody received waits in the socket; FIONREAD tells the length of the first datagram alone",
      { waiting: { ioctl: 1 }, received: { recvfrom: 3 } },
      ({ waiting: { ioctl }, received: { recvfrom: [first, second] } }, seen) => [
        is(ioctl.after("*arg"), 10),
        is(first.result, 10),
        is(second.result, 20),
        also(() => is(seen.counted("Udp.InDatagrams", "waiting"), 0)),
        also(() => is(seen.counted("Udp.InDatagrams", "received"), 2)),
      ], contradicts("N0-05")),
    claim("an empty queue is EAGAIN for whoever does not want to wait", { received: { recvfrom: 3 } },
      ({ received: { recvfrom: [, , none] } }) => [
        is(none.before("flags"), MSG_DONTWAIT),
        is(none.errno, "EAGAIN"),
      ]),
  ],
});
