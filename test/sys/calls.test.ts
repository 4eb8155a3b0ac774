/** Real calls: what they answer, what of them is recorded, and what never reaches the kernel. */
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import { AF_UNIX, MSG_DONTWAIT, SO_TYPE, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { iovec, message, mmsghdr } from "../../src/abi/structs/message.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { buffer, cstring, text, wild } from "../../src/memory/memory.ts";
import type { Calls } from "../../src/sys/calls.ts";
import { Overrun } from "../../src/sys/overrun.ts";
import { unpack } from "../../src/sys/packed-bytes.ts";
import { SyscallError } from "../../src/sys/syscall-error.ts";
import { isLive, live } from "./live.ts";

const [EFAULT, EAGAIN, EBADF] = [-14, -11, -9] as const;
/** Two connected sockets, which are closed afterwards. */
function connected(calls: Calls, type: number, body: (a: number, b: number) => void): void {
  const pair = cells(i32, 2);
  calls.socketpair(AF_UNIX, type, 0, pair);
  const [a = -1, b = -1] = pair.value;
  try {
    body(a, b);
  } finally {
    calls.close(a);
    calls.close(b);
  }
}

describe.runIf(isLive)("a call", () => {
  test("answers what the kernel answers", () => {
    const { calls } = live();
    expect(calls.getpid()).toBe(process.pid);
    expect(calls.getppid()).toBe(process.ppid);
    expect(calls.getuid()).toBe(process.getuid!());
  });

  test("is on record, with what went in and what came out", () => {
    const { calls, made } = live();
    connected(calls, SOCK_STREAM, (a, b) => {
      const buf = buffer(8);
      expect(calls.sendto(a, text("hello"), 5, 0, null, 0)).toBe(5);
      expect(calls.recvfrom(b, buf, 8, 0, null, null)).toBe(5);
      expect(buf.text()).toBe("hello\xa5\xa5\xa5");
    });
    const [pair, send, receive, ...others] = made();
    expect([pair, send, receive, ...others].map((it) => `${it!.name} ${it!.result}`)).toEqual(["socketpair 0", "sendto 5", "recvfrom 5", "close 0", "close 0"]);
    expect(send!.args[1]).toMatchObject({ name: "buff", before: Buffer.from("hello").toString("hex"), after: null, room: 5, wrote: 0 });
    expect(receive!.args[1]).toMatchObject({ name: "ubuf", before: "a5".repeat(8), after: `${Buffer.from("hello").toString("hex")}a5a5a5`, room: 8, wrote: 5 });
    expect(receive!.enter).toBeLessThan(receive!.exit!);
    expect(send!.exit).toBeLessThanOrEqual(receive!.enter);
  });

  test("spreads what it received over its pieces", () => {
    const { calls, made } = live();
    connected(calls, SOCK_STREAM, (a, b) => {
      calls.writev(a, iovec.array([{ iov_base: text("abc"), iov_len: 3 }, { iov_base: text("defgh"), iov_len: 4 }]), 2);
      calls.recvmsg(b, message({ iov: [buffer(2), buffer(2), buffer(9)] }), 0);
      calls.sendto(a, text("xyz"), 3, 0, null, 0);
      calls.readv(b, iovec.array([{ iov_base: buffer(2), iov_len: 2 }, { iov_base: buffer(9), iov_len: 9 }]), 2);
    });
    const pieces = (name: string): readonly (readonly [number, string])[] => made().find((it) => it.name === name)!.args
      .filter((it) => it.name.endsWith("iov_base")).map((it) => [it.wrote, unpack(it.after ?? it.before!).toString("latin1", 0, it.wrote || it.room)]);
    expect(pieces("writev")).toEqual([[0, "abc"], [0, "defg"]]);
    expect(pieces("recvmsg")).toEqual([[2, "ab"], [2, "cd"], [3, "efg"]]);
    expect(pieces("readv")).toEqual([[2, "xy"], [1, "z"]]);
  });

  test("knows the length of each of many messages", () => {
    const { calls, made } = live();
    connected(calls, SOCK_DGRAM, (a, b) => {
      for (const it of ["one", "three"]) calls.sendto(a, text(it), it.length, 0, null, 0);
      const three = mmsghdr.array(Array.from({ length: 3 }, () => ({ msg_hdr: { msg_iov: iovec.array([{ iov_base: buffer(8), iov_len: 8 }]), msg_iovlen: 1 }, msg_len: 8 })));
      expect(calls.recvmmsg(b, three, 3, MSG_DONTWAIT, null)).toBe(2);
    });
    const { args } = made().find((it) => it.name === "recvmmsg")!;
    expect(args.filter((it) => it.name.endsWith("iov_base")).map((it) => it.wrote)).toEqual([3, 5, 0]);
  });

  test("has a value-result length as it was and as it became", () => {
    const { calls, made } = live();
    connected(calls, SOCK_STREAM, (a) => {
      const [type, length] = [int(0), int(4)];
      calls.getsockopt(a, SOL_SOCKET, SO_TYPE, type, length);
      expect(type.value).toBe(SOCK_STREAM);
      calls.getsockname(a, buffer(110), int(110));
    });
    expect(made().find((it) => it.name === "getsockname")!.args[2]).toMatchObject({ before: "6e000000", after: "02000000", wrote: 4 });
  });

  test("may take a descriptor that is none, and an address that is none", () => {
    const { calls, made } = live();
    expect(calls.attempt.close(-1)).toBe(EBADF);
    expect(calls.attempt.openat(-100, wild(1), O_RDONLY, 0)).toBe(EFAULT);
    expect(made().map(({ name, result, errno }) => [name, result, errno])).toEqual([["close", EBADF, "EBADF"], ["openat", EFAULT, "EFAULT"]]);
  });

  test("of which none is there has the same number for words of any size", () => {
    const { calls, made } = live();
    expect(calls.attempt.lseek(-1, 2n ** 62n, 0)).toBe(EBADF);
    expect(calls.attempt.lseek(-1, -1, 0)).toBe(EBADF);
    expect(made().map((it) => it.args[1]!.value)).toEqual(["4611686018427387904", -1]);
  });
});

describe.runIf(isLive)("a call that fails", () => {
  test("throws, and says it as strace would", () => {
    const { calls } = live();
    expect(() => calls.close(-1)).toThrow(SyscallError);
    expect(() => calls.openat(-100, cstring("/nowhere/at/all"), O_RDONLY, 0)).toThrow(/^#2 openat\(AT_FDCWD, "\/nowhere\/at\/all", O_RDONLY\) = -1 ENOENT \(No such file or directory\)\. /);
    expect(existsSync("/nowhere/at/all")).toBe(false);
  });

  test("is told by its errno and its number in the trace", () => {
    const { calls } = live();
    connected(calls, SOCK_STREAM, (a) => {
      expect(() => calls.recvfrom(a, buffer(8), 8, MSG_DONTWAIT, null, null)).toThrow(expect.objectContaining({ call: "recvfrom", errno: "EAGAIN", id: 2 }));
    });
  });

  test("answers a negated errno when it is only attempted, and has written nothing", () => {
    const { calls, made } = live();
    connected(calls, SOCK_STREAM, (a) => {
      expect(calls.attempt.recvfrom(a, buffer(8), 8, MSG_DONTWAIT, null, null)).toBe(EAGAIN);
    });
    expect(made()[1]!.args[1]).toMatchObject({ name: "ubuf", before: "a5".repeat(8), after: null, wrote: 0 });
  });
});

describe.runIf(isLive)("what never reaches the kernel", () => {
  /** The types forbid all this; a person's own experiment may be JavaScript. */
  type Untyped = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;
  const untyped = (calls: Calls): Untyped => calls as unknown as Untyped;

  test.each<readonly [what: string, make: (calls: Calls) => unknown, message: string]>([
    ["a length that is too long",  (it) => it.write(1, text("x"), 2),                          "write: buf needs 2 bytes, but buf has room for 1"],
    ["the same, attempted",        (it) => it.attempt.write(1, text("x"), 2),                  "write: buf needs 2 bytes, but buf has room for 1"],
    ["a long piece of a message",  (it) => it.writev(1, iovec.array([{ iov_base: text("x"), iov_len: 2 }]), 1), "writev: vec.iov_len needs 2 bytes, but what vec.iov_base points at has room for 1"],
    ["a long value-result",        (it) => it.getsockname(1, buffer(8), int(9)),               "getsockname: usockaddr needs 9 bytes, but usockaddr has room for 8"],
    ["a path without an end",      (it) => it.openat(-100, text("/"), 0, 0),                   'openat: filename has no terminating NUL (write cstring("…"))'],
  ])("%s", (_, make, message) => {
    const { calls, made } = live();
    expect(() => make(calls)).toThrow(new Overrun(message));
    expect(made()).toEqual([]);
  });

  test.each<readonly [make: (calls: Untyped) => unknown, message: string]>([
    [(it) => it.close!(),                              "close takes 1 arguments (fd), not 0"],
    [(it) => it.socket!(2, 1, 0, 0),                   "socket takes 3 arguments (family, type, protocol), not 4"],
    [(it) => it.close!("3"),                           'close: fd takes a whole number, not the string "3"'],
    [(it) => it.close!(1.5),                           "close: fd takes a whole number, not 1.5"],
    [(it) => it.close!(Number.NaN),                    "close: fd takes a whole number, not NaN"],
    [(it) => it.close!(null),                          "close: fd takes a whole number, not null"],
    [(it) => it.close!(int(3)),                        "close: fd takes a whole number, not [object Object]"],
    [(it) => it.write!(1, "text", 4),                  'write: buf takes memory (buffer(n), text("…"), a struct) or null, not the string "text"'],
    [(it) => it.write!(1, Buffer.from("text"), 4),     'write: buf takes memory (buffer(n), text("…"), a struct) or null, not a Buffer'],
    [(it) => it.write!(1, [1, 2], 2),                  'write: buf takes memory (buffer(n), text("…"), a struct) or null, not an array'],
    [(it) => it.write!(1, 4096, 2),                    'write: buf takes memory (buffer(n), text("…"), a struct) or null, not 4096'],
    [(it) => it.write!(1, {}, 0),                      'write: buf takes memory (buffer(n), text("…"), a struct) or null, not [object Object]'],
    [(it) => it.write!(1, text("x"), "1"),             'write: count takes a whole number, not the string "1"'],
  ])("%#: an argument of the wrong kind", (make, message) => {
    const { calls, made } = live();
    expect(() => make(untyped(calls))).toThrow(new TypeError(message));
    expect(made()).toEqual([]);
  });

  test("an address from nowhere", () => {
    const { calls, made } = live();
    expect(() => untyped(calls).read!(0, 4096n, 8)).toThrow(Overrun);
    expect(() => untyped(calls).recvmsg!(0, 4096, 0)).toThrow(Overrun);
    expect(made()).toEqual([]);
  });

  test("a call that this machine lacks", () => {
    const { calls, made } = live();
    expect(() => calls.recv(3, buffer(8), 8, 0)).toThrow("recv: x86-64 and arm64 have no such call");
    expect(made()).toEqual([]);
  });
});
