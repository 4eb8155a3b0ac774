/** C expressions over recorded calls: what each path finds, what is not there, and that a value written there is read again. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, AF_INET6, AF_UNIX, SO_COOKIE, SO_LINGER, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { io_uring_params } from "../../src/abi/structs/io_uring.ts";
import { control, iovec, message, mmsghdr, msghdr, scm_credentials, scm_rights } from "../../src/abi/structs/message.ts";
import { sockaddr_in, sockaddr_in6 } from "../../src/abi/structs/sockaddr.ts";
import { linger } from "../../src/abi/structs/socket.ts";
import { stat } from "../../src/abi/structs/stat.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import type { CallEvent } from "../../src/lab/events.ts";
import { evaluate, type Moment, rewritten } from "../../src/lab/expression.ts";
import { NotInHistory } from "../../src/lab/fact.ts";
import type { Value } from "../../src/lab/place.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, int, u64 } from "../../src/memory/integer.ts";
import { buffer, cstring, text, wild } from "../../src/memory/memory.ts";
import { cell } from "../../src/memory/type.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";
import { frozen } from "./frozen.ts";

const made = new HistoryBuilder("made");
const four = sockaddr_in({ sin_family: AF_INET, sin_port: 8080, sin_addr: "192.0.2.7" });
const six = sockaddr_in6({ sin6_family: AF_INET6, sin6_port: 80, sin6_addr: "2001:db8::1", sin6_scope_id: 2 });
const write = (to: { bytes: Buffer }, it: string): void => void to.bytes.write(it, "latin1");

const bind = made.call("bind", [3, four, 16], 0);
const connect = made.call("connect", [3, six, 28], 0);
const buf = buffer(64);
const receive = made.call("recvfrom", [3, buf, 64, 0, null, null], 10, { kernel: () => write(buf, "0123456789") });
const failed = made.call("recvfrom", [3, buffer(64), 64, 0, null, null], -11);
const hung = made.call("recvfrom", [3, buffer(64), 64, 0, null, null], null);
const [from, length] = [buffer(28), int(28)];
const named = made.call("recvfrom", [3, buffer(8), 8, 0, from, length], 0, { kernel: () => { from.bytes.set(four.$.bytes); length.value = 16; } });
const waiting = int(7);
const ioctl = made.call("ioctl", [3, FIONREAD, waiting], 0, { kernel: () => { waiting.value = 10; } });
const number = made.call("ioctl", [3, FIONREAD, 5], -14);
const fds = cells(i32, 2);
const pair = made.call("socketpair", [AF_UNIX, SOCK_STREAM, 0, fds], 0, { kernel: () => { fds.value = [5, 6]; } });
const memfd = made.call("memfd_create", [cstring("file"), 0], 4);
const setting = made.call("setsockopt", [3, SOL_SOCKET, SO_LINGER, linger({ l_onoff: 1, l_linger: 9 }), 8], 0);
const algorithm = buffer(16);
const congestion = made.call("getsockopt", [3, IPPROTO_TCP, TCP_CONGESTION, algorithm, int(16)], 0, { kernel: () => write(algorithm, "cubic\0\0\0") });
const cookie = cell(u64, 0);
const large = made.call("getsockopt", [3, SOL_SOCKET, SO_COOKIE, cookie, int(8)], 0, { kernel: () => { cookie.value = 2n ** 63n + 1n; } });

const params = io_uring_params({ resv: [1, 2, 3] });
const ring = made.call("io_uring_setup", [8, params], 5);

/** A kernel that knows 104 bytes of tcp_info fills those. */
const [info, infoLength] = [tcp_info(), int(280)];
const older = made.call("getsockopt", [3, IPPROTO_TCP, TCP_INFO, info, infoLength], 0, {
  kernel() {
    info.$.bytes.set(tcp_info({ tcpi_state: 1, tcpi_unacked: 3, tcpi_total_retrans: 2 }).$.bytes.subarray(0, 104));
    infoLength.value = 104;
  },
});

