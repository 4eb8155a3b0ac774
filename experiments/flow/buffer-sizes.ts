import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_RCVBUF, SO_RCVBUFFORCE, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atMost, figure, is, more, oneOf, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The largest int, and the most that doubling makes of it: sk_rcvbuf is an int. */
const INT_MAX = 2_147_483_647;
const MOST = INT_MAX - 1;
/** The last number of tcp_rmem, as it is pinned here: so far a buffer may grow by itself. */
const GROWN = 6_291_456;
/** What a turn sends with each call, and receives. */
const PAGE = text("x".repeat(65_536));
/** How the notes call them: names of the BSDs, as paths of /proc/sys. */
const BSD = ["net/inet/tcp/recvspace", "kern/ipc/maxsockbuf"];

/** How large its receive buffer may become now: SO_RCVBUF as it is read. */
function sizeOf({ getsockopt }: Calls, fd: number): number {
  const bytes = int(0);
  getsockopt(fd, SOL_SOCKET, SO_RCVBUF, bytes, int(4));
  return bytes.value;
}

/** A connection over the loopback; its receiver asked for so many bytes, or for nothing. */
function connection(
  { socket, setsockopt, bind, listen, getsockname, connect, accept4, close }: Calls, asked: number | null,
): readonly [sender: number, receiver: number] {
  const [l, c] = [socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)];
  if (asked !== null) setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(asked), 4);
  setsockopt(c, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(l, addr, sizeof(addr));
  listen(l, 1);
  getsockname(l, addr, int(sizeof(addr)));
  connect(c, addr, sizeof(addr));
  const s = accept4(l, null, null, 0);
  close(l);
  return [c, s];
}

/** Sends as much as there is room for, and receives all that has come. */
function turn({ attempt }: Calls, sender: number, receiver: number): void {
  while (attempt.sendto(sender, PAGE, PAGE.length, MSG_DONTWAIT, null, 0) > 0);
  while (attempt.recvfrom(receiver, PAGE, PAGE.length, MSG_DONTWAIT, null, null) > 0);
}

/**
 * Three numbers, two limits, and a program that may ask.
 *
 *     sysctl net.ipv4.tcp_rmem                  // 4096 131072 6291456: least, at first, grown
 *     setsockopt(s, …, SO_RCVBUF, 10000)        // 20000, and from now on it does not grow
 *     setsockopt(s, …, SO_RCVBUF, 2147483647)   // not refused: 2 × net.core.rmem_max
 */
