/** The constants against the headers that the C compiler knows, and against each other. */
import { readdirSync } from "node:fs";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { O_ARM64, O_X64 } from "../../src/abi/constants/fcntl.ts";
import { noCompiler, type Values, valuesOf } from "./headers.ts";

type Table = Readonly<Record<string, number>>;

const words = (text: string): string[] => text.trim().split(/\s+/);

const FILES = readdirSync(new URL("../../src/abi/constants/", import.meta.url))
  .map((it) => it.replace(/\.ts$/, ""));

const MODULES = await Promise.all(FILES.map(async (file) => {
  const exports: Readonly<Record<string, unknown>> = await import(`../../src/abi/constants/${file}.ts`);
  const entries = Object.entries(exports);
  return {
    file, exports,
    tables: entries.filter((it): it is [string, Table] => typeof it[1] === "object"),
    singles: entries.filter((it): it is [string, number | bigint] => typeof it[1] !== "object"),
  };
}));

/** Tables of one architecture: the names alone are those of the machine that runs. */
const ONE_ARCHITECTURE = new Set(["O_X64", "O_ARM64"]);

/** Second names for a number of the same table: another spelling, or what another call makes of it. */
const ALIASES = words(`
AF_LOCAL AF_ROUTE PF_LOCAL PF_ROUTE SO_RCVTIMEO SO_SNDTIMEO SO_GET_FILTER SO_DETACH_BPF SO_TIMESTAMP
SO_TIMESTAMPNS SO_TIMESTAMPING IP_RECVRETOPTS IP_RECVORIGDSTADDR INADDR_NONE IPV6_RECVORIGDSTADDR
TCPOPT_MAXSEG TCPOPT_SACK_PERMITTED TCPOLEN_SACK_BASE TCPOLEN_FASTOPEN_BASE ARPHRD_HDLC NETLINK_INET_DIAG
IFLA_TARGET_NETNSID IFA_F_TEMPORARY TC_H_CLSACT O_NDELAY O_ASYNC AT_EACCESS AT_HANDLE_FID SIOCINQ TIOCINQ
SIOCOUTQ SIOCGSTAMP SIOCGSTAMPNS SIOCUNIXFILE IFF_NOFILTER SIGIOT SIGPOLL SA_NOMASK SA_ONESHOT WUNTRACED
BPF_PROG_RUN BPF_TXA SO_EE_ORIGIN_TIMESTAMPING`);

/** Names that no header of user space has: only the kernel's own sources, or an RFC. */
const INTERNAL = words(`
MSG_SENDPAGE_NOTLAST MSG_NO_SHARED_FRAGS MSG_SOCK_DEVMEM MSG_CMSG_COMPAT SOL_UDP SOL_SCTP SOL_UDPLITE
SOL_IPX SOL_AX25 SOL_ATALK SOL_NETROM SOL_ROSE SOL_VSOCK SCM_SECURITY SCM_PIDFD TCP_BOUND_INACTIVE
TCPOPT_MD5SIG TCPOPT_AO TCPOPT_MPTCP TCPOPT_FASTOPEN TCPOPT_ACCECN0 TCPOPT_ACCECN1 TCPOPT_EXP
TCPOLEN_SACK_BASE TCPOLEN_FASTOPEN_BASE TCPOLEN_SACK_PERBLOCK TCPOLEN_MD5SIG TH_ECE TH_CWR UDP_MAX_SEGMENTS`);

