/** What a call reaches, and what is refused before the kernel sees it: through every kind of pointer. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { PERF_EVENT_IOC_SET_FILTER } from "../../src/abi/constants/perf_event.ts";
import { AF_INET, SO_ATTACH_FILTER, SO_LINGER, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import type { Entry, Parameter } from "../../src/abi/parameter.ts";
import { iovec, message, mmsghdr, msghdr, scm_rights } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { stat } from "../../src/abi/structs/stat.ts";
import { type SyscallName, syscalls } from "../../src/abi/syscalls.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, type Memory, text, wild } from "../../src/memory/memory.ts";
import { Ended, Overrun } from "../../src/sys/overrun.ts";
import { type Argument, lengthsOf, memoryFor, reach } from "../../src/sys/reach.ts";
import type { Reached } from "../../src/sys/reached.ts";

const parametersOf = (name: SyscallName): readonly Parameter[] => (syscalls[name] as Entry).slice(1) as readonly Parameter[];
const reached = (name: SyscallName, ...values: readonly Argument[]): readonly Reached[] => reach(name, parametersOf(name), values);
/** What it reaches: C's way there, its room, and what the kernel wrote there had it answered `result`. */
const rooms = (name: SyscallName, values: readonly Argument[], result = 0): readonly (readonly [path: string, room: number, wrote: number])[] =>
  reached(name, ...values).map((it) => [`${parametersOf(name)[it.parameter]!.name}${it.path}`, it.room, it.flow === "in" ? 0 : it.wrote(lengthsOf(parametersOf(name), values, result))]);

const addr = sockaddr_in({ sin_family: AF_INET });
const closed = (memory: Memory, ended: boolean): Memory => {
  const shut = { from: memory.offset, to: memory.offset + memory.length, why: "munmap #1 ended it" };
  memory.home.closed.push(ended ? new Ended(shut) : shut);
  return memory;
};
/** A message whose lengths are what they are, whatever lies there. */
const claimed = (over: Parameters<typeof msghdr>[0]) => msghdr({ msg_iov: iovec.array([{ iov_base: buffer(8), iov_len: 8 }]), msg_iovlen: 1, ...over });
const pieces = (...lengths: readonly (readonly [room: number, length: number | bigint])[]) =>
  iovec.array(lengths.map(([room, length]) => ({ iov_base: buffer(room), iov_len: length })));
const many = (count: number, length: number) => mmsghdr.array(Array.from({ length: count }, () => ({ msg_hdr: { msg_iov: pieces([8, length]), msg_iovlen: 1 } })));
/** An iovec that got its pointer as bytes: 0x1000, from nobody. */
function raw(): ReturnType<typeof iovec.array> {
  const it = pieces([8, 8], [8, 8]);
  it.bytes.writeBigUInt64LE(0x1000n, 16);
  return it;
}

