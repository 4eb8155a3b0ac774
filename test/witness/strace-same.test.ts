import { describe, expect, test } from "vitest";
import type { Arg, Call } from "../../src/sys/decode.ts";
import { readStraceLog } from "../../src/witness/strace-log.ts";
import { sameCall } from "../../src/witness/strace-same.ts";

/** An argument: its text, and what else of it matters. */
type Given = string | readonly [text: string, more: Partial<Arg>];

/** A call as netlab records it. Words of which nothing else is said are numbers. */
function call(name: string, args: readonly Given[], result: number | null, errno: string | null = null): Call {
  const made = args.map((it, i): Arg => {
    const [text, more] = typeof it === "string" ? [it, {}] : it;
    return { name: `arg${i}`, flow: "value", value: 0, text, layout: null, before: null, after: null, room: 0, wrote: 0, ...more };
  });
  return { id: 1, actor: "main", nr: 0, name, args: made, result, errno, enter: 0, exit: 1 };
}
const same = (ours: Call, line: string): boolean => sameCall(ours, readStraceLog(line).calls[0]!);
const hex = (text: string): string => Buffer.from(text, "latin1").toString("hex");

const SENT: Given = ['"hello"', { flow: "in", value: 4096, before: hex("hello"), room: 5 }];
const LONG: Given = [`"${"x".repeat(64)}"...`, { flow: "in", value: 4096, before: hex("x".repeat(70)), room: 70 }];
const PATH: Given = [`"${"p".repeat(64)}"...`, { flow: "in", value: 4096, layout: "char[]", before: hex(`${"p".repeat(70)}\0`), room: 71 }];
const WILD: Given = ["0x1000", { flow: "out", value: 4096 }];
const long = (end: string): string => `"${"x".repeat(69)}${end}"`;
const OPTION: Given = ['"\\0\\0"', { name: "optval", flow: "in", value: 4096, before: "0000", room: 2 }];
const EVENT = "{events=EPOLLIN, data={u32=6, u64=6}}";
const control = (data: string): string => `{msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=${data}}]}`;

