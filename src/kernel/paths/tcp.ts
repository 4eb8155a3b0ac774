/** TCP's ways through the kernel, over the loopback, over IPv4. As seen on Linux 6.18. */
import { entry, hidden, path, step } from "../path.ts";

/** connect: the whole handshake. On the loopback the listener answers inside this very call, before anyone accepts. */
export const tcpConnect = path("the listener's accept queue", ["sock:inet_sock_set_state", "net:net_dev_queue"], [
  entry("connect",                              "net/socket.c",               "takes the three arguments out of the registers", { inNote: "sys_connect" }),
  step(1, "__sys_connect",                      "net/socket.c",               "copies the address in, finds the socket behind the fd"),
  hidden(2, "tail call", "__sys_connect_file",  "net/socket.c",               "asks the security modules, then the family"),
  step(3, "inet_stream_connect",                "net/ipv4/af_inet.c",         "locks the socket; all the rest happens inside"),
  step(4, "__inet_stream_connect",              "net/ipv4/af_inet.c",         "starts the handshake, then waits for its end"),
  step(5, "tcp_v4_connect",                     "net/ipv4/tcp_ipv4.c",        "finds the route; the state is SYN_SENT from now on"),
  hidden(6, "tail call", "inet_hash_connect",   "net/ipv4/inet_hashtables.c", "picks a free port, enters the connection in the table"),
  step(6, "tcp_connect",                        "net/ipv4/tcp_output.c",      "makes the SYN, keeps it to send it again if need be"),
  step(7, "__tcp_transmit_skb",                 "net/ipv4/tcp_output.c",      "writes the TCP header", { inNote: "tcp_transmit_skb" }),
  step(8, "__ip_queue_xmit",                    "net/ipv4/ip_output.c",       "writes the IP header", { inNote: "ip_queue_xmit" }),
  step(9, "__dev_queue_xmit",                   "net/core/dev.c",             "hands it to the device; the loopback turns it round"),
  step(10, "tcp_conn_request",                  "net/ipv4/tcp_input.c",       "the listener notes the SYN, and answers SYN-ACK"),
  hidden(5, "inlined", "inet_wait_for_connect", "net/ipv4/af_inet.c",         "sleeps until the SYN-ACK is there, or time is up"),
  step(6, "release_sock",                       "net/core/sock.c",            "lets in what came while the socket was locked"),
  step(7, "tcp_finish_connect",                 "net/ipv4/tcp_input.c",       "has the SYN-ACK: ESTABLISHED on this side"),
  step(7, "tcp_child_process",                  "net/ipv4/tcp_minisocks.c",   "has the last ACK: the listener's new socket is ready too"),
]);

/** accept: it makes a socket first, and only then takes a connection, which was complete before. */
export const tcpAccept = path("a descriptor of its own", ["kmem:kmem_cache_alloc", "kmem:kmem_cache_free"], [
  step(0, "__sys_accept4",                          "net/socket.c",                    "where accept and accept4 meet; finds the listener behind the fd", { inNote: "sys_accept" }),
  hidden(1, "inlined", "__sys_accept4_file",        "net/socket.c",                    "reserves the fd, makes the rest, then puts it in place"),
  hidden(2, "unwatched", "get_unused_fd_flags",     "fs/file.c",                       "reserves the lowest free fd, before it waits", { inNote: "__get_unused_fd_flags" }),
  step(2, "do_accept",                              "net/socket.c",                    "makes the socket and the file, then asks the family"),
  step(3, "sock_alloc",                             "net/socket.c",                    "makes a struct socket that has no connection yet"),
  step(3, "sock_alloc_file",                        "net/socket.c",                    "makes the file that the fd will stand for"),
  step(3, "inet_accept",                            "net/ipv4/af_inet.c",              "asks the protocol: this socket is TCP"),
  step(4, "inet_csk_accept",                        "net/ipv4/inet_connection_sock.c", "takes the oldest finished connection off the queue"),
  hidden(5, "inlined", "inet_csk_wait_for_connect", "net/ipv4/inet_connection_sock.c", "sleeps while the accept queue is empty"),
  hidden(4, "unwatched", "__inet_accept",           "net/ipv4/af_inet.c",              "joins the connection to the new socket"),
  hidden(3, "unwatched", "move_addr_to_user",       "net/socket.c",                    "writes the peer's address, if it is asked for", { when: "an address is asked for" }),
  hidden(2, "unwatched", "fd_install",              "fs/file.c",                       "only from now on does the fd mean anything"),
]);

