/** Calls as they are printed: what is said of them, how they are cut, how strace writes them. */
import { describe, expect, test } from "vitest";
import { stat } from "../../src/abi/structs/stat.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import type { Event } from "../../src/lab/events.ts";
import type { AnyStruct } from "../../src/memory/struct.ts";
import { condensed } from "../../src/report/evidence.ts";
import { pen } from "../../src/report/pen.ts";
import { remark } from "../../src/report/remark.ts";
import { shortened } from "../../src/report/shorten.ts";
import { straceLines } from "../../src/report/strace.ts";
import { StructSights } from "../../src/report/struct-sights.ts";
import type { Arg } from "../../src/sys/decode.ts";
import { big, events, fd, lost, made, sent } from "./every-event.ts";

const memory = (flow: Arg["flow"], text: string, over: Partial<Arg>): Arg =>
  ({ name: "buf", flow, value: 1, text, layout: null, before: "", after: null, room: 0, wrote: 0, ...over });
const room = (size: number, wrote: number, over: Partial<Arg> = {}): Arg =>
  memory("out", '"…"', { before: "a5".repeat(size), after: "61".repeat(size), room: size, wrote, ...over });

describe("remarks", () => {
  test.each([
    ["all was read",              made(1, "recvfrom", [fd, room(4, 4)], 4),                                                 null],
    ["some was left alone",       made(1, "recvfrom", [fd, room(64, 10)], 10),                                              "54 of 64 bytes untouched"],
    ["of several pieces",         made(1, "recvmsg", [fd, room(8, 8, { name: "msg.msg_iov[0].iov_base", flow: "inout" }), room(2000, 1, { name: "msg.msg_iov[1].iov_base", flow: "inout" })], 9), "1,999 of 2,008 bytes untouched"],
    ["structs are not payload",   made(1, "getsockname", [fd, room(16, 2, { layout: "sockaddr_in" })], 0),                  null],
    ["all was taken",             sent,                                                                                     null],
    ["some was taken",            made(1, "sendto", [fd, memory("in", '"x"', { before: "78".repeat(10), room: 10 })], 3),   "took 3 of 10 bytes"],
    ["an option is not taken",    made(1, "setsockopt", [fd, memory("in", '"x"', { before: "7878", room: 2 })], 0),         null],
    ["it failed",                 big,                                                                                      "Resource temporarily unavailable"],
    ["it is still there",         lost,                                                                                     "it never came back"],
  ])("%s", (_, call, said) => expect(remark(call)).toBe(said));
});

describe("long strings", () => {
  const cut = (arg: Arg): string => shortened(made(1, "write", [arg], 0)).args[0]!.text;
  test.each([
    ["short ones stay",               memory("in", '"0123456789"', { before: "30" }),                                              '"0123456789"'],
    ["equal bytes are counted",       memory("in", `"${"x".repeat(64)}"...`, { before: [["78", 65_507]], room: 65_507 }),           '"x"×65507'],
    ["what the kernel wrote counts",  memory("out", `"${"y".repeat(40)}"`, { before: "00", after: "79".repeat(64), wrote: 40 }),    '"y"×40'],
    ["different ones are cut",        memory("in", '"abcdefghijklmnopqrstuvwxyz"', { before: "6162", room: 2 }),                    '"abcdefghijklmnop"...'],
    ["between escapes",               memory("in", `"${"\\0".repeat(15)}\\177"`, { before: "0001", room: 2 }),                      `"${"\\0".repeat(8)}"...`],
    ["inside a struct too",           memory("in", `{iov_base="${"z".repeat(64)}"..., iov_len=99}`, { layout: "iovec" }),           `{iov_base="${"z".repeat(16)}"..., iov_len=99}`],
  ])("%s", (_, arg, text) => expect(cut(arg)).toBe(text));
});

test("the bytes of the first four structs are drawn, and what these point at", () => {
  const iovecs = Array.from({ length: 6 }, (_, n) =>
    memory("in", "", { name: `mmsg[${n}].msg_hdr.msg_iov`, value: 0x1000 + n, layout: "iovec", before: "00".repeat(16) }));
  const all = memory("inout", "[…]", { name: "mmsg", layout: "mmsghdr", before: "00".repeat(6 * 64), after: "00".repeat(6 * 64) });
  const drawn = new StructSights(true).of(made(1, "sendmmsg", [fd, all, ...iovecs], 6), pen({ width: 100, plain: true, color: 0, level: "expert", quiet: false }));
  const titles = drawn.map((line) => line.map(({ text }) => text).join("").trim()).filter((it) => it.startsWith("mmsg["));
  expect(titles).toEqual(["", ".msg_hdr.msg_iov"].flatMap((behind) => [0, 1, 2, 3].map((n) => `mmsg[${n}]${behind}`)));
});