describe("the same", () => {
  test.each<readonly [what: string, ours: Call, theirs: string]>([
    ["word for word",                 call("sendto", ["3", SENT, "5", "0", "NULL", "0"], 5),        'sendto(3, "hello", 5, 0, NULL, 0) = 5'],
    ["a left-out argument",           call("fcntl", ["3", "F_GETFL", ""], 2),                       "fcntl(3, F_GETFL) = 2"],
    ["strace cut earlier",            call("sendto", ["3", LONG], 70),                              'sendto(3, "xxxx"...) = 70'],
    ["strace cut later",              call("sendto", ["3", LONG], 70),                              `sendto(3, ${long("x")}) = 70`],
    ["a name, all of it",             call("open", [PATH], 3),                                      `open("${"p".repeat(70)}") = 3`],
    ["a name, all but its NUL",       call("open", [PATH], 3),                                      `open("${"p".repeat(70)}"...) = 3`],
    ["memory that only strace reads", call("recvfrom", ["3", WILD], 1),                             'recvfrom(3, "x") = 1'],
    ["an address that is 0",          call("mmap", ["NULL"], 0),                                    "mmap(NULL) = 0"],
    ["a list that was cut",           call("f", ["[{fd=1}, {fd=2}, {fd=3}]"], 0),                   "f([{fd=1}, {fd=2}, ...]) = 0"],
    ["escapes of another kind",       call("getrandom", ['"\\1\\377"'], 2),                         'getrandom("\\x01\\xff") = 2'],
    ["a name strace lacks",           call("setsockopt", ["3", ["SO_PASSPIDFD", { value: 76 }]], 0), "setsockopt(3, 0x4c /* SO_??? */) = 0"],
    ["flags strace lacks",            call("f", ["MSG_A|MSG_B|MSG_C"], 0),                          "f(MSG_A|0x6) = 0"],
    ["names netlab lacks",            call("f", [["0x5", { value: 5 }]], 0),                        "f(PIDFD_THREAD|PIDFD_GROUP) = 0"],
    ["interrupted",                   call("recvfrom", ["3", ["0x10", { flow: "out" }]], -4, "EINTR"), "recvfrom(3, 0x10) = ? ERESTARTSYS (To be restarted)"],
    ["time left, written",            call("nanosleep", [["NULL", { flow: "out" }]], -4, "EINTR"),   "nanosleep({tv_sec=1}) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)"],
    ["never came back",               call("recvfrom", ["3", "0x10", "8"], null),                   "recvfrom(3,  <unfinished ...>) = ?"],
    ["an error, injected",            call("bind", ["3"], -98, "EADDRINUSE"),                       "bind(3) = -1 EADDRINUSE (Address already in use) (INJECTED)"],
    ["bytes that strace reads",       call("sendto", ["3", ['"\\24\\0"', { flow: "in" }]], 2),      "sendto(3, [{nlmsg_len=20, nlmsg_type=RTM_GETLINK}, {x=1}]) = 2"],
    ["an option, only the place",     call("setsockopt", [OPTION], 0),                              "setsockopt(0x1000) = 0"],
    ["epoll's data, short",           call("epoll_ctl", [EVENT], 0),                                "epoll_ctl({events=EPOLLIN, data=0x6}) = 0"],
    ["a control message's type",      call("recvmsg", [control("SCM_PIDFD, cmsg_data=7")], 1),      `recvmsg(${control("0x4 /* SCM_??? */")}) = 1`],
    ["sendfile's offset",             call("sendfile", [["[2] => [7]", { name: "offset" }]], 5),    "sendfile([2 => 7]) = 5"],
    ["what a descriptor is (-yy)",    call("accept", ["3", "NULL"], 5),                             "12<node> 12:00:00 accept(3<TCP:[127.0.0.1:80]>, NULL) = 5<TCP:[127.0.0.1:80->127.0.0.1:9]> <0.01>"],
    ["names beside numbers (-X)",     call("socket", ["AF_INET", "SOCK_DGRAM|SOCK_CLOEXEC"], 3),    "socket(0x2 /* AF_INET */, 0x2 /* SOCK_DGRAM */|0x80000 /* SOCK_CLOEXEC */) = 3"],
    ["bytes and their meaning (-X)",  call("f", ["{sin_port=htons(80)}"], 0),                       'f({sin_port="\\x00\\x50" /* htons(80) */}) = 0'],
    ["descriptors in a list (-y)",    call("pipe2", ["[3, 4]"], 0),                                 "pipe2([3<pipe:[7]>, 4<pipe:[7]>]) = 0"],
  ])("%s", (_, ours, theirs) => expect(same(ours, theirs)).toBe(true));
});

