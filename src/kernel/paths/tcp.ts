/** What passes on a TCP connection: how it begins, and how bytes go in and out, over the loopback, over IPv4. As seen on Linux 6.18. */
import { entry, hidden, jumping, path, type Step, step } from "../path.ts";
import { BY_6_1, BY_6_12 } from "./changes.ts";

const fdget = (was: string): Step =>
  hidden(2, "unwatched", "fdget", "fs/file.c", "finds the file behind the number", { since: BY_6_12, was });

/** From the SYN on: down, on the loopback up to the listener, and back with the answer. */
const greeting = (): readonly Step[] => [
  step(6, "tcp_connect",                                     "net/ipv4/tcp_output.c",           "makes the SYN, keeps it to send it again if need be"),
  step(7, "tcp_stream_alloc_skb",                            "net/ipv4/tcp.c",                  "an sk_buff and its copy, for the SYN", { inNote: "sk_stream_alloc_skb", since: BY_6_1, was: "sk_stream_alloc_skb" }),
  hidden(7, "inlined", "tcp_transmit_skb",                   "net/ipv4/tcp_output.c",           "sends a copy: what was not acknowledged is kept"),
  step(8, "__tcp_transmit_skb",                              "net/ipv4/tcp_output.c",           "writes the TCP header"),
  hidden(9, "tail call", "ip_queue_xmit",                    "net/ipv4/ip_output.c",            "hands over the type of service", { by: "ipv4_specific.queue_xmit" }),
  step(10, "__ip_queue_xmit",                                "net/ipv4/ip_output.c",            "writes the IP header"),
  step(11, "__dev_queue_xmit",                               "net/core/dev.c",                  "hands it to the device; the loopback turns it round"),
  step(12, "net_rx_action",                                  "net/core/dev.c",                  "fetches what came in, still inside the call"),
  step(13, "tcp_v4_rcv",                                     "net/ipv4/tcp_ipv4.c",             "finds the listener by its port", { by: "tcp_protocol.handler" }),
  step(14, "tcp_conn_request",                               "net/ipv4/tcp_input.c",            "the listener notes the SYN"),
  step(15, "tcp_v4_send_synack",                             "net/ipv4/tcp_ipv4.c",             "and answers SYN-ACK: no program was asked", { by: "tcp_request_sock_ipv4_ops.send_synack" }),
  hidden(13, "unwatched", "tcp_add_backlog",                 "net/ipv4/tcp_ipv4.c",             "then the SYN-ACK: its socket is locked by this call; it waits"),
  hidden(7, "inlined", "inet_csk_reset_xmit_timer",          "include/net/inet_connection_sock.h", "when to send the SYN again"),
  step(8, "sk_reset_timer",                                  "net/core/sock.c",                 "winds up the timer, after the SYN has left"),
  hidden(5, "inlined", "inet_wait_for_connect",              "net/ipv4/af_inet.c",              "waits until the SYN-ACK is there, or time is up"),
  step(6, "release_sock",                                    "net/core/sock.c",                 "lets in what came while the socket was locked"),
  step(7, "__release_sock",                                  "net/core/sock.c",                 "goes through the backlog: there is the SYN-ACK"),
  step(8, "tcp_v4_do_rcv",                                   "net/ipv4/tcp_ipv4.c",             "as if it had come just now", { by: "tcp_prot.backlog_rcv" }),
  step(9, "tcp_rcv_state_process",                           "net/ipv4/tcp_input.c",            "what a segment means in a state other than ESTABLISHED"),
  step(10, "tcp_finish_connect",                             "net/ipv4/tcp_input.c",            "has the SYN-ACK: ESTABLISHED on this side"),
  step(10, "__tcp_transmit_skb",                             "net/ipv4/tcp_output.c",           "the last ACK leaves, down the same way"),
  step(11, "tcp_check_req",                                  "net/ipv4/tcp_minisocks.c",        "belongs to a SYN that was noted: the listener has a child"),
  step(12, "tcp_v4_syn_recv_sock",                           "net/ipv4/tcp_ipv4.c",             "makes its struct sock, a copy of the listener's", { by: "ipv4_specific.syn_recv_sock" }),
  step(11, "tcp_child_process",                              "net/ipv4/tcp_minisocks.c",        "has the last ACK: the listener's new socket is ready too"),
  hidden(6, "unwatched", "wait_woken",                       "kernel/sched/wait.c",             "sleeps, where the answer takes its time; here it is there"),
];

