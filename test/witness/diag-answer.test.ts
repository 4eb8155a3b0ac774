/** The kernel's answers about its sockets, as two kernels gave them. */
import { describe, expect, test } from "vitest";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { AF_INET, AF_INET6 } from "../../src/abi/constants/socket.ts";
import { ENOENT } from "../../src/abi/errno.ts";
import { answerIn, type Diag } from "../../src/witness/diag-answer.ts";
import { recorded, seqOf, socketsIn } from "./sockets/recorded.ts";

/** `127.0.0.1:7001 127.0.0.1:40002 ESTABLISHED 5/0 on -`: its ends, queues, timer, and whether it has a file. */
const line = ({ source, sport, dest, dport, state, rqueue, wqueue, timer, inode }: Diag): string =>
  `${source}:${sport} ${dest}:${dport} ${state} ${rqueue}/${wqueue} ${timer} ${inode === 0 ? "-" : "file"}`;

describe.each(["5.10", "6.18"])("what Linux %s told", (kernel) => {
  test("of TCP: listeners, what nobody accepted yet, half-open and closing connections", () => {
    expect(socketsIn(`${kernel}-tcp`, IPPROTO_TCP).map(line).sort()).toEqual([
      "127.0.0.1:40001 127.0.0.1:7001 TIME_WAIT 0/0 timewait -",
      "127.0.0.1:40002 127.0.0.1:7001 ESTABLISHED 0/0 off file",
      "127.0.0.1:40003 127.0.0.1:7002 ESTABLISHED 0/0 off file",
      "127.0.0.1:7001 0.0.0.0:0 LISTEN 1/3 off file",
      "127.0.0.1:7001 127.0.0.1:40002 ESTABLISHED 5/0 off -",
      "127.0.0.1:7002 0.0.0.0:0 LISTEN 0/3 off file",
      "127.0.0.1:7002 127.0.0.1:40003 SYN_RECV 0/0 on -",
    ]);
  });

  test("of UDP: whether it is connected, and the memory that its queue takes", () => {
    const all = socketsIn(`${kernel}-udp`, IPPROTO_UDP);
    const [receiver, sender] = [...all].sort((a, b) => a.sport - b.sport);
    expect(receiver).toMatchObject({ sport: 7003, state: "CLOSE", dest: "0.0.0.0", dport: 0, info: null });
    expect(receiver!.rqueue).toBeGreaterThan(10);
    expect(receiver!.memory).toMatchObject({ rmem_alloc: receiver!.rqueue, wmem_alloc: 0, drops: 0 });
    expect(sender).toMatchObject({ sport: 40004, state: "ESTABLISHED", dest: "127.0.0.1", dport: 7003, rqueue: 0 });
  });

  test("the last receive ends it, none before", () => {
    const receives = recorded(`${kernel}-tcp`);
    const over = receives.map((it) => answerIn(it, seqOf(receives), IPPROTO_TCP).over);
    expect(over).toEqual(receives.map((_, i) => i === receives.length - 1));
    expect(receives.length).toBeGreaterThan(1);
  });
});

test.each([
  ["5.10", 232],
  ["6.18", 280],
])("Linux %s fills %i bytes of struct tcp_info, for what is a whole socket", (kernel, size) => {
  const told = socketsIn(`${kernel}-tcp`, IPPROTO_TCP);
  const small = (it: Diag): boolean => it.state === "TIME_WAIT" || it.state === "SYN_RECV";
  expect(told.filter(small).map((it) => [it.info, it.memory])).toEqual([[null, null], [null, null]]);
  expect(new Set(told.filter((it) => !small(it)).map((it) => it.info?.length))).toEqual(new Set([size]));
});

test("one socket is one message, and nothing ends it", () => {
  const receives = recorded("6.18-one");
  expect(answerIn(receives[0]!, seqOf(receives), IPPROTO_TCP)).toMatchObject({
    over: true, errno: 0,
    sockets: [{ family: AF_INET, protocol: IPPROTO_TCP, sport: 40002, dport: 7001, state: "ESTABLISHED" }],
  });
});

test("an IPv6 listener", () => expect(socketsIn("6.18-tcp6", IPPROTO_TCP)).toMatchObject([
  { family: AF_INET6, source: "::", dest: "::", state: "LISTEN", wqueue: 4 },
]));

test.each([
  ["no such socket",   "6.18-none"],
  ["no such protocol", "5.10-without"],
])("%s is an errno", (_, name) => {
  const receives = recorded(name);
  expect(answerIn(receives[0]!, seqOf(receives), IPPROTO_TCP)).toEqual({ sockets: [], over: true, errno: ENOENT });
});

test("what answers another question is passed over", () => {
  const [first] = recorded("6.18-one");
  expect(answerIn(first!, 1, IPPROTO_TCP)).toEqual({ sockets: [], over: false, errno: 0 });
});

test("a cookie has 64 bits", () => {
  const receives = recorded("6.18-one");
  const bytes = Buffer.from(receives[0]!.bytes);
  bytes.writeBigUInt64LE(0x1_0000_0002n, 16 + 44);
  receives[0]!.bytes.set(bytes);
  expect(answerIn(receives[0]!, seqOf(receives), IPPROTO_TCP).sockets[0]!.cookie).toBe("4294967298");
});
