/** A message in pieces, and many in one call: sendmsg, recvmsg, sendmmsg, recvmmsg. As seen on Linux 6.18. */
import { entry, hidden, path, step } from "../path.ts";
import { offTheQueue, toTheDevice } from "./datagram.ts";
import { receivingMessage, sendingMessage } from "./doors.ts";

/** sendmsg on UDP: the pieces are one datagram, and it leaves as that of sendto. */
export const udpSendMessage = path("the device's queue", ["net:net_dev_queue"], () => [
  ...sendingMessage("the msghdr, the address, and the list of pieces"),
  hidden(4, "tail call", "inet_sendmsg",           "net/ipv4/af_inet.c",     "asks the protocol: this socket is UDP", { by: "inet_dgram_ops.sendmsg" }),
  step(5, "udp_sendmsg",                           "net/ipv4/udp.c",         "one message, one datagram, however many pieces", { by: "udp_prot.sendmsg" }),
  hidden(6, "unwatched", "ip_make_skb",            "net/ipv4/ip_output.c",   "collects the pieces into one sk_buff"),
  ...toTheDevice(6),
]);

/** recvmsg on UDP: one datagram, spread over the pieces. */
export const udpReceiveMessage = path("the caller's buffers", ["sock:sock_recv_length"], () => [
  ...receivingMessage(),
  ...offTheQueue(5),
  hidden(4, "unwatched", "move_addr_to_user",      "net/socket.c",       "writes the sender's address to msg_name", { when: "an address is asked for" }),
]);

/** sendmmsg: the way of sendmsg, once for each message. What is saved is the way into the kernel. */
export const udpSendMessages = path("the device's queue", ["net:net_dev_queue"], () => [
  entry("sendmmsg",                                "net/socket.c",           "takes the four arguments out of the registers"),
  step(1, "__sys_sendmmsg",                        "net/socket.c",           "goes through the array until one fails; writes each msg_len"),
  step(2, "___sys_sendmsg",                        "net/socket.c",           "once for each: takes the message apart, sends, cleans up"),
  hidden(3, "unwatched", "copy_msghdr_from_user",  "net/socket.c",           "copies the msghdr, the address, and the list of pieces"),
  step(3, "____sys_sendmsg",                       "net/socket.c",           "asks the security modules, but not again for one address"),
  hidden(4, "tail call", "inet_sendmsg",           "net/ipv4/af_inet.c",     "asks the protocol: this socket is UDP", { by: "inet_dgram_ops.sendmsg" }),
  step(5, "udp_sendmsg",                           "net/ipv4/udp.c",         "a datagram for each, and a route looked for again", { by: "udp_prot.sendmsg" }),
  hidden(6, "unwatched", "ip_route_output_flow",   "net/ipv4/route.c",       "the route, for each, though the address be the same", { when: "an address is given" }),
  hidden(6, "unwatched", "ip_make_skb",            "net/ipv4/ip_output.c",   "collects the pieces into one sk_buff"),
  ...toTheDevice(6),
]);

/** recvmmsg: the way of recvmsg, once for each message; the security modules are asked for the first alone. */
export const udpReceiveMessages = path("the caller's buffers", ["sock:sock_recv_length"], () => [
  entry("recvmmsg",                                "net/socket.c",       "takes the five arguments out of the registers"),
  step(1, "do_recvmmsg",                           "net/socket.c",       "goes through the array; looks at the clock after each"),
  step(2, "___sys_recvmsg",                        "net/socket.c",       "once for each: takes the message apart, receives, cleans up"),
  hidden(3, "unwatched", "copy_msghdr_from_user",  "net/socket.c",       "copies the msghdr and the list of pieces: where to"),
  step(3, "____sys_recvmsg",                       "net/socket.c",       "for the first by sock_recvmsg; then straight to the family"),
  step(4, "sock_recvmsg",                          "net/socket.c",       "asks the security modules, then the family", { when: "it is the first message" }),
  ...offTheQueue(5),
  hidden(4, "unwatched", "move_addr_to_user",      "net/socket.c",       "writes the sender's address to msg_name", { when: "an address is asked for" }),
]);

/** sendmsg on TCP: another door to tcp_sendmsg. */
export const tcpSendMessage = path("the device's queue", ["net:net_dev_queue"], () => [
  ...sendingMessage("the msghdr and the list of pieces"),
  hidden(4, "tail call", "inet_sendmsg",           "net/ipv4/af_inet.c",     "asks the protocol: this socket is TCP", { by: "inet_stream_ops.sendmsg" }),
  step(5, "tcp_sendmsg",                           "net/ipv4/tcp.c",         "locks the socket for as long as it copies", { by: "tcp_prot.sendmsg" }),
  step(6, "tcp_sendmsg_locked",                    "net/ipv4/tcp.c",         "goes through the pieces: no border of theirs is kept"),
  hidden(7, "tail call", "tcp_push",               "net/ipv4/tcp.c",         "marks the end with PSH, unless more is to come"),
  step(8, "__tcp_push_pending_frames",             "net/ipv4/tcp_output.c",  "asks for everything that may go to go now"),
  step(9, "tcp_write_xmit",                        "net/ipv4/tcp_output.c",  "sends what the windows allow; the rest stays queued"),
  step(10, "__tcp_transmit_skb",                   "net/ipv4/tcp_output.c",  "copies the sk_buff's head, writes the TCP header", { inNote: "tcp_transmit_skb" }),
  step(11, "__ip_queue_xmit",                      "net/ipv4/ip_output.c",   "writes the IP header; the route is remembered", { inNote: "ip_queue_xmit" }),
  step(12, "__dev_queue_xmit",                     "net/core/dev.c",         "hands it to the device; the loopback turns it round"),
]);

/** recvmsg on TCP: as many bytes as are there, over the pieces one after the other. */
export const tcpReceiveMessage = path("the caller's buffers", ["skb:skb_copy_datagram_iovec", "tcp:tcp_rcv_space_adjust"], () => [
  ...receivingMessage(),
  hidden(5, "tail call", "inet_recvmsg",           "net/ipv4/af_inet.c",   "asks the protocol: this socket is TCP", { by: "inet_stream_ops.recvmsg" }),
  step(6, "tcp_recvmsg",                           "net/ipv4/tcp.c",       "locks the socket for as long as it reads", { by: "tcp_prot.recvmsg" }),
  step(7, "tcp_recvmsg_locked",                    "net/ipv4/tcp.c",       "walks along the queue until the pieces are full", { since: ["5.10", "6.1"] }),
  step(8, "skb_copy_datagram_iter",                "net/core/datagram.c",  "goes through the pieces of one sk_buff"),
  step(8, "tcp_rcv_space_adjust",                  "net/ipv4/tcp_input.c", "may make the receive buffer larger for a fast reader"),
  hidden(8, "unwatched", "tcp_cleanup_rbuf",       "net/ipv4/tcp.c",       "tells the sender of the new room: a read may send"),
]);