/** sendto on a connection: bytes into segments, and on the loopback up again to the receiver, all inside the call. */
export const tcpSend = path("the receiver's queue", ["sock:sk_data_ready"], [
  entry("sendto",                        "net/socket.c",          "takes the six arguments out of the registers"),
  step(1, "__sys_sendto",                "net/socket.c",          "finds the socket behind the fd"),
  hidden(2, "tail call", "inet_sendmsg", "net/ipv4/af_inet.c",    "asks the protocol: this socket is TCP"),
  step(3, "tcp_sendmsg",                 "net/ipv4/tcp.c",        "locks the socket for as long as it copies"),
  step(4, "tcp_sendmsg_locked",          "net/ipv4/tcp.c",        "adds the bytes to the last sk_buff: no boundary is kept"),
  hidden(5, "tail call", "tcp_push",     "net/ipv4/tcp.c",        "marks the end with PSH, unless more is to come"),
  step(6, "__tcp_push_pending_frames",   "net/ipv4/tcp_output.c", "asks for everything that may go to go now"),
  step(7, "tcp_write_xmit",              "net/ipv4/tcp_output.c", "sends what the windows allow; the rest stays queued"),
  step(8, "__tcp_transmit_skb",          "net/ipv4/tcp_output.c", "copies the sk_buff's head, writes the TCP header", { inNote: "tcp_transmit_skb" }),
  step(9, "__ip_queue_xmit",             "net/ipv4/ip_output.c",  "writes the IP header; the route is remembered", { inNote: "ip_queue_xmit" }),
  step(10, "__dev_queue_xmit",           "net/core/dev.c",        "hands it to the device; the loopback turns it round"),
  step(11, "net_rx_action",              "net/core/dev.c",        "fetches what came in, still inside the sender's call"),
  step(12, "tcp_v4_rcv",                 "net/ipv4/tcp_ipv4.c",   "finds the connection by both addresses and both ports"),
  step(13, "tcp_rcv_established",        "net/ipv4/tcp_input.c",  "the short way for a segment that comes as expected"),
  step(14, "tcp_data_queue",             "net/ipv4/tcp_input.c",  "appends the bytes in the order of their numbers"),
  step(15, "sock_def_readable",          "net/core/sock.c",       "wakes whoever waits in recvfrom"),
]);

/** recvfrom on a connection: as many bytes as are there, up to the caller's size. */
export const tcpReceive = path("the caller's buffer", ["skb:skb_copy_datagram_iovec", "tcp:tcp_rcv_space_adjust"], [
  entry("recvfrom",                          "net/socket.c",         "takes the six arguments out of the registers"),
  step(1, "__sys_recvfrom",                  "net/socket.c",         "finds the socket behind the fd"),
  step(2, "sock_recvmsg",                    "net/socket.c",         "asks the security modules, then the family"),
  hidden(3, "tail call", "inet_recvmsg",     "net/ipv4/af_inet.c",   "asks the protocol: this socket is TCP"),
  step(4, "tcp_recvmsg",                     "net/ipv4/tcp.c",       "locks the socket for as long as it reads"),
  step(5, "tcp_recvmsg_locked",              "net/ipv4/tcp.c",       "walks along the queue until the caller's size is reached"),
  hidden(6, "unwatched", "sk_wait_data",     "net/core/sock.c",      "sleeps while there is nothing to read", { when: "there is nothing to read" }),
  step(6, "skb_copy_datagram_iter",          "net/core/datagram.c",  "goes through the pieces of one sk_buff"),
  hidden(7, "unwatched", "_copy_to_iter",    "lib/iov_iter.c",       "copies the bytes out; what does not fit stays queued"),
  step(6, "tcp_rcv_space_adjust",            "net/ipv4/tcp_input.c", "may make the receive buffer larger for a fast reader"),
  hidden(6, "unwatched", "tcp_cleanup_rbuf", "net/ipv4/tcp.c",       "tells the sender of the new room: a read may send"),
]);