describe("not the same", () => {
  test.each<readonly [what: string, ours: Call, theirs: string]>([
    ["another call",                  call("send", ["3"], 5),                                       "sendto(3) = 5"],
    ["another result",                call("close", ["3"], 0),                                      "close(3) = 1"],
    ["another error",                 call("close", ["3"], -9, "EBADF"),                            "close(3) = -1 EINTR (Interrupted system call)"],
    ["an error, and none",            call("close", ["3"], 0),                                      "close(3) = -1 EBADF (Bad file descriptor)"],
    ["another number",                call("close", ["3"], 0),                                      "close(4) = 0"],
    ["another address",               call("f", ["0x1000"], 0),                                     "f(0x1001) = 0"],
    ["an address, and none",          call("f", ["0x1000"], 0),                                     "f(NULL) = 0"],
    ["one argument more",             call("f", ["1"], 0),                                          "f(1, 2) = 0"],
    ["one argument less",             call("f", ["1", "2"], 0),                                     "f(1) = 0"],
    ["another text",                  call("sendto", ["3", SENT], 5),                               'sendto(3, "hellO") = 5'],
    ["another beginning",             call("sendto", ["3", LONG], 70),                              'sendto(3, "xxxy"...) = 70'],
    ["another end, behind the cut",   call("sendto", ["3", LONG], 70),                              `sendto(3, ${long("y")}) = 70`],
    ["a name with more at its end",   call("open", [PATH], 3),                                      `open("${"p".repeat(71)}") = 3`],
    ["a name that goes on",           call("open", [PATH], 3),                                      `open("${"p".repeat(71)}"...) = 3`],
    ["memory that netlab read too",   call("recvfrom", ["3", ["0x1000", { flow: "out", before: "00", room: 0 }]], 1), 'recvfrom(3, "x") = 1'],
    ["a shorter text, whole",         call("sendto", ["3", LONG], 70),                              'sendto(3, "xxxx") = 70'],
    ["another name",                  call("f", ["SO_A"], 0),                                       "f(SO_B) = 0"],
    ["another number without a name", call("f", [["SO_PASSPIDFD", { value: 76 }]], 0),              "f(0x4d /* SO_??? */) = 0"],
    ["another flag",                  call("f", ["MSG_A|MSG_B"], 0),                                "f(MSG_A|MSG_C) = 0"],
    ["a flag that ours lacks",        call("f", ["MSG_A|MSG_B"], 0),                                "f(MSG_C|0x2) = 0"],
    ["another descriptor (-y)",       call("close", ["3"], 0),                                      "close(4</dev/null>) = 0"],
    ["another result (-y)",           call("dup", ["3"], 4),                                        "dup(3</dev/null>) = 5</dev/null>"],
    ["another meaning (-X)",          call("f", ["{sin_port=htons(80)}"], 0),                       'f({sin_port="\\x00\\x51" /* htons(81) */}) = 0'],
    ["bytes without a meaning",       call("f", ["{sin_port=htons(80)}"], 0),                       'f({sin_port="\\x00\\x50"}) = 0'],
    ["another field",                 call("f", ["{a=1, b=2}"], 0),                                 "f({a=1, b=3}) = 0"],
    ["a field more",                  call("f", ["{a=1}"], 0),                                      "f({a=1, b=3}) = 0"],
    ["a shorter list, whole",         call("f", ["[1, 2, 3]"], 0),                                  "f([1, 2]) = 0"],
    ["interrupted, not for us",       call("recvfrom", ["3"], 5),                                   "recvfrom(3) = ? ERESTARTSYS (To be restarted)"],
    ["came back, for strace",         call("recvfrom", ["3"], null),                                "recvfrom(3) = 5"],
    ["never came back, elsewhere",    call("recvfrom", ["3", "0x10"], null),                        "recvfrom(4,  <unfinished ...>) = ?"],
    ["another remark",                call("mmap", ["0"], 4096),                                    "mmap(0) = 0x2000"],
    ["epoll's data, another",         call("epoll_ctl", [EVENT], 0),                                "epoll_ctl({events=EPOLLIN, data=0x7}) = 0"],
    ["a control message's length",    call("recvmsg", [control("SCM_RIGHTS, cmsg_data=[7]")], 1),   `recvmsg(${control("SCM_RIGHTS, cmsg_data=[7]").replace("20", "24")}) = 1`],
    ["a control message's content",   call("recvmsg", [control("SCM_RIGHTS, cmsg_data=[7]")], 1),   `recvmsg(${control("SCM_RIGHTS, cmsg_data=[8]")}) = 1`],
    ["an option's bytes",             call("setsockopt", [OPTION], 0),                              'setsockopt("\\0\\1") = 0'],
    ["sendfile's offset",             call("sendfile", [["[2] => [7]", { name: "offset" }]], 5),    "sendfile([2 => 8]) = 5"],
  ])("%s", (_, ours, theirs) => expect(same(ours, theirs)).toBe(false));
});
