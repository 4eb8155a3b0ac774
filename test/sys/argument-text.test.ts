/** strace's words for arguments, from records made by hand. Against strace itself: test/agreement. */
import { describe, expect, test } from "vitest";
import { ECONNREFUSED } from "../../src/abi/errno.ts";
import type { SyscallName } from "../../src/abi/syscalls.ts";
import { callText } from "../../src/sys/decode.ts";
import { crossed, type Made, type Part } from "./crossing.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");
const [A, B, C] = [0x1000, 0x2000, 0x3000];
/** Poison, as memory is before it is written. */
const unwritten = (length: number): Uint8Array => new Uint8Array(length).fill(0xa5);
const into = (parameter: number, room: number, after: Uint8Array, wrote = after.length): Part =>
  ({ parameter, before: unwritten(room), after: Buffer.concat([after, unwritten(room)], Math.max(room, after.length)), wrote });
const from = (parameter: number, before: Uint8Array): Part => ({ parameter, before });
const both = (parameter: number, before: string, after: string): Part => ({ parameter, before: hex(before), after: hex(after) });
/** An int below 256, in hex. */
const int = (it: number): string => `${it.toString(16).padStart(2, "0")}000000`;

const IN = hex("0200 1f90 7f000001 0000000000000000");
const IN_TEXT = '{sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}';
const NAME_5 = hex("0100 2f612f62 00");

type Row = readonly [what: string, call: SyscallName, made: Made, text: string];

describe("strings", () => {
  const send = (text: string): Made => ({ words: [3, A, text.length, 0, 0, 0], parts: [from(1, bytes(text))], result: text.length });
  test.each<Row>([
    ["short",             "sendto", send("hello"),          'sendto(3, "hello", 5, 0, NULL, 0) = 5'],
    ["empty",             "sendto", send(""),               'sendto(3, "", 0, 0, NULL, 0) = 0'],
    ["64 bytes",          "sendto", send("x".repeat(64)),   `sendto(3, "${"x".repeat(64)}", 64, 0, NULL, 0) = 64`],
    ["65 bytes",          "sendto", send("x".repeat(65)),   `sendto(3, "${"x".repeat(64)}"..., 65, 0, NULL, 0) = 65`],
    ["what has no shape", "sendto", send('\0\x017\x7f\xff"\\\n\x1b'), 'sendto(3, "\\0\\0017\\177\\377\\"\\\\\\n\\33", 9, 0, NULL, 0) = 9'],
    ["received",          "recvfrom", { words: [3, A, 64, 0, 0, 0], parts: [into(1, 64, bytes("hello"))], result: 5 }, 'recvfrom(3, "hello", 64, 0, NULL, NULL) = 5'],
    ["not received",      "recvfrom", { words: [3, A, 64, 64, 0, 0], parts: [into(1, 64, bytes(""))], result: -11 }, "recvfrom(3, 0x1000, 64, MSG_DONTWAIT, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)"],
    ["random",            "getrandom", { words: [A, 2, 0], parts: [into(0, 2, hex("2cff"))], result: 2 }, 'getrandom("\\x2c\\xff", 2, 0) = 2'],
    ["a path",            "memfd_create", { words: [A, 1], parts: [from(0, bytes("netlab\0"))], result: 5 }, 'memfd_create("netlab", MFD_CLOEXEC) = 5'],
  ])("%s", (_, call, made, text) => expect(callText(crossed(call, made))).toBe(text));
});

describe("addresses", () => {
  const name = (room: number, after: Uint8Array, length: number): Made => {
    const fits = Math.min(room, length);
    return { words: [3, A, B], parts: [into(1, room, after.subarray(0, fits), fits), both(2, int(room), int(length))], result: 0 };
  };
  test.each<Row>([
    ["given",                    "connect", { words: [3, A, 16], parts: [from(1, IN)], result: 0 },                       `connect(3, ${IN_TEXT}, 16) = 0`],
    ["refused",                  "connect", { words: [3, A, 16], parts: [from(1, IN)], result: -ECONNREFUSED },           `connect(3, ${IN_TEXT}, 16) = -1 ECONNREFUSED (Connection refused)`],
    ["too short for its family", "connect", { words: [3, A, 4], parts: [from(1, IN.subarray(0, 4))], result: -22 },       'connect(3, {sa_family=AF_INET, sa_data="\\37\\220"}, 4) = -1 EINVAL (Invalid argument)'],
    ["too short for a family",   "connect", { words: [3, A, 1], parts: [from(1, IN.subarray(0, 1))], result: -22 },       "connect(3, 0x1000, 1) = -1 EINVAL (Invalid argument)"],
    ["nowhere",                  "connect", { words: [3, A, 16], result: -14 },                                           "connect(3, 0x1000, 16) = -1 EFAULT (Bad address)"],
    ["told",                     "getsockname", name(128, IN, 16),                                                        `getsockname(3, ${IN_TEXT}, [128 => 16]) = 0`],
    ["told, of a path",          "getsockname", name(110, NAME_5, 7),                                                      'getsockname(3, {sa_family=AF_UNIX, sun_path="/a/b"}, [110 => 7]) = 0'],
    ["told, cut",                "getsockname", name(4, IN, 16),                                                          'getsockname(3, {sa_family=AF_INET, sa_data="\\37\\220"}, [4 => 16]) = 0'],
    ["not asked for",            "accept", { words: [3, 0, B], parts: [both(2, "10000000", "10000000")], result: 4 },     "accept(3, NULL, 0x2000) = 4"],
    ["of nobody",                "recvfrom", { words: [3, A, 4, 0, B, C], parts: [into(1, 4, bytes("x")), into(4, 16, hex("")), both(5, "10000000", "00000000")], result: 1 }, 'recvfrom(3, "x", 4, 0, 0x2000, [16 => 0]) = 1'],
  ])("%s", (_, call, made, text) => expect(callText(crossed(call, made))).toBe(text));
});

