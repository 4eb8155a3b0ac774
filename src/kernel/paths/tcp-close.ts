/** How a TCP connection ends, and how a listener does, over the loopback, over IPv4. As seen on Linux 6.18. */
import { entry, hidden, path, type Step, step } from "../path.ts";
import { BY_6_12 } from "./changes.ts";
import { letGo } from "./let-go.ts";

/** From the descriptor to TCP: the last reference to a file is gone. */
const letGoOfTcp: readonly Step[] = [
  ...letGo,
  step(3, "sock_close",                                      "net/socket.c",                    "the file is a socket", { by: "socket_file_ops.release" }),
  hidden(4, "inlined", "__sock_release",                     "net/socket.c",                    "takes the struct socket apart"),
  step(5, "inet_release",                                    "net/ipv4/af_inet.c",              "asks whether to linger, and parts the two", { by: "inet_stream_ops.release" }),
  step(6, "tcp_close",                                       "net/ipv4/tcp.c",                  "locks the socket; its memory may go with it", { by: "tcp_prot.close" }),
];
const forget = step(3, "dput", "fs/dcache.c", "the directory entry, and with it the inode");

/** close: the FIN, and on the loopback the peer's answer too. What is still to come is the kernel's own business. */
export const tcpClose = path("the peer's CLOSE_WAIT", [
  "sock:inet_sock_set_state", "net:net_dev_queue", "kmem:kmem_cache_free", "tcp:tcp_destroy_sock",
], () => [
  ...letGoOfTcp,
  step(7, "__tcp_close",                                     "net/ipv4/tcp.c",                  "FIN or RST? And who looks after what remains"),
  step(8, "tcp_disconnect",                                  "net/ipv4/tcp.c",                  "RST, and all is forgotten at once", { when: "SO_LINGER is on, with 0 seconds" }),
  hidden(8, "inlined", "tcp_close_state",                    "net/ipv4/tcp.c",                  "which state comes next, and does a FIN belong to it?"),
  hidden(9, "tail call", "tcp_set_state",                    "net/ipv4/tcp.c",                  "FIN_WAIT1, or LAST_ACK, before the FIN is made"),
  step(10, "inet_sk_state_store",                            "net/ipv4/af_inet.c",              "tells who watches, and stores the new state"),
  step(8, "tcp_send_active_reset",                           "net/ipv4/tcp_output.c",           "RST in place of a FIN: something was lost", { when: "bytes came that nobody has read" }),
  hidden(8, "tail call", "tcp_send_fin",                     "net/ipv4/tcp_output.c",           "in the last sk_buff that waits, or in one of its own"),
  step(9, "__tcp_push_pending_frames",                       "net/ipv4/tcp_output.c",           "asks for everything that may go to go now"),
  step(10, "tcp_write_xmit",                                 "net/ipv4/tcp_output.c",           "the windows hold for a FIN as well"),
  hidden(11, "inlined", "tcp_transmit_skb",                  "net/ipv4/tcp_output.c",           "sends a copy: what was not acknowledged is kept"),
  step(12, "__tcp_transmit_skb",                             "net/ipv4/tcp_output.c",           "writes the TCP header"),
  step(13, "__dev_queue_xmit",                               "net/core/dev.c",                  "hands it to the device; the loopback turns it round"),
  step(14, "tcp_v4_rcv",                                     "net/ipv4/tcp_ipv4.c",             "finds the peer's socket, still inside this call", { by: "tcp_protocol.handler" }),
  step(15, "tcp_fin",                                        "net/ipv4/tcp_input.c",            "the peer is in CLOSE_WAIT: its reads end with 0", { when: "the peer has not closed before" }),
  hidden(8, "unwatched", "sk_stream_wait_close",             "net/core/stream.c",               "waits for the end, if SO_LINGER says how long"),
  step(8, "__release_sock",                                  "net/core/sock.c",                 "goes through what came while the socket was locked"),
  step(8, "inet_csk_destroy_sock",                           "net/ipv4/inet_connection_sock.c", "timers, algorithm, port: the struct sock goes", { when: "nothing is to come any more" }),
  step(9, "tcp_v4_destroy_sock",                             "net/ipv4/tcp_ipv4.c",             "TCP's part of it", { by: "tcp_prot.destroy", when: "nothing is to come any more" }),
  forget,
]);