/** connect: the whole handshake. On the loopback the listener answers inside this very call, before anyone accepts. */
export const tcpConnect = path("the listener's accept queue", [
  "sock:inet_sock_set_state", "fib:fib_table_lookup", "kmem:kmem_cache_alloc", "net:net_dev_queue", "timer:timer_start",
], () => [
  entry("connect",                                           "net/socket.c",                    "takes the three arguments out of the registers", { inNote: "sys_connect" }),
  step(1, "__sys_connect",                                   "net/socket.c",                    "copies the address in, finds the socket behind the fd"),
  fdget("__fdget"),
  hidden(2, "unwatched", "move_addr_to_kernel",              "net/socket.c",                    "copies the address in, of whatever family it says it is"),
  hidden(2, "tail call", "__sys_connect_file",               "net/socket.c",                    "asks the security modules, then the family"),
  step(3, "inet_stream_connect",                             "net/ipv4/af_inet.c",              "locks the socket; all the rest happens inside", { by: "inet_stream_ops.connect" }),
  step(4, "__inet_stream_connect",                           "net/ipv4/af_inet.c",              "starts the handshake, then waits for its end"),
  step(5, "tcp_v4_connect",                                  "net/ipv4/tcp_ipv4.c",             "finds the route; the state is SYN_SENT from now on", { by: "tcp_prot.connect" }),
  hidden(6, "inlined", "ip_route_connect",                   "include/net/route.h",             "two look-ups: which address is ours, and then the way"),
  step(7, "ip_route_output_key_hash",                        "net/ipv4/route.c",                "the first: it finds the address to send from"),
  step(7, "ip_route_output_flow",                            "net/ipv4/route.c",                "the second: the way from that address"),
  hidden(6, "tail call", "tcp_set_state",                    "net/ipv4/tcp.c",                  "SYN_SENT, before there is a port"),
  step(7, "inet_sk_state_store",                             "net/ipv4/af_inet.c",              "tells who watches, and stores the new state"),
  hidden(6, "tail call", "inet_hash_connect",                "net/ipv4/inet_hashtables.c",      "picks a free port, enters the connection in the table"),
  step(7, "__inet_hash_connect",                             "net/ipv4/inet_hashtables.c",      "goes through the range in steps of two: the even ones first"),
  hidden(8, "unwatched", "__inet_check_established",         "net/ipv4/inet_hashtables.c",      "is there such a connection already, or in TIME_WAIT?", { when: "somebody else has the port as well" }),
  hidden(8, "unwatched", "inet_ehash_nolisten",              "net/ipv4/inet_hashtables.c",      "from now on what comes for it finds it"),
  hidden(6, "inlined", "ip_route_newports",                  "include/net/route.h",             "the ports are known now: the third look-up, by the same function"),
  ...greeting(),
]);

/** accept: it makes a socket first, and only then takes a connection, which was complete before. */
export const tcpAccept = path("a descriptor of its own", ["kmem:kmem_cache_alloc", "kmem:kmem_cache_free", "sched:sched_switch"], () => [
  entry("accept",                                            "net/socket.c",                    "takes the three arguments out of the registers", { inNote: "sys_accept" }),
  step(1, "__sys_accept4",                                   "net/socket.c",                    "where accept and accept4 meet; finds the listener behind the fd"),
  fdget("__fdget"),
  hidden(2, "inlined", "__sys_accept4_file",                 "net/socket.c",                    "reserves the fd, makes the rest, then puts it in place"),
  hidden(3, "unwatched", "get_unused_fd_flags",              "fs/file.c",                       "reserves the lowest free fd, before it waits", { inNote: "__get_unused_fd_flags", since: BY_6_1, was: "__get_unused_fd_flags" }),
  step(3, "do_accept",                                       "net/socket.c",                    "makes the socket and the file, then asks the family"),
  step(4, "sock_alloc",                                      "net/socket.c",                    "makes a struct socket that has no connection yet"),
  step(4, "sock_alloc_file",                                 "net/socket.c",                    "makes the file that the fd will stand for"),
  step(4, "inet_accept",                                     "net/ipv4/af_inet.c",              "asks the protocol: this socket is TCP", { by: "inet_stream_ops.accept" }),
  step(5, "inet_csk_accept",                                 "net/ipv4/inet_connection_sock.c", "takes the oldest finished connection off the queue", { by: "tcp_prot.accept" }),
  hidden(6, "inlined", "inet_csk_wait_for_connect",          "net/ipv4/inet_connection_sock.c", "sleeps while the accept queue is empty", { when: "nobody has connected yet" }),
  step(7, "schedule_timeout",                                "kernel/time/timer.c",             "leaves the processor to others", { when: "nobody has connected yet" }),
  hidden(6, "inlined", "reqsk_queue_remove",                 "include/net/request_sock.h",      "takes out the request; its socket was made by the last ACK"),
  hidden(5, "unwatched", "__inet_accept",                    "net/ipv4/af_inet.c",              "joins the connection to the new socket: CONNECTED", { since: BY_6_1 }),
  hidden(4, "unwatched", "inet_getname",                     "net/ipv4/af_inet.c",              "reads off the socket who the peer is", { by: "inet_stream_ops.getname", when: "an address is asked for" }),
  hidden(4, "unwatched", "move_addr_to_user",                "net/socket.c",                    "writes the peer's address, if it is asked for", { when: "an address is asked for" }),
  hidden(3, "unwatched", "fd_install",                       "fs/file.c",                       "only from now on does the fd mean anything"),
]);