test("a large struct is told by what is new in it, each struct of a descriptor by itself", () => {
  const sights = new StructSights(false);
  const told = (name: string, it: AnyStruct, first: string): string =>
    sights.of(made(1, name, [fd, memory("out", "{…}", { layout: it.name, after: first.padEnd(2 * it.size, "0") })], 0), pen({ width: 100, plain: true, color: 0, level: "advanced", quiet: false }))
      .map((line) => line.map(({ text }) => text).join("").trim()).join(" ");
  expect(told("getsockopt", tcp_info, "07")).toMatch(/^tcpi_state TCP_CLOSE - \d+ other members 0$/);
  expect(told("fstat", stat, "05")).toMatch(/^st_dev .* - \d+ other members 0$/);
  expect(told("getsockopt", tcp_info, "01")).toBe("tcpi_state TCP_CLOSE => TCP_ESTABLISHED");
  expect(told("fstat", stat, "05")).toBe("");
  told("close", tcp_info, "");
  expect(told("fstat", stat, "05")).toMatch(/ other members 0$/);
});

test.each([
  ["as long as the kernel says",    8,   /^01 00 {7}00 61 62 63 64 65 sun_family {2}sun_path$/],
  ["whole where it is said so",     110, /^sun_family AF_UNIX sun_path @"abcde\\0/],
  ["whole where nothing is said",   0,   /^sun_family AF_UNIX sun_path @"abcde\\0/],
] as const)("an address in room for a longer one is drawn %s", (_, wrote, drawn) => {
  const after = "01000061626364650".padEnd(220, "0");
  const call = made(1, "getsockname", [fd, memory("out", "{…}", { layout: "sockaddr_un", before: after, after, room: 110, wrote })], 0);
  const lines = new StructSights(false).of(call, pen({ width: 100, plain: true, color: 0, level: "advanced", quiet: false }));
  expect(lines.map((line) => line.map(({ text }) => text).join("").trim()).join(" ")).toMatch(drawn);
});

describe("as strace writes them", () => {
  const call = (it: typeof sent): Event => ({ type: "call", experiment: "made-up", t: 0, ...it });
  const named = (name: string, text: string): Arg => ({ ...fd, name, text });
  test.each([
    ["padded to column 40",   made(1, "close", [fd], 0),                                                                          `close(3)${" ".repeat(32)}= 0\n`],
    ["39 columns",            made(1, "socket", [named("family", "AF_INET"), named("type", "SOCK_DGRAM"), named("protocol", "IPPROTO_IP")], 3), "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3\n"],
    ["longer than column 40", made(1, "socket", [named("family", "AF_INET6"), named("type", "SOCK_DGRAM"), named("protocol", "IPPROTO_IP")], 3), "socket(AF_INET6, SOCK_DGRAM, IPPROTO_IP) = 3\n"],
    ["failed, of an actor",   big,                                                                                                '[writer] write(3, "\\0\\0"..., 65509)     = -1 EAGAIN (Resource temporarily unavailable)\n'],
    ["an address",            made(1, "mmap", [named("addr", "NULL")], 0x7f0000000000),                                           `mmap(NULL)${" ".repeat(30)}= 0x7f0000000000\n`],
    ["never came back",       lost,                                                                                               "[reader] recvfrom(3,  <unfinished ...>) = ?\n"],
    ["of the chamber",        made(-1, "close", [fd], 0, { actor: "chamber" }),                                                   `close(3)${" ".repeat(32)}= 0\n`],
    ["no room for output",    made(1, "sendto", [fd, named("len", "5")], null),                                                   "sendto(3, 5 <unfinished ...>)           = ?\n"],
  ])("%s", (_, it, line) => expect(straceLines(call(it))).toBe(line));

  test("only calls, in their order; of a sum the first and the last", () => {
    expect(events.map(straceLines).join("").split("\n")).toEqual([
      'sendto(3, "hello", 5)                   = 5',
      '[writer] write(3, "\\0\\0"..., 65509)     = -1 EAGAIN (Resource temporarily unavailable)',
      "[reader] recvfrom(3,  <unfinished ...>) = ?",
      "recvfrom(3)                             = 40",
      "# 298 more calls of recvfrom, not recorded singly",
      "recvfrom(3)                             = -1 EAGAIN (Resource temporarily unavailable)",
      "poll()                                  = 1",
      "",
    ]);
  });
});

describe("evidence", () => {
  test.each([
    ["of one call becomes one sentence",  ["#7 recvfrom returned 10", "#7 recvfrom left ubuf \"A\""],                ['#7 recvfrom returned 10, left ubuf "A"']],
    ["of other calls between stays apart", ["#7 recvfrom returned 1", "#8 recvfrom returned 2", "#7 recvfrom slept: true"], ["#7 recvfrom returned 1, slept: true", "#8 recvfrom returned 2"]],
    ["with a word on what it should be",  ["#7 recvfrom returned 1, not 2", "#7 recvfrom slept: true"],              ["#7 recvfrom returned 1, not 2", "#7 recvfrom slept: true"]],
    ["of two calls is one already",       ["#7 a returned 1 · #8 b returned 2", "#7 a slept: true"],                 ["#7 a returned 1 · #8 b returned 2", "#7 a slept: true"]],
    ["of counters",                       ["Udp.InDatagrams in “two” rose by 2", "Udp.InDatagrams in “two” rose by 2"], ["Udp.InDatagrams in “two” rose by 2", "Udp.InDatagrams in “two” rose by 2"]],
  ])("%s", (_, said, so) => expect(condensed(said)).toEqual(so));
});
