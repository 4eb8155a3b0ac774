import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_DONTWAIT, MSG_WAITALL, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { data } from "../../src/lab/peer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** More than ever waits here. */
const ROOM = 64;

/** What is sent, cut into segments of so many bytes. */
const cut = (stream: string, bytes: number): readonly string[] =>
  stream.match(new RegExp(`[^]{1,${bytes}}`, "g")) ?? [];

/** Another thread: it reads how long a message is, then the message, twice. */
export const reader = ({ recvfrom }: Calls, { fd }: { fd: number }) => {
  for (const length of [buffer(1), buffer(1)]) {
    recvfrom(fd, length, 1, MSG_WAITALL, null, null);
    const bytes = length.bytes[0]!;
    recvfrom(fd, buffer(bytes), bytes, MSG_WAITALL, null, null);
  }
};

/**
 * A stream has no messages: it is cut where it happens to be cut.
 *
 *     Hell | oWor | ld               // three segments, three receives: which are the words?
 *     5Hel | lo5W | orld             // a length before each: read 1 byte, then so many
 *     Hell | o\nWo | rld\n           // a mark behind each: read what is there, keep what is not whole
 */
export default experiment({
  name: "stream-framing",
  asks: "TCP delivers bytes in whatever pieces they came: how does a program find its messages?",
  story: `A conveyor belt brings letters of wood, and they come in boxes of four, because the boxes are of
    that size. Where a word ends, no box tells. So those who load the belt must say it themselves: they put
    a number before each word, or a blank block behind it. Then it does not matter any more how the boxes
    were filled.`,
  needs: ["veth"],
  parameters: { segment: { is: "bytes in a segment", default: 4, from: 2, to: 5 } },
  next: "--set segment=2: other pieces, the same two words. Then tcp-send-copy: what send does.",

  run({ socket, bind, listen, accept4, setsockopt, recvfrom, close, attempt }, {
    scene, say, look, peer, start, set,
  }) {
    say("A connection. Nothing waits longer than 4 seconds.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    const arrives = (segment: string) => {
      peer.send(data(segment));
      peer.fence();
    };

    scene("cut", "Two words, as segments happen to be filled. Each is received as it comes.");
    for (const segment of cut("HelloWorld", set.segment)) {
      arrives(segment);
      recvfrom(s, buffer(ROOM), ROOM, 0, null, null);
    }

    scene("together", "The same segments, received when all of them are there.");
    for (const segment of cut("HelloWorld", set.segment)) arrives(segment);
    recvfrom(s, buffer(ROOM), ROOM, 0, null, null);

    scene("by length", "A byte before each word says how long it is. MSG_WAITALL: no less than that.");
    const reading = start(reader, { fd: s });
    for (const segment of cut("\x05Hello\x05World", set.segment)) {
      reading.asleep("recvfrom");
      arrives(segment);
    }
    reading.join();

    scene("by mark", "A line feed behind each word. What is there is taken, what is not whole is kept.");
    let kept = "";
    for (const segment of cut("Hello\nWorld\n", set.segment)) {
      arrives(segment);
      const buf = buffer(ROOM);
      const length = recvfrom(s, buf, ROOM, MSG_DONTWAIT, null, null);
      kept += String.fromCharCode(...buf.bytes.subarray(0, length));
      const messages = kept.split("\n");
      kept = messages.pop()!;
      for (const message of messages) look("message", text(message));
    }
    attempt.recvfrom(s, buffer(ROOM), ROOM, MSG_DONTWAIT, null, null);
    close(s);
    close(l);
  },
  claims: [
    claim("a receive takes what has come: the pieces are those of the segments, not of the words",
      { cut: { recvfrom: all } },
      ({ cut: { recvfrom: receives } }, seen) => {
        const pieces = cut("HelloWorld", seen.set("segment"));
        return [
          is(receives.count, pieces.length),
          ...receives.each.map((it, i) => is(it.after("ubuf"), pieces[i]!)),
          also(() => is(seen.packets({ dport: 80, psh: true }, "cut").field("length"),
            pieces.map((it) => it.length))),
        ];
      }, supports("N1-10", "N3-43")),
    claim("of segments that wait together nothing tells any more that they were several",
      { together: { recvfrom: 1 } },
      ({ together: { recvfrom: whole } }) => [
        is(whole.result, 10),
        is(whole.after("ubuf"), "HelloWorld"),
      ], supports("N3-43")),
    claim("with MSG_WAITALL a receive sleeps until it has all it asked for, however many segments that takes",
      { "by length": { "recvfrom@reader": 4 } },
      ({ "by length": { "recvfrom@reader": [first, hello, second, world] } }) => [
        is(first.after("ubuf"), "\x05"),
        is(hello.slept, true),
        is(hello.after("ubuf"), "Hello"),
        is(second.after("ubuf"), "\x05"),
        is(world.slept, true),
        is(world.after("ubuf"), "World"),
      ], supports("N3-43")),
    claim("who keeps what is not whole yet finds the messages, wherever the segments end",
      { "by mark": { recvfrom: all, "look message": 2 } },
      ({ "by mark": { recvfrom: receives, "look message": [hello, world] } }, seen) => {
        const pieces = cut("Hello\nWorld\n", seen.set("segment"));
        return [
          is(receives.count, pieces.length + 1),
          ...pieces.map((it, i) => is(receives.each[i]!.after("ubuf"), it)),
          is(receives.each.at(-1)!.errno, "EAGAIN"),
          is(hello.bytes(), "Hello"),
          is(world.bytes(), "World"),
        ];
      }, supports("N3-43")),
  ],
});
