/** The way of a call in lines: why a step cannot be seen is said of those that were not. */
import { expect, test } from "vitest";
import { hidden, path, step } from "../../src/kernel/path.ts";
import { pathLines } from "../../src/report/path-lines.ts";
import { pen } from "../../src/report/pen.ts";

const style = { width: 120, plain: false, color: 0, level: "advanced", quiet: false } as const;
const way = path("the device", ["net:net_dev_queue"], [
  step(0, "udp_sendmsg", "net/ipv4/udp.c", "makes a datagram"),
  hidden(1, "unwatched", "loopback_xmit", "drivers/net/loopback.c", "turns it round"),
]);
const said = (stack: readonly string[]): string =>
  pathLines({ call: "sendto", path: way, stacks: [stack], prototypes: () => null }, pen(style))
    .map((line) => line.map((it) => it.text).join("")).join("\n");

test.each([
  [["udp_sendmsg"], 1],
  [["udp_sendmsg", "loopback_xmit"], 0],
] as const)("on the stack %j: the reason is said %i times", (stack, times) => {
  const text = said(stack);
  expect(text).toContain("loopback_xmit");
  expect(text.split("nobody watches").length - 1).toBe(times);
});