describe("is refused", () => {
  const table: readonly (readonly [what: string, name: SyscallName, values: readonly Argument[], message: string])[] = [
    ["a length that is too long",     "sendto",     [3, text("ten bytes!"), 11, 0, null, 0],           "sendto: buff needs 11 bytes, but buff has room for 10"],
    ["the same of a slice",           "write",      [3, buffer(64).slice(60), 5],                      "write: buf needs 5 bytes, but buf has room for 4"],
    ["a length as a bigint",          "read",       [3, buffer(8), 2n ** 63n],                         "read: buf needs 9223372036854776000 bytes, but buf has room for 8"],
    ["a negative length",             "recvfrom",   [3, buffer(8), -1, 0, null, null],                 "recvfrom: ubuf of -1 bytes"],
    ["an address length",             "bind",       [3, addr, 17],                                     "bind: umyaddr needs 17 bytes, but umyaddr has room for 16"],
    ["a negative address length",     "bind",       [3, addr, -1],                                     "bind: umyaddr of -1 bytes"],
    ["*addr_len",                     "recvfrom",   [3, buffer(8), 8, 0, addr, int(17)],               "recvfrom: addr needs 17 bytes, but addr has room for 16"],
    ["a negative *addr_len",          "accept4",    [3, addr, int(-1), 0],                             "accept4: upeer_sockaddr of -1 bytes"],
    ["*optlen",                       "getsockopt", [3, 1, 2, int(0), int(8)],                         "getsockopt: optval needs 8 bytes, but optval has room for 4"],
    ["optlen",                        "setsockopt", [3, 1, 2, int(0), 5],                              "setsockopt: optval needs 5 bytes, but optval has room for 4"],
    ["a value-result that is short",  "getsockname", [3, addr, buffer(2)],                             "getsockname: usockaddr_len needs 4 bytes, but usockaddr_len has room for 2"],
    ["a struct that is short",        "fstat",      [3, buffer(100)],                                  `fstat: statbuf needs ${stat.size} bytes, but statbuf has room for 100`],
    ["an array that is short",        "socketpair", [1, 1, 0, int(0)],                                 "socketpair: usockvec needs 8 bytes, but usockvec has room for 4"],
    ["elements that are not there",   "poll",       [buffer(16), 3, 0],                                "poll: ufds needs 24 bytes, but ufds has room for 16"],
    ["a word's type",                 "ioctl",      [3, FIONREAD, buffer(3)],                          "ioctl: arg needs 4 bytes, but arg has room for 3"],
    ["a bit set",                     "select",     [65, buffer(8), null, null, null],                 "select: inp needs 16 bytes, but inp has room for 8"],
    ["a byte for each page",          "mincore",    [0, 3 * 4096, buffer(2)],                          "mincore: vec needs 3 bytes, but vec has room for 2"],
    ["a path without NUL",            "memfd_create", [text("name"), 0],                               'memfd_create: uname has no terminating NUL (write cstring("…"))'],
    ["a word's text without NUL",     "ioctl",      [3, PERF_EVENT_IOC_SET_FILTER, text("x == 1")],    'ioctl: arg has no terminating NUL (write cstring("…"))'],
    ["iovecs that are not there",     "writev",     [1, pieces([8, 8]), 2],                            "writev: vec needs 32 bytes, but vec has room for 16"],
    ["iov_len",                       "writev",     [1, pieces([8, 8], [8, 9]), 2],                    "writev: vec[1].iov_len needs 9 bytes, but what vec[1].iov_base points at has room for 8"],
    ["iov_len of one",                "readv",      [1, pieces([8, 9]), 1],                            "readv: vec.iov_len needs 9 bytes, but what vec.iov_base points at has room for 8"],
    ["iov_len beyond 2^53",           "readv",      [1, pieces([8, 2n ** 64n - 1n]), 1],               "readv: vec.iov_len needs 18446744073709552000 bytes, but what vec.iov_base points at has room for 8"],
    ["msg_iovlen",                    "sendmsg",    [3, claimed({ msg_iovlen: 2 }), 0],                "sendmsg: msg.msg_iovlen needs 32 bytes, but what msg.msg_iov points at has room for 16"],
    ["iov_len in a message",          "recvmsg",    [3, claimed({ msg_iov: pieces([8, 8], [8, 9]), msg_iovlen: 2 }), 0], "recvmsg: msg.msg_iov[1].iov_len needs 9 bytes, but what msg.msg_iov[1].iov_base points at has room for 8"],
    ["msg_namelen",                   "sendmsg",    [3, claimed({ msg_name: addr, msg_namelen: 17 }), 0], "sendmsg: msg.msg_namelen needs 17 bytes, but what msg.msg_name points at has room for 16"],
    ["a negative msg_namelen",        "recvmsg",    [3, claimed({ msg_name: addr, msg_namelen: -1 }), 0], "recvmsg: msg.msg_namelen of -1 bytes"],
    ["msg_controllen",                "recvmsg",    [3, claimed({ msg_control: buffer(24), msg_controllen: 25 }), 0], "recvmsg: msg.msg_controllen needs 25 bytes, but what msg.msg_control points at has room for 24"],
    ["a message that is short",       "sendmsg",    [3, buffer(55), 0],                                "sendmsg: msg needs 56 bytes, but msg has room for 55"],
    ["vlen",                          "recvmmsg",   [3, many(2, 8), 3, 0, null],                       "recvmmsg: mmsg needs 192 bytes, but mmsg has room for 128"],
    ["vlen as a bigint",              "sendmmsg",   [3, many(2, 8), 2n ** 32n - 1n, 0],                "sendmmsg: mmsg needs 274877906880 bytes, but mmsg has room for 128"],
    ["iov_len of many messages",      "sendmmsg",   [3, many(2, 9), 2, 0],                             "sendmmsg: mmsg[0].msg_hdr.msg_iov[0].iov_len needs 9 bytes, but what mmsg[0].msg_hdr.msg_iov[0].iov_base points at has room for 8"],
    ["a filter's length",             "setsockopt", [3, SOL_SOCKET, SO_ATTACH_FILTER, filter(2), 16],  "setsockopt: optval.len needs 16 bytes, but what optval.filter points at has room for 8"],
    ["an address written as bytes",   "writev",     [1, raw(), 2],                                     "writev: vec[1].iov_base holds an address that no memory here has (give it memory, or wild(…))"],
    ["an unwritten struct",           "sendmsg",    [3, msghdr(), 0],                                  "sendmsg: msg.msg_name holds an address that no memory here has (give it memory, or wild(…))"],
    ["a bigint for a pointer",        "read",       [3, 0x1000n, 8],                                   "read: buf is an address that no memory here has (give it memory, or wild(…))"],
    ["a number for a value-result",   "recvmsg",    [3, 0x1000, 0],                                    "recvmsg: msg is an address that no memory here has (give it memory, or wild(…))"],
    ["a number for a bit set",        "select",     [1, 0x1000, null, null, null],                     "select: inp is an address that no memory here has (give it memory, or wild(…))"],
    ["memory that has ended",         "write",      [1, closed(buffer(8), true), 8],                   "write: buf is no more: munmap #1 ended it"],
    ["a part of it",                  "write",      [1, partly(), 8],                                  "write: buf is no more: munmap #1 ended it"],
    ["a piece that has ended",        "writev",     [1, iovec.array([{ iov_base: closed(buffer(8), true), iov_len: 8 }]), 1], "writev: what vec.iov_base points at is no more: munmap #1 ended it"],
    ["a filter, counted in instructions", "getsockopt", [3, SOL_SOCKET, SO_ATTACH_FILTER, buffer(16), int(16)],
      "getsockopt: optval needs 128 bytes, but optval has room for 16"],
  ];
  test.each(table)("%s", (_, name, values, message) => expect(() => reached(name, ...values)).toThrow(new Overrun(message)));

  function filter(length: number): Memory {
    const it = buffer(16);
    it.bytes.fill(0).writeUInt16LE(length, 0);
    const pointed = claimed({ msg_name: buffer(8), msg_namelen: 8 });
    it.bytes.set(pointed.$.bytes.subarray(0, 8), 8);
    it.home.targets.set(8, pointed.$.home.targets.get(0)!);
    return it;
  }
  function partly(): Memory {
    const whole = buffer(16);
    closed(whole.slice(4, 8), true);
    return whole;
  }
});