const [name, beside, a, b] = [sockaddr_in(), buffer(64), buffer(4), buffer(60)];
const header = message({ name, iov: [a, b], control: beside });
const recvmsg = made.call("recvmsg", [3, header, 0], 10, {
  kernel() {
    name.$.bytes.set(four.$.bytes);
    write(a, "0123");
    write(b, "456789");
    beside.bytes.set(control([scm_credentials({ pid: 77, uid: 1, gid: 2 }), scm_rights([5, 6])]).bytes);
    Object.assign(header, { msg_controllen: 56, msg_flags: 0x20 });
  },
});
const bare = made.call("sendmsg", [3, message({ iov: [text("x")] }), 0], 1);
const lost = made.call("sendmsg", [3, msghdr({ msg_iov: wild(8), msg_iovlen: 1 }), 0], -14);

const messages = (count: number) => mmsghdr.array(Array.from({ length: count }, () => ({ msg_hdr: { msg_iov: iovec.array([{ iov_base: buffer(8), iov_len: 8 }]), msg_iovlen: 1 } })));
const three = messages(3);
const many = made.call("recvmmsg", [3, three, 3, 0, null], 2, { kernel: () => { three.value[0]!.msg_len = 4; three.value[1]!.msg_len = 5; } });
const one = messages(1);
const single = made.call("recvmmsg", [3, one, 1, 0, null], 1, { kernel: () => { one.value[0]!.msg_len = 6; } });
frozen(made.events);