/** Names that came after Linux 6.1. */
const NEWER = words(`
BPF_TOKEN_CREATE BPF_PROG_STREAM_READ_BY_FD BPF_PROG_ASSOC_STRUCT_OPS BPF_MAP_TYPE_CGRP_STORAGE
BPF_MAP_TYPE_ARENA BPF_MAP_TYPE_INSN_ARRAY BPF_MAP_TYPE_RHASH BPF_PROG_TYPE_NETFILTER BPF_STRUCT_OPS
BPF_NETFILTER BPF_TCX_INGRESS BPF_TCX_EGRESS BPF_TRACE_UPROBE_MULTI BPF_CGROUP_UNIX_CONNECT
BPF_CGROUP_UNIX_SENDMSG BPF_CGROUP_UNIX_RECVMSG BPF_CGROUP_UNIX_GETPEERNAME BPF_CGROUP_UNIX_GETSOCKNAME
BPF_NETKIT_PRIMARY BPF_NETKIT_PEER BPF_TRACE_KPROBE_SESSION BPF_TRACE_UPROBE_SESSION BPF_TRACE_FSESSION
BPF_TRACE_FENTRY_MULTI BPF_TRACE_FEXIT_MULTI BPF_TRACE_FSESSION_MULTI BPF_F_XDP_DEV_BOUND_ONLY
BPF_F_TEST_REG_INVARIANTS BPF_MEMSX BPF_JCOND EPIOCSPARAMS EPIOCGPARAMS SCM_TSTAMP_COMPLETION
SOF_TIMESTAMPING_OPT_ID_TCP SOF_TIMESTAMPING_OPT_RX_FILTER SOF_TIMESTAMPING_TX_COMPLETION ETH_P_GRE_OSI
ETH_P_8021AC ETH_P_MXLGSW ETH_P_YT921X ETH_P_NXP_NETC ETH_SS_STATS_PHY ETH_SS_TS_FLAGS F_DUPFD_QUERY
F_CREATED_QUERY F_GETDELEG F_SETDELEG F_SEAL_EXEC AT_HANDLE_FID AT_EXECVE_CHECK O_EMPTYPATH
XDP_MAX_TX_SKB_BUDGET XDP_USE_SG IPPROTO_AGGFRAG IPPROTO_SMC IORING_OP_READ_MULTISHOT IORING_OP_WAITID
IORING_OP_FUTEX_WAIT IORING_OP_FUTEX_WAKE IORING_OP_FUTEX_WAITV IORING_OP_FIXED_FD_INSTALL
IORING_OP_FTRUNCATE IORING_OP_BIND IORING_OP_LISTEN IORING_OP_RECV_ZC IORING_OP_EPOLL_WAIT
IORING_OP_READV_FIXED IORING_OP_WRITEV_FIXED IORING_OP_PIPE IORING_OP_NOP128 IORING_OP_URING_CMD128
IORING_SETUP_NO_MMAP IORING_SETUP_REGISTERED_FD_ONLY IORING_SETUP_NO_SQARRAY IORING_SETUP_HYBRID_IOPOLL
IORING_SETUP_CQE_MIXED IORING_SETUP_SQE_MIXED IORING_SETUP_SQ_REWIND IORING_FEAT_REG_REG_RING
IORING_FEAT_RECVSEND_BUNDLE IORING_FEAT_MIN_TIMEOUT IORING_FEAT_RW_ATTR IORING_FEAT_NO_IOWAIT
IORING_ENTER_ABS_TIMER IORING_ENTER_EXT_ARG_REG IORING_ENTER_NO_IOWAIT IORING_REGISTER_PBUF_STATUS
IORING_REGISTER_NAPI IORING_UNREGISTER_NAPI IORING_REGISTER_CLOCK IORING_REGISTER_CLONE_BUFFERS
IORING_REGISTER_SEND_MSG_RING IORING_REGISTER_ZCRX_IFQ IORING_REGISTER_RESIZE_RINGS
IORING_REGISTER_MEM_REGION IORING_REGISTER_QUERY IORING_REGISTER_ZCRX_CTRL IORING_REGISTER_BPF_FILTER
IORING_REGISTER_USE_REGISTERED_RING IORING_OFF_PBUF_RING IORING_CQE_F_BUF_MORE IORING_CQE_F_SKIP
IORING_CQE_F_32 IORING_CQE_F_TSTAMP_HW IORING_RECVSEND_BUNDLE IORING_SEND_VECTORIZED IORING_ACCEPT_DONTWAIT
IORING_ACCEPT_POLL_FIRST IORING_TIMEOUT_MULTISHOT IORING_TIMEOUT_IMMEDIATE_ARG SOCKET_URING_OP_SIOCINQ
SOCKET_URING_OP_SIOCOUTQ SOCKET_URING_OP_GETSOCKOPT SOCKET_URING_OP_SETSOCKOPT SOCKET_URING_OP_TX_TIMESTAMP
SOCKET_URING_OP_GETSOCKNAME TUN_F_USO4 TUN_F_USO6 MAP_DROPPABLE MAP_ABOVE4G MADV_GUARD_INSTALL
MADV_GUARD_REMOVE MFD_NOEXEC_SEAL MFD_EXEC FSCONFIG_CMD_CREATE_EXCL FSMOUNT_NAMESPACE MOVE_MOUNT_BENEATH
OPEN_TREE_NAMESPACE RTM_NEWMULTICAST RTM_DELMULTICAST RTM_NEWANYCAST RTM_DELANYCAST RTNLGRP_IPV4_MCADDR
RTNLGRP_IPV6_MCADDR RTNLGRP_IPV6_ACADDR PACKET_VNET_HDR_SZ PACKET_FANOUT_FLAG_IGNORE_OUTGOING
TP_STATUS_GSO_TCP PERF_RECORD_CALLCHAIN_DEFERRED PERF_CONTEXT_USER_DEFERRED PERF_ATTR_SIZE_VER8
PERF_ATTR_SIZE_VER9 PR_SET_MDWE PR_GET_MDWE PR_SET_MEMORY_MERGE PR_GET_MEMORY_MERGE PR_RISCV_V_SET_CONTROL
PR_RISCV_V_GET_CONTROL PR_RISCV_SET_ICACHE_FLUSH_CTX PR_PPC_GET_DEXCR PR_PPC_SET_DEXCR
PR_GET_SHADOW_STACK_STATUS PR_SET_SHADOW_STACK_STATUS PR_LOCK_SHADOW_STACK_STATUS
PR_TIMER_CREATE_RESTORE_IDS PR_FUTEX_HASH PR_RSEQ_SLICE_EXTENSION PR_GET_CFI PR_SET_CFI PR_GET_AUXV
IFLA_DEVLINK_PORT IFLA_GSO_IPV4_MAX_SIZE IFLA_GRO_IPV4_MAX_SIZE IFLA_DPLL_PIN
IFLA_MAX_PACING_OFFLOAD_HORIZON IFLA_NETNS_IMMUTABLE IFLA_HEADROOM IFLA_TAILROOM IFLA_MACVLAN_BC_CUTOFF
RTEXT_FILTER_NAME_ONLY RTA_FLOWLABEL RTPROT_OVN CLONE_AUTOREAP CLONE_NNP CLONE_PIDFD_AUTOKILL
CLONE_EMPTY_MNTNS SCHED_EXT SEGV_CPERR SO_PASSPIDFD SO_PEERPIDFD SO_DEVMEM_LINEAR SO_DEVMEM_DMABUF
SO_DEVMEM_DONTNEED SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ SCM_DEVMEM_LINEAR SCM_DEVMEM_DMABUF SCM_TS_OPT_ID
SCM_INQ TCP_AO_ADD_KEY TCP_AO_DEL_KEY TCP_AO_INFO TCP_AO_GET_KEYS TCP_AO_REPAIR TCP_IS_MPTCP TCP_RTO_MAX_MS
TCP_RTO_MIN_US TCP_DELACK_MAX_US TCPI_OPT_USEC_TS TCPI_OPT_TFO_CHILD PIDFD_THREAD`);