describe("is let through", () => {
  const table: readonly (readonly [what: string, name: SyscallName, values: readonly Argument[], rooms: ReturnType<typeof rooms>])[] = [
    ["no pointer",                    "close",      [3],                                             []],
    ["NULL, whatever the length",     "recvfrom",   [3, null, 99, 0, null, null],                    []],
    ["a wild address",                "write",      [3, wild(1), 99],                                []],
    ["less than there is",            "sendto",     [3, text("ten bytes!"), 4, 0, addr, 16],         [["buff", 4, 0], ["addr", 16, 0]]],
    ["no bytes",                      "sendto",     [3, buffer(0), 0, 0, null, 0],                   [["buff", 0, 0]]],
    ["a word that is a number",       "ioctl",      [3, FIONREAD, 0x1000],                           []],
    ["a word that is wild",           "ioctl",      [3, FIONREAD, wild(1)],                          []],
    ["a place",                       "munmap",     [buffer(8), 4096],                               []],
    ["closed memory",                 "write",      [3, closed(buffer(8), false), 8],                [["buf", 8, 0]]],
    ["a closed address",              "bind",       [3, closed(buffer(16), false), 16],              [["umyaddr", 16, 0]]],
    ["a closed message",              "sendmsg",    [3, closed(buffer(56), false), 0],               [["msg", 56, 0]]],
    ["a closed path",                 "memfd_create", [closed(buffer(5), false), 0],                 [["uname", 5, 0]]],
    ["a piece that is wild",          "writev",     [1, iovec.array([{ iov_base: wild(8), iov_len: 99 }]), 1], [["vec", 16, 0]]],
    ["a piece of no length",          "writev",     [1, iovec.array([{ iov_base: buffer(0), iov_len: 0 }]), 1], [["vec", 16, 0]]],
    ["a path up to its NUL",          "memfd_create", [cstring("name"), 0],                          [["uname", 5, 0]]],
    ["poison the kernel will not read", "getsockopt", [3, SOL_SOCKET, SO_ATTACH_FILTER, buffer(16), int(2)], [["optval", 16, 16], ["optlen", 4, 4]]],
    ["an option",                     "setsockopt", [3, SOL_SOCKET, SO_LINGER, buffer(8), 8],        [["optval", 8, 0]]],
  ];
  test.each(table)("%s", (_, name, values, expected) => expect(rooms(name, values)).toEqual(expected));

  test("what is no argument at all is nobody's memory", () => {
    for (const it of [[1], Buffer.alloc(8), { a: 1 }, "text", undefined]) expect(memoryFor(it as unknown as Argument)).toBeNull();
  });
});

