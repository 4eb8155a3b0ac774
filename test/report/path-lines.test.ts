/** The way of a call in lines: its tree at every width, what is said beside a step, and when it was seen. */
import { describe, expect, test } from "vitest";
import { hidden, path, step } from "../../src/kernel/path.ts";
import { pathAt } from "../../src/kernel/path-at.ts";
import type { HistoryEvent } from "../../src/lab/events.ts";
import { pathSeen } from "../../src/lab/path-seen.ts";
import { columns } from "../../src/report/columns.ts";
import type { Line } from "../../src/report/line.ts";
import { pathLines, type Walk } from "../../src/report/path-lines.ts";
import { looksLines } from "../../src/report/path-looks.ts";
import { branches } from "../../src/report/path-tree.ts";
import { pathsLines } from "../../src/report/paths-lines.ts";
import { pen } from "../../src/report/pen.ts";

const style = { width: 120, plain: false, color: 0, level: "advanced", quiet: false } as const;
const textOf = (lines: readonly Line[]): string => `${lines.map((line) => line.map((it) => it.text).join("").trimEnd()).join("\n")}\n`;

describe("who calls whom", () => {
  const drawn = (by: 1 | 2, plain: boolean, ...depths: readonly number[]): string =>
    branches(depths, by, pen({ ...style, plain })).map(({ before, below }) => `${before}f\n${below}.`).join("\n").replace(/ +$/gm, "");
  test("one calls one: only further right", () => expect(drawn(2, false, 0, 1, 2)).toBe("f\n .\n  f\n   .\n    f\n     ."));
  test("one calls several: below each other", () => expect(drawn(2, false, 0, 1, 2, 1)).toBe("f\n│.\n├─f\n│  .\n│   f\n│    .\n└─f\n   ."));
  test("in ASCII, close together", () => expect(drawn(1, true, 0, 1, 2, 1)).toBe("f\n|.\n+f\n| .\n| f\n|  .\n`f\n  ."));
});

const way = path("the device", ["net:net_dev_queue", "net:net_dev_xmit"], [
  step(0, "udp_sendmsg", "net/ipv4/udp.c", "makes a datagram", { inNote: "udp_send", when: "it is asked to" }),
  hidden(1, "tail call", "udp_hand", "net/ipv4/udp.c", "hands it on", { by: "proto.hand", was: "udp_give", since: ["5.10", "6.1"] }),
  step(2, "dev_queue_xmit", "net/core/dev.c", "queues it"),
  hidden(3, "unwatched", "loopback_xmit", "drivers/net/loopback.c", "turns it round"),
  step(3, "dev_done", "net/core/dev.c", "forgets it", { until: ["6.18", "7.0"] }),
]);
/** A call of 50 µs that shows these stacks, a microsecond after each other. */
const history = (...stacks: readonly (readonly [at: string, stack: string])[]): readonly HistoryEvent[] => [
  { type: "call", id: 7, name: "sendto", actor: "main", nr: 44, args: [], result: 1, errno: null, enter: 1000, exit: 51_000, t: 51_000, experiment: "e" },
  ...stacks.map(([event, stack], i): HistoryEvent =>
    ({ type: "stack", event, actor: "main", inside: 7, frames: stack.split(" "), fields: {}, t: 2000 + i * 1000, experiment: "e" })),
];
const walk = (release: string, over: Partial<Walk> = {}, ...stacks: readonly (readonly [string, string])[]): Walk => {
  const then = pathAt(way, release);
  const seen = stacks.length === 0 ? null : pathSeen(history(...stacks), ["sendto"], then);
  return { way: "sendto", name: "udp sendto", path: then, seen, prototypes: () => null, ...over };
};

describe("a step", () => {
  const said = (release: string, ...stacks: readonly (readonly [string, string])[]): string =>
    textOf(pathLines(walk(release, { missing: () => "it was not there" }, ...stacks), pen({ ...style, width: 200 })));

  test.each([
    ["udp_sendmsg",               1],
    ["udp_sendmsg loopback_xmit", 0],
  ] as const)("on the stack %s: the reason is said %i times", (stack, times) =>
    expect(said("6.18", ["net:net_dev_queue", stack]).split("nobody watches").length - 1).toBe(times));

  test("of now: pointer, condition, names, and why it is not seen", () => {
    const text = said("6.18", ["net:net_dev_queue", "udp_sendmsg loopback_xmit"]);
    expect(text).toContain("makes a datagram (when it is asked to; in the notes: udp_send)");
    expect(text).toContain("(by proto.hand; since 5.11 … 6.1, before that udp_give; a tail call: never on a stack)");
    expect(text).toContain("turns it round (seen, though declared unwatched)");
    expect(text).toContain("queues it (not seen: it was not there)");
    expect(text).toContain("1 of 3 that can be seen, 2 hidden (1 seen)");
  });

  test("of an older release", () => {
    const text = said("5.10");
    expect(text).toContain("udp_give");
    expect(text).toContain("(by proto.hand; from 5.11 … 6.1 on: udp_hand; a tail call: never on a stack)");
    expect(said("5.15")).toContain("before that udp_give; not looked at on this release;");
    expect(said("7.0")).not.toContain("dev_done");
  });

  test("of a way that is no call's, where it begins", () =>
    expect(textOf(pathLines(walk("6.18", { way: "transmit" }), pen(style)))).toContain("The way “transmit” through the kernel, from udp_sendmsg to the device"));
});

