/** The call table against the installed headers, against itself, and against what strace 6.1 prints. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Entry, Given, Lengths, Number as Nr, Parameter } from "../../src/abi/parameter.ts";
import { type SyscallName, syscalls } from "../../src/abi/syscalls.ts";
import { allocate, bytesOf, type Memory } from "../../src/memory/memory.ts";
import { isStruct } from "../../src/memory/struct.ts";
import type { AnyType } from "../../src/memory/type.ts";

const table: Readonly<Record<string, Entry>> = syscalls;
const rows = Object.entries(table).map(([name, [nr, ...parameters]]) => ({ name, nr: nr as Nr, parameters }));

describe("numbers", () => {
  const X64 = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
  const GENERIC = "/usr/include/asm-generic/unistd.h";
  const missing = (file: string): string => (existsSync(file) ? "" : " (not installed)");
  /**
   * Some names of the generic file say 3264: the number is the same for 32 and 64 bits; fstatat is
   * newfstatat.
   */
  const numbers = (file: string): ReadonlyMap<string, number> =>
    new Map([...readFileSync(file, "utf8").matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)]
      .map(([, name, number]) => [name === "fstatat" ? "newfstatat" : name!, Number(number)]));
  const unlike = (file: string, machine: keyof Nr): readonly unknown[] => {
    const known = numbers(file);
    return rows.map(({ name, nr }) => [name, nr[machine], known.get(name) ?? null]).filter(([, ours, theirs]) => ours !== theirs);
  };
  test.skipIf(!existsSync(X64))(`x86-64: as in ${X64}${missing(X64)}`, () => {
    expect(unlike(X64, "x64")).toEqual([]);
  });
  test.skipIf(!existsSync(GENERIC))(`arm64: as in ${GENERIC}${missing(GENERIC)}`, () => {
    expect(unlike(GENERIC, "arm64")).toEqual([]);
  });
  test("no two calls share a number", () => {
    for (const machine of ["x64", "arm64"] as const) {
      const used = rows.map(({ nr }) => nr[machine]).filter((it) => it !== null);
      expect(used.length).toBe(new Set(used).size);
    }
  });
});

/** The SYSCALL_DEFINEs that note N1 lists. */
const N1 = [
  "socket", "socketpair", "bind", "listen", "accept4", "accept", "connect", "getsockname", "getpeername", "sendto", "send",
  "recvfrom", "recv", "setsockopt", "getsockopt", "shutdown", "sendmsg", "sendmmsg", "recvmsg", "recvmmsg", "socketcall",
];
/**
 * The calls that the catalogue of statements names. fork is not among them: a Node process that forks
 * itself is broken.
 */
const CLAIMS = [
  "accept", "accept4", "bind", "bpf", "close", "connect", "dup", "dup2", "dup3", "epoll_create1", "epoll_ctl", "epoll_wait", "exit",
  "fcntl", "fsmount", "fstat", "ftruncate", "getpeername", "getsockname", "getsockopt", "getuid", "ioctl", "kcmp", "kill", "listen",
  "lseek", "madvise", "memfd_create", "mincore", "mmap", "mount", "munmap", "open", "pipe", "poll", "ppoll", "pread64", "pselect6",
  "pwrite64", "read", "readlink", "recvfrom", "recvmmsg", "recvmsg", "rt_sigtimedwait", "sched_setaffinity", "select", "sendfile",
  "sendmmsg", "sendmsg", "sendto", "setns", "setrlimit", "setsockopt", "setuid", "shutdown", "signalfd", "signalfd4", "socket",
  "socketpair", "splice", "stat", "unshare", "vmsplice", "write", "writev",
];