/** From the family's function down to the wire, up to the reader, and what comes after that. */
const sending = (d: number): readonly Step[] => [
  hidden(d, "tail call", "inet_sendmsg",                     "net/ipv4/af_inet.c",              "asks the protocol: this socket is TCP", { by: "inet_stream_ops.sendmsg" }),
  hidden(d + 1, "unwatched", "inet_send_prepare",            "net/ipv4/af_inet.c",              "would give it a port, if it had none"),
  step(d + 1, "tcp_sendmsg",                                 "net/ipv4/tcp.c",                  "locks the socket for as long as it copies", { by: "tcp_prot.sendmsg" }),
  step(d + 2, "tcp_sendmsg_locked",                          "net/ipv4/tcp.c",                  "adds the bytes to the last sk_buff: no boundary is kept"),
  hidden(d + 3, "unwatched", "tcp_send_mss",                 "net/ipv4/tcp.c",                  "how much fits into a segment: here the MTU is asked for"),
  step(d + 3, "tcp_stream_alloc_skb",                        "net/ipv4/tcp.c",                  "a new sk_buff", { inNote: "sk_stream_alloc_skb", when: "there is no room in the last one", since: BY_6_1, was: "sk_stream_alloc_skb" }),
  hidden(d + 3, "unwatched", "tcp_skb_entail",               "net/ipv4/tcp.c",                  "appends it to the queue of what is to be sent", { when: "there is no room in the last one", since: BY_6_1, was: "skb_entail" }),
  hidden(d + 3, "unwatched", "sk_page_frag_refill",          "net/core/sock.c",                 "room for the bytes: the rest of a page, or a new one"),
  hidden(d + 3, "unwatched", "tcp_wmem_schedule",            "net/ipv4/tcp.c",                  "counts them against the send buffer", { since: BY_6_1 }),
  hidden(d + 3, "inlined", "skb_copy_to_page_nocache",       "include/net/sock.h",              "copies them there"),
  hidden(d + 4, "unwatched", "_copy_from_iter",              "lib/iov_iter.c",                  "from the caller's memory: now it may write there again"),
  hidden(d + 3, "inlined", "skb_fill_page_desc",             "include/linux/skbuff.h",          "notes in the sk_buff which piece of which page it is"),
  hidden(d + 3, "tail call", "tcp_push_one",                 "net/ipv4/tcp_output.c",           "sends already what is full, between two rounds", { when: "there is more than fits into one sk_buff" }),
  hidden(d + 3, "unwatched", "sk_stream_wait_memory",        "net/core/stream.c",               "sleeps until the peer has acknowledged enough", { when: "the send buffer is full" }),
  hidden(d + 3, "tail call", "tcp_push",                     "net/ipv4/tcp.c",                  "marks the end with PSH, unless more is to come"),
  step(d + 4, "__tcp_push_pending_frames",                   "net/ipv4/tcp_output.c",           "asks for everything that may go to go now"),
  step(d + 5, "tcp_write_xmit",                              "net/ipv4/tcp_output.c",           "sends what the windows allow; the rest stays queued"),
  hidden(d + 6, "inlined", "tcp_mtu_probe",                  "net/ipv4/tcp_output.c",           "would try out a larger packet; tcp_mtu_probing is off"),
  hidden(d + 6, "inlined", "tcp_transmit_skb",               "net/ipv4/tcp_output.c",           "sends a copy: what was not acknowledged is kept"),
  step(d + 7, "__tcp_transmit_skb",                          "net/ipv4/tcp_output.c",           "copies the sk_buff's head, writes the TCP header"),
  hidden(d + 8, "tail call", "ip_queue_xmit",                "net/ipv4/ip_output.c",            "hands over the type of service", { by: "ipv4_specific.queue_xmit" }),
  step(d + 9, "__ip_queue_xmit",                             "net/ipv4/ip_output.c",            "writes the IP header; the route is remembered"),
  step(d + 10, "__dev_queue_xmit",                           "net/core/dev.c",                  "hands it to the device; the loopback turns it round"),
  step(d + 11, "net_rx_action",                              "net/core/dev.c",                  "fetches what came in, still inside the sender's call"),
  step(d + 12, "tcp_v4_rcv",                                 "net/ipv4/tcp_ipv4.c",             "finds the connection by both addresses and both ports", { by: "tcp_protocol.handler" }),
  step(d + 13, "tcp_rcv_established",                        "net/ipv4/tcp_input.c",            "the short way for a segment that comes as expected"),
  step(d + 14, "tcp_data_queue",                             "net/ipv4/tcp_input.c",            "appends the bytes in the order of their numbers", { when: "the segment takes the long way" }),
  step(d + 15, "sock_def_readable",                          "net/core/sock.c",                 "wakes whoever waits in a receive", { by: "sock.sk_data_ready" }),
  hidden(d + 6, "unwatched", "tcp_event_new_data_sent",      "net/ipv4/tcp_output.c",           "moves it to those that were sent; when to send it again"),
  hidden(d + 6, "unwatched", "tcp_schedule_loss_probe",      "net/ipv4/tcp_output.c",           "and when to ask, should no answer come at all"),
  hidden(d + 2, "unwatched", "release_sock",                 "net/core/sock.c",                 "lets in what came meanwhile: on the loopback the ACK"),
];
const SENT = ["sock:sk_data_ready", "kmem:kmem_cache_alloc"];

