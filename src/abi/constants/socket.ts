/**
 * Sockets: what socket(2), send(2), setsockopt(2) and their kin take.
 *
 * How all the files of this folder are made: a table holds the names that one argument or one field can bear.
 * Rows stand in the order in which strace prints them; where two names share a number, the one that strace
 * prints comes first, and the other follows it at once. Numbers from 2^31 on are positive. Below the tables
 * stands each name alone, for experiments. Everything holds for x86-64 and arm64 alike unless a table says
 * otherwise.
 */

/** Address families. include/linux/socket.h, socket(2). */
export const AF = {
  AF_UNSPEC:     0, AF_UNIX:    1, AF_LOCAL:       1, AF_INET:       2, AF_AX25:    3, AF_IPX:      4,
  AF_APPLETALK:  5, AF_NETROM:  6, AF_BRIDGE:      7, AF_ATMPVC:     8, AF_X25:     9, AF_INET6:   10,
  AF_ROSE:      11, AF_DECnet: 12, AF_NETBEUI:    13, AF_SECURITY:  14, AF_KEY:    15, AF_NETLINK: 16,
  AF_ROUTE:     16, AF_PACKET: 17, AF_ASH:        18, AF_ECONET:    19, AF_ATMSVC: 20, AF_RDS:     21,
  AF_SNA:       22, AF_IRDA:   23, AF_PPPOX:      24, AF_WANPIPE:   25, AF_LLC:    26, AF_IB:      27,
  AF_MPLS:      28, AF_CAN:    29, AF_TIPC:       30, AF_BLUETOOTH: 31, AF_IUCV:   32, AF_RXRPC:   33,
  AF_ISDN:      34, AF_PHONET: 35, AF_IEEE802154: 36, AF_CAIF:      37, AF_ALG:    38, AF_NFC:     39,
  AF_VSOCK:     40, AF_KCM:    41, AF_QIPCRTR:    42, AF_SMC:       43, AF_XDP:    44, AF_MCTP:    45,
} as const;

/** Protocol families: another spelling of AF_*, number for number. include/linux/socket.h. */
export const PF = {
  PF_UNSPEC:     0, PF_UNIX:    1, PF_LOCAL:       1, PF_INET:       2, PF_AX25:    3, PF_IPX:      4,
  PF_APPLETALK:  5, PF_NETROM:  6, PF_BRIDGE:      7, PF_ATMPVC:     8, PF_X25:     9, PF_INET6:   10,
  PF_ROSE:      11, PF_DECnet: 12, PF_NETBEUI:    13, PF_SECURITY:  14, PF_KEY:    15, PF_NETLINK: 16,
  PF_ROUTE:     16, PF_PACKET: 17, PF_ASH:        18, PF_ECONET:    19, PF_ATMSVC: 20, PF_RDS:     21,
  PF_SNA:       22, PF_IRDA:   23, PF_PPPOX:      24, PF_WANPIPE:   25, PF_LLC:    26, PF_IB:      27,
  PF_MPLS:      28, PF_CAN:    29, PF_TIPC:       30, PF_BLUETOOTH: 31, PF_IUCV:   32, PF_RXRPC:   33,
  PF_ISDN:      34, PF_PHONET: 35, PF_IEEE802154: 36, PF_CAIF:      37, PF_ALG:    38, PF_NFC:     39,
  PF_VSOCK:     40, PF_KCM:    41, PF_QIPCRTR:    42, PF_SMC:       43, PF_XDP:    44, PF_MCTP:    45,
} as const;

/** Socket types, the low four bits of the type argument. include/linux/net.h (enum sock_type), socket(2). */
export const SOCK = {
  SOCK_STREAM: 1, SOCK_DGRAM: 2, SOCK_RAW: 3, SOCK_RDM: 4, SOCK_SEQPACKET: 5, SOCK_DCCP: 6, SOCK_PACKET: 10,
} as const;