/** Names of the other architecture. */
const FOREIGN: readonly string[] = process.arch === "arm64" ? ["MAP_32BIT"] : ["PROT_BTI", "PROT_MTE"];

/** What such a name is called where a header has it under another. */
const SPELLED = {
  MSG_PROBE:         "MSG_PROXY",
  SIGRTMAX:          "__SIGRTMAX",
  TCPOLEN_MSS:       "TCPOLEN_MAXSEG",
  TCPOLEN_SACK_PERM: "TCPOLEN_SACK_PERMITTED",
  TCPOPT_MSS:        "TCPOPT_MAXSEG",
  TCPOPT_SACK_PERM:  "TCPOPT_SACK_PERMITTED",
  TCP_NEW_SYN_RECV:  "BPF_TCP_NEW_SYN_RECV",
};

/** The kernel's headers that need nothing of libc, and the files they are asked about. */
const KERNEL = {
  files: words(`
auxvec bpf epoll fcntl futex io_uring ioctl kcmp mman mount perf_event pidfd poll prctl random resource sched signal
time wait`),
  headers: words(`
asm/auxvec.h asm/fcntl.h asm/ioctls.h asm/mman.h asm/poll.h asm/resource.h asm/siginfo.h asm/signal.h asm/sockios.h
linux/auxvec.h linux/bpf.h linux/close_range.h linux/eventpoll.h linux/fcntl.h linux/filter.h linux/fs.h linux/futex.h
linux/hw_breakpoint.h linux/if_link.h linux/if_tun.h linux/io_uring.h linux/kcmp.h linux/memfd.h linux/mman.h
linux/mount.h linux/perf_event.h linux/pidfd.h linux/prctl.h linux/random.h linux/resource.h linux/sched.h
linux/sockios.h linux/stat.h linux/time.h linux/timerfd.h linux/un.h linux/wait.h`),
};