describe("messages", () => {
  const header = (namelen: string, iovlen: string, control: string): Uint8Array =>
    hex(`0040000000000000 ${namelen}000000 00000000 0050000000000000 ${iovlen}00000000000000 ${control} 00000000 00000000`);
  const piece = hex("0060000000000000 0800000000000000");
  const NOTHING = "0000000000000000 0000000000000000";
  const parts = (before: Uint8Array, after: Uint8Array, received: string): readonly Part[] => [
    { parameter: 1, before, after },
    { parameter: 1, path: ".msg_name", before: unwritten(16), after: IN, wrote: 16 },
    { parameter: 1, path: ".msg_iov", before: piece, after: piece, wrote: 0 },
    { parameter: 1, path: ".msg_iov[0].iov_base", before: unwritten(8), after: Buffer.concat([bytes(received), unwritten(8)], 8), wrote: received.length },
  ];
  test.each<Row>([
    ["received", "recvmsg", { words: [3, A, 0], parts: parts(header("80", "01", NOTHING), header("10", "01", NOTHING), "hi"), result: 2 },
      `recvmsg(3, {msg_name=${IN_TEXT}, msg_namelen=128 => 16, msg_iov=[{iov_base="hi", iov_len=8}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 2`],
    ["not received", "recvmsg", { words: [3, A, 0], parts: [{ parameter: 1, before: header("10", "01", NOTHING) }], result: -11 },
      "recvmsg(3, {msg_namelen=16}, 0) = -1 EAGAIN (Resource temporarily unavailable)"],
    ["with what nobody can read", "sendmsg", { words: [3, A, 0], parts: [from(1, header("10", "01", "0070000000000000 2000000000000000"))], result: -14 },
      "sendmsg(3, {msg_name=0x4000, msg_namelen=16, msg_iov=0x5000, msg_iovlen=1, msg_control=0x7000, msg_controllen=32, msg_flags=0}, 0) = -1 EFAULT (Bad address)"],
  ])("%s", (_, call, made, text) => expect(callText(crossed(call, made))).toBe(text));
});

describe("socket options", () => {
  const got = (level: number, option: number, value: string): Made => {
    const after = hex(value);
    const size = int(after.length);
    return { words: [3, level, option, A, B], parts: [into(3, after.length, after), both(4, size, size)], result: 0 };
  };
  const set = (level: number, option: number, value: string): Made =>
    ({ words: [3, level, option, A, hex(value).length], parts: [from(3, hex(value))], result: 0 });
  test.each<Row>([
    ["an int",              "getsockopt", got(1, 8, "00400300"),                   "getsockopt(3, SOL_SOCKET, SO_RCVBUF, [212992], [4]) = 0"],
    ["half an int",         "getsockopt", got(1, 8, "0040"),                       'getsockopt(3, SOL_SOCKET, SO_RCVBUF, "\\x00\\x40", [2]) = 0'],
    ["an error",            "getsockopt", got(1, 4, "6f000000"),                   "getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0"],
    ["a struct",            "getsockopt", got(1, 13, "01000000 03000000"),         "getsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=3}, [8]) = 0"],
    ["half a struct",       "getsockopt", got(1, 13, "01000000 0300"),             'getsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger="\\x03\\x00"}, [6]) = 0'],
    ["what strace cannot read", "getsockopt", got(6, 11, "0a00070000000000"),      'getsockopt(3, SOL_TCP, TCP_INFO, "\\n\\0\\7\\0\\0\\0\\0\\0", [8]) = 0'],
    ["nothing",             "getsockopt", got(1, 25, ""),                          "getsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, 0x1000, [0]) = 0"],
    ["one name to ask",     "getsockopt", got(1, 26, ""),                          "getsockopt(3, SOL_SOCKET, SO_GET_FILTER, 0x1000, [0]) = 0"],
    ["another to set",      "setsockopt", set(1, 26, "0200 000000000000 0030000000000000"), "setsockopt(3, SOL_SOCKET, SO_ATTACH_FILTER, {len=2, filter=0x3000}, 16) = 0"],
    ["half an int, set",    "setsockopt", set(1, 8, "0040"),                       "setsockopt(3, SOL_SOCKET, SO_RCVBUF, 0x1000, 2) = 0"],
    ["text",                "setsockopt", set(6, 13, "72656e6f63"),                'setsockopt(3, SOL_TCP, TCP_CONGESTION, "renoc", 5) = 0'],
    ["types of ICMP",       "setsockopt", set(255, 1, "fffffff7"),                 "setsockopt(3, SOL_RAW, ICMP_FILTER, ~[0x1b /* ICMP_??? */], 4) = 0"],
  ])("%s", (_, call, made, text) => expect(callText(crossed(call, made))).toBe(text));
});