/**
 * What may be or-ed to the type, and passed to accept4: the numbers of O_CLOEXEC and O_NONBLOCK.
 * include/linux/net.h, accept4(2).
 */
export const SOCK_FLAGS = {
  SOCK_CLOEXEC: 0o2000000, SOCK_NONBLOCK: 0o4000,
} as const;

/** Flags of send and receive calls, and of msg_flags. include/linux/socket.h, send(2), recv(2). */
export const MSG = {
  MSG_OOB:                0x1, MSG_PEEK:                   0x2, MSG_DONTROUTE:               0x4,
  MSG_CTRUNC:             0x8, MSG_PROBE:                 0x10, MSG_TRUNC:                  0x20,
  MSG_DONTWAIT:          0x40, MSG_EOR:                   0x80, MSG_WAITALL:               0x100,
  MSG_FIN:              0x200, MSG_SYN:                  0x400, MSG_CONFIRM:               0x800,
  MSG_RST:             0x1000, MSG_ERRQUEUE:            0x2000, MSG_NOSIGNAL:             0x4000,
  MSG_MORE:            0x8000, MSG_WAITFORONE:         0x10000, MSG_SENDPAGE_NOTLAST:    0x20000,
  MSG_BATCH:          0x40000, MSG_NO_SHARED_FRAGS:    0x80000, MSG_SOCK_DEVMEM:       0x2000000,
  MSG_ZEROCOPY:     0x4000000, MSG_FASTOPEN:        0x20000000, MSG_CMSG_CLOEXEC:     0x40000000,
  MSG_CMSG_COMPAT: 0x80000000,
} as const;

/** how of shutdown(2): which direction ends. POSIX; uapi has no names for them. */
export const SHUT = {
  SHUT_RD: 0, SHUT_WR: 1, SHUT_RDWR: 2,
} as const;

/**
 * Levels of setsockopt(2) and of cmsg_level. include/linux/socket.h; SOL_SOCKET from uapi
 * asm-generic/socket.h.
 */
export const SOL = {
  SOL_IP:       0, SOL_SOCKET:    1, SOL_TCP:        6, SOL_UDP:        17, SOL_IPV6:    41, SOL_ICMPV6:   58,
  SOL_SCTP:   132, SOL_UDPLITE: 136, SOL_RAW:      255, SOL_IPX:       256, SOL_AX25:   257, SOL_ATALK:   258,
  SOL_NETROM: 259, SOL_ROSE:    260, SOL_DECNET:   261, SOL_X25:       262, SOL_PACKET: 263, SOL_ATM:     264,
  SOL_AAL:    265, SOL_IRDA:    266, SOL_NETBEUI:  267, SOL_LLC:       268, SOL_DCCP:   269, SOL_NETLINK: 270,
  SOL_TIPC:   271, SOL_RXRPC:   272, SOL_PPPOL2TP: 273, SOL_BLUETOOTH: 274, SOL_PNPIPE: 275, SOL_RDS:     276,
  SOL_IUCV:   277, SOL_CAIF:    278, SOL_ALG:      279, SOL_NFC:       280, SOL_KCM:    281, SOL_TLS:     282,
  SOL_XDP:    283, SOL_MPTCP:   284, SOL_MCTP:     285, SOL_SMC:       286, SOL_VSOCK:  287,
} as const;

/**
 * Options at level SOL_SOCKET. uapi asm-generic/socket.h, socket(7). The _OLD names carry the word-sized
 * times that both 64-bit architectures use, and strace spells them so; the _NEW ones are for 32-bit programs
 * after 2038.
 */