/** The kernel's headers of the network; linux/if.h brings libc's sys/socket.h, errqueue.h wants it before. */
const NETWORK = {
  files: FILES.filter((it) => !KERNEL.files.includes(it)),
  headers: words(`
sys/socket.h asm/socket.h linux/bpf.h linux/errqueue.h linux/ethtool.h linux/icmp.h linux/icmpv6.h linux/if.h
linux/if_addr.h linux/if_arp.h linux/if_ether.h linux/if_link.h linux/if_packet.h linux/if_xdp.h linux/in.h
linux/in6.h linux/inet_diag.h linux/ip.h linux/ipv6.h linux/neighbour.h linux/net.h linux/net_tstamp.h
linux/netfilter.h linux/netfilter_ipv4/ip_tables.h linux/netlink.h linux/packet_diag.h linux/pkt_sched.h
linux/rtnetlink.h linux/signalfd.h linux/sock_diag.h linux/socket.h linux/tcp.h linux/udp.h
linux/unix_diag.h linux/veth.h`),
};

/** libc's headers, asked for what the kernel's did not know. */
const LIBC = words("fcntl.h netinet/icmp6.h netinet/ip.h netinet/tcp.h signal.h sys/eventfd.h sys/mount.h");

const VERSION = "LINUX_VERSION_CODE";

const namesOf = ({ singles }: (typeof MODULES)[number]): string[] => singles.map(([name]) => name);

const NAMES = MODULES.flatMap(namesOf);
const OURS: ReadonlyMap<string, bigint> = new Map(
  MODULES.flatMap(({ singles }) => singles.map(([name, value]) => [name, BigInt(value)])),
);

/** Each name from the first headers that know it. */
function ask(): Values {
  const known = new Map([KERNEL, NETWORK].flatMap(({ files, headers }) => [
    ...valuesOf(MODULES.filter(({ file }) => files.includes(file)).flatMap(namesOf), headers, SPELLED),
  ]));
  return new Map([...known, ...valuesOf(NAMES.filter((it) => !known.has(it)), LIBC, SPELLED)]);
}

/** C's value as we write it: an int with bit 31 set is positive here, and the u64 of ones is not -1. */
function asOurs(name: string, value: bigint): bigint {
  const ours = OURS.get(name);
  return [value, BigInt.asUintN(32, value), BigInt.asUintN(64, value)].find((it) => it === ours) ?? value;
}