/** write: a file like any other, until the file's own function is called. */
export const tcpWrite = path("the receiver's queue", SENT, () => [
  jumping(entry("write",                                     "fs/read_write.c",                 "takes the three arguments out of the registers", { inNote: "sys_write" })),
  step(1, "ksys_write",                                      "fs/read_write.c",                 "where the kernel's own callers come in as well"),
  hidden(2, "unwatched", "fdget_pos",                        "fs/file.c",                       "the file behind the number, and its position's lock if any", { since: BY_6_12, was: "__fdget_pos" }),
  hidden(2, "inlined", "file_ppos",                          "fs/read_write.c",                 "a socket has no position: NULL"),
  step(2, "vfs_write",                                       "fs/read_write.c",                 "may it be written? It has no write, so it is write_iter"),
  hidden(3, "inlined", "new_sync_write",                     "fs/read_write.c",                 "the buffer becomes an iov_iter of one piece"),
  hidden(4, "inlined", "call_write_iter",                    "include/linux/fs.h",              "calls what the file's table says", { until: BY_6_12 }),
  step(4, "sock_write_iter",                                 "net/socket.c",                    "makes it a message; without O_NONBLOCK it may wait", { by: "socket_file_ops.write_iter" }),
  hidden(5, "inlined", "__sock_sendmsg",                     "net/socket.c",                    "asks the security modules", { inNote: "sock_sendmsg" }),
  hidden(6, "inlined", "sock_sendmsg_nosec",                 "net/socket.c",                    "then the family"),
  ...sending(7),
]);

/** sendto on a connection: bytes into segments, and on the loopback up again to the receiver, all inside the call. */
export const tcpSendto = path("the receiver's queue", SENT, () => [
  entry("sendto",                                            "net/socket.c",                    "takes the six arguments out of the registers"),
  step(1, "__sys_sendto",                                    "net/socket.c",                    "finds the socket behind the fd"),
  fdget("sockfd_lookup_light"),
  hidden(2, "unwatched", "move_addr_to_kernel",              "net/socket.c",                    "copies the address in, which TCP does not look at", { when: "an address is given" }),
  hidden(2, "inlined", "__sock_sendmsg",                     "net/socket.c",                    "asks the security modules"),
  hidden(3, "inlined", "sock_sendmsg_nosec",                 "net/socket.c",                    "then the family"),
  ...sending(4),
]);

