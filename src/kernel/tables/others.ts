/** The tables of AF_UNIX, and those above, below and beside a socket: files, packets, the loopback. */
import { slot, table } from "../tables.ts";
import { ops } from "./inet.ts";

/** The family: it makes the sockets. */
export const unixFamily = table("unix_family_ops", "net_proto_family", "net/unix/af_unix.c", "pf",
  "what AF_UNIX makes its sockets with", [slot("create", "unix_create", "__sock_create")]);

/** What a stream socket of AF_UNIX is called by: there is no protocol below it. */
export const unixStream = table("unix_stream_ops", "proto_ops", "net/unix/af_unix.c", "sock->ops",
  "AF_UNIX, SOCK_STREAM", ops({
    release: "unix_release", bind: "unix_bind", connect: "unix_stream_connect", socketpair: "unix_socketpair",
    accept: "unix_accept", getname: "unix_getname", poll: "unix_poll", ioctl: "unix_ioctl", listen: "unix_listen",
    shutdown: "unix_shutdown", sendmsg: "unix_stream_sendmsg", recvmsg: "unix_stream_recvmsg",
    splice_read: "unix_stream_splice_read",
  }));

/** The same of datagrams. */
export const unixDgram = table("unix_dgram_ops", "proto_ops", "net/unix/af_unix.c", "sock->ops",
  "AF_UNIX, SOCK_DGRAM", ops({
    release: "unix_release", bind: "unix_bind", connect: "unix_dgram_connect", socketpair: "unix_socketpair",
    accept: "sock_no_accept", getname: "unix_getname", poll: "unix_dgram_poll", ioctl: "unix_ioctl",
    listen: "sock_no_listen", shutdown: "unix_shutdown", sendmsg: "unix_dgram_sendmsg",
    recvmsg: "unix_dgram_recvmsg",
  }));

/** The same of packets in sequence. */
export const unixSeqpacket = table("unix_seqpacket_ops", "proto_ops", "net/unix/af_unix.c", "sock->ops",
  "AF_UNIX, SOCK_SEQPACKET", ops({
    release: "unix_release", bind: "unix_bind", connect: "unix_stream_connect", socketpair: "unix_socketpair",
    accept: "unix_accept", getname: "unix_getname", poll: "unix_dgram_poll", ioctl: "unix_ioctl",
    listen: "unix_listen", shutdown: "unix_shutdown", sendmsg: "unix_seqpacket_sendmsg",
    recvmsg: "unix_seqpacket_recvmsg",
  }));

/** A socket as a file, for read, write, poll and close. */
export const socketFile = table("socket_file_ops", "file_operations", "net/socket.c", "file->f_op",
  "what a socket is for who has its descriptor: a file", [
    slot("read_iter",      "sock_read_iter",  "new_sync_read do_iter_readv_writev"),
    slot("write_iter",     "sock_write_iter", "new_sync_write do_iter_readv_writev"),
    slot("poll",           "sock_poll",       "vfs_poll"),
    slot("unlocked_ioctl", "sock_ioctl",      "vfs_ioctl"),
    slot("mmap",           "sock_mmap",       "call_mmap"),
    slot("release",        "sock_close",      "__fput"),
    slot("fasync",         "sock_fasync",     "__fput"),
    slot("splice_read",    "sock_splice_read", "do_splice_read"),
  ]);

/** An epoll instance as a file. */
export const eventpollFile = table("eventpoll_fops", "file_operations", "fs/eventpoll.c", "file->f_op",
  "what an epoll instance is for who has its descriptor", [
    slot("poll",           "ep_eventpoll_poll",    "vfs_poll"),
    slot("release",        "ep_eventpoll_release", "__fput"),
  ]);

/** What TCP has IPv4 do; over IPv6 it is another table. */
export const ipv4Specific = table("ipv4_specific", "inet_connection_sock_af_ops", "net/ipv4/tcp_ipv4.c",
  "icsk->icsk_af_ops", "what TCP asks of IPv4", [
    slot("queue_xmit",    "ip_queue_xmit",        "__tcp_transmit_skb"),
    slot("send_check",    "tcp_v4_send_check",    "__tcp_transmit_skb", { until: ["6.18", "7.2"] }),
    slot("rebuild_header", "inet_sk_rebuild_header", "tcp_connect __tcp_retransmit_skb tcp_init_transfer"),
    slot("sk_rx_dst_set", "inet_sk_rx_dst_set",   "tcp_finish_connect tcp_rcv_established"),
    slot("conn_request",  "tcp_v4_conn_request",  "tcp_rcv_state_process"),
    slot("syn_recv_sock", "tcp_v4_syn_recv_sock", "tcp_check_req"),
    slot("setsockopt",    "ip_setsockopt",        "tcp_setsockopt"),
    slot("getsockopt",    "ip_getsockopt",        "tcp_getsockopt"),
  ]);

/** IPv4 looks its protocols up by their number. */
export const tcpProtocol = table("tcp_protocol", "net_protocol", "net/ipv4/af_inet.c", "inet_protos[IPPROTO_TCP]",
  "where IPv4 hands in a segment", [
    slot("handler",     "tcp_v4_rcv", "ip_protocol_deliver_rcu"),
    slot("err_handler", "tcp_v4_err", "icmp_socket_deliver"),
  ], "net_hotdata.tcp_protocol");

/** The same of UDP. */
export const udpProtocol = table("udp_protocol", "net_protocol", "net/ipv4/af_inet.c", "inet_protos[IPPROTO_UDP]",
  "where IPv4 hands in a datagram", [
    slot("handler",     "udp_rcv", "ip_protocol_deliver_rcu"),
    slot("err_handler", "udp_err", "icmp_socket_deliver"),
  ], "net_hotdata.udp_protocol");

/** Packets find their protocol by the EtherType. */
export const ipPacket = table("ip_packet_type", "packet_type", "net/ipv4/af_inet.c", "pt_prev",
  "where a device's packets of ETH_P_IP go", [
    slot("func",      "ip_rcv",      "__netif_receive_skb_one_core"),
    slot("list_func", "ip_list_rcv", "__netif_receive_skb_list_ptype"),
  ], "net_hotdata.ip_packet_type");

/** The device that everything here passes. */
export const loopback = table("loopback_ops", "net_device_ops", "drivers/net/loopback.c", "dev->netdev_ops",
  "the device lo", [
    slot("ndo_init",            "loopback_dev_init",    "register_netdevice"),
    slot("ndo_start_xmit",      "loopback_xmit",        "netdev_start_xmit"),
    slot("ndo_get_stats64",     "loopback_get_stats64", "dev_get_stats"),
    slot("ndo_set_mac_address", "eth_mac_addr",         "dev_set_mac_address"),
  ]);
