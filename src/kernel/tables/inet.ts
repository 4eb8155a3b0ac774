/** The tables of AF_INET: of the family, of its three kinds of sockets, and of their protocols. */
import { type Slot, slot, table } from "../tables.ts";

/** Who calls through a family's table is the same for every family: net/socket.c. */
export const callers = {
  release: "__sock_release", bind: "__sys_bind_socket|__sys_bind", connect: "__sys_connect_file",
  socketpair: "__sys_socketpair", accept: "do_accept|__sys_accept4_file", getname: "__sys_getsockname", poll: "sock_poll",
  ioctl: "sock_do_ioctl", listen: "__sys_listen_socket|__sys_listen",
  shutdown: "__sys_shutdown_sock|__sys_shutdown",
  setsockopt: "do_sock_setsockopt|__sys_setsockopt", getsockopt: "do_sock_getsockopt|__sys_getsockopt", sendmsg: "sock_sendmsg_nosec",
  recvmsg: "sock_recvmsg_nosec", splice_read: "sock_splice_read", mmap: "sock_mmap",
} as const;

/** The slots of a struct proto_ops. */
export const ops = (functions: Readonly<Partial<Record<keyof typeof callers, string>>>): readonly Slot[] =>
  Object.entries(functions).map(([name, fn]) => slot(name, fn, callers[name as keyof typeof callers]));

/** The family: it makes the sockets. */
export const inetFamily = table("inet_family_ops", "net_proto_family", "net/ipv4/af_inet.c", "pf",
  "what AF_INET makes its sockets with", [slot("create", "inet_create", "__sock_create")]);

/** What a TCP socket is called by. */
export const inetStream = table("inet_stream_ops", "proto_ops", "net/ipv4/af_inet.c", "sock->ops",
  "AF_INET, SOCK_STREAM: TCP", ops({
    release: "inet_release", bind: "inet_bind", connect: "inet_stream_connect", socketpair: "sock_no_socketpair",
    accept: "inet_accept", getname: "inet_getname", poll: "tcp_poll", ioctl: "inet_ioctl", listen: "inet_listen",
    shutdown: "inet_shutdown", setsockopt: "sock_common_setsockopt", getsockopt: "sock_common_getsockopt",
    sendmsg: "inet_sendmsg", recvmsg: "inet_recvmsg", splice_read: "tcp_splice_read", mmap: "tcp_mmap",
  }));

/** What a UDP socket is called by. */
export const inetDgram = table("inet_dgram_ops", "proto_ops", "net/ipv4/af_inet.c", "sock->ops",
  "AF_INET, SOCK_DGRAM: UDP", ops({
    release: "inet_release", bind: "inet_bind", connect: "inet_dgram_connect", socketpair: "sock_no_socketpair",
    accept: "sock_no_accept", getname: "inet_getname", poll: "udp_poll", ioctl: "inet_ioctl",
    listen: "sock_no_listen", shutdown: "inet_shutdown", setsockopt: "sock_common_setsockopt",
    getsockopt: "sock_common_getsockopt", sendmsg: "inet_sendmsg", recvmsg: "inet_recvmsg", mmap: "sock_no_mmap",
  }));

/** What a raw socket is called by. */
export const inetRaw = table("inet_sockraw_ops", "proto_ops", "net/ipv4/af_inet.c", "sock->ops",
  "AF_INET, SOCK_RAW", ops({
    release: "inet_release", bind: "inet_bind", connect: "inet_dgram_connect", socketpair: "sock_no_socketpair",
    accept: "sock_no_accept", getname: "inet_getname", poll: "datagram_poll", ioctl: "inet_ioctl",
    listen: "sock_no_listen", shutdown: "inet_shutdown", setsockopt: "sock_common_setsockopt",
    getsockopt: "sock_common_getsockopt", sendmsg: "inet_sendmsg", recvmsg: "inet_recvmsg", mmap: "sock_no_mmap",
  }));