describe("how many bytes the kernel wrote", () => {
  const three = (): Memory => pieces([4, 4], [8, 8], [16, 16]);
  const shared = (result: number): readonly number[] =>
    ([[0, 4], [4, 8], [12, 16]] as const).map(([before, room]) => Math.max(0, Math.min(room, result - before)));

  test.each([0, 1, 4, 5, 12, 13, 28])("%i bytes are spread over the pieces in their order", (result) => {
    const scattered = rooms("readv", [3, three(), 3], result).filter(([path]) => path.endsWith("iov_base"));
    expect(scattered.map(([, , wrote]) => wrote)).toEqual(shared(result));
    const received = rooms("recvmsg", [3, msghdr({ msg_iov: three(), msg_iovlen: 3 }), 0], result).filter(([path]) => path.endsWith("iov_base"));
    expect(received.map(([, , wrote]) => wrote)).toEqual(shared(result));
  });

  test("a datagram that was longer than its room fills the room", () => {
    expect(rooms("recvfrom", [3, buffer(4), 4, 0x20, null, null], 99)).toEqual([["ubuf", 4, 4]]);
    expect(rooms("readv", [3, pieces([4, 4], [2, 2]), 2], 99).slice(1)).toEqual([["vec[0].iov_base", 4, 4], ["vec[1].iov_base", 2, 2]]);
  });

  test("a value-result length says how much of an address is there, cut or not", () => {
    const length = int(16);
    const values = [3, buffer(8), 8, 0, addr, length] as const;
    const seen = reached("recvfrom", ...values);
    for (const [after, wrote] of [[16, 16], [28, 16], [2, 2], [0, 0]] as const) {
      length.value = after;
      expect(seen.map((it) => it.wrote({ ...lengthsOf(parametersOf("recvfrom"), values, 8), before: () => 16 }))).toEqual([8, wrote, 4]);
    }
  });

  test("each of many messages has its length; those that did not come have none, whatever is written there", () => {
    const all = mmsghdr.array([0, 1, 2].map(() => ({ msg_hdr: { msg_name: addr, msg_namelen: 16, msg_iov: pieces([2, 2], [6, 6]), msg_iovlen: 2 }, msg_len: 8 })));
    all.value[0]!.msg_len = 3;
    all.value[1]!.msg_len = 1;
    const wrote = new Map(rooms("recvmmsg", [3, all, 3, 0, null], 2).map(([path, , it]) => [path, it]));
    const of = (n: number): readonly (number | undefined)[] =>
      ["msg_name", "msg_iov[0].iov_base", "msg_iov[1].iov_base"].map((it) => wrote.get(`mmsg[${n}].msg_hdr.${it}`));
    expect(wrote.get("mmsg")).toBe(128);
    expect([0, 1, 2].map(of)).toEqual([[16, 2, 1], [16, 1, 0], [0, 0, 0]]);
  });

  test("what a call only gathers it does not write", () => {
    const flows = (name: SyscallName, ...values: readonly Argument[]) => Object.fromEntries(reached(name, ...values).map((it) => [it.path, it.flow]));
    expect(flows("sendmmsg", 3, many(1, 8), 1, 0)).toEqual({ "": "inout", ".msg_hdr.msg_iov": "in", ".msg_hdr.msg_iov[0].iov_base": "in" });
    expect(flows("readv", 3, three(), 1)).toMatchObject({ "": "in", "[0].iov_base": "out" });
    expect(flows("recvmsg", 3, message({ iov: [buffer(8)], control: buffer(24) }), 0)).toEqual({
      "": "inout", ".msg_iov": "in", ".msg_iov[0].iov_base": "inout", ".msg_control": "inout",
    });
    expect(flows("sendmsg", 3, message({ iov: [buffer(8)], control: [scm_rights([3])] }), 0)).toMatchObject({ ".msg_control": "in" });
  });

  test("a word is as long as its type, and written when it went well", () => {
    expect(rooms("ioctl", [3, FIONREAD, int(0)], 0)).toEqual([["arg", 4, 4]]);
    expect(rooms("ioctl", [3, FIONREAD, int(0)], -9)).toEqual([["arg", 4, 0]]);
    expect(rooms("select", [0, buffer(8), null, null, null], 0)).toEqual([["inp", 0, 0]]);
  });
});