describe.skipIf(noCompiler !== null)(`the installed headers ${noCompiler ?? ""}`, () => {
  const theirs: Values = noCompiler === null ? ask() : new Map();
  const unknown = NAMES.filter((it) => !theirs.has(it));
  const version = noCompiler === null ? Number(valuesOf([VERSION], ["linux/version.h"]).get(VERSION)) : 0;
  const release = `${version >> 16}.${(version >> 8) & 255}`;

  test(`${theirs.size} of ${NAMES.length} names have the same number there`, () => {
    const differ = [...theirs].filter(([name, value]) => asOurs(name, value) !== OURS.get(name));
    expect(differ).toEqual([]);
  });

  test.skipIf(version < 0x060100)(`Linux ${release} does not publish ${unknown.length}, all listed`, () => {
    expect(unknown.filter((it) => ![...INTERNAL, ...NEWER, ...FOREIGN].includes(it))).toEqual([]);
  });
});

describe.each(MODULES)("constants of $file", ({ exports, tables, singles }) => {
  test("every name of a table stands alone, too, with the same number", () => {
    for (const [title, table] of tables.filter(([it]) => !ONE_ARCHITECTURE.has(it))) {
      for (const [name, value] of Object.entries(table)) {
        expect([title, name, exports[name]]).toEqual([title, name, value]);
      }
    }
  });

  test("numbers are whole, and no flag is negative", () => {
    const numbers = singles.flatMap(([, value]) => typeof value === "number" ? [value] : []);
    expect(numbers.filter((it) => !Number.isSafeInteger(it) || it < -4095)).toEqual([]);
  });

  test("two names of a table share a number only where that is listed", () => {
    expect(tables.flatMap(([, table]) => seconds(table)).filter((it) => !ALIASES.includes(it))).toEqual([]);
  });
});

describe("all files", () => {
  test("no name stands in two files", () => {
    expect(NAMES.filter((it, i) => NAMES.indexOf(it) !== i)).toEqual([]);
  });

  test("every listed alias is one", () => {
    const all = MODULES.flatMap(({ tables }) => tables.flatMap(([, table]) => seconds(table)));
    expect(ALIASES.filter((it) => !all.includes(it))).toEqual([]);
  });

  test("every name that is excused exists", () => {
    const excused = [...INTERNAL, ...NEWER, ...FOREIGN, ...Object.keys(SPELLED)];
    expect(excused.filter((it) => !NAMES.includes(it))).toEqual([]);
  });
});

describe("flags of open", () => {
  test.each([
    ["O_DIRECT",    0o00040000, 0o00200000],
    ["O_LARGEFILE", 0o00100000, 0o00400000],
    ["O_NOFOLLOW",  0o00400000, 0o00100000],
    ["O_TMPFILE",   0o20200000, 0o20040000],
    ["O_DIRECTORY", 0o00200000, 0o00040000],
  ] as const)("%s differs between x86-64 and arm64", (name, x64, arm64) => {
    expect([O_X64[name], O_ARM64[name]]).toEqual([x64, arm64]);
  });

  test("nothing else differs, and the order is the same", () => {
    expect(Object.keys(O_ARM64)).toEqual(Object.keys(O_X64));
    const differ = Object.entries(O_X64).filter(([name, value]) => (O_ARM64 as Table)[name] !== value);
    const five = words("O_DIRECT O_LARGEFILE O_NOFOLLOW O_TMPFILE O_DIRECTORY");
    expect(differ.map(([name]) => name)).toEqual(five);
  });

  test.each([O_X64, O_ARM64])("a flag that holds another stands before it", (flags: Table) => {
    const rows = Object.entries(flags);
    const holds = (whole: number, part: number): boolean => part !== whole && (whole & part) === part;
    const late = rows.filter(([, whole], i) => rows.slice(0, i).some(([, part]) => holds(whole, part)));
    expect(late).toEqual([]);
  });
});

/** The names of a table whose number an earlier row has. */
function seconds(table: Table): string[] {
  const rows = Object.entries(table);
  return rows.filter(([, value], i) => rows.findIndex(([, it]) => it === value) !== i).map(([name]) => name);
}