/** TCP below its family. */
export const tcpProt = table("tcp_prot", "proto", "net/ipv4/tcp_ipv4.c", "sk->sk_prot", "TCP over IPv4", [
  slot("close",       "tcp_close",           "inet_release"),
  slot("pre_connect", "tcp_v4_pre_connect",  "__inet_stream_connect"),
  slot("connect",     "tcp_v4_connect",      "__inet_stream_connect"),
  slot("disconnect",  "tcp_disconnect",      "__inet_stream_connect __tcp_close|tcp_close"),
  slot("accept",      "inet_csk_accept",     "inet_accept"),
  slot("ioctl",       "tcp_ioctl",           "inet_ioctl"),
  slot("init",        "tcp_v4_init_sock",    "inet_create"),
  slot("destroy",     "tcp_v4_destroy_sock", "inet_csk_destroy_sock"),
  slot("shutdown",    "tcp_shutdown",        "inet_shutdown"),
  slot("setsockopt",  "tcp_setsockopt",      "sock_common_setsockopt"),
  slot("getsockopt",  "tcp_getsockopt",      "sock_common_getsockopt"),
  slot("sendmsg",     "tcp_sendmsg",         "inet_sendmsg"),
  slot("recvmsg",     "tcp_recvmsg",         "inet_recvmsg"),
  slot("backlog_rcv", "tcp_v4_do_rcv",       "sk_backlog_rcv"),
  slot("release_cb",  "tcp_release_cb",      "release_sock"),
  slot("hash",        "inet_hash",           "inet_csk_listen_start"),
  slot("unhash",      "inet_unhash",         "tcp_set_state"),
  slot("get_port",    "inet_csk_get_port",   "__inet_bind inet_csk_listen_start inet_autobind"),
]);

/** UDP below its family. */
export const udpProt = table("udp_prot", "proto", "net/ipv4/udp.c", "sk->sk_prot", "UDP over IPv4", [
  slot("close",       "udp_lib_close",        "inet_release"),
  slot("pre_connect", "udp_pre_connect",      "inet_dgram_connect"),
  slot("connect",     "udp_connect",          "inet_dgram_connect", { since: ["6.12", "6.18"], was: "ip4_datagram_connect" }),
  slot("disconnect",  "udp_disconnect",       "inet_dgram_connect"),
  slot("ioctl",       "udp_ioctl",            "inet_ioctl"),
  slot("init",        "udp_init_sock",        "inet_create"),
  slot("destroy",     "udp_destroy_sock",     "sk_common_release"),
  slot("setsockopt",  "udp_setsockopt",       "sock_common_setsockopt"),
  slot("getsockopt",  "udp_getsockopt",       "sock_common_getsockopt"),
  slot("sendmsg",     "udp_sendmsg",          "inet_sendmsg"),
  slot("recvmsg",     "udp_recvmsg",          "inet_recvmsg"),
  slot("release_cb",  "ip4_datagram_release_cb", "release_sock"),
  slot("hash",        "udp_lib_hash",         "inet_create"),
  slot("unhash",      "udp_lib_unhash",       "sk_common_release"),
  slot("rehash",      "udp_v4_rehash",        "__ip4_datagram_connect sock_bindtoindex_locked"),
  slot("get_port",    "udp_v4_get_port",      "__inet_bind inet_autobind"),
]);

/** Raw IPv4 below its family. */
export const rawProt = table("raw_prot", "proto", "net/ipv4/raw.c", "sk->sk_prot", "raw IPv4", [
  slot("close",       "raw_close",            "inet_release"),
  slot("connect",     "ip4_datagram_connect", "inet_dgram_connect"),
  slot("disconnect",  "__udp_disconnect",     "inet_dgram_connect"),
  slot("ioctl",       "raw_ioctl",            "inet_ioctl"),
  slot("init",        "raw_sk_init",          "inet_create"),
  slot("destroy",     "raw_destroy",          "sk_common_release"),
  slot("bind",        "raw_bind",             "inet_bind_sk|inet_bind"),
  slot("setsockopt",  "raw_setsockopt",       "sock_common_setsockopt"),
  slot("getsockopt",  "raw_getsockopt",       "sock_common_getsockopt"),
  slot("sendmsg",     "raw_sendmsg",          "inet_sendmsg"),
  slot("recvmsg",     "raw_recvmsg",          "inet_recvmsg"),
  slot("backlog_rcv", "raw_rcv_skb",          "sk_backlog_rcv"),
  slot("release_cb",  "ip4_datagram_release_cb", "release_sock"),
  slot("hash",        "raw_hash_sk",          "inet_create"),
  slot("unhash",      "raw_unhash_sk",        "sk_common_release"),
]);