describe("what a path finds", () => {
  const table: readonly (readonly [call: CallEvent, expression: string, moment: Moment, value: Value])[] = [
    [bind,       "fd",                                          "before", 3],
    [bind,       "addrlen",                                     "after",  16],
    [bind,       "umyaddr.sin_port",                            "before", 8080],
    [bind,       "umyaddr.sin_addr",                            "before", "192.0.2.7"],
    [bind,       "umyaddr.sin_zero",                            "before", "\0".repeat(8)],
    [bind,       "umyaddr[0].sin_port",                         "before", 8080],
    [connect,    "uservaddr.sin6_addr",                         "before", "2001:db8::1"],
    [connect,    "uservaddr.sin6_scope_id",                     "before", 2],
    [receive,    "ubuf",                                        "after",  "0123456789"],
    [receive,    "addr",                                        "before", 0],
    [named,      "addr.sin_port",                               "after",  8080],
    [named,      "*addr_len",                                   "before", 28],
    [named,      "*addr_len",                                   "after",  16],
    [ioctl,      "*arg",                                        "before", 7],
    [ioctl,      "*arg",                                        "after",  10],
    [number,     "arg",                                         "before", 5],
    [pair,       "usockvec[0]",                                 "after",  5],
    [pair,       "usockvec[1]",                                 "after",  6],
    [ring,       "params.resv[2]",                              "before", 3],
    [memfd,      "uname",                                       "before", "file"],
    [setting,    "optval.l_linger",                             "before", 9],
    [congestion, "optval",                                      "after",  "cubic"],
    [large,      "*optval",                                     "after",  "9223372036854775809"],
    [older,      "optval.tcpi_unacked",                         "after",  3],
    [older,      "optval.tcpi_total_retrans",                   "after",  2],
    [older,      "*optlen",                                     "after",  104],
    [recvmsg,    "msg.msg_iovlen",                              "before", 2],
    [recvmsg,    "msg.msg_flags",                               "after",  0x20],
    [recvmsg,    "msg.msg_controllen",                          "before", 64],
    [recvmsg,    "msg.msg_controllen",                          "after",  56],
    [recvmsg,    "msg.msg_name.sin_port",                       "after",  8080],
    [recvmsg,    "msg.msg_iov[0].iov_len",                      "before", 4],
    [recvmsg,    "msg.msg_iov[1].iov_len",                      "before", 60],
    [recvmsg,    "msg.msg_iov[0].iov_base",                     "after",  "0123"],
    [recvmsg,    "msg.msg_iov[1].iov_base",                     "after",  "456789"],
    [recvmsg,    "msg.msg_control[0].cmsg_type",                "after",  2],
    [recvmsg,    "msg.msg_control[0].cmsg_data.pid",            "after",  77],
    [recvmsg,    "msg.msg_control[1].cmsg_len",                 "after",  24],
    [recvmsg,    "msg.msg_control[1].cmsg_data[0]",             "after",  5],
    [recvmsg,    "msg.msg_control[1].cmsg_data[1]",             "after",  6],
    [bare,       "msg.msg_name",                                "before", 0],
    [bare,       "msg.msg_iov[0].iov_base",                     "before", "x"],
    [lost,       "msg.msg_iov",                                 "before", 8],
    [many,       "mmsg[0].msg_len",                             "after",  4],
    [many,       "mmsg[1].msg_len",                             "after",  5],
    [many,       "mmsg[1].msg_hdr.msg_iovlen",                  "before", 1],
    [many,       "mmsg[2].msg_hdr.msg_iov[0].iov_len",          "before", 8],
    [single,     "mmsg[0].msg_len",                             "after",  6],
    [single,     "mmsg.msg_len",                                "after",  6],
    [single,     "mmsg[0].msg_hdr.msg_iov[0].iov_len",          "before", 8],
    [single,     "mmsg.msg_hdr.msg_iov[0].iov_len",             "before", 8],
  ];
  const titled = table.map(([call, expression, moment, value]) => [`${call.name}: ${expression} ${moment} is ${JSON.stringify(value)}`, call, expression, moment, value] as const);

  test.each(titled)("%s", (_, call, expression, moment, value) => expect(evaluate(call, expression, moment)).toBe(value));

  /** Others that the same place can hold. */
  function others(expression: string, value: Value): fc.Arbitrary<Value> {
    if (expression.endsWith("cmsg_len")) return fc.integer({ min: 16, max: 24 });   // of the last one: within the buffer
    if (typeof value === "number") return fc.nat(127);
    if (/^\d{16,}$/.test(value)) return fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n }).map(String);
    if (/^\d+\.\d+\.\d+\.\d+$/.test(value)) return fc.ipV4();
    if (value.includes("::")) return fc.nat(9999).map((it) => `2001:db8::${it}`).filter((it) => !/::0/.test(it));
    const letter = fc.integer({ min: value.includes("\0") ? 0 : 1, max: 255 }).map((it) => String.fromCharCode(it));
    const exact = { minLength: value.length, maxLength: value.length };
    return fc.array(letter, exact).map((it) => it.join(""));
  }
  test.each(titled)("%s: what is written there is read there", (_, call, expression, moment, value) => fc.assert(fc.property(others(expression, value), (to) => {
    expect(evaluate(rewritten(call, expression, moment, to), expression, moment)).toBe(to);
  }), { numRuns: 20 }));

  const withoutTail = titled.filter(([, call]) => call !== congestion);   // char[16] is padded with NULs
  test.each(withoutTail)("%s: written as it was, nothing changes", (_, call, expression, moment, value) => {
    expect(rewritten(call, expression, moment, value)).toEqual(call);
  });

  test("plain bytes may become longer and shorter", () => fc.assert(fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 99 }), fc.boolean(), (to, isAfter) => {
    const moment = isAfter ? "after" : "before";
    expect(evaluate(rewritten(receive, "ubuf", moment, to), "ubuf", moment)).toBe(to);
  })));

  test("a bend of one place leaves all others as they were", () => {
    const bent = rewritten(recvmsg, "msg.msg_control[1].cmsg_data[0]", "after", 9);
    for (const [call, expression, moment, value] of table) {
      if (call === recvmsg && expression !== "msg.msg_control[1].cmsg_data[0]") expect(evaluate(bent, expression, moment)).toBe(value);
    }
  });
});