const deep = path("the end", ["net:net_dev_queue"], Array.from({ length: 30 }, (_, i) => step(
  i < 16 ? i : 1 + i % 8, `a_function_of_the_kernel_${i}`, "net/ipv4/inet_connection_sock.c", `does what has to be done of it in its place, ${i}, and no more than that`,
  i % 5 === 0 ? { by: `inet_stream_ops.member_${i}`, inNote: `another_name_${i}` } : {})).filter((it, i, all) => i === 0 || it.depth <= all[i - 1]!.depth + 1));
const deepWalk: Walk = { way: "sendto", name: "tcp sendto", path: pathAt(deep, "6.18"), seen: null, prototypes: (fn) => `int ${fn}(struct sock *sk, struct msghdr *msg, size_t len)` };

describe.each([60, 80, 120, 160, 200])("at %i columns", (width) => {
  test.each([false, true])("a deep tree keeps to them, plain %s", (plain) => {
    const lines = textOf(pathLines(deepWalk, pen({ ...style, width, plain }))).split("\n");
    expect(lines.filter((it) => columns(it) > width)).toEqual([]);
    expect(lines.join("\n")).toMatch(plain ? /^[\n\x20-\x7e]+$/ : /├/);
  });
});

test.each([60, 80])("a prototype whose field is longer than the screen is broken at spaces, at %i columns", (width) => {
  const prototypes = (): string => `int f(int (*check_established)(${"struct inet_timewait_death_row *, ".repeat(3)}struct sock *), struct sock *sk)`;
  expect(textOf(pathLines({ ...deepWalk, prototypes }, pen({ ...style, width }))).split("\n").filter((it) => columns(it) > width)).toEqual([]);
});

test.each([60, 80, 160])("as it was looked at, at %i columns", async (width) => {
  const stacks = [["net:net_dev_queue", "udp_sendmsg dev_queue_xmit"], ["net:net_dev_xmit", "udp_sendmsg dev_queue_xmit dev_done"]] as const;
  for (const plain of [false, true]) {
    const paper = pen({ ...style, width, plain });
    const it = walk("6.18", { timed: true }, ...stacks);
    await expect(textOf([...pathLines(it, paper), ...looksLines(it, "udp-boundaries", paper)]))
      .toMatchFileSnapshot(`../golden/path/seen-${width}${plain ? "-plain" : ""}.txt`);
    await expect(textOf(pathLines(deepWalk, paper))).toMatchFileSnapshot(`../golden/path/deep-${width}${plain ? "-plain" : ""}.txt`);
  }
});

describe("several", () => {
  const several = (n: number, whole = false): string => textOf(pathsLines(Array.from({ length: n }, () => deepWalk), whole, pen(style)));
  test("few are trees", () => expect(several(1)).toContain("○ a_function_of_the_kernel_0"));
  test("many are rows, with where to see more", () => {
    expect(several(3)).toMatch(/a_function_of_the_kernel_0 › a_function_of_the_kernel_1 ›/);
    expect(several(3)).toContain("netlab path tcp sendto");
  });
  test("but for experts", () => expect(several(3, true)).not.toContain("›"));

  test("of a long one what lies beside the way is left out, and told", () => {
    const aside = path("x", ["a:b"], [step(0, "f", "a.c", "d"), ...Array.from({ length: 25 }, (_, i) => hidden(1, "unwatched", `h${i}`, "a.c", "d")), hidden(1, "tail call", "t", "a.c", "d"), step(2, "g", "a.c", "d")]);
    const text = textOf(pathsLines([{ ...deepWalk, path: pathAt(aside, "6.18") }], false, pen(style)));
    expect([...text.matchAll(/[○┊] .*?(\w+) +a\.c/g)].map((it) => it[1])).toEqual(["f", "t", "g"]);
    expect(text).toContain("25 steps beside the way are not drawn: netlab path tcp sendto");
  });
});