/** From the security modules to the caller's buffer. */
const receiving = (d: number): readonly Step[] => [
  step(d, "sock_recvmsg",                                    "net/socket.c",                    "asks the security modules, then the family"),
  hidden(d + 1, "tail call", "inet_recvmsg",                 "net/ipv4/af_inet.c",              "asks the protocol: this socket is TCP", { by: "inet_stream_ops.recvmsg" }),
  step(d + 2, "tcp_recvmsg",                                 "net/ipv4/tcp.c",                  "locks the socket for as long as it reads", { by: "tcp_prot.recvmsg" }),
  step(d + 3, "tcp_recvmsg_locked",                          "net/ipv4/tcp.c",                  "walks along the queue until the caller's size is reached", { since: BY_6_1 }),
  step(d + 4, "sk_wait_data",                                "net/core/sock.c",                 "sleeps while there is nothing to read", { when: "there is nothing to read" }),
  step(d + 4, "skb_copy_datagram_iter",                      "net/core/datagram.c",             "goes through the pieces of one sk_buff"),
  hidden(d + 5, "unwatched", "_copy_to_iter",                "lib/iov_iter.c",                  "copies the bytes out; what does not fit stays queued"),
  step(d + 4, "tcp_rcv_space_adjust",                        "net/ipv4/tcp_input.c",            "may make the receive buffer larger for a fast reader"),
  hidden(d + 4, "inlined", "tcp_eat_recv_skb",               "net/ipv4/tcp.c",                  "takes the sk_buff off the queue: all of it was read", { since: BY_6_1, was: "sk_eat_skb" }),
  hidden(d + 5, "unwatched", "skb_attempt_defer_free",       "net/core/skbuff.c",               "gives its memory back to the processor that it came from", { since: BY_6_1 }),
  hidden(d + 4, "unwatched", "tcp_cleanup_rbuf",             "net/ipv4/tcp.c",                  "tells the sender of the new room: a read may send"),
  hidden(d + 5, "unwatched", "__tcp_transmit_skb",           "net/ipv4/tcp_output.c",           "an ACK, with the new window, down the whole way", { when: "the peer is owed an ACK, or there is much more room" }),
  hidden(d + 3, "unwatched", "release_sock",                 "net/core/sock.c",                 "lets in what came while it read"),
];
const RECEIVED = ["skb:skb_copy_datagram_iovec", "tcp:tcp_rcv_space_adjust", "sched:sched_switch"];

/** read: the same way as every file, until the file's own function is called. */
export const tcpRead = path("the caller's buffer", RECEIVED, () => [
  jumping(entry("read",                                      "fs/read_write.c",                 "takes the three arguments out of the registers", { inNote: "sys_read" })),
  step(1, "ksys_read",                                       "fs/read_write.c",                 "where the kernel's own callers come in as well"),
  hidden(2, "unwatched", "fdget_pos",                        "fs/file.c",                       "the file behind the number, and its position's lock if any", { since: BY_6_12, was: "__fdget_pos" }),
  hidden(2, "inlined", "file_ppos",                          "fs/read_write.c",                 "a socket has no position: NULL"),
  step(2, "vfs_read",                                        "fs/read_write.c",                 "may it be read? It has no read, so it is read_iter"),
  hidden(3, "inlined", "new_sync_read",                      "fs/read_write.c",                 "the buffer becomes an iov_iter of one piece"),
  step(4, "sock_read_iter",                                  "net/socket.c",                    "makes it a message; for no bytes at all it is 0 at once", { by: "socket_file_ops.read_iter" }),
  ...receiving(5),
]);

/** recvfrom on a connection: as many bytes as are there, up to the caller's size. */
export const tcpRecvfrom = path("the caller's buffer", RECEIVED, () => [
  entry("recvfrom",                                          "net/socket.c",                    "takes the six arguments out of the registers"),
  step(1, "__sys_recvfrom",                                  "net/socket.c",                    "finds the socket behind the fd"),
  fdget("sockfd_lookup_light"),
  ...receiving(2),
  hidden(2, "unwatched", "move_addr_to_user",                "net/socket.c",                    "writes an address of no bytes: TCP says none", { when: "an address is asked for" }),
]);