describe("no lengths pass that exceed the memory", () => {
  const length = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.maxSafeInteger());
  const room = fc.nat(32);
  /** Whether it passes, and if so that each part lies within its memory. */
  function passes(name: SyscallName, ...values: readonly Argument[]): boolean {
    try {
      for (const it of reached(name, ...values)) {
        expect(it.room).toBeGreaterThanOrEqual(0);
        expect(it.room).toBeLessThanOrEqual(it.memory.length);
      }
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(Overrun);
      return false;
    }
  }
  const fits = (it: number | bigint, within: number): boolean => it >= 0 && it <= within;

  test("a plain length", () => fc.assert(fc.property(room, length, (size, it) => {
    expect(passes("recvfrom", 3, buffer(size), it, 0, null, null)).toBe(fits(it, size));
  })));

  test("a value-result length", () => fc.assert(fc.property(room, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (size, it) => {
    expect(passes("recvfrom", 3, null, 0, 0, buffer(size), int(it))).toBe(fits(it, size));
  })));

  test("pieces", () => fc.assert(fc.property(fc.array(fc.tuple(room, length.filter((it) => it >= 0)), { maxLength: 5 }), fc.nat(6), (all, count) => {
    const vec = pieces(...all);
    const expected = count <= all.length && all.slice(0, count).every(([size, it]) => fits(it, size));
    expect(passes("readv", 3, vec, count)).toBe(expected);
    expect(passes("recvmsg", 3, msghdr({ msg_iov: vec, msg_iovlen: count }), 0)).toBe(expected);
    expect(passes("recvmmsg", 3, mmsghdr.array([{ msg_hdr: { msg_iov: vec, msg_iovlen: count } }]), 1, 0, null)).toBe(expected);
  })));

  test("names and control messages", () => fc.assert(fc.property(room, length.filter((it) => it >= 0), fc.integer({ min: -9, max: 40 }), (size, control, name) => {
    const it = msghdr({ msg_name: buffer(size), msg_namelen: name, msg_control: buffer(size), msg_controllen: control });
    expect(passes("recvmsg", 3, it, 0)).toBe(fits(control, size) && fits(name, size));
  })));

  test("structs made of random bytes", () => fc.assert(fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.boolean(), (bytes, kept) => {
    const it = message({ iov: [buffer(8)], control: buffer(24), name: addr });
    const pointers = it.$.home.targets;
    if (!kept) pointers.clear();
    it.$.bytes.set(bytes.subarray(0, 56));
    const isHarmless = [0, 16, 32].every((at) => it.$.bytes.readBigUInt64LE(at) === 0n || it.$.bytes.readBigUInt64LE(at + 8) === 0n);
    expect(passes("sendmsg", 3, it, 0)).toBe(isHarmless);
  })));
});
