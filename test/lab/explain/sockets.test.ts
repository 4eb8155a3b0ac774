/** Which socket a call is about: descriptors followed through logs that are written by hand. */
import { describe, expect, test } from "vitest";
import { endText, socketText, trafficText, wayText } from "../../../src/report/socket-text.ts";
import { explained } from "./told.ts";

/** What is said of the socket of the last line. */
function last(...lines: readonly string[]): string {
  const { socket, entry } = explained(...lines).all.at(-1)!;
  return socket === null ? "none" : socketText(socket, entry.line);
}
/** The lives of all sockets of a log. */
const lives = (...lines: readonly string[]): readonly string[] => explained(...lines).explainer.sockets.kept
  .map((it) => [it.kind.text ?? "?", wayText(it), ...trafficText(it), ...endText(it)].filter((one) => one !== "").join(" · "));

const TCP = "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3";
const TO80 = '{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}';

describe("what kind it is", () => {
  test.for([
    ["AF_INET, SOCK_STREAM, IPPROTO_IP",                          "a TCP socket"],
    ["AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0",        "a TCP socket"],
    ["0x2, 0x1|0x80800, 0x6",                                     "a TCP socket"],
    ["AF_INET6, SOCK_STREAM, IPPROTO_TCP",                        "a TCP over IPv6 socket"],
    ["AF_INET, SOCK_DGRAM, IPPROTO_IP",                           "a UDP socket"],
    ["AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_ICMP",            "an ICMP socket"],
    ["AF_INET, SOCK_RAW, IPPROTO_ICMP",                           "a raw IP socket"],
    ["AF_INET, SOCK_STREAM, IPPROTO_SCTP",                        "a SCTP socket"],
    ["AF_UNIX, SOCK_STREAM, 0",                                   "a unix stream socket"],
    ["AF_UNIX, SOCK_SEQPACKET|SOCK_CLOEXEC, 0",                   "a unix seqpacket socket"],
    ["AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE",          "a netlink route socket"],
    ["AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)",                     "a packet socket"],
    ["AF_WHATEVER, SOCK_STREAM, 0",                               "a socket"],
    ["0x7b /* AF_??? */, SOCK_STREAM, 0",                         "a socket"],
  ] as const)("socket(%s): %s", ([args, text]) => expect(last(`socket(${args}) = 3`)).toBe(text));
});

describe("where it leads", () => {
  test.for([
    ["made",        [TCP, "write(3, \"hi\", 2) = 2"],                             "a TCP socket, made at line 1"],
    ["connected",   [TCP, `connect(3, ${TO80}, 16) = 0`],                        "a TCP socket, made at line 1, connected to 127.0.0.1:80"],
    ["connecting",  [TCP, `connect(3, ${TO80}, 16) = -1 EINPROGRESS (Operation now in progress)`], "a TCP socket, made at line 1, connecting to 127.0.0.1:80"],
    ["SO_ERROR",    [TCP, `connect(3, ${TO80}, 16) = -1 EINPROGRESS (Operation now in progress)`, "getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0"],
      "a TCP socket, made at line 1, connected to 127.0.0.1:80"],
    ["refused",     [TCP, `connect(3, ${TO80}, 16) = -1 ECONNREFUSED (Connection refused)`], "a TCP socket, made at line 1"],
    ["bound",       [TCP, `bind(3, ${TO80}, 16) = 0`],                           "a TCP socket, made at line 1, bound to 127.0.0.1:80"],
    ["listening",   [TCP, `bind(3, ${TO80}, 16) = 0`, "listen(3, 5) = 0"],       "a TCP socket, made at line 1, listening on 127.0.0.1:80"],
    ["accepted",    [TCP, "listen(3, 5) = 0", `accept(3, ${TO80}, [128 => 16]) = 4`, "read(4, \"\", 10) = 0"], "a TCP socket, accepted at line 3, from 127.0.0.1:80"],
    ["raw bytes",   [TCP, 'connect(3, {sa_family=0x2, sin_port="\\0P", sin_addr="\\x7f\\0\\0\\x01"}, 16) = 0'], "a TCP socket, made at line 1, connected to 127.0.0.1:80"],
    ["abstract",    ["socket(AF_UNIX, SOCK_STREAM, 0) = 3", 'connect(3, {sa_family=AF_UNIX, sun_path=@"bus"}, 6) = 0'], "a unix stream socket, made at line 1, connected to @bus"],
    ["netlink",     ["socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3", "bind(3, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0",
      "getsockname(3, {sa_family=AF_NETLINK, nl_pid=77, nl_groups=00000000}, [12]) = 0"], "a netlink route socket, made at line 1, bound to port 77"],
    ["a pair",      ["socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0", "close(4) = 0"], "a unix stream socket, made as one of a pair at line 1"],
  ] as const)("%s", ([, lines, text]) => expect(last(...lines)).toBe(text));
});