export const SO = {
  SO_DEBUG:                          1, SO_REUSEADDR:                    2, SO_TYPE:                     3,
  SO_ERROR:                          4, SO_DONTROUTE:                    5, SO_BROADCAST:                6,
  SO_SNDBUF:                         7, SO_RCVBUF:                       8, SO_KEEPALIVE:                9,
  SO_OOBINLINE:                     10, SO_NO_CHECK:                    11, SO_PRIORITY:                12,
  SO_LINGER:                        13, SO_BSDCOMPAT:                   14, SO_REUSEPORT:               15,
  SO_PASSCRED:                      16, SO_PEERCRED:                    17, SO_RCVLOWAT:                18,
  SO_SNDLOWAT:                      19, SO_RCVTIMEO_OLD:                20, SO_RCVTIMEO:                20,
  SO_SNDTIMEO_OLD:                  21, SO_SNDTIMEO:                    21, SO_SECURITY_AUTHENTICATION: 22,
  SO_SECURITY_ENCRYPTION_TRANSPORT: 23, SO_SECURITY_ENCRYPTION_NETWORK: 24, SO_BINDTODEVICE:            25,
  SO_ATTACH_FILTER:                 26, SO_GET_FILTER:                  26, SO_DETACH_FILTER:           27,
  SO_DETACH_BPF:                    27, SO_PEERNAME:                    28, SO_TIMESTAMP_OLD:           29,
  SO_TIMESTAMP:                     29, SO_ACCEPTCONN:                  30, SO_PEERSEC:                 31,
  SO_SNDBUFFORCE:                   32, SO_RCVBUFFORCE:                 33, SO_PASSSEC:                 34,
  SO_TIMESTAMPNS_OLD:               35, SO_TIMESTAMPNS:                 35, SO_MARK:                    36,
  SO_TIMESTAMPING_OLD:              37, SO_TIMESTAMPING:                37, SO_PROTOCOL:                38,
  SO_DOMAIN:                        39, SO_RXQ_OVFL:                    40, SO_WIFI_STATUS:             41,
  SO_PEEK_OFF:                      42, SO_NOFCS:                       43, SO_LOCK_FILTER:             44,
  SO_SELECT_ERR_QUEUE:              45, SO_BUSY_POLL:                   46, SO_MAX_PACING_RATE:         47,
  SO_BPF_EXTENSIONS:                48, SO_INCOMING_CPU:                49, SO_ATTACH_BPF:              50,
  SO_ATTACH_REUSEPORT_CBPF:         51, SO_ATTACH_REUSEPORT_EBPF:       52, SO_CNX_ADVICE:              53,
  SO_MEMINFO:                       55, SO_INCOMING_NAPI_ID:            56, SO_COOKIE:                  57,
  SO_PEERGROUPS:                    59, SO_ZEROCOPY:                    60, SO_TXTIME:                  61,
  SO_BINDTOIFINDEX:                 62, SO_TIMESTAMP_NEW:               63, SO_TIMESTAMPNS_NEW:         64,
  SO_TIMESTAMPING_NEW:              65, SO_RCVTIMEO_NEW:                66, SO_SNDTIMEO_NEW:            67,
  SO_DETACH_REUSEPORT_BPF:          68, SO_PREFER_BUSY_POLL:            69, SO_BUSY_POLL_BUDGET:        70,
  SO_NETNS_COOKIE:                  71, SO_BUF_LOCK:                    72, SO_RESERVE_MEM:             73,
  SO_TXREHASH:                      74, SO_RCVMARK:                     75, SO_PASSPIDFD:               76,
  SO_PEERPIDFD:                     77, SO_DEVMEM_LINEAR:               78, SO_DEVMEM_DMABUF:           79,
  SO_DEVMEM_DONTNEED:               80, SO_RCVPRIORITY:                 82, SO_PASSRIGHTS:              83,
  SO_INQ:                           84,
} as const;

/**
 * Control messages at level SOL_SOCKET: cmsg_type. include/linux/socket.h and uapi asm-generic/socket.h,
 * unix(7), socket(7).
 */
