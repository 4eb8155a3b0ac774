/** What the structs of src/abi show, and what strace itself writes for the same bytes, where it can be asked. */
import { expect, test } from "vitest";
import { f_owner_ex } from "../../src/abi/structs/fcntl.ts";
import { cmsgText } from "../../src/abi/structs/message.ts";
import { packet_mreq, tpacket_req } from "../../src/abi/structs/packet.ts";
import { epollEventOn } from "../../src/abi/structs/poll.ts";
import { rlimit } from "../../src/abi/structs/resource.ts";
import { sigaction, siginfo, sigset } from "../../src/abi/structs/signal.ts";
import { sockaddrOf } from "../../src/abi/structs/sockaddr.ts";
import { linger } from "../../src/abi/structs/socket.ts";
import { itimerspec } from "../../src/abi/structs/time.ts";
import { bytesOf, type Memory } from "../../src/memory/memory.ts";
import type { AnyType } from "../../src/memory/type.ts";
import { noStrace, straced } from "./strace.ts";

const shown = (type: AnyType, memory: Memory): string => type.show(type.read(memory, 0));

/** How a kind of bytes is handed to a system call, what strace writes around it (`@`: the text, `#`: the length), and our text. */
interface Carrier {
  readonly call: string;
  readonly line: string;
  readonly ours: (memory: Memory) => string;
}
const CARRIERS: Readonly<Record<string, Carrier>> = {
  sockaddr: {
    call: "bind(-1, (void *)p, n)", line: "bind(-1, @, #)",
    ours: (it) => shown(sockaddrOf(it)!, it),
  },
  cmsg: {
    call: "struct msghdr m = {0}; m.msg_control = p; m.msg_controllen = n; sendmsg(-1, &m, 0)",
    line: "sendmsg(-1, {msg_name=NULL, msg_namelen=0, msg_iov=NULL, msg_iovlen=0, msg_control=@, msg_controllen=#, msg_flags=0}, 0)",
    ours: cmsgText,
  },
  sigset: {
    call: "syscall(SYS_rt_sigprocmask, 99, p, 0, 8)", line: "rt_sigprocmask(0x63 /* SIG_??? */, @, NULL, 8)",
    ours: (it) => shown(sigset, it),
  },
  sigaction: {
    call: "syscall(SYS_rt_sigaction, SIGKILL, p, 0, 8)", line: "rt_sigaction(SIGKILL, @, NULL, 8)",
    ours: (it) => shown(sigaction, it),
  },
  siginfo: {
    call: "syscall(SYS_rt_tgsigqueueinfo, -1, -1, SIGUSR1, p)", line: "rt_tgsigqueueinfo(-1, -1, SIGUSR1, @)",
    ours: (it) => shown(siginfo, it),
  },
  rlimit: {
    call: "syscall(SYS_prlimit64, 0, 999, p, 0)", line: "prlimit64(0, 0x3e7 /* RLIMIT_??? */, @, NULL)",
    ours: (it) => shown(rlimit, it),
  },
  epoll_event: {
    call: "syscall(SYS_epoll_ctl, -1, 1, 0, p)", line: "epoll_ctl(-1, EPOLL_CTL_ADD, 0, @)",
    ours: (it) => shown(epollEventOn("x64"), it),
  },
  linger: {
    call: "setsockopt(-1, 1, 13, p, n)", line: "setsockopt(-1, SOL_SOCKET, SO_LINGER, @, #)",
    ours: (it) => shown(linger, it),
  },
  packet_mreq: {
    call: "setsockopt(-1, 263, 1, p, n)", line: "setsockopt(-1, SOL_PACKET, PACKET_ADD_MEMBERSHIP, @, #)",
    ours: (it) => shown(packet_mreq, it),
  },
  tpacket_req: {
    call: "setsockopt(-1, 263, 5, p, n)", line: "setsockopt(-1, SOL_PACKET, PACKET_RX_RING, @, #)",
    ours: (it) => shown(tpacket_req, it),
  },
  itimerspec: {
    call: "syscall(SYS_timerfd_settime, -1, 0, p, 0)", line: "timerfd_settime(-1, 0, @, NULL)",
    ours: (it) => shown(itimerspec, it),
  },
  f_owner_ex: {
    call: "syscall(SYS_fcntl, -1, 15, p)", line: "fcntl(-1, F_SETOWN_EX, @)",
    ours: (it) => shown(f_owner_ex, it),
  },
};