/** close of a listener: nobody finds it any more, and who was connected but not accepted is reset. */
export const tcpCloseListener = path("a reset for each whom nobody accepted", [
  "sock:inet_sock_set_state", "net:net_dev_queue", "kmem:kmem_cache_free", "tcp:tcp_destroy_sock",
], () => [
  ...letGoOfTcp,
  step(7, "__tcp_close",                                     "net/ipv4/tcp.c",                  "sees that it listens: no FIN, there is no peer"),
  step(8, "tcp_set_state",                                   "net/ipv4/tcp.c",                  "CLOSE, and out of the table"),
  hidden(9, "unwatched", "inet_unhash",                      "net/ipv4/inet_hashtables.c",      "from now on no SYN finds it", { by: "tcp_prot.unhash" }),
  step(9, "inet_sk_state_store",                             "net/ipv4/af_inet.c",              "tells who watches, and stores the new state"),
  step(8, "inet_csk_listen_stop",                            "net/ipv4/inet_connection_sock.c", "goes through the accept queue"),
  step(9, "inet_child_forget",                               "net/ipv4/inet_connection_sock.c", "a connection that nobody took", { when: "somebody waits in the queue" }),
  step(10, "tcp_disconnect",                                 "net/ipv4/tcp.c",                  "it is CLOSE at once", { by: "tcp_prot.disconnect", when: "somebody waits in the queue" }),
  step(11, "tcp_send_active_reset",                          "net/ipv4/tcp_output.c",           "and its client gets an RST", { when: "somebody waits in the queue" }),
  step(12, "__tcp_transmit_skb",                             "net/ipv4/tcp_output.c",           "writes the TCP header", { when: "somebody waits in the queue" }),
  step(13, "__dev_queue_xmit",                               "net/core/dev.c",                  "hands it to the device; the loopback turns it round", { when: "somebody waits in the queue" }),
  step(10, "inet_csk_destroy_sock",                          "net/ipv4/inet_connection_sock.c", "the connection's struct sock goes", { when: "somebody waits in the queue" }),
  step(8, "inet_csk_destroy_sock",                           "net/ipv4/inet_connection_sock.c", "timers, algorithm, port: the listener's goes"),
  forget,
]);

/** shutdown: the same FIN, but the descriptor and the other direction stay. */
export const tcpShutdown = path("the peer's CLOSE_WAIT", ["sock:inet_sock_set_state", "net:net_dev_queue"], () => [
  entry("shutdown",                                          "net/socket.c",                    "takes the two arguments out of the registers"),
  step(1, "__sys_shutdown",                                  "net/socket.c",                    "finds the socket behind the fd"),
  hidden(2, "unwatched", "fdget",                            "fs/file.c",                       "finds the file behind the number", { since: BY_6_12, was: "sockfd_lookup_light" }),
  hidden(2, "inlined", "__sys_shutdown_sock",                "net/socket.c",                    "asks the security modules, then the family"),
  step(3, "inet_shutdown",                                   "net/ipv4/af_inet.c",              "is there a connection, and which direction is meant?", { by: "inet_stream_ops.shutdown" }),
  step(4, "tcp_shutdown",                                    "net/ipv4/tcp.c",                  "only what is sent concerns the peer", { by: "tcp_prot.shutdown" }),
  hidden(5, "inlined", "tcp_close_state",                    "net/ipv4/tcp.c",                  "which state comes next, and does a FIN belong to it?"),
  hidden(6, "tail call", "tcp_set_state",                    "net/ipv4/tcp.c",                  "FIN_WAIT1, or LAST_ACK, before the FIN is made"),
  step(7, "inet_sk_state_store",                             "net/ipv4/af_inet.c",              "tells who watches, and stores the new state"),
  hidden(5, "tail call", "tcp_send_fin",                     "net/ipv4/tcp_output.c",           "in the last sk_buff that waits, or in one of its own"),
  step(6, "__tcp_push_pending_frames",                       "net/ipv4/tcp_output.c",           "asks for everything that may go to go now"),
  step(7, "tcp_write_xmit",                                  "net/ipv4/tcp_output.c",           "the windows hold for a FIN as well"),
  step(8, "__tcp_transmit_skb",                              "net/ipv4/tcp_output.c",           "writes the TCP header"),
  step(9, "__dev_queue_xmit",                                "net/core/dev.c",                  "hands it to the device; the loopback turns it round"),
  step(10, "tcp_v4_rcv",                                     "net/ipv4/tcp_ipv4.c",             "finds the peer's socket, still inside this call", { by: "tcp_protocol.handler" }),
  step(11, "tcp_fin",                                        "net/ipv4/tcp_input.c",            "the peer is in CLOSE_WAIT: its reads end with 0"),
]);
