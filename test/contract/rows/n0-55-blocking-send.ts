/** N0-55: a blocking send of a million bytes. A sleeper, and a million bytes twice in the history. */
import { AF_UNIX, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, contradicts, sum } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { until } from "../../../src/lab/stage.ts";
import { cells } from "../../../src/memory/array.ts";
import { i32 } from "../../../src/memory/integer.ts";
import { buffer, type Memory, text } from "../../../src/memory/memory.ts";
import type { Calls } from "../../../src/sys/calls.ts";

export const writer = ({ sendto }: Calls, { fd, mem }: { fd: number; mem: Memory }) =>
  sendto(fd, mem, 1e6, 0, null, 0);

export default experiment({
  name: "n0-55-blocking-send",
  asks: "The send buffer is full: does a blocking send return part of its count?",
  story: "It sleeps until the reader made room, and returns when all was taken.",
  run({ socketpair, recvfrom }, { scene, start, times }) {
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    const [c = 0, s = 0] = pair.value, mem = text("x".repeat(1e6)), buf = buffer(65_536);
    scene("block");
    const w = start(writer, { fd: c, mem });
    w.asleep("sendto");
    times("drain", until(1e6), () => recvfrom(s, buf, 65_536, 0, null, null));
    w.join();
  },
  claims: [
    claim("it slept, then had sent all", { block: { "sendto@writer": 1, recvfrom: sum } },
      ({ block: { "sendto@writer": b, recvfrom: r } }) =>
      [is(b.slept, true), is(b.result, 1e6), is(r.bytes, [["x", 1e6]])], contradicts("N0-55")),
  ],
});