describe("what is not in the history", () => {
  const table: readonly (readonly [call: CallEvent, expression: string, moment: Moment])[] = [
    [bind,       "umyaddr.sin_family",             "after"],    // the kernel only reads it
    [bind,       "umyaddr.sin6_port",              "before"],
    [bind,       "umyaddr[1].sin_port",            "before"],
    [bind,       "umyaddr",                        "before"],   // a struct is no value
    [bind,       "*fd",                            "before"],
    [bind,       "nothing",                        "before"],
    [bind,       "addrlength",                     "before"],
    [bind,       "addrlen.x",                      "before"],
    [bind,       "umyaddr.sin_port.x",             "before"],
    [bind,       "umyaddr->sin_port",              "before"],
    [receive,    "ubuf[0]",                        "after"],
    [receive,    "addr.sin_port",                  "after"],    // NULL was given
    [failed,     "ubuf",                           "after"],
    [hung,       "ubuf",                           "after"],
    [named,      "addr.sin6_port",                 "after"],
    [number,     "*arg",                           "before"],
    [pair,       "usockvec[2]",                    "after"],
    [ring,       "params.resv[3]",                 "before"],   // what lies behind the array is no element of it
    [pair,       "usockvec",                       "after"],    // an array is no value
    [older,      "optval.tcpi_pacing_rate",        "after"],    // beyond what this kernel filled
    [older,      "optval.tcpi_none",               "after"],
    [recvmsg,    "msg.msg_iov[2].iov_len",         "before"],
    [recvmsg,    "msg.msg_control[2].cmsg_len",    "after"],
    [recvmsg,    "msg.msg_control[1].cmsg_data[2]", "after"],
    [recvmsg,    "msg.msg_control[0].cmsg_none",   "after"],
    [recvmsg,    "msg.msg_control.cmsg_len",       "after"],
    [bare,       "msg.msg_control[0].cmsg_len",    "before"],
    [many,       "mmsg[2].msg_len",                "after"],    // two of three were received
    [many,       "mmsg[3].msg_len",                "before"],
  ];
  test.each(table.map((it) => [`${it[0].name}: ${it[1]} ${it[2]}`, ...it] as const))("%s", (_, call, expression, moment) => {
    expect(() => evaluate(call, expression, moment)).toThrow(NotInHistory);
    expect(() => rewritten(call, expression, moment, 1)).toThrow();
  });

  test("says which call has no such thing", () => {
    expect(() => evaluate(failed, "ubuf", "after")).toThrow("#4 recvfrom has no ubuf after it");
    expect(() => evaluate(bind, "umyaddr", "before")).toThrow("sockaddr_in has no single value: name one of its parts");
  });
});

describe("a struct that differs by machine", () => {
  /** fstat as a machine records it, whose stat has so many bytes: one of them is 7. */
  const fstat = (bytes: number, at: number): CallEvent => {
    const call = new HistoryBuilder("there").call("fstat", [3, stat()], 0);
    const after = Buffer.alloc(bytes).fill(7, at, at + 1).toString("hex");
    return { ...call, args: call.args.map((it) => (it.name === "statbuf" ? { ...it, after, room: bytes, wrote: bytes } : it)) };
  };
  test.each([
    ["x86-64", fstat(144, 16), "st_nlink"],
    ["x86-64", fstat(144, 24), "st_mode"],
    ["arm64",  fstat(128, 20), "st_nlink"],
    ["arm64",  fstat(128, 16), "st_mode"],
  ] as const)("%s: #%$ is read as that machine laid it out", (_, call, field) => expect(evaluate(call, `statbuf.${field}`, "after")).toBe(7));
});

describe("what does not fit in a place", () => {
  test.each([
    [bind,       "umyaddr.sin_port",              "before", 65_536],
    [bind,       "umyaddr.sin_addr",              "before", "300.0.0.1"],
    [bind,       "umyaddr.sin_zero",              "before", "short"],
    [setting,    "optval.l_linger",               "before", 2 ** 40],
    [congestion, "optval",                        "after",  "x".repeat(17)],
    [congestion, "optval",                        "after",  "cu\0bic"],
    [recvmsg,    "msg.msg_control[1].cmsg_len",   "after",  25],
  ] as const)("%#: is refused", (call, expression, moment, value) => {
    expect(() => rewritten(call, expression, moment, value)).toThrow();
  });
});
