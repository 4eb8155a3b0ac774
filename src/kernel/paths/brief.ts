/** The ways of the first experiments in brief, and what of each is to be seen at few tracepoints. */
import { entryName } from "../path.ts";
import { shortened } from "../shortened.ts";
import { tcpAccept, tcpConnect, tcpRecvfrom, tcpSendto } from "./tcp.ts";

/** connect: the whole handshake, at three states and three packets. */
export const briefConnect = shortened(tcpConnect, ["sock:inet_sock_set_state", "net:net_dev_queue"], [
  entryName("connect"), "__sys_connect", "__sys_connect_file", "inet_stream_connect", "__inet_stream_connect",
  "tcp_v4_connect", "inet_hash_connect", "tcp_connect", "__tcp_transmit_skb", "__ip_queue_xmit", "__dev_queue_xmit",
  "tcp_conn_request", "inet_wait_for_connect", "release_sock", "tcp_finish_connect", "tcp_child_process",
]);

/** accept: from where accept and accept4 meet. */
export const briefAccept = shortened(tcpAccept, ["kmem:kmem_cache_alloc", "kmem:kmem_cache_free"], [
  "__sys_accept4", "__sys_accept4_file", "get_unused_fd_flags", "do_accept", "sock_alloc", "sock_alloc_file",
  "inet_accept", "inet_csk_accept", "inet_csk_wait_for_connect", "__inet_accept", "move_addr_to_user", "fd_install",
]);

/** sendto: as it is seen by who is woken at its end. */
export const briefSendto = shortened(tcpSendto, ["sock:sk_data_ready"], [
  entryName("sendto"), "__sys_sendto", "inet_sendmsg", "tcp_sendmsg", "tcp_sendmsg_locked", "tcp_push",
  "__tcp_push_pending_frames", "tcp_write_xmit", "__tcp_transmit_skb", "__ip_queue_xmit", "__dev_queue_xmit",
  "net_rx_action", "tcp_v4_rcv", "tcp_rcv_established", "tcp_data_queue", "sock_def_readable",
]);

/** recvfrom: as it is seen where bytes are copied. */
export const briefRecvfrom = shortened(tcpRecvfrom, ["skb:skb_copy_datagram_iovec", "tcp:tcp_rcv_space_adjust"], [
  entryName("recvfrom"), "__sys_recvfrom", "sock_recvmsg", "inet_recvmsg", "tcp_recvmsg", "tcp_recvmsg_locked",
  "skb_copy_datagram_iter", "_copy_to_iter", "tcp_rcv_space_adjust", "tcp_cleanup_rbuf",
]);