describe("the table", () => {
  test.each([["note N1", N1], ["the statements", CLAIMS]])("has every call that %s name", (_, names) => {
    expect(names.filter((it) => !(it in table))).toEqual([]);
  });
  test("send, recv and socketcall have a number on neither machine, and only they", () => {
    const without = rows.filter(({ nr }) => nr.x64 === null && nr.arm64 === null).map(({ name }) => name);
    expect(without).toEqual(["send", "recv", "socketcall"]);
  });
  test("no call has more than six parameters, and their names differ", () => {
    const isWrong = (all: readonly Parameter[]): boolean => all.length > 6 || new Set(all.map((it) => it.name)).size !== all.length;
    const wrong = rows.filter(({ parameters }) => isWrong(parameters));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

/** Lengths that answer to every name and note which were asked for, and how. */
function asked(parameter: Parameter): readonly (readonly [how: "value" | "pointed", name: string])[] {
  const names: (readonly ["value" | "pointed", string])[] = [];
  const note = (how: "value" | "pointed") => (name: string): number => names.push([how, name]);
  const lengths: Lengths = { result: 0, value: note("value"), before: note("pointed"), after: note("pointed") };
  parameter.room(lengths);
  parameter.wrote(lengths);
  return names;
}

describe("lengths", () => {
  const wants = rows.flatMap(({ name, parameters }) =>
    parameters.flatMap((it) => asked(it).map(([how, other]) => ({ name, it, how, other, parameters }))));
  test("are numbers of the same call, or ints that it both reads and writes", () => {
    const flows = { value: "value", pointed: "inout" } as const;
    const flowOf = (all: readonly Parameter[], name: string) => all.find((it) => it.name === name)?.flow;
    const wrong = wants.filter(({ how, other, parameters }) => flowOf(parameters, other) !== flows[how]);
    expect(wrong.map(({ name, it, other }) => [name, it.name, other])).toEqual([]);
    expect(wants.length).toBeGreaterThan(50);
  });

  const lengths = (numbers: Readonly<Record<string, number>>, result: number, after = numbers): Lengths =>
    ({ result, value: (name) => numbers[name]!, before: (name) => numbers[name]!, after: (name) => after[name]! });
  test.each<[SyscallName, string, Lengths, [room: number, wrote: number]]>([
    ["recvfrom",          "ubuf",           lengths({ size: 64 }, 10),                       [64, 10]],
    ["recvfrom",          "ubuf",           lengths({ size: 64 }, -11),                      [64, 0]],
    ["recvfrom",          "addr",           lengths({ addr_len: 28 }, 10, { addr_len: 16 }), [28, 16]],
    ["recvfrom",          "addr",           lengths({ addr_len: 8 }, 10, { addr_len: 16 }),  [8, 8]],
    ["recvfrom",          "addr_len",       lengths({}, 0),                                  [4, 4]],
    ["sendto",            "buff",           lengths({ len: 64 }, 10),                        [64, 0]],
    ["socketpair",        "usockvec",       lengths({}, 0),                                  [8, 8]],
    ["socketpair",        "usockvec",       lengths({}, -95),                                [8, 0]],
    ["recvmsg",           "msg",            lengths({}, 0),                                  [56, 56]],
    ["sendmsg",           "msg",            lengths({}, 0),                                  [56, 0]],
    ["recvmmsg",          "mmsg",           lengths({ vlen: 8 }, 3),                         [512, 192]],
    ["sendmmsg",          "mmsg",           lengths({ vlen: 8 }, 2),                         [512, 128]],
    ["readv",             "vec",            lengths({ vlen: 2 }, 30),                        [32, 0]],
    ["poll",              "ufds",           lengths({ nfds: 3 }, 1),                         [24, 24]],
    ["select",            "inp",            lengths({ n: 4 }, 1),                            [8, 8]],
    ["select",            "inp",            lengths({ n: 65 }, 1),                           [16, 16]],
    ["mincore",           "vec",            lengths({ len: 4097 }, 0),                       [2, 2]],
    ["sched_getaffinity", "user_mask_ptr",  lengths({ len: 128 }, 32),                       [128, 32]],
    ["getdents64",        "dirent",         lengths({ count: 8192 }, 744),                   [8192, 744]],
    ["rt_sigprocmask",    "oset",           lengths({}, 0),                                  [8, 8]],
    ["bpf",               "uattr",          lengths({ size: 16 }, 12),                       [16, 16]],
  ])("%s: %s", (call, name, given, expected) => {
    const parameter = find(call, name);
    expect([parameter.room(given), parameter.wrote(given)]).toEqual(expected);
  });

  test.each([
    ["sendmmsg", "mmsg", "inout", "in"],
    ["readv",    "vec",  "in",    "out"],
    ["preadv",   "vec",  "in",    "out"],
  ] as const)("%s: structs go one way, what %s reaches the other", (call, name, flow, reached) => {
    expect([find(call, name).flow, find(call, name).reached]).toEqual([flow, reached]);
  });
});

function find(call: SyscallName, name: string): Parameter {
  const found = table[call]!.slice(1).find((it) => (it as Parameter).name === name);
  if (found === undefined) throw new Error(`${call} has no ${name}`);
  return found as Parameter;
}

function typeOf(call: SyscallName, name: string, given: Given, memory: Memory | null): AnyType {
  const { typing } = find(call, name);
  const type = typeof typing !== "function" || isStruct(typing) ? typing : typing(given, memory);
  if (type === null) throw new Error(`${call}: ${name} has no type`);
  return type;
}
const shows = (call: SyscallName, name: string, value: number, given: Given): string =>
  typeOf(call, name, given, null).show(value);

/**
 * [call, parameter, value, text] and what it depends on. Every text was printed by strace 6.1 for that
 * value.
 */
const TEXTS: readonly (readonly [SyscallName, string, number, string, Given?])[] = [
  ["socket", "family", 1, "AF_UNIX"], ["socket", "family", 2, "AF_INET"], ["socket", "family", 10, "AF_INET6"],
  ["socket", "family", 16, "AF_NETLINK"], ["socket", "family", 17, "AF_PACKET"], ["socket", "family", 99, "0x63 /* AF_??? */"],
  ["socket", "type", 1, "SOCK_STREAM"], ["socket", "type", 5, "SOCK_SEQPACKET"], ["socket", "type", 77, "0x4d /* SOCK_??? */"],
  ["socket", "type", 0o2004001, "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK"], ["socket", "type", 0x10001, "SOCK_STREAM|0x10000 /* SOCK_??? */"],
  ["socket", "protocol", 0, "IPPROTO_IP", { family: 2 }], ["socket", "protocol", 17, "IPPROTO_UDP", { family: 2 }],
  ["socket", "protocol", 262, "IPPROTO_MPTCP", { family: 2 }], ["socket", "protocol", 58, "IPPROTO_ICMPV6", { family: 10 }],
  ["socket", "protocol", -1, "0xffffffff /* IPPROTO_??? */", { family: 2 }],
  ["socket", "protocol", 0, "0", { family: 1 }], ["socket", "protocol", 5, "5", { family: 1 }], ["socket", "protocol", 0, "0", { family: 44 }],
  ["socket", "protocol", 0x0300, "htons(ETH_P_ALL)", { family: 17 }], ["socket", "protocol", 8, "htons(ETH_P_IP)", { family: 17 }],
  ["socket", "protocol", 0xb588, "htons(ETH_P_802_EX1)", { family: 17 }], ["socket", "protocol", 0, "htons(0 /* ETH_P_??? */)", { family: 17 }],
  ["socket", "protocol", 0, "NETLINK_ROUTE", { family: 16 }], ["socket", "protocol", 4, "NETLINK_SOCK_DIAG", { family: 16 }],
  ["accept4", "flags", 0, "0"], ["accept4", "flags", 0o2004000, "SOCK_CLOEXEC|SOCK_NONBLOCK"], ["accept4", "flags", 1, "0x1 /* SOCK_??? */"],
  ["listen", "backlog", -1, "-1"],
  ["sendto", "flags", 0, "0"], ["sendto", "flags", 0x4040, "MSG_DONTWAIT|MSG_NOSIGNAL"], ["sendto", "flags", 0x10, "MSG_PROBE"],
  ["recvfrom", "flags", 0x22, "MSG_PEEK|MSG_TRUNC"], ["recvmmsg", "flags", 0x10000, "MSG_WAITFORONE"],
  ["recvmsg", "flags", 0x40002000, "MSG_ERRQUEUE|MSG_CMSG_CLOEXEC"], ["sendto", "flags", 0x4000000, "MSG_ZEROCOPY"],
  ["shutdown", "how", 0, "SHUT_RD"], ["shutdown", "how", 2, "SHUT_RDWR"], ["shutdown", "how", 3, "0x3 /* SHUT_??? */"],
  ["setsockopt", "level", 1, "SOL_SOCKET"], ["setsockopt", "level", 0, "SOL_IP"], ["setsockopt", "level", 263, "SOL_PACKET"],
  ["setsockopt", "optname", 8, "SO_RCVBUF", { level: 1 }], ["getsockopt", "optname", 11, "TCP_INFO", { level: 6 }],
  ["openat", "dfd", -100, "AT_FDCWD"], ["openat", "dfd", 3, "3"], ["openat", "dfd", -1, "-1"],
  ["openat", "flags", 0, "O_RDONLY"], ["openat", "flags", 0o2000000, "O_RDONLY|O_CLOEXEC"], ["openat", "flags", 3, "O_ACCMODE"],
  ["openat", "flags", 0o2001101, "O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC"], ["openat", "flags", 0o4002, "O_RDWR|O_NONBLOCK"],
  ["openat", "flags", 0o20000, "O_RDONLY|FASYNC"], ["openat", "flags", 0o4010000, "O_RDONLY|O_SYNC"], ["openat", "flags", 0x800000, "O_RDONLY|0x800000"],
  ["openat", "mode", 0o644, "0644", { flags: 0o101 }], ["openat", "mode", 0, "000", { flags: 0o100 }], ["openat", "mode", 7, "007", { flags: 0o100 }],
  ["openat", "mode", 0o4755, "04755", { flags: 0o100 }], ["openat", "mode", 0o600, "0600", { flags: 0o20200002 }], ["openat", "mode", 0o644, "", { flags: 0 }],
  ["lseek", "whence", 1, "SEEK_CUR"], ["lseek", "whence", 5, "0x5 /* SEEK_??? */"], ["lseek", "offset", -5, "-5"],
  ["pipe2", "flags", 0, "0"], ["pipe2", "flags", 0o2004000, "O_NONBLOCK|O_CLOEXEC"], ["pipe2", "flags", 1, "0x1 /* O_??? */"],
  ["dup3", "flags", 0o2000000, "O_CLOEXEC"], ["close_range", "flags", 6, "CLOSE_RANGE_UNSHARE|CLOSE_RANGE_CLOEXEC"], ["close_range", "max_fd", -1, "4294967295"],
  ["unlinkat", "flag", 0, "0"], ["unlinkat", "flag", 0x200, "AT_REMOVEDIR"], ["newfstatat", "flag", 0x1000, "AT_EMPTY_PATH"],
  ["newfstatat", "flag", 0x1900, "AT_SYMLINK_NOFOLLOW|AT_NO_AUTOMOUNT|AT_EMPTY_PATH"], ["preadv", "pos_h", 0, ""],
  ["fcntl", "cmd", 3, "F_GETFL"], ["fcntl", "cmd", 99, "0x63 /* F_??? */"], ["fcntl", "arg", 0, "", { cmd: 3 }],
  ["fcntl", "arg", 0o4000, "O_RDONLY|O_NONBLOCK", { cmd: 4 }], ["fcntl", "arg", 1, "FD_CLOEXEC", { cmd: 2 }], ["fcntl", "arg", 0, "0", { cmd: 2 }],
  ["fcntl", "arg", -5, "-5", { cmd: 8 }], ["fcntl", "arg", 29, "SIGIO", { cmd: 10 }], ["fcntl", "arg", 40, "SIGRT_8", { cmd: 10 }],
  ["fcntl", "arg", 0, "0", { cmd: 10 }], ["fcntl", "arg", 0xf, "F_SEAL_SEAL|F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE", { cmd: 1033 }],
  ["ioctl", "cmd", 0x541b, "FIONREAD"], ["ioctl", "cmd", 0x5411, "TIOCOUTQ"], ["ioctl", "cmd", 0x894b, "SIOCOUTQNSD"], ["ioctl", "cmd", 0x8906, "SIOCGSTAMP_OLD"],
  ["ioctl", "cmd", 0x8914, "SIOCSIFFLAGS"], ["ioctl", "cmd", 0x400454ca, "TUNSETIFF"], ["ioctl", "cmd", 0x80082407, "PERF_EVENT_IOC_ID"],
  ["ioctl", "cmd", 0xc0101234, "_IOC(_IOC_READ|_IOC_WRITE, 0x12, 0x34, 0x10)"], ["ioctl", "cmd", -1, "_IOC(_IOC_READ|_IOC_WRITE, 0xff, 0xff, 0x3fff)"],
  ["ioctl", "cmd", 0x5499, "_IOC(_IOC_NONE, 0x54, 0x99, 0)"], ["ioctl", "arg", 0, "", { cmd: 0x5451 }], ["ioctl", "arg", 3, "0x3", { cmd: 0x400454d0 }],
  ["ioctl", "arg", 3, "PERF_IOC_FLAG_GROUP|0x2", { cmd: 0x2400 }],
  ["mmap", "prot", 0, "PROT_NONE"], ["mmap", "prot", 3, "PROT_READ|PROT_WRITE"], ["mmap", "flags", 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"],
  ["mmap", "flags", 0, "MAP_FILE"], ["mmap", "flags", 4, "0x4 /* MAP_??? */"], ["mmap", "flags", 0x32, "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS"],
  ["mmap", "flags", 0x103, "MAP_SHARED_VALIDATE|MAP_GROWSDOWN"], ["mmap", "flags", 0x54040022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT"],
  ["mmap", "off", 0, "0"], ["mmap", "off", 0x1000, "0x1000"],
  ["madvise", "behavior", 4, "MADV_DONTNEED"], ["madvise", "behavior", 23, "MADV_POPULATE_WRITE"], ["madvise", "behavior", -1, "0xffffffff /* MADV_??? */"],
  ["mremap", "flags", 3, "MREMAP_MAYMOVE|MREMAP_FIXED"], ["mremap", "new_addr", 0x1000, "0x1000", { flags: 3 }], ["mremap", "new_addr", 0x1000, "", { flags: 1 }],
  ["memfd_create", "flags", 0, "0"], ["memfd_create", "flags", 3, "MFD_CLOEXEC|MFD_ALLOW_SEALING"], ["memfd_create", "flags", 0x54000000, "21<<MFD_HUGE_SHIFT"],
  ["msync", "flags", 7, "MS_SYNC|MS_ASYNC|MS_INVALIDATE"],
  ["epoll_create1", "flags", 0o2000000, "EPOLL_CLOEXEC"], ["epoll_create1", "flags", 1, "0x1 /* EPOLL_??? */"],
  ["epoll_ctl", "op", 1, "EPOLL_CTL_ADD"], ["epoll_ctl", "op", 9, "0x9 /* EPOLL_CTL_??? */"],
  ["eventfd2", "flags", 0o2000001, "EFD_SEMAPHORE|EFD_CLOEXEC"], ["signalfd4", "flags", 0o2004000, "SFD_CLOEXEC|SFD_NONBLOCK"],
  ["timerfd_create", "clockid", 7, "CLOCK_BOOTTIME"], ["timerfd_create", "flags", 0o2004000, "TFD_CLOEXEC|TFD_NONBLOCK"],
  ["timerfd_settime", "flags", 3, "TFD_TIMER_ABSTIME|TFD_TIMER_CANCEL_ON_SET"],
  ["splice", "flags", 15, "SPLICE_F_MOVE|SPLICE_F_NONBLOCK|SPLICE_F_MORE|SPLICE_F_GIFT"], ["splice", "flags", 16, "0x10 /* SPLICE_F_??? */"],
  ["tgkill", "sig", 0, "0"], ["tgkill", "sig", 9, "SIGKILL"], ["kill", "sig", 32, "SIGRTMIN"], ["kill", "sig", 64, "SIGRT_32"], ["kill", "sig", 65, "65"],
  ["rt_sigprocmask", "how", 2, "SIG_SETMASK"], ["rt_sigprocmask", "how", 3, "0x3 /* SIG_??? */"],
  ["wait4", "options", 1, "WNOHANG"], ["wait4", "options", 0x1000001, "WNOHANG|WNOWAIT"],
  ["setresuid", "ruid", -1, "-1"], ["setresuid", "ruid", 65534, "65534"],
  ["kcmp", "type", 0, "KCMP_FILE"], ["kcmp", "idx1", 1, "1", { type: 0 }], ["kcmp", "idx2", 2, "", { type: 1 }],
  ["getrusage", "who", -1, "RUSAGE_CHILDREN"], ["prlimit64", "resource", 7, "RLIMIT_NOFILE"], ["prlimit64", "resource", 99, "0x63 /* RLIMIT_??? */"],
  ["prctl", "option", 1, "PR_SET_PDEATHSIG"], ["prctl", "option", 99, "0x63 /* PR_??? */"], ["prctl", "arg2", 9, "SIGKILL", { option: 1 }],
  ["prctl", "arg3", 0, "", { option: 1 }], ["prctl", "arg2", 0, "SUID_DUMP_DISABLE", { option: 4 }], ["prctl", "arg5", 0, "0", { option: 38 }],
  ["prctl", "arg2", 1, "0x1", { option: 99 }], ["prctl", "arg3", 0, "0", { option: 99 }],
  ["unshare", "unshare_flags", 0x400, "CLONE_FILES"], ["setns", "flags", 0x60020000, "CLONE_NEWNS|CLONE_NEWPID|CLONE_NEWNET"], ["setns", "flags", 0, "0"], ["setns", "flags", 0x40, "0x40 /* CLONE_NEW??? */"],
  ["clock_gettime", "which_clock", 1, "CLOCK_MONOTONIC"], ["clock_gettime", "which_clock", 12, "0xc /* CLOCK_??? */"],
  ["clock_nanosleep", "flags", 0, "0"], ["clock_nanosleep", "flags", 1, "TIMER_ABSTIME"], ["clock_nanosleep", "flags", 2, "0x2 /* TIMER_??? */"],
  ["futex", "op", 0x80, "FUTEX_WAIT_PRIVATE"], ["futex", "op", 1, "FUTEX_WAKE"], ["futex", "op", 0x189, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"],
  ["futex", "op", 77, "0x4d /* FUTEX_??? */"], ["futex", "val3", -1, "FUTEX_BITSET_MATCH_ANY", { op: 9 }], ["futex", "val3", 0, "", { op: 0 }],
  ["getrandom", "flags", 3, "GRND_NONBLOCK|GRND_RANDOM"], ["getrandom", "flags", 8, "0x8 /* GRND_??? */"],
  ["fsopen", "flags", 1, "FSOPEN_CLOEXEC"], ["fsconfig", "cmd", 6, "FSCONFIG_CMD_CREATE"], ["fsconfig", "cmd", 9, "0x9 /* FSCONFIG_??? */"],
  ["fsconfig", "aux", -100, "AT_FDCWD", { cmd: 3 }], ["fsconfig", "aux", -100, "-100", { cmd: 0 }], ["fsmount", "attr_flags", 0, "0"], ["fsmount", "attr_flags", 15, "MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC"], ["move_mount", "flags", 4, "MOVE_MOUNT_F_EMPTY_PATH"],
  ["open_tree", "flags", 0x9901, "OPEN_TREE_CLONE|AT_SYMLINK_NOFOLLOW|AT_NO_AUTOMOUNT|AT_EMPTY_PATH|AT_RECURSIVE"],
  ["open_tree", "flags", 4, "0x4 /* OPEN_TREE_??? */"], ["mount", "flags", 0x5001, "MS_RDONLY|MS_BIND|MS_REC"], ["umount2", "flags", 2, "MNT_DETACH"],
  ["pidfd_open", "flags", 0o4000, "PIDFD_NONBLOCK"], ["pidfd_open", "flags", 1, "0x1 /* PIDFD_??? */"], ["pidfd_getfd", "flags", 1, "0x1"],
  ["io_uring_enter", "flags", 1, "IORING_ENTER_GETEVENTS"], ["io_uring_register", "opcode", 13, "IORING_REGISTER_FILES2"],
  ["bpf", "cmd", 5, "BPF_PROG_LOAD"], ["bpf", "cmd", 10, "BPF_PROG_TEST_RUN"], ["perf_event_open", "flags", 8, "PERF_FLAG_FD_CLOEXEC"],
];

describe("strace's words", () => {
  test.each(TEXTS.map(([call, name, value, text, given = {}]) => ({ call, name, value, text, given })))(
    "$call: $name $value is $text", ({ call, name, value, text, given }) => {
    expect(shows(call, name, value, given)).toBe(text);
  });

  const reads = (call: SyscallName, name: string, memory: Memory, given: Given = {}): string => {
    const type = typeOf(call, name, given, memory);
    return type.show(type.read(memory, 0));
  };
  const u32s = (...values: readonly number[]): Memory => bytesOf(Buffer.from(Uint32Array.from(values).buffer));
  test.each<[SyscallName, string, Memory, string, Given?]>([
    ["bind", "umyaddr", bytesOf([2, 0, 0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), '{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}'],
    ["pipe2", "fildes", u32s(17, 18), "[17, 18]"],
    ["select", "inp", bytesOf([0b1001, 0b10, 0, 0, 0, 0, 0, 0]), "[0 3 9]"],
    ["sched_getaffinity", "user_mask_ptr", bytesOf([3, 0, 0, 0, 0, 0, 0, 0]), "[0 1]"],
    ["mincore", "vec", bytesOf([0, 1]), "[0, 1]", { len: 8192 }],
    ["mincore", "vec", bytesOf([0, 1]), "[0, 1]", { len: 131_072 }],   // of a machine with pages of 64 KiB
    ["wait4", "stat_addr", u32s(0x300), "{WIFEXITED(s) && WEXITSTATUS(s) == 3}"],
    ["wait4", "stat_addr", u32s(9), "{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}"],
    ["rt_sigprocmask", "nset", u32s((1 << 9) | (1 << 1), 1 << 7), "[INT USR1 RT_8]"],
    ["fcntl", "arg", u32s(2, 8208), "{type=F_OWNER_PGRP, pid=8208}", { cmd: 15 }],
  ])("%s: what %s points at", (call, name, memory, text, given = {}) => {
    expect(reads(call, name, memory, given)).toBe(text);
  });

  test("an interface is shown by its name and the member that the request is about", () => {
    const lo = allocate(40, 0);
    lo.bytes.write("lo");
    lo.bytes.writeInt32LE(65536, 16);
    expect(reads("ioctl", "arg", lo, { cmd: 0x8921 })).toBe('{ifr_name="lo", ifr_mtu=65536}');
    lo.bytes.writeInt32LE(0x49, 16);
    const flags = "IFF_UP|IFF_LOOPBACK|IFF_RUNNING";
    expect(reads("ioctl", "arg", lo, { cmd: 0x8913 })).toBe(`{ifr_name="lo", ifr_flags=${flags}}`);
  });
});