const IN6 = (address: string, scope: string): string => `0a000050 00000000 ${address} ${scope}`;
const zeros = (bytes: number): string => "00".repeat(bytes);

/** What these bytes (in hex) are, in strace's words. */
const TEXTS: readonly (readonly [carrier: string, hex: string, text: string])[] = [
  ["sockaddr", "0200b51d 7f000001 0000000000000000", '{sa_family=AF_INET, sin_port=htons(46365), sin_addr=inet_addr("127.0.0.1")}'],
  ["sockaddr", `0200${zeros(14)}`,      '{sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}'],
  ["sockaddr", `0200${zeros(8)}`,       '{sa_family=AF_INET, sa_data="\\0\\0\\0\\0\\0\\0\\0\\0"}'],
  ["sockaddr", `0200${zeros(13)}`,      `{sa_family=AF_INET, sa_data="${"\\0".repeat(13)}"}`],
  ["sockaddr", IN6(`${zeros(15)}01`, zeros(4)),
    '{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}'],
  ["sockaddr", IN6("fe80000000000000020000fffe000001", "01000000"),
    '{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "fe80::200:ff:fe00:1", &sin6_addr), '
    + 'sin6_scope_id=if_nametoindex("lo")}'],
  ["sockaddr", IN6("ff020000000000000000000000000001", "01000000"),
    '{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "ff02::1", &sin6_addr), '
    + 'sin6_scope_id=if_nametoindex("lo")}'],
  ["sockaddr", IN6("0fe80000000000000000000000000001", "01000000"),
    '{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "fe8::1", &sin6_addr), sin6_scope_id=1}'],
  ["sockaddr", IN6("00000000000000000000ffff7f000001", "03000000"),
    '{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::ffff:127.0.0.1", &sin6_addr), '
    + "sin6_scope_id=3}"],
  ["sockaddr", IN6("fe800000000000000000000000000001", "9f860100"),
    '{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "fe80::1", &sin6_addr), sin6_scope_id=99999}'],
  ["sockaddr", IN6(`${zeros(15)}01`, ""),
    '{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr)}'],
  ["sockaddr", `0a000050${zeros(16)}`,  `{sa_family=AF_INET6, sa_data="\\0P${"\\0".repeat(16)}"}`],
  ["sockaddr", "01002f746d702f78",      '{sa_family=AF_UNIX, sun_path="/tmp/x"}'],
  ["sockaddr", "01002f746d702f7800",    '{sa_family=AF_UNIX, sun_path="/tmp/x"}'],
  ["sockaddr", "01002f74006a756e6b",    '{sa_family=AF_UNIX, sun_path="/t"}'],
  ["sockaddr", `01002f746d702f78${zeros(102)}`, '{sa_family=AF_UNIX, sun_path="/tmp/x"}'],
  ["sockaddr", `0100${"61".repeat(108)}`, `{sa_family=AF_UNIX, sun_path="${"a".repeat(108)}"}`],
  ["sockaddr", `0100${"61".repeat(120)}`, `{sa_family=AF_UNIX, sun_path="${"a".repeat(108)}"}`],
  ["sockaddr", "0100006162737472616374", '{sa_family=AF_UNIX, sun_path=@"abstract"}'],
  ["sockaddr", "010000610062",          '{sa_family=AF_UNIX, sun_path=@"a\\0b"}'],
  ["sockaddr", "010000",                '{sa_family=AF_UNIX, sun_path=@""}'],
  ["sockaddr", `01000078${zeros(106)}`, `{sa_family=AF_UNIX, sun_path=@"x${"\\0".repeat(106)}"}`],
  ["sockaddr", "0100",                  "{sa_family=AF_UNIX}"],
  ["sockaddr", "01002f0a225c01380137ff", '{sa_family=AF_UNIX, sun_path="/\\n\\"\\\\\\18\\0017\\377"}'],
  ["sockaddr", "11000800 01000000 0403 00 06 020000000001 0000",
    '{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_IP), sll_ifindex=if_nametoindex("lo"), sll_hatype=ARPHRD_LOOPBACK, '
    + "sll_pkttype=PACKET_HOST, sll_halen=6, sll_addr=[0x2, 00, 00, 00, 00, 0x1]}"],
  ["sockaddr", `11000003 00000000 0100 04 00 ${zeros(8)}`,
    "{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_ALL), sll_ifindex=0, sll_hatype=ARPHRD_ETHER, sll_pkttype=PACKET_OUTGOING, sll_halen=0}"],
  ["sockaddr", "11000000 9f860100 e703 09 14 0102030405060718",
    "{sa_family=AF_PACKET, sll_protocol=htons(0 /* ETH_P_??? */), sll_ifindex=99999, sll_hatype=0x3e7 /* ARPHRD_??? */, "
    + "sll_pkttype=0x9 /* PACKET_??? */, sll_halen=20, sll_addr=[0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x18, ...]}"],
  ["sockaddr", "11000003 01000000 0403 00 06 000000000000",
    '{sa_family=AF_PACKET, sa_data="\\0\\3\\1\\0\\0\\0\\4\\3\\0\\6\\0\\0\\0\\0\\0\\0"}'],
  ["sockaddr", "11000003 01000000 0000 00 00", '{sa_family=AF_PACKET, sa_data="\\0\\3\\1\\0\\0\\0\\0\\0\\0\\0"}'],
  ["sockaddr", "11000003",              '{sa_family=AF_PACKET, sa_data="\\0\\3"}'],
  ["sockaddr", `1000${zeros(10)}`,      "{sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}"],
  ["sockaddr", "10000000 e1100000 11000080", "{sa_family=AF_NETLINK, nl_pid=4321, nl_groups=0x80000011}"],
  ["sockaddr", "10000700 e1100000 01000000", "{sa_family=AF_NETLINK, nl_pad=0x7, nl_pid=4321, nl_groups=0x000001}"],
  ["sockaddr", "10000700 e1100000",     '{sa_family=AF_NETLINK, sa_data="\\7\\0\\341\\20\\0\\0"}'],
  ["sockaddr", `0000${zeros(14)}`,      `{sa_family=AF_UNSPEC, sa_data="${"\\0".repeat(14)}"}`],
  ["sockaddr", "0000",                  "{sa_family=AF_UNSPEC}"],
  ["sockaddr", "6300616263",            '{sa_family=0x63 /* AF_??? */, sa_data="abc"}'],

  ["cmsg", "1800000000000000 01000000 01000000 03000000 00000000",
    "[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3, 0]}]"],
  ["cmsg", "1400000000000000 01000000 01000000 03000000 00000000 1c00000000000000 01000000 02000000 07000000 00000000 ffffffff 00000000",
    "[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3]}, "
    + "{cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=7, uid=0, gid=-1}}]"],
  ["cmsg", "2000000000000000 01000000 1d000000 2440016b00000000 fd4a050000000000",
    "[{cmsg_len=32, cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMP_OLD, cmsg_data={tv_sec=1795244068, tv_usec=346877}}]"],
  ["cmsg", "2000000000000000 01000000 23000000 2440016b00000000 fd4a050000000000",
    "[{cmsg_len=32, cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMPNS_OLD, cmsg_data={tv_sec=1795244068, tv_nsec=346877}}]"],
  ["cmsg", "1c00000000000000 00000000 08000000 01000000 7f000001 7f000001 00000000",
    '[{cmsg_len=28, cmsg_level=SOL_IP, cmsg_type=IP_PKTINFO, cmsg_data={ipi_ifindex=if_nametoindex("lo"), '
    + 'ipi_spec_dst=inet_addr("127.0.0.1"), ipi_addr=inet_addr("127.0.0.1")}}]'],
  ["cmsg", "1400000000000000 00000000 02000000 40000000 00000000",
    "[{cmsg_len=20, cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=[64]}]"],
  ["cmsg", "1100000000000000 00000000 01000000 08 00000000000000",
    "[{cmsg_len=17, cmsg_level=SOL_IP, cmsg_type=IP_TOS, cmsg_data=[0x8]}]"],
  ["cmsg", "3000000000000000 00000000 0b000000 6f000000 02030300 00000000 00000000 02000000 7f000001 0000000000000000",
    "[{cmsg_len=48, cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data={ee_errno=111, ee_origin=2, ee_type=3, ee_code=3, ee_info=0, "
    + 'ee_data=0, offender={sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}}}]'],
  ["cmsg", `3000000000000000 00000000 0b000000 2a000000 04000000 01000000 00000000 ${zeros(16)}`,
    "[{cmsg_len=48, cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data={ee_errno=42, ee_origin=4, ee_type=0, ee_code=0, ee_info=1, "
    + `ee_data=0, offender={sa_family=AF_UNSPEC, sa_data="${"\\0".repeat(14)}"}}}]`],
  ["cmsg", "1000000000000000 63000000 63000000", "[{cmsg_len=16, cmsg_level=0x63 /* SOL_??? */, cmsg_type=0x63}]"],

  ["sigset", zeros(8),                  "[]"],
  ["sigset", "0008001000000000",        "[USR2 IO]"],
  ["sigset", "0000008000000080",        "[RTMIN RT_32]"],
  ["sigset", "ff feff ff ff ff ff ff".replaceAll(" ", ""), "~[KILL]"],
  ["sigset", "ffffffffff010000",        "[HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP "
    + "TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RT_1 RT_2 RT_3 RT_4 RT_5 RT_6 RT_7 RT_8 RT_9]"],
  ["sigset", "ffffffffff030000",        `~[${Array.from({ length: 22 }, (_, i) => `RT_${i + 11}`).join(" ")}]`],
  ["sigset", "ffffffffffffffff",        "~[]"],
  ["sigaction", `0100000000000000 ${zeros(16)} 0002000000000000`, "{sa_handler=SIG_IGN, sa_mask=[USR1], sa_flags=0}"],
  ["sigaction", zeros(32),              "{sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}"],
  ["sigaction", `5000000000000000 0000001400000000 1000000000000000 ${zeros(8)}`,
    "{sa_handler=0x50, sa_mask=[], sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x10}"],
  ["siginfo", `0a00000000000000 00000000 00000000 07000000 e8030000 ${zeros(104)}`, "{si_signo=SIGUSR1, si_code=SI_USER, si_pid=7, si_uid=1000}"],
  ["siginfo", `1d00000000000000 80000000 ${zeros(116)}`, "{si_signo=SIGIO, si_code=SI_KERNEL}"],
  ["siginfo", `2400000000000000 ffffffff 00000000 07000000 00000000 05000000 ${zeros(100)}`,
    "{si_signo=SIGRT_4, si_code=SI_QUEUE, si_pid=7, si_uid=0, si_int=5, si_ptr=0x5}"],
  ["siginfo", `1d00000000000000 01000000 00000000 4100000000000000 03000000 ${zeros(100)}`, "{si_signo=SIGIO, si_code=POLL_IN, si_band=65, si_fd=3}"],
  ["siginfo", `1100000000000000 01000000 00000000 07000000 00000000 03000000 ${zeros(100)}`,
    "{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7, si_uid=0, si_status=3, si_utime=0, si_stime=0}"],
  ["rlimit", "0004000000000000 ffffffffffffffff", "{rlim_cur=1024, rlim_max=RLIM64_INFINITY}"],
  ["rlimit", "0000800000000000 0108000000000000", "{rlim_cur=8192*1024, rlim_max=2049}"],
  ["epoll_event", "010000c0 0700000000000000", "{events=EPOLLIN|EPOLLONESHOT|EPOLLET, data={u32=7, u64=7}}"],
  ["epoll_event", "00000000 0100000002000000", "{events=0, data={u32=1, u64=8589934593}}"],
  ["linger", "01000000 05000000",       "{l_onoff=1, l_linger=5}"],
  ["packet_mreq", "01000000 0100 0600 0102030000000000",
    '{mr_ifindex=if_nametoindex("lo"), mr_type=PACKET_MR_PROMISC, mr_alen=6, mr_address=01:02:03:00:00:00}'],
  ["tpacket_req", "00100000 02000000 00080000 04000000", "{tp_block_size=4096, tp_block_nr=2, tp_frame_size=2048, tp_frame_nr=4}"],
  ["itimerspec", `${zeros(16)} 0100000000000000 e803000000000000`, "{it_interval={tv_sec=0, tv_nsec=0}, it_value={tv_sec=1, tv_nsec=1000}}"],
  ["f_owner_ex", "00000000 07000000",   "{type=F_OWNER_TID, pid=7}"],
];
const rows = TEXTS.map(([carrier, hex, expected]) => ({ carrier: CARRIERS[carrier]!, bytes: Buffer.from(hex.replaceAll(" ", ""), "hex"), expected }));

test.each(rows)("$expected", ({ carrier, bytes, expected }) => {
  expect(carrier.ours(bytesOf(bytes))).toBe(expected);
});

test.skipIf(noStrace !== null)(`strace writes the same${noStrace === null ? "" : ` (${noStrace})`}`, () => {
  const lines = straced(rows.map(({ carrier, bytes }) => ({ bytes, call: carrier.call })));
  expect(lines).toEqual(rows.map(({ carrier, bytes, expected }) =>
    carrier.line.replace("#", String(bytes.length)).replace("@", () => expected)));
});