describe("which descriptors lead to it", () => {
  const made = "a TCP socket, made at line 1";
  test.for([
    ["dup",                      [TCP, "dup(3) = 7", "close(3) = 0", "read(7, \"\", 1) = 0"], made],
    ["dup2 over it",             [TCP, "dup2(1, 3) = 3", "read(3, \"\", 1) = 0"], "none"],
    ["dup2 onto itself",         [TCP, "dup2(3, 3) = 3", "read(3, \"\", 1) = 0"], made],
    ["fcntl",                    [TCP, "fcntl(3, F_DUPFD_CLOEXEC, 10) = 10", "read(10, \"\", 1) = 0"], made],
    ["closed",                   [TCP, "close(3) = 0", "read(3, \"\", 1) = 0"], "none"],
    ["close that failed",        [TCP, "close(3) = -1 EBADF (Bad file descriptor)", "read(3, \"\", 1) = 0"], made],
    ["close_range",              [TCP, "close_range(3, 4294967295, 0) = 0", "read(3, \"\", 1) = 0"], "none"],
    ["a number used again",      [TCP, "openat(AT_FDCWD, \"/x\", O_RDONLY) = 3", "read(3, \"\", 1) = 0"], "none"],
    ["execve keeps it",          [TCP, 'execve("/bin/x", ["x"], 0x7ffc /* 3 vars */) = 0', "read(3, \"\", 1) = 0"], made],
    ["execve closes it",         ["socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3", 'execve("/bin/x", ["x"], 0x7ffc /* 3 vars */) = 0', "read(3, \"\", 1) = 0"], "none"],
    ["execve, after F_SETFD",    [TCP, "fcntl(3, F_SETFD, FD_CLOEXEC) = 0", 'execve("/bin/x", ["x"], 0x7ffc /* 3 vars */) = 0', "read(3, \"\", 1) = 0"], "none"],
    ["a child has it",           [`10 ${TCP}`, "10 fork() = 11", "10 close(3) = 0", "11 read(3, \"\", 1) = 0"], made],
    ["a child closed its own",   [`10 ${TCP}`, "10 fork() = 11", "11 close(3) = 0", "10 read(3, \"\", 1) = 0"], made],
    ["a child before its parent is back", [`10 ${TCP}`, "10 vfork( <unfinished ...>", "11 close(3) = 0", "10 <... vfork resumed>) = 11", "11 read(3, \"\", 1) = 0"], "none"],
    ["a thread shares it",       [`10 ${TCP}`, "10 clone(child_stack=0x7f0000000000, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 11", "11 close(3) = 0", "10 read(3, \"\", 1) = 0"], "none"],
    ["clone3's thread",          [`10 ${TCP}`, "10 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, stack=0x7f0000000000} => {parent_tid=[11]}, 88) = 11", "11 close(3) = 0", "10 read(3, \"\", 1) = 0"], "none"],
    ["another process's 3",      [`10 ${TCP}`, "12 read(3, \"\", 1) = 0"], "none"],
    ["closed by one thread, made by the next", ["10 clone(flags=CLONE_FILES|CLONE_THREAD) = 11", `10 ${TCP}`, "10 close(3 <unfinished ...>", "11 socket(AF_INET, SOCK_DGRAM, 0) = 3",
      "10 <... close resumed>) = 0", "11 read(3, \"\", 1) = 0"], "a UDP socket, made at line 4"],
    ["a descriptor that was passed", [TCP, 'recvmsg(9, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, '
      + "msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3]}], msg_controllen=24, msg_flags=0}, 0) = 1", "read(3, \"\", 1) = 0"], "none"],
    ["a failed call on no socket", ["recvfrom(5, 0x7ffc00001000, 1, 0, NULL, NULL) = -1 ENOTSOCK (Socket operation on non-socket)"], "none"],
    ["epoll_ctl",                [TCP, "epoll_ctl(8, EPOLL_CTL_ADD, 3, {events=EPOLLIN, data={u32=3, u64=3}}) = 0"], made],
  ] as const)("%s", ([, lines, text]) => expect(last(...lines)).toBe(text));

  test("poll waits for some", () => {
    const { all } = explained(TCP, "poll([{fd=3, events=POLLIN}, {fd=0, events=POLLIN}], 2, 0) = 0 (Timeout)");
    expect(all[1]!.among.map((it) => it.id)).toEqual([1]);
  });
});

