/** Every form in which strace writes a value. */
import { describe, expect, test } from "vitest";
import { ValueReader } from "../../../src/witness/strace-value-reader.ts";
import { toldAll } from "./told.ts";

const NULL = { pointer: 0 };
const args = (text: string): unknown => toldAll(new ValueReader(text).row("args").members);

describe("arguments", () => {
  test.each<readonly [text: string, args: readonly unknown[]]>([
    ["",                                                 []],
    ["3",                                                [3]],
    ["3, NULL, -1",                                      [3, NULL, -1]],
    ["0x5401, 0644, 0, 022",                             [0x5401, { octal: 0o644 }, 0, { octal: 0o22 }]],
    ["0x7ffd85686eb0",                                   [{ pointer: 0x7ffd85686eb0 }]],
    ["0xffffffffffffffff, 18446744073709551615",         [{ pointer: 2n ** 64n - 1n }, 2n ** 64n - 1n]],
    ["-9223372036854775808",                             [-(2n ** 63n)]],
    ["AF_INET, SIG_DFL, L2CAP_PSM_???, ???",             ["AF_INET", "SIG_DFL", "L2CAP_PSM_???", "???"]],
    ["<unavailable>, <... resuming interrupted read ...>", ["<unavailable>", "<... resuming interrupted read ...>"]],
    ["child_stack=NULL, flags=CLONE_VM|SIGCHLD",         [{ child_stack: NULL }, { flags: { flags: ["CLONE_VM", "SIGCHLD"] } }]],
    ["0x7ffe /* 24 vars */, 0x10 /* SO_??? */",          [{ said: "24 vars", of: 0x7ffe }, { said: "SO_???", of: 0x10 }]],
    ["/* machine */ 3",                                  [{ said: "machine", of: 3 }]],
    ["12 /* 3 in strace's PID NS */",                    [{ said: "3 in strace's PID NS", of: 12 }]],
    ["10*1024, RLIM64_INFINITY",                         [{ terms: [10, "*", 1024] }, "RLIM64_INFINITY"]],
    ["2 * sizeof(struct ifreq)",                         [{ terms: [2, "*", { "sizeof()": [{ text: "struct ifreq" }] }] }]],
    ["SNDCTL_TMR_TIMEBASE or TCGETS",                    [{ terms: ["SNDCTL_TMR_TIMEBASE", "or", "TCGETS"] }]],
    ["makedev(0x88, 0x1)",                               [{ "makedev()": [0x88, 1] }]],
    ["what is this, 3",                                  [{ text: "what is this" }, 3]],
    ["3hi, 4",                                           [{ text: "3hi" }, 4]],
    [", 3",                                              [3]],
  ])("%s", (text, values) => expect(args(text)).toEqual(values));
});

describe("flags", () => {
  test.each<readonly [text: string, flags: readonly unknown[]]>([
    ["SOCK_STREAM|SOCK_CLOEXEC",                         ["SOCK_STREAM", "SOCK_CLOEXEC"]],
    ["MSG_A|0x8000 /* MSG_??? */",                       ["MSG_A", { said: "MSG_???", of: 0x8000 }]],
    ["S_IFREG|0644",                                     ["S_IFREG", { octal: 0o644 }]],
    ["MAP_PRIVATE|21<<MAP_HUGE_SHIFT|MAP_HUGETLB",       ["MAP_PRIVATE", { terms: [21, "<<", "MAP_HUGE_SHIFT"] }, "MAP_HUGETLB"]],
    ["1<<CAP_CHOWN|1<<CAP_KILL",                         [{ terms: [1, "<<", "CAP_CHOWN"] }, { terms: [1, "<<", "CAP_KILL"] }]],
  ])("%s", (text, flags) => expect(args(text)).toEqual([{ flags }]));
});

describe("strings", () => {
  test.each<readonly [text: string, string: readonly string[]]>([
    ['"hi"',                                             ["hi"]],
    ['""',                                               [""]],
    ['""...',                                            ["", "cut"]],
    ['"a, \\"b\\") = 0"...',                             ['a, "b") = 0', "cut"]],
    ['"\\1\\377\\0017\\n\\t\\r\\v\\f\\\\"',              ["\x01\xff\x017\n\t\r\v\f\\"]],
    ['"\\x68\\x69\\xff"',                                ["hi\xff"]],
    ['@"abc\\0def"',                                     ["abc\0def", "abstract"]],
    ["'S'",                                              ["S"]],
  ])("%s", (text, string) => expect(args(text)).toEqual([string]));
});

