import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_RCVBUF, SO_RCVTIMEO, SO_SNDBUF, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { adds, atLeast, is, more } from "../../src/lab/check.ts";
import { all, claim, corrects, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { until } from "../../src/lab/stage.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const MILLION = 1_000_000;
/** So many times larger are the second connection's buffers. */
const TIMES = 4;

/**
 * A send that does not wait takes what there is room for, and says how much that was.
 *
 *     n = send(c, buf, 1000000, MSG_DONTWAIT);              // a part
 *     n = send(c, buf + n, 1000000 - n, MSG_DONTWAIT);      // perhaps some more
 *     …                                                     // EAGAIN: both buffers are full
 */
export default experiment({
  name: "tcp-partial-send",
  asks: "A program that does not want to wait sends a million bytes: how many are taken?",
  story: `You come to the counter with a cart full of parcels and do not want to wait. The clerk takes as many
    as there is room for on his own shelf and on the reader's, and tells you the number. The rest you take
    home and bring again. How many it is depends on the shelves, not on you.`,
  parameters: {
    buffers: {
      is: "SO_SNDBUF of the sender and SO_RCVBUF of the receiver, in bytes",
      default: 16_384, from: 4096, to: 32_768,
    },
  },
  next: "--set buffers=4096: how many are taken then? Then tcp-send-room: how the kernel decides.",

  run({
    socket, bind, listen, getsockname, setsockopt, getsockopt, connect, accept4, recvfrom, close, attempt,
  }, { say, scene, times, set }) {
    const mem = text("x".repeat(MILLION));
    const connection = (size: number) => {
      const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
      setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(size), 4);
      bind(l, addr, sizeof(addr));
      listen(l, 1);
      getsockname(l, addr, int(sizeof(addr)));
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      setsockopt(c, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
      setsockopt(c, SOL_SOCKET, SO_SNDBUF, int(size), 4);
      connect(c, addr, sizeof(addr));
      const s = accept4(l, null, null, 0);
      setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
      close(l);
      return [c, s] as const;
    };
    const [c, s] = connection(set.buffers);
    const [c2, s2] = connection(TIMES * set.buffers);

    scene("send", "Nobody reads. Each send goes on where the count of the one before says.");
    let taken = 0;
    for (let n = 0; n >= 0; taken += Math.max(0, n)) {
      n = attempt.sendto(c, mem.slice(taken), MILLION - taken, MSG_DONTWAIT, null, 0);
    }

    scene("read", "Now it is read.");
    const buf = buffer(65_536);
    times("drain", until(taken), () => recvfrom(s, buf, 65_536, 0, null, null));

    scene("empty", "One receive more, that does not wait.");
    attempt.recvfrom(s, buf, 65_536, MSG_DONTWAIT, null, null);

    scene("larger", "A connection for which buffers four times as large were asked. Were they given?");
    const given = (fd: number, option: number) => {
      const size = int(0);
      getsockopt(fd, SOL_SOCKET, option, size, int(4));
      return size.value;
    };
    const small = [given(c, SO_SNDBUF), given(s, SO_RCVBUF)];
    const large = [given(c2, SO_SNDBUF), given(s2, SO_RCVBUF)];
    if (large.every((it, i) => it >= 2 * small[i]!)) attempt.sendto(c2, mem, MILLION, MSG_DONTWAIT, null, 0);
    else say("They were not: net.core.wmem_max and rmem_max are the most that is given.");
    for (const fd of [s2, c2, s, c]) close(fd);
  },

  claims: [
    claim("a send that does not wait takes a part, and tells how much; when nothing fits any more, EAGAIN",
      { send: { sendto: all } },
      ({ send: { sendto } }) => [
        atLeast(sendto.each[0]!.result, 1),
        more(sendto.each[0]!.before("len"), sendto.each[0]!.result),
        is(sendto.each.at(-1)!.errno, "EAGAIN"),
      ], corrects("N0-54"), supports("N1-08")),
    claim("exactly what was taken arrives, and nothing else",
      { send: { sendto: all }, read: { recvfrom: sum }, empty: { recvfrom: 1 } },
      ({ send: { sendto }, read: { recvfrom: read }, empty: { recvfrom: none } }) => {
        const counts = sendto.each.slice(0, -1).map((it) => it.result);
        return [
          is(read.bytes, [["x", counts.reduce((taken, it) => taken + it.value, 0)]]),
          adds(counts, read.bytes.value.reduce((bytes, [run, times]) => bytes + run.length * times, 0)),
          is(none.errno, "EAGAIN"),
        ];
      }, supports("N1-08")),
    claim("how much that is depends on the buffers: larger ones take more",
      { send: { sendto: all }, larger: { getsockopt: 4, sendto: 1 } },
      ({ send: { sendto: small }, larger: { getsockopt: [snd, rcv, snd2, rcv2], sendto: large } }) => [
        more(snd2.after("*optval"), snd.after("*optval")),
        more(rcv2.after("*optval"), rcv.after("*optval")),
        more(large.result, small.each[0]!.result),
      ], corrects("N0-54")),
  ],
});
