/** Bytes of structs, made again from strace's text: as C would have laid them out; or none at all. */
import { describe, expect, test } from "vitest";
import { structsOf } from "../../../src/lab/explain/structs.ts";
import { callOf } from "./told.ts";

/** Each struct of a call as `PATH TAG BYTES`; `··` is what the log does not say. */
const told = (line: string, arch = "x64"): readonly string[] => structsOf(callOf(line), arch).map(({ path, layout, memory }) =>
  `${path} ${layout.name} ${[...memory.bytes].map((it) => (it === 0xa5 ? "··" : it.toString(16).padStart(2, "0"))).join("")}`);

describe("what strace wrote out is laid out", () => {
  test.for([
    ['connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
      ["uservaddr sockaddr_in 020000507f000001················"]],
    ['connect(3, {sa_family=0x2, sin_port="\\x94\\xeb", sin_addr="\\x7f\\x00\\x00\\x01"}, 16) = 0',
      ["uservaddr sockaddr_in 020094eb7f000001················"]],
    ['connect(3, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
      ["uservaddr sockaddr_in6 0a000050000000000000000000000000000000000000000100000000"]],
    ['bind(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 10) = 0', ["umyaddr sockaddr_un 01002f72756e2f7800··"]],
    ['bind(3, {sa_family=AF_UNIX, sun_path=@"ab"}, 5) = 0', ["umyaddr sockaddr_un 0100006162"]],
    ["bind(3, {sa_family=AF_UNIX}, 2) = 0", ["umyaddr sockaddr_un 0100"]],
    ["bind(3, {sa_family=AF_NETLINK, nl_pid=-5, nl_groups=00000000}, 12) = 0", ["umyaddr sockaddr_nl 1000····fbffffff00000000"]],
    ['accept4(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("10.0.0.1")}, [128 => 16], SOCK_CLOEXEC) = 4',
      ["upeer_sockaddr sockaddr_in 020000010a000001················"]],
    ["setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, 8) = 0", ["optval linger 0100000005000000"]],
    ["setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=1, tv_usec=500000}, 16) = 0", ["optval timeval 010000000000000020a1070000000000"]],
    ['setsockopt(3, SOL_SOCKET, SO_RCVTIMEO_OLD, "\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0", 16) = 0',
      ["optval timeval 01000000000000000000000000000000"]],
    ["poll([{fd=3, events=POLLIN|POLLPRI}], 1, -1) = 1 ([{fd=3, revents=POLLIN}])", ["ufds[0] pollfd 0300000003000100"]],
    ["poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)", ["ufds[0] pollfd 030000000100····"]],
    ["epoll_ctl(5, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, data={u32=3, u64=3}}) = 0", ["event epoll_event 010000800300000000000000"]],
    ["epoll_wait(5, [{events=EPOLLIN, data=0x7}], 8, -1) = 1", ["events[0] epoll_event 010000000700000000000000"]],
    ['sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="hi", iov_len=2}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 2',
      [`msg msghdr ${"00".repeat(8)}${"00".repeat(4)}${"··".repeat(4)}${"··".repeat(8)}0100000000000000${"··".repeat(8)}${"00".repeat(8)}${"00".repeat(4)}${"··".repeat(4)}`,
      `msg.msg_iov[0] iovec ${"··".repeat(8)}0200000000000000`]],
    ['writev(3, [{iov_base="a", iov_len=1}, {iov_base="b", iov_len=9}], 2) = 10',
      [`vec[0] iovec ${"··".repeat(8)}0100000000000000`, `vec[1] iovec ${"··".repeat(8)}0900000000000000`]],
  ] as const)("%s", ([line, structs]) => expect(told(line)).toEqual(structs));

  test("epoll_event is laid out as the machine has it that made the call", () => {
    const line = "epoll_ctl(5, EPOLL_CTL_ADD, 3, {events=EPOLLIN, data=0x7}) = 0";
    expect(told(line, "arm64")).toEqual(["event epoll_event 01000000········0700000000000000"]);
  });
});

describe("what the log does not tell whole is left out", () => {
  test.for([
    "connect(3, 0x7ffc12345678, 16) = -1 EFAULT (Bad address)",
    "connect(3, {sa_family=AF_INET, sin_port=htons(80)",
    'connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0")}, 16) = 0',
    'connect(3, {sa_family=AF_INET, sin_port=htons(99999), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    'bind(3, {sa_family=AF_UNIX, sun_path="/run/x"...}, 110) = 0',
    "bind(3, {sa_family=AF_WHATEVER, sa_data=\"\\0\"}, 16) = 0",
    "connect(3, {sa_family=AF_INET, sin_port=htons(42405), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0",
    "fstat(3, {st_mode=S_IFREG|0644, st_size=5, ...}) = 0",
    "setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, ...}, 8) = 0",
    "nosuchcall({a=1}) = 0",
    "getpid() = 1",
  ])("%s", (line) => expect(told(line)).toEqual([]));
});