describe("a log that begins in the middle", () => {
  test.for([
    ["a receive",       ['recvfrom(5, "x", 1, 0, NULL, NULL) = 1'], "a socket"],
    ["a read",          ['read(5, "x", 1) = 1'], "none"],
    ["TCP's options",   ["setsockopt(5, SOL_TCP, TCP_NODELAY, [1], 4) = 0"], "a TCP socket"],
    ["its later calls", ['recvfrom(5, "x", 1, 0, NULL, NULL) = 1', "setsockopt(5, SOL_UDP, UDP_SEGMENT, [1], 4) = 0", 'read(5, "x", 1) = 1'], "a UDP socket, first seen at line 1"],
    ["a unix address",  ['sendto(5, "x", 1, 0, {sa_family=AF_UNIX, sun_path="/x"}, 110) = 1', 'connect(5, {sa_family=AF_UNIX, sun_path="/x"}, 110) = 0'], "a unix socket, first seen at line 1, connected to /x"],
    ["-yy",             ['read(5<TCP:[127.0.0.1:4000->127.0.0.1:80]>, "x", 1) = 1'], "a TCP socket, connected to 127.0.0.1:80"],
    ["-yy, IPv6",       ['read(5<TCPv6:[[::1]:4000->[::1]:80]>, "x", 1) = 1'], "a TCP over IPv6 socket, connected to [::1]:80"],
    ["-yy, unix",       ['read(5<UNIX-STREAM:[20->21,"/run/x"]>, "x", 1) = 1'], "a unix stream socket, bound to /run/x"],
    ["-yy, a number",   ['read(5<UDP:[4711]>, "x", 1) = 1'], "a UDP socket"],
    ["-y, a socket",    ['read(5<socket:[4711]>, "x", 1) = 1'], "a socket"],
    ["-y -xx",          ['read(5<\\x73\\x6f\\x63\\x6b\\x65\\x74\\x3a\\x5b\\x31\\x5d>, "\\x78", 1) = 1'], "a socket"],
    ["-y, a file",      ['read(5</etc/hosts>, "x", 1) = 1'], "none"],
    ["-y, a pipe",      [TCP, 'read(3<pipe:[12]>, "x", 1) = 1'], "none"],
  ] as const)("%s", ([, lines, text]) => expect(last(...lines)).toBe(text));
});