describe("structs and lists", () => {
  test.each<readonly [text: string, value: unknown]>([
    ["{}",                                               { struct: [] }],
    ["{...}",                                            { struct: ["..."] }],
    ["{st_mode=S_IFREG|0644, st_size=5, ...}",           { struct: [{ st_mode: { flags: ["S_IFREG", { octal: 0o644 }] } }, { st_size: 5 }, "..."] }],
    ["{a={b=[1, 2, ...]}}",                              { struct: [{ a: { struct: [{ b: { array: [1, 2, "..."] } }] } }] }],
    ["{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}",
      { struct: [{ sa_family: "AF_INET" }, { sin_port: { "htons()": [80] } }, { sin_addr: { "inet_addr()": [["127.0.0.1"]] } }] }],
    ["{sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}",
      { struct: [{ sin6_flowinfo: { "htonl()": [0] } }, { "inet_pton()": ["AF_INET6", ["::1"], "&sin6_addr"] }, { sin6_scope_id: 0 }] }],
    ["{sa_family=AF_UNIX, sun_path=@\"x\"}",             { struct: [{ sa_family: "AF_UNIX" }, { sun_path: ["x", "abstract"] }] }],
    ["{msg_name(16)=NULL, msg_iov(1)=[{\"abc\", 3}]}",   { struct: [{ "msg_name(16)": NULL }, { "msg_iov(1)": { array: [{ struct: [["abc"], 3] }] } }] }],
    ["{WIFEXITED(s) && WEXITSTATUS(s) == 3}",
      { struct: [{ terms: [{ "WIFEXITED()": ["s"] }, "&&", { "WEXITSTATUS()": ["s"] }, "==", 3] }] }],
    ["{B38400 opost isig icanon echo ...}",              { struct: [{ text: "B38400 opost isig icanon echo ..." }] }],
    ["{tv_sec=1, tv_nsec=2} /* 1970-01-01T00:00:01 */",  { said: "1970-01-01T00:00:01", of: { struct: [{ tv_sec: 1 }, { tv_nsec: 2 }] } }],
    ["[]",                                               { array: [] }],
    ["[HUP INT RTMIN RT_1]",                             { array: ["HUP", "INT", "RTMIN", "RT_1"] }],
    ["~[RTMIN RT_1]",                                    { allBut: ["RTMIN", "RT_1"] }],
    ["[3 5]",                                            { array: [3, 5] }],
    ["[{fd=3, events=POLLIN}, {fd=4, events=0}]",        { array: [{ struct: [{ fd: 3 }, { events: "POLLIN" }] }, { struct: [{ fd: 4 }, { events: 0 }] }] }],
    ["[1, ... /* 0x7ffe */]",                            { array: [1, "..."] }],
    ["[[AF_INET]=1, [2]=3]",                             { array: [{ "[AF_INET]": 1 }, { "[2]": 3 }] }],
    ["[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3, 4]}]",
      { array: [{ struct: [{ cmsg_len: 20 }, { cmsg_level: "SOL_SOCKET" }, { cmsg_type: "SCM_RIGHTS" }, { cmsg_data: { array: [3, 4] } }] }] }],
  ])("%s", (text, value) => expect(args(text)).toEqual([value]));
});

describe("what changed", () => {
  test.each<readonly [text: string, value: unknown]>([
    ["[128 => 16]",                                      { array: [{ from: 128, to: 16 }] }],
    ["[2] => [7]",                                       { from: { array: [2] }, to: { array: [7] } }],
    ["{flags=CLONE_VM} => {parent_tid=[5]}",             { from: { struct: [{ flags: "CLONE_VM" }] }, to: { struct: [{ parent_tid: { array: [5] } }] } }],
    ["{msg_namelen=128 => 16}",                          { struct: [{ msg_namelen: { from: 128, to: 16 } }] }],
    ["{ifc_len=1024 => 2 * sizeof(x)}",                  { struct: [{ ifc_len: { from: 1024, to: { terms: [2, "*", { "sizeof()": ["x"] }] } } }] }],
  ])("%s", (text, value) => expect(args(text)).toEqual([value]));
});