describe("what stands behind the result", () => {
  const POLL = both(0, "03000000 0100 0000", "03000000 0100 1100");
  test.each<Row>([
    ["what was found",       "ppoll", { words: [A, 1, 0, 0, 8], parts: [POLL], result: 1 },                       "ppoll([{fd=3, events=POLLIN}], 1, NULL, NULL, 8) = 1 ([{fd=3, revents=POLLIN|POLLHUP}])"],
    ["nothing in time",      "ppoll", { words: [A, 1, 0, 0, 8], parts: [{ ...POLL, after: POLL.before }], result: 0 }, "ppoll([{fd=3, events=POLLIN}], 1, NULL, NULL, 8) = 0 (Timeout)"],
    ["the time left",        "ppoll", { words: [A, 1, B, 0, 8], parts: [POLL, both(2, "0200000000000000 0000000000000000", "0100000000000000 0900000000000000")], result: 1 },
      "ppoll([{fd=3, events=POLLIN}], 1, {tv_sec=2, tv_nsec=0}, NULL, 8) = 1 ([{fd=3, revents=POLLIN|POLLHUP}], left {tv_sec=1, tv_nsec=9})"],
    ["the sets",             "pselect6", { words: [5, A, 0, 0, 0, 0], parts: [both(1, "1800000000000000", "1000000000000000")], result: 1 }, "pselect6(5, [3 4], NULL, NULL, NULL, NULL) = 1 (in [4])"],
    ["flags of the file",    "fcntl", { words: [3, 3, 0], result: 0x802 },       "fcntl(3, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)"],
    ["no flags at all",      "fcntl", { words: [3, 1, 0], result: 0 },           "fcntl(3, F_GETFD) = 0"],
    ["an address",           "mmap", { words: [0, 4096, 3, 0x22, -1, 0], result: 0x7f00_0000_0000 }, "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000"],
    ["it never came back",   "recvfrom", { words: [3, A, 4, 0, 0, 0], parts: [from(1, unwritten(4))], result: null }, "recvfrom(3, 0x1000, 4, 0, NULL, NULL) <unfinished ...>"],
  ])("%s", (_, call, made, text) => expect(callText(crossed(call, made))).toBe(text));
});

describe("the rest", () => {
  test.each<Row>([
    ["what is left out",     "openat", { words: [-100, A, 0, 0o600], parts: [from(1, bytes("/x\0"))], result: -2 }, 'openat(AT_FDCWD, "/x", O_RDONLY) = -1 ENOENT (No such file or directory)'],
    ["a set of signals",     "signalfd4", { words: [-1, A, 8, 0], parts: [from(1, hex("0002000010000000"))], result: 3 }, "signalfd4(-1, [USR1 RT_5], 8, 0) = 3"],
    ["no set of signals",    "signalfd4", { words: [-1, A, 4, 0], parts: [from(1, hex("00020000"))], result: -22 }, "signalfd4(-1, 0x1000, 4, 0) = -1 EINVAL (Invalid argument)"],
    ["an offset",            "sendfile", { words: [4, 3, A, 9], parts: [both(2, "0200000000000000", "0700000000000000")], result: 5 }, "sendfile(4, 3, [2] => [7], 9) = 5"],
    ["a huge size",          "read", { words: [3, A, -1n], parts: [from(1, unwritten(4))], result: -14 },      "read(3, 0x1000, 18446744073709551615) = -1 EFAULT (Bad address)"],
    ["a number, asked for",  "ioctl", { words: [3, 0x541b, A], parts: [both(2, "00000000", "05000000")], result: 0 }, "ioctl(3, FIONREAD, [5]) = 0"],
    ["not answered",         "ioctl", { words: [3, 0x541b, A], parts: [both(2, "00000000", "05000000")], result: -9 }, "ioctl(3, FIONREAD, 0x1000) = -1 EBADF (Bad file descriptor)"],
  ])("%s", (_, call, made, text) => expect(callText(crossed(call, made))).toBe(text));
});
