/** Asking the kernel, with a kernel that is made by hand: what it answers, and what it cannot. */
import { describe, expect, test } from "vitest";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { AF_INET } from "../../src/abi/constants/socket.ts";
import { EAGAIN, EMFILE, EPROTONOSUPPORT } from "../../src/abi/errno.ts";
import type { Memory } from "../../src/memory/memory.ts";
import type { Calls } from "../../src/sys/calls.ts";
import { KnownSockets } from "../../src/witness/known-sockets.ts";
import { SockDiag, SockDiagError } from "../../src/witness/sock-diag.ts";
import { recorded, socketsIn } from "./sockets/recorded.ts";

const TCP = { protocol: IPPROTO_TCP, family: AF_INET };
const ABLE = "able";

/** What these calls answer instead. */
type Faults = Readonly<Partial<Record<"socket" | "fcntl" | "sendto", number>>>;
/** A kernel that answers its n-th question by the n-th of these files; `able` is an empty dump. */
function kernel(answers: readonly string[], faults: Faults = {}) {
  const left = [...answers];
  const made: string[] = [];
  let waiting: Buffer[] = [];
  const told = (what: string, result: number): number => {
    made.push(what);
    return result;
  };
  const attempt = {
    socket: () => told("socket", faults.socket ?? 3),
    fcntl: (_fd: number, _cmd: number, lowest: number) => faults.fcntl ?? lowest,
    close: (fd: number) => told(`close ${fd}`, 0),
    sendto(fd: number, request: Memory) {
      if (told(`sendto ${fd}`, faults.sendto ?? 0) < 0) return faults.sendto;
      const name = left.shift() ?? ABLE;
      const seq = request.bytes.readUInt32LE(8);
      waiting = name === ABLE ? [done()] : recorded(name).map((it) => Buffer.from(it.bytes));
      for (const it of waiting) answering(it, seq);
      return request.length;
    },
    recvfrom(_fd: number, room: Memory) {
      const next = waiting.shift();
      if (next === undefined) return -EAGAIN;
      room.bytes.set(next);
      return next.length;
    },
  };
  return { calls: { attempt } as unknown as Calls, made };
}
/** Makes all messages of a receive answers to this question. */
function answering(bytes: Buffer, seq: number): void {
  for (let at = 0; at < bytes.length; at += (bytes.readUInt32LE(at) + 3) & ~3) bytes.writeUInt32LE(seq, at + 8);
}
/** NLMSG_DONE, without an error. */
function done(): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(20, 0);
  bytes.writeUInt16LE(3, 4);
  return bytes;
}

describe("a dump", () => {
  test("is all sockets of as many receives as it takes", () => {
    const { calls } = kernel([ABLE, "6.18-tcp"]);
    expect(new SockDiag(calls).dump(TCP).map((it) => it.state).sort()).toEqual(
      ["ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "LISTEN", "LISTEN", "SYN_RECV", "TIME_WAIT"]);
  });

  test("refuses a state that there is not", () =>
    expect(() => new SockDiag(kernel([]).calls).dump({ ...TCP, states: ["OPEN"] })).toThrow("TCP has no state OPEN"));
});

describe("one socket", () => {
  const ends = { source: "127.0.0.1", sport: 40002, dest: "127.0.0.1", dport: 7001 };

  test("is what the kernel finds, or null", () => {
    expect(new SockDiag(kernel([ABLE, "6.18-one"]).calls).one({ ...TCP, ...ends })?.sport).toBe(40002);
    expect(new SockDiag(kernel([ABLE, "6.18-none"]).calls).one({ ...TCP, ...ends })).toBe(null);
  });

  test("of a connection that is gone nothing else is asked", () => {
    const { calls, made } = kernel([ABLE, "6.18-none", "6.18-tcp"]);
    expect(new SockDiag(calls).one({ ...TCP, ...ends, cookie: "1" })).toBe(null);
    expect(made.filter((it) => it.startsWith("sendto"))).toHaveLength(2);
  });

  test("without its peer it is looked for among those of its port", () => {
    const all = socketsIn("6.18-tcp", IPPROTO_TCP);
    const listener = all.find((it) => it.state === "LISTEN" && it.sport === 7001)!;
    const { calls } = kernel([ABLE, "6.18-none", "6.18-tcp"]);
    const found = new SockDiag(calls).one({ ...TCP, source: "127.0.0.1", sport: 7001, cookie: listener.cookie });
    expect(found).toMatchObject({ cookie: listener.cookie, state: "LISTEN" });
  });

  test("by its cookie alone it is looked for among all", () => {
    const { cookie } = socketsIn("6.18-tcp", IPPROTO_TCP).find((it) => it.state === "TIME_WAIT")!;
    const diag = new SockDiag(kernel([ABLE, "6.18-tcp", "6.18-tcp"]).calls);
    expect(diag.one({ ...TCP, cookie })).toMatchObject({ state: "TIME_WAIT" });
    expect(diag.one({ ...TCP, cookie: "1" })).toBe(null);
  });
});

describe("a kernel that cannot", () => {
  const WITHOUT_TCP = "this kernel's sock_diag tells nothing of TCP's sockets (CONFIG_INET_TCP_DIAG): ENOENT";
  const cases = [
    ["has no sock_diag", [],               { socket: -EPROTONOSUPPORT }, /no sock_diag.*: EPROTONOSUPPORT$/],
    ["has none for TCP", ["5.10-without"], {},                           WITHOUT_TCP],
    ["may not be asked", [],               { sendto: -1 },               "sock_diag cannot be asked: EPERM"],
  ] as const;

  test.each(cases)("%s: a sentence says so", (_, answers, faults, why) => {
    const make = () => kernel(answers, faults);
    expect(new SockDiag(make().calls).why()).toMatch(why);
    expect(() => new SockDiag(make().calls).one({ ...TCP, sport: 1 })).toThrow(SockDiagError);
    expect(() => new SockDiag(make().calls).dump(TCP)).toThrow(why);
    expect(() => new KnownSockets(make().calls)).toThrow(why);
  });

  test("can for another protocol", () => {
    const { calls } = kernel(["5.10-without", ABLE]);
    const diag = new SockDiag(calls);
    expect(diag.why(IPPROTO_TCP)).not.toBe(null);
    expect(diag.why(IPPROTO_UDP)).toBe(null);
  });

  test("does not answer", () => {
    const { calls } = kernel([ABLE]);
    const diag = new SockDiag(calls);
    diag.check();
    Object.assign(calls.attempt, { recvfrom: () => -EAGAIN });
    expect(() => diag.dump(TCP)).toThrow("sock_diag does not answer: EAGAIN");
  });
});

describe("its descriptor", () => {
  test("is opened by the first question, moved up, and closed", () => {
    const { calls, made } = kernel([]);
    const diag = new SockDiag(calls);
    expect(made).toEqual([]);
    diag.check();
    diag.check();
    diag.close();
    diag.close();
    expect(made).toEqual(["socket", "close 3", "sendto 64", "close 64"]);
  });

  test("stays where it is if there is no room above", () => {
    const { calls, made } = kernel([], { fcntl: -EMFILE });
    new SockDiag(calls).open();
    expect(made).toEqual(["socket"]);
  });
});