export const SCM = {
  SCM_RIGHTS:                  1, SCM_CREDENTIALS:           2, SCM_SECURITY:      3, SCM_PIDFD:          4,
  SCM_TIMESTAMP:              29, SCM_TIMESTAMPNS:          35, SCM_TIMESTAMPING: 37, SCM_WIFI_STATUS:   41,
  SCM_TIMESTAMPING_OPT_STATS: 54, SCM_TIMESTAMPING_PKTINFO: 58, SCM_TXTIME:       61, SCM_DEVMEM_LINEAR: 78,
  SCM_DEVMEM_DMABUF:          79, SCM_TS_OPT_ID:            81, SCM_INQ:          84,
} as const;

/** Places in the array of u32 that SO_MEMINFO answers with. uapi linux/sock_diag.h. */
export const SK_MEMINFO = {
  SK_MEMINFO_RMEM_ALLOC: 0, SK_MEMINFO_RCVBUF:      1, SK_MEMINFO_WMEM_ALLOC: 2, SK_MEMINFO_SNDBUF:  3,
  SK_MEMINFO_FWD_ALLOC:  4, SK_MEMINFO_WMEM_QUEUED: 5, SK_MEMINFO_OPTMEM:     6, SK_MEMINFO_BACKLOG: 7,
  SK_MEMINFO_DROPS:      8,
} as const;

/** Bits of SO_BUF_LOCK: which buffer sizes a setsockopt has pinned. uapi linux/socket.h. */
export const SOCK_BUF_LOCK = {
  SOCK_SNDBUF_LOCK: 0x1, SOCK_RCVBUF_LOCK: 0x2,
} as const;

/** States of struct socket, as column St of /proc/net/unix shows them. uapi linux/net.h (socket_state). */
export const SS = {
  SS_FREE: 0, SS_UNCONNECTED: 1, SS_CONNECTING: 2, SS_CONNECTED: 3, SS_DISCONNECTING: 4,
} as const;

/** The calls that i386 multiplexes through socketcall(2). uapi linux/net.h. */
export const SOCKETCALL = {
  SYS_SOCKET:       1, SYS_BIND:         2, SYS_CONNECT:     3, SYS_LISTEN:      4, SYS_ACCEPT:      5,
  SYS_GETSOCKNAME:  6, SYS_GETPEERNAME:  7, SYS_SOCKETPAIR:  8, SYS_SEND:        9, SYS_RECV:       10,
  SYS_SENDTO:      11, SYS_RECVFROM:    12, SYS_SHUTDOWN:   13, SYS_SETSOCKOPT: 14, SYS_GETSOCKOPT: 15,
  SYS_SENDMSG:     16, SYS_RECVMSG:     17, SYS_ACCEPT4:    18, SYS_RECVMMSG:   19, SYS_SENDMMSG:   20,
} as const;

/**
 * The longest accept queue that listen(2) grants by default: net.core.somaxconn since Linux 5.4.
 * include/linux/socket.h.
 */
export const SOMAXCONN = 4096;