export default experiment({
  name: "buffer-sizes",
  asks: "How large is a receive buffer, and who decides that?",
  story: `Each new worker gets a table of the usual size: the house rules say which. If letters come faster
    than they are read, the house brings a larger one, and another, up to the largest that the rules know.
    Who asks for a certain table gets one twice as large, because half of it is for the envelopes; but never
    one beyond the limit for those who ask, and from then on nobody brings another.`,
  pins: { "net.ipv4.tcp_rmem": `4096 131072 ${GROWN}`, "net.ipv4.tcp_moderate_rcvbuf": 1 },
  // Megabytes pass: how they were cut into packets plays no part.
  without: ["wire"],
  parameters: {
    asked: { is: "SO_RCVBUF, in bytes", default: 50_000, from: 10_000, to: 100_000 },
  },
  next: "--set asked=10000: what is read back then? Then window-scale: how so large a buffer fits a field of"
    + " 16 bits.",

  run(calls, { look, scene, sysctl, times, set }) {
    const { socket, setsockopt, close, attempt } = calls;
    const size = (fd: number): number => sizeOf(calls, fd);
    const stream = (asked: number | null) => {
      const [c, s] = connection(calls, asked);
      size(s);
      times("send and receive by turns", 3, () => turn(calls, c, s));
      size(s);
      close(s);
      close(c);
    };

    scene("default", "A new socket, and the rule that it goes by: least, at first, grown.");
    look("tcp_rmem", "/proc/sys/net/ipv4/tcp_rmem");
    const a = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    size(a);

    scene("rule", "The number in the middle is changed. Another socket, and the rule as it was.");
    sysctl("net.ipv4.tcp_rmem", `4096 100000 ${GROWN}`);
    const b = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    size(b);
    close(b);
    sysctl("net.ipv4.tcp_rmem", `4096 131072 ${GROWN}`);

    scene("names", "What the notes call them.");
    for (const path of BSD) attempt.openat(AT_FDCWD, cstring(`/proc/sys/${path}`), O_RDONLY, 0);

    scene("asked", "The program asks for a size of its own.");
    setsockopt(a, SOL_SOCKET, SO_RCVBUF, int(set.asked), 4);
    size(a);

    scene("too much", "Then for 1 GB, and for the largest number that there is.");
    look("rmem_max", "/proc/sys/net/core/rmem_max");
    setsockopt(a, SOL_SOCKET, SO_RCVBUF, int((INT_MAX - 1) / 2), 4);
    size(a);
    setsockopt(a, SOL_SOCKET, SO_RCVBUF, int(INT_MAX), 4);
    const most = size(a);

    scene("force", "And 4,096 bytes beyond what it got, by SO_RCVBUFFORCE.");
    attempt.setsockopt(a, SOL_SOCKET, SO_RCVBUFFORCE, int(most / 2 + 4096), 4);
    size(a);

    scene("free", "A connection whose receiver asked for nothing. Megabytes pass.");
    stream(null);

    scene("pinned", "The same, and this receiver asked.");
    stream(set.asked);
    close(a);
  },

  claims: [
    claim("a new receive buffer is as large as the middle number of tcp_rmem: 131,072 if nobody changed it",
      { default: { "look tcp_rmem": 1, getsockopt: 1 }, rule: { getsockopt: 1 } },
      ({ default: { "look tcp_rmem": rule, getsockopt: first }, rule: { getsockopt: changed } }) => [
        same(first.after("*optval"), figure(rule.text, /^\d+\s+(\d+)/)),
        is(first.after("*optval"), 131_072),
        is(changed.after("*optval"), 100_000),
      ], supports("N3-48")),
    claim("net.inet.tcp.recvspace and kern.ipc.maxsockbuf are names of other systems: Linux has neither",
      { names: { openat: 2 } },
      ({ names: { openat: [recvspace, maxsockbuf] } }) => [
        is(recvspace.errno, "ENOENT"),
        is(maxsockbuf.errno, "ENOENT"),
      ], corrects("N3-48", "N3-49")),
    claim("who asks by SO_RCVBUF gets twice as much: the kernel's own memory for the bytes counts too",
      { asked: { setsockopt: 1, getsockopt: 1 } },
      ({ asked: { setsockopt: asked, getsockopt: got } }, seen) => [
        is(asked.before("*optval"), seen.set("asked")),
        is(got.after("*optval"), 2 * seen.set("asked")),
      ], corrects("N3-49")),
    claim("who asks for too much is not refused, and gets the most there is: twice net.core.rmem_max",
      { "too much": { setsockopt: 2, getsockopt: 2, "look rmem_max": 1 } },
      ({ "too much": { setsockopt: [, huge], getsockopt: [first, second], "look rmem_max": max } }) => [
        is(huge.result, 0),
        same(second.after("*optval"), first.after("*optval")),
        also(() => is(second.after("*optval"), Math.min(2 * figure(max.text, /(\d+)/).value, MOST))),
      ], corrects("N3-49")),
    claim("SO_RCVBUFFORCE goes beyond that, and is for the machine's administrator alone (CAP_NET_ADMIN)",
      { "too much": { getsockopt: 2 }, force: { setsockopt: 1, getsockopt: 1 } },
      ({ "too much": { getsockopt: [, limit] }, force: { setsockopt: force, getsockopt: got } }) => {
        const most = Number(limit.after("*optval").value);
        const may = force.errno.value === null;
        return [
          oneOf(force.errno, [null, "EPERM"]),
          is(got.after("*optval"), may ? Math.min(most + 8192, MOST) : most),
        ];
      }, corrects("N3-49")),
    claim("a buffer for which nobody asked grows as data comes in, up to the last number of tcp_rmem",
      { free: { getsockopt: 2 } },
      ({ free: { getsockopt: [before, after] } }) => [
        is(before.after("*optval"), 131_072),
        more(after.after("*optval"), before.after("*optval")),
        atMost(after.after("*optval"), GROWN),
      ], corrects("N3-48", "N3-49")),
    claim("who asked for a size keeps it: the buffer does not grow any more",
      { pinned: { getsockopt: 2 } },
      ({ pinned: { getsockopt: [before, after] } }, seen) => [
        is(before.after("*optval"), 2 * seen.set("asked")),
        is(after.after("*optval"), 2 * seen.set("asked")),
      ], corrects("N3-49")),
  ],
});