describe("descriptors and processes", () => {
  test.each<readonly [text: string, value: unknown]>([
    ["3</etc/passwd>",                                   { fd: 3, is: "/etc/passwd" }],
    ["AT_FDCWD</tmp>",                                   { fd: "AT_FDCWD", is: "/tmp" }],
    ["-100 /* AT_FDCWD */</tmp>",                        { fd: { said: "AT_FDCWD", of: -100 }, is: "/tmp" }],
    ["3<TCP:[127.0.0.1:1234->127.0.0.1:80]>",            { fd: 3, is: "TCP:[127.0.0.1:1234->127.0.0.1:80]" }],
    ["3<TCPv6:[[::1]:1234->[::1]:80]>",                  { fd: 3, is: "TCPv6:[[::1]:1234->[::1]:80]" }],
    ['3<UNIX-STREAM:[12->34,"/a>, b<\\"c"]>',            { fd: 3, is: 'UNIX-STREAM:[12->34,"/a>, b<\\"c"]' }],
    ["3<UNIX-STREAM:[12,@\"x\"]>",                       { fd: 3, is: 'UNIX-STREAM:[12,@"x"]' }],
    ["4<socket:[123]>",                                  { fd: 4, is: "socket:[123]" }],
    ["4<pipe:[123]>",                                    { fd: 4, is: "pipe:[123]" }],
    ["5<anon_inode:[eventpoll]>",                        { fd: 5, is: "anon_inode:[eventpoll]" }],
    ["5<{eventfd-count=0, eventfd-id=3}>",               { fd: 5, is: "{eventfd-count=0, eventfd-id=3}" }],
    ["0</dev/pts/1<char 136:1>>",                        { fd: 0, is: "/dev/pts/1<char 136:1>" }],
    ["6</tmp/a>(deleted)",                               { fd: 6, is: "/tmp/a", deleted: true }],
    ["6</tmp/a\\76b->",                                  { fd: 6, is: "/tmp/a\\76b-" }],
    ['6</tmp/a"b>',                                      { fd: 6, is: '/tmp/a"b' }],
    ["6</tmp/a>b>",                                      { fd: 6, is: "/tmp/a>b" }],
    ["9<pid:12<nginx>>",                                 { fd: 9, is: "pid:12<nginx>" }],
    ["12<tmux: server>",                                 { fd: 12, is: "tmux: server" }],
    ["3</etc/passwd> [passwd_file_t]",                   { said: "passwd_file_t", of: { fd: 3, is: "/etc/passwd" } }],
    ["[3<pipe:[1]>, 4<pipe:[1]>]",                       { array: [{ fd: 3, is: "pipe:[1]" }, { fd: 4, is: "pipe:[1]" }] }],
    ["[3</a b> 4</c>]",                                  { array: [{ fd: 3, is: "/a b" }, { fd: 4, is: "/c" }] }],
    ["3<unclosed",                                       { text: "3<unclosed" }],
  ])("%s", (text, value) => expect(args(text)).toEqual([value]));
  test("a path with a context is one argument", () =>
    expect(args('AT_FDCWD, "/etc/passwd" [system_u:object_r:passwd_file_t:s0], O_RDONLY'))
      .toEqual(["AT_FDCWD", { said: "system_u:object_r:passwd_file_t:s0", of: ["/etc/passwd"] }, "O_RDONLY"]));
});

describe("what breaks off, or does not fit", () => {
  test.each<readonly [text: string, args: readonly unknown[]]>([
    ['3, "hel',                                          [3, { text: '"hel' }]],
    ["3, {a=1, b=",                                      [3, { struct: [{ a: 1 }, { b: { text: "" } }] }]],
    ["[1, 2",                                            [{ array: [1, 2] }]],
    ["{a=1], 2",                                         [{ struct: [{ a: { text: "1]" } }, 2] }]],
    ["3), 4",                                            [{ text: "3)" }, 4]],
    ["1|",                                               [{ flags: [1, { text: "" }] }]],
    ["5 /* no end",                                      [{ text: "5 /* no end" }]],
  ])("%s", (text, values) => expect(args(text)).toEqual(values));
  test("what is nested too deep is text", () => {
    const text = `${"{".repeat(100)}${"}".repeat(100)}`;
    expect(JSON.stringify(args(text))).toContain(`{"text":"${"{".repeat(36)}${"}".repeat(36)}"}`);
  });
});