export const {
  AF_UNSPEC, AF_UNIX, AF_LOCAL, AF_INET, AF_AX25, AF_IPX, AF_APPLETALK, AF_NETROM, AF_BRIDGE, AF_ATMPVC,
  AF_X25, AF_INET6, AF_ROSE, AF_DECnet, AF_NETBEUI, AF_SECURITY, AF_KEY, AF_NETLINK, AF_ROUTE, AF_PACKET,
  AF_ASH, AF_ECONET, AF_ATMSVC, AF_RDS, AF_SNA, AF_IRDA, AF_PPPOX, AF_WANPIPE, AF_LLC, AF_IB, AF_MPLS, AF_CAN,
  AF_TIPC, AF_BLUETOOTH, AF_IUCV, AF_RXRPC, AF_ISDN, AF_PHONET, AF_IEEE802154, AF_CAIF, AF_ALG, AF_NFC,
  AF_VSOCK, AF_KCM, AF_QIPCRTR, AF_SMC, AF_XDP, AF_MCTP,
} = AF;
export const {
  PF_UNSPEC, PF_UNIX, PF_LOCAL, PF_INET, PF_AX25, PF_IPX, PF_APPLETALK, PF_NETROM, PF_BRIDGE, PF_ATMPVC,
  PF_X25, PF_INET6, PF_ROSE, PF_DECnet, PF_NETBEUI, PF_SECURITY, PF_KEY, PF_NETLINK, PF_ROUTE, PF_PACKET,
  PF_ASH, PF_ECONET, PF_ATMSVC, PF_RDS, PF_SNA, PF_IRDA, PF_PPPOX, PF_WANPIPE, PF_LLC, PF_IB, PF_MPLS, PF_CAN,
  PF_TIPC, PF_BLUETOOTH, PF_IUCV, PF_RXRPC, PF_ISDN, PF_PHONET, PF_IEEE802154, PF_CAIF, PF_ALG, PF_NFC,
  PF_VSOCK, PF_KCM, PF_QIPCRTR, PF_SMC, PF_XDP, PF_MCTP,
} = PF;
export const { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP, SOCK_PACKET } = SOCK;
export const { SOCK_CLOEXEC, SOCK_NONBLOCK } = SOCK_FLAGS;
export const {
  MSG_OOB, MSG_PEEK, MSG_DONTROUTE, MSG_CTRUNC, MSG_PROBE, MSG_TRUNC, MSG_DONTWAIT, MSG_EOR, MSG_WAITALL,
  MSG_FIN, MSG_SYN, MSG_CONFIRM, MSG_RST, MSG_ERRQUEUE, MSG_NOSIGNAL, MSG_MORE, MSG_WAITFORONE,
  MSG_SENDPAGE_NOTLAST, MSG_BATCH, MSG_NO_SHARED_FRAGS, MSG_SOCK_DEVMEM, MSG_ZEROCOPY, MSG_FASTOPEN,
  MSG_CMSG_CLOEXEC, MSG_CMSG_COMPAT,
} = MSG;
export const { SHUT_RD, SHUT_WR, SHUT_RDWR } = SHUT;
export const {
  SOL_IP, SOL_SOCKET, SOL_TCP, SOL_UDP, SOL_IPV6, SOL_ICMPV6, SOL_SCTP, SOL_UDPLITE, SOL_RAW, SOL_IPX,
  SOL_AX25, SOL_ATALK, SOL_NETROM, SOL_ROSE, SOL_DECNET, SOL_X25, SOL_PACKET, SOL_ATM, SOL_AAL, SOL_IRDA,
  SOL_NETBEUI, SOL_LLC, SOL_DCCP, SOL_NETLINK, SOL_TIPC, SOL_RXRPC, SOL_PPPOL2TP, SOL_BLUETOOTH, SOL_PNPIPE,
  SOL_RDS, SOL_IUCV, SOL_CAIF, SOL_ALG, SOL_NFC, SOL_KCM, SOL_TLS, SOL_XDP, SOL_MPTCP, SOL_MCTP, SOL_SMC,
  SOL_VSOCK,
} = SOL;
export const {
  SO_DEBUG, SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_DONTROUTE, SO_BROADCAST, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE,
  SO_OOBINLINE, SO_NO_CHECK, SO_PRIORITY, SO_LINGER, SO_BSDCOMPAT, SO_REUSEPORT, SO_PASSCRED, SO_PEERCRED,
  SO_RCVLOWAT, SO_SNDLOWAT, SO_RCVTIMEO_OLD, SO_RCVTIMEO, SO_SNDTIMEO_OLD, SO_SNDTIMEO,
  SO_SECURITY_AUTHENTICATION, SO_SECURITY_ENCRYPTION_TRANSPORT, SO_SECURITY_ENCRYPTION_NETWORK,
  SO_BINDTODEVICE, SO_ATTACH_FILTER, SO_GET_FILTER, SO_DETACH_FILTER, SO_DETACH_BPF, SO_PEERNAME,
  SO_TIMESTAMP_OLD, SO_TIMESTAMP, SO_ACCEPTCONN, SO_PEERSEC, SO_SNDBUFFORCE, SO_RCVBUFFORCE, SO_PASSSEC,
  SO_TIMESTAMPNS_OLD, SO_TIMESTAMPNS, SO_MARK, SO_TIMESTAMPING_OLD, SO_TIMESTAMPING, SO_PROTOCOL, SO_DOMAIN,
  SO_RXQ_OVFL, SO_WIFI_STATUS, SO_PEEK_OFF, SO_NOFCS, SO_LOCK_FILTER, SO_SELECT_ERR_QUEUE, SO_BUSY_POLL,
  SO_MAX_PACING_RATE, SO_BPF_EXTENSIONS, SO_INCOMING_CPU, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF,
  SO_ATTACH_REUSEPORT_EBPF, SO_CNX_ADVICE, SO_MEMINFO, SO_INCOMING_NAPI_ID, SO_COOKIE, SO_PEERGROUPS,
  SO_ZEROCOPY, SO_TXTIME, SO_BINDTOIFINDEX, SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW, SO_TIMESTAMPING_NEW,
  SO_RCVTIMEO_NEW, SO_SNDTIMEO_NEW, SO_DETACH_REUSEPORT_BPF, SO_PREFER_BUSY_POLL, SO_BUSY_POLL_BUDGET,
  SO_NETNS_COOKIE, SO_BUF_LOCK, SO_RESERVE_MEM, SO_TXREHASH, SO_RCVMARK, SO_PASSPIDFD, SO_PEERPIDFD,
  SO_DEVMEM_LINEAR, SO_DEVMEM_DMABUF, SO_DEVMEM_DONTNEED, SO_RCVPRIORITY, SO_PASSRIGHTS, SO_INQ,
} = SO;
export const {
  SCM_RIGHTS, SCM_CREDENTIALS, SCM_SECURITY, SCM_PIDFD, SCM_TIMESTAMP, SCM_TIMESTAMPNS, SCM_TIMESTAMPING,
  SCM_WIFI_STATUS, SCM_TIMESTAMPING_OPT_STATS, SCM_TIMESTAMPING_PKTINFO, SCM_TXTIME, SCM_DEVMEM_LINEAR,
  SCM_DEVMEM_DMABUF, SCM_TS_OPT_ID, SCM_INQ,
} = SCM;
export const {
  SK_MEMINFO_RMEM_ALLOC, SK_MEMINFO_RCVBUF, SK_MEMINFO_WMEM_ALLOC, SK_MEMINFO_SNDBUF, SK_MEMINFO_FWD_ALLOC,
  SK_MEMINFO_WMEM_QUEUED, SK_MEMINFO_OPTMEM, SK_MEMINFO_BACKLOG, SK_MEMINFO_DROPS,
} = SK_MEMINFO;
export const { SOCK_SNDBUF_LOCK, SOCK_RCVBUF_LOCK } = SOCK_BUF_LOCK;
export const { SS_FREE, SS_UNCONNECTED, SS_CONNECTING, SS_CONNECTED, SS_DISCONNECTING } = SS;
export const {
  SYS_SOCKET, SYS_BIND, SYS_CONNECT, SYS_LISTEN, SYS_ACCEPT, SYS_GETSOCKNAME, SYS_GETPEERNAME, SYS_SOCKETPAIR,
  SYS_SEND, SYS_RECV, SYS_SENDTO, SYS_RECVFROM, SYS_SHUTDOWN, SYS_SETSOCKOPT, SYS_GETSOCKOPT, SYS_SENDMSG,
  SYS_RECVMSG, SYS_ACCEPT4, SYS_RECVMMSG, SYS_SENDMMSG,
} = SOCKETCALL;
