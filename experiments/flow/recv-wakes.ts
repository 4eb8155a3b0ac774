import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import {
  AF_INET, SO_RCVLOWAT, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { figure, is, more, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { buffer, type Memory } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** How often a thread has gone to sleep so far: /proc/PID/status, proc_pid_status(5). */
const SLEPT = /^voluntary_ctxt_switches:\s+(\d+)/m;

/** Tells its thread's number, and receives twice; the second time it wants ten bytes at least. */
export const reader = (
  { gettid, recvfrom, setsockopt }: Calls, { fd, tid }: { fd: number; tid: Memory },
) => {
  i32.write(tid, 0, gettid());
  recvfrom(fd, buffer(32), 32, 0, null, null);
  setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, int(10), 4);
  recvfrom(fd, buffer(32), 32, 0, null, null);
};

/**
 * A thread sleeps in recv, and segments arrive.
 *
 *     an ACK without data         →  sleeps on
 *     "World", "Hello" missing    →  sleeps on
 *     "Hello", damaged            →  sleeps on
 *     "Hello"                     →  wakes, and reads HelloWorld
 *     5 bytes, SO_RCVLOWAT 10     →  sleeps on
 *     5 bytes more                →  wakes, and reads ten
 */
export default experiment({
  name: "recv-wakes",
  asks: "A thread sleeps in recv: which of the segments that arrive wake it?",
  story: `You sleep in the waiting room, and the clerk at the window takes in the post. He does not wake you
    for a mere receipt, nor for page two while page one is missing, nor for a torn page. When page one is
    there he wakes you, and hands you both. You may also tell him: not for less than ten pages.`,
  needs: ["veth"],
  next: "Then flow-control: nobody reads at all, and the other end goes on sending.",

  run({ socket, bind, listen, accept4, setsockopt, ioctl, close }, { scene, look, known, start, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    known("receiver", s);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 8 }), sizeof(timeval));

    scene("asleep", "A thread waits for data. Linux counts how often it has gone to sleep.");
    const tid = cell(i32, 0);
    const waiting = start(reader, { fd: s, tid });
    const sleeps = () => {
      peer.fence();
      waiting.asleep("recvfrom");
      look("status", `/proc/self/task/${tid.value}/status`, "ctxt_switches");
      ioctl(s, FIONREAD, int(0));
    };
    sleeps();

    scene("ack", "An ACK without data.");
    peer.send(ack());
    sleeps();

    scene("beyond", "Bytes 5 to 10; those before them are missing.");
    peer.send(data("World", { seq: 5 }));
    sleeps();

    scene("damaged", "Bytes 0 to 5, with a wrong checksum.");
    peer.send(data("Hello", { seq: 0, badChecksum: true }));
    sleeps();

    scene("in order", "Bytes 0 to 5, undamaged. Then the thread sets SO_RCVLOWAT to 10, and receives again.");
    peer.send(data("Hello", { seq: 0 }));
    sleeps();

    scene("few", "Five bytes.");
    peer.send(data("12345"));
    sleeps();

    scene("enough", "Five more.");
    peer.send(data("67890"));
    waiting.join();
    close(s);
    close(l);
  },

  claims: [
    claim("an ACK without data wakes nobody", {
      asleep: { "recvfrom@reader": 1, "look status": 1 }, ack: { "look status": 1 },
    }, ({
      asleep: { "recvfrom@reader": recv, "look status": before }, ack: { "look status": after },
    }, seen) => [
      is(recv.slept, true),
      same(figure(after.text, SLEPT), figure(before.text, SLEPT)),
      is(seen.counted("TcpExt.TCPPureAcks", "ack"), 1),
    ], corrects("N3-42")),
    claim("data beyond a hole wakes nobody: it has arrived, but is not readable",
      { ack: { "look status": 1 }, beyond: { "look status": 1, ioctl: 1 } },
      ({ ack: { "look status": before }, beyond: { "look status": after, ioctl: readable } }, seen) => [
        same(figure(after.text, SLEPT), figure(before.text, SLEPT)),
        is(readable.after("*arg"), 0),
        is(seen.counted("TcpExt.TCPOFOQueue", "beyond"), 1),
      ], supports("N3-42")),
    claim("a damaged segment wakes nobody",
      { beyond: { "look status": 1 }, damaged: { "look status": 1, ioctl: 1 } },
      ({ beyond: { "look status": before }, damaged: { "look status": after, ioctl: readable } }, seen) => [
        same(figure(after.text, SLEPT), figure(before.text, SLEPT)),
        is(readable.after("*arg"), 0),
        is(seen.counted("Tcp.InCsumErrors", "damaged"), 1),
      ], supports("N3-42")),
    claim("the segment that closes a hole wakes the reader, and it gets all that is in order now", {
      asleep: { "recvfrom@reader": 1 }, damaged: { "look status": 1 },
      "in order": { "recvfrom@reader": 1, "look status": 1 },
    }, ({
      asleep: { "recvfrom@reader": recv }, damaged: { "look status": before },
      "in order": { "recvfrom@reader": next, "look status": after },
    }) => [
      is(recv.after("ubuf"), "HelloWorld"),
      is(next.slept, true),
      more(figure(after.text, SLEPT), figure(before.text, SLEPT)),
    ], supports("N3-42", "N3-58")),
    claim("with SO_RCVLOWAT fewer bytes than that wake nobody, though they are readable",
      { "in order": { "look status": 1 }, few: { "look status": 1, ioctl: 1 } },
      ({ "in order": { "look status": before }, few: { "look status": after, ioctl: readable } }) => [
        same(figure(after.text, SLEPT), figure(before.text, SLEPT)),
        is(readable.after("*arg"), 5),
      ], corrects("N3-42")),
    claim("as soon as there are enough the reader wakes, and gets them all",
      { "in order": { "recvfrom@reader": 1, "setsockopt@reader": 1 } },
      ({ "in order": { "recvfrom@reader": recv, "setsockopt@reader": low } }) => [
        is(low.before("*optval"), 10),
        is(recv.after("ubuf"), "1234567890"),
      ], corrects("N3-42")),
  ],
});
