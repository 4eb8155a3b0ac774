import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, SO_RCVBUF, SO_RCVTIMEO, SO_SNDBUF, SO_SNDTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, is, more } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { until } from "../../src/lab/stage.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, type Memory, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** So many bytes: many times more than both buffers hold. */
const MILLION = 1_000_000;

/** Another thread, which sends and may sleep meanwhile. */
export const writer = ({ sendto }: Calls, { fd, mem }: { fd: number; mem: Memory }) =>
  sendto(fd, mem, MILLION, 0, null, 0);

/**
 * A blocking send of more than there is room for.
 *
 *     send(c, buf, 1000000, 0);    // both buffers are full soon: it sleeps, inside the call
 *     // the receiver reads: it wakes, goes on, sleeps again …
 *                                  // 1000000: it returns when the last byte is taken
 */
export default experiment({
  name: "tcp-blocking-send",
  asks: "The buffers are full in the middle of a send: does it return how much it got rid of?",
  story: `You pour a bucket into a funnel, and the funnel is full. You do not go home with the rest: you stand
    there and wait until it has sunk, and pour on. You leave when the bucket is empty.`,
  tracepoints: ["sched:sched_switch"],
  parameters: {
    buffers: {
      is: "SO_SNDBUF of the sender and SO_RCVBUF of the receiver, in bytes",
      default: 16_384, from: 4096, to: 65_536,
    },
  },
  next: "--set buffers=4096: does it change the result? Then tcp-send-cut-short: what does.",

  run({
    socket, bind, listen, getsockname, setsockopt, connect, accept4, recvfrom, close,
  }, { scene, start, times, set }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(set.buffers), 4);
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(c, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    setsockopt(c, SOL_SOCKET, SO_SNDBUF, int(set.buffers), 4);
    setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));
    connect(c, addr, sizeof(addr));
    const s = accept4(l, null, null, 0);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    const mem = text("a".repeat(MILLION / 2) + "b".repeat(MILLION / 2));
    const buf = buffer(65_536);

    scene("send", "A thread sends a million bytes. Nobody reads: it falls asleep in the call.");
    const sender = start(writer, { fd: c, mem });
    sender.asleep("sendto");

    scene("read", "Now they are read, as they come.");
    recvfrom(s, buf, 1, 0, null, null);
    times("drain", until(MILLION - 1), () => recvfrom(s, buf, 65_536, 0, null, null));
    sender.join();

    scene("end");
    close(s);
    close(c);
    close(l);
  },

  claims: [
    claim("a blocking send that finds no room sleeps inside the call", { send: { "sendto@writer": 1 } },
      ({ send: { "sendto@writer": send } }, seen) => [
        is(send.slept, true),
        also(() => is(
          seen.inside(send).of("sched:sched_switch").passed(["sk_stream_wait_memory"]),
          ["sk_stream_wait_memory"],
        )),
      ], corrects("N0-23", "N3-37"), supports("N1-08")),
    claim("it returns when all of it is taken, and not before somebody has read: its count is the whole",
      { send: { "sendto@writer": 1 }, read: { recvfrom: 1 } },
      ({ send: { "sendto@writer": send }, read: { recvfrom: read } }) => [
        is(send.before("len"), MILLION),
        is(send.result, MILLION),
        more(send.left, read.entered),
      ], contradicts("N0-55")),
    claim("every byte arrives, in order", { read: { recvfrom: sum } },
      ({ read: { recvfrom: rest } }) => [
        is(rest.bytes, [["a", MILLION / 2 - 1], ["b", MILLION / 2]]),
      ], supports("N1-08")),
  ],
});