describe("a life in a line", () => {
  test.for([
    ["a client", [TCP, `connect(3, ${TO80}, 16) = 0`, 'getsockname(3, {sa_family=AF_INET, sin_port=htons(4000), sin_addr=inet_addr("127.0.0.1")}, [16]) = 0', 'write(3, "hello", 5) = 5',
      'recvfrom(3, "he", 2, MSG_PEEK, NULL, NULL) = 2', 'read(3, "hello", 9) = 5', 'read(3, "", 9) = 0', "close(3) = 0"],
    ["TCP · 127.0.0.1:4000 → 127.0.0.1:80 · sent 5 · received 5 · its peer was done at line 7 · closed at line 8"]],
    ["refused", [TCP, `connect(3, ${TO80}, 16) = -1 ECONNREFUSED (Connection refused)`], ["TCP · connect to 127.0.0.1:80 failed at line 2: ECONNREFUSED · still open"]],
    ["refused later", [TCP, `connect(3, ${TO80}, 16) = -1 EINPROGRESS (Operation now in progress)`, "getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0"],
      ["TCP · → 127.0.0.1:80 · connect to 127.0.0.1:80 failed at line 3: ECONNREFUSED · still open"]],
    ["refused, and the next receive finds nothing", [TCP, `connect(3, ${TO80}, 16) = -1 EINPROGRESS (Operation now in progress)`,
      "recvfrom(3, 0x7fef4d19b0b0, 10, 0, NULL, NULL) = -1 ECONNREFUSED (Connection refused)", 'recvfrom(3, "", 10, 0, NULL, NULL) = 0'],
    ["TCP · → 127.0.0.1:80 · recvfrom failed at line 3: ECONNREFUSED · still open"]],
    ["a server", [TCP, `bind(3, ${TO80}, 16) = 0`, "listen(3, 5) = 0", "accept(3, NULL, NULL) = 4", "+++ exited with 0 +++"],
      ["TCP · listens on 127.0.0.1:80 · accepted 1 · closed when its process ended, line 5", "TCP · bound to 127.0.0.1:80 · closed when its process ended, line 5"]],
    ["its number is another's", [TCP, "openat(AT_FDCWD, \"/x\", O_RDONLY) = 3"], ["TCP · closed before line 2"]],
    ["asked for a name that it has not", [TCP, 'getsockname(3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, [16]) = 0'], ["TCP · still open"]],
    ["reset", [TCP, "read(3, 0x7ffc00001000, 9) = -1 ECONNRESET (Connection reset by peer)"], ["TCP · read failed at line 2: ECONNRESET · still open"]],
    ["only waiting", [TCP, "read(3, 0x7ffc00001000, 9) = -1 EAGAIN (Resource temporarily unavailable)"], ["TCP · still open"]],
    ["many messages", ["socket(AF_INET, SOCK_DGRAM, 0) = 3", 'sendmmsg(3, [{msg_hdr={}, msg_len=10}, {msg_hdr={}, msg_len=20}], 2, 0) = 2'], ["UDP · sent 30 · received 0 · still open"]],
    ["a datagram of nothing ends nothing", ["socket(AF_INET, SOCK_DGRAM, 0) = 3", 'recvfrom(3, "", 9, 0, NULL, NULL) = 0'], ["UDP · still open"]],
    ["sendfile", [TCP, "sendfile(3, 5, NULL, 1000) = 700"], ["TCP · sent 700 · received 0 · still open"]],
    ["left to a child", [`10 ${TCP}`, "10 fork() = 11", "10 +++ exited with 0 +++", "11 +++ killed by SIGKILL +++"], ["TCP · closed when its process ended, line 4"]],
  ] as const)("%s", ([, lines, text]) => expect(lives(...lines)).toEqual(text));

  test("a long log is told of its first sockets, and the others are counted", () => {
    const { sockets } = explained(...Array.from({ length: 100 }, () => [TCP, "close(3) = 0"]).flat()).explainer;
    expect([sockets.count, sockets.kept.length, sockets.kinds.get("TCP")]).toEqual([100, 40, 100]);
  });
});
