/** UDP's ways through the kernel, over the loopback: one call, one datagram, on both sides. As seen on Linux 6.18. */
import { entry, hidden, path, step } from "../path.ts";

/** sendto: down to the device, and, as the device is the loopback, up again to the receiver, all inside the call. */
export const udpSend = path("the receiver's queue", ["sock:sk_data_ready"], [
  entry("sendto",                         "net/socket.c",           "takes the six arguments out of the registers"),
  step(1, "__sys_sendto",                 "net/socket.c",           "copies the address in, finds the socket behind the fd"),
  hidden(2, "tail call", "inet_sendmsg",  "net/ipv4/af_inet.c",     "asks the protocol: this socket is UDP"),
  step(3, "udp_sendmsg",                  "net/ipv4/udp.c",         "one call, one datagram: the boundary is made here"),
  hidden(4, "unwatched", "ip_make_skb",   "net/ipv4/ip_output.c",   "copies the bytes into one sk_buff, with room for headers"),
  step(4, "udp_send_skb",                 "net/ipv4/udp.c",         "writes the 8 bytes of UDP header: ports, length, checksum"),
  step(5, "ip_send_skb",                  "net/ipv4/ip_output.c",   "hands the packet to IP"),
  step(6, "ip_finish_output2",            "net/ipv4/ip_output.c",   "finds the neighbour that is next on the way"),
  step(7, "__dev_queue_xmit",             "net/core/dev.c",         "hands it to the device's queue; the loopback has none"),
  hidden(8, "unwatched", "loopback_xmit", "drivers/net/loopback.c", "turns it round: what was sent is now received"),
  step(8, "net_rx_action",                "net/core/dev.c",         "fetches what came in, still inside the sender's call"),
  hidden(9, "tail call", "ip_rcv",        "net/ipv4/ip_input.c",    "checks the IP header: is this whole, and for us?"),
  step(10, "ip_local_deliver_finish",     "net/ipv4/ip_input.c",    "takes the IP header off, and looks which protocol is next"),
  step(11, "udp_unicast_rcv_skb",         "net/ipv4/udp.c",         "gives it to the socket that is bound to the port"),
  step(12, "__udp_enqueue_schedule_skb",  "net/ipv4/udp.c",         "appends the datagram, whole, if the queue has room"),
  step(13, "sock_def_readable",           "net/core/sock.c",        "wakes whoever waits in recvfrom"),
]);

/** recvfrom: one datagram, or what of it fits. */
export const udpReceive = path("the caller's buffer", ["sock:sock_recv_length"], [
  entry("recvfrom",                                "net/socket.c",       "takes the six arguments out of the registers"),
  step(1, "__sys_recvfrom",                        "net/socket.c",       "finds the socket behind the fd"),
  step(2, "sock_recvmsg",                          "net/socket.c",       "asks the security modules, then the family"),
  hidden(3, "tail call", "inet_recvmsg",           "net/ipv4/af_inet.c", "asks the protocol: this socket is UDP"),
  hidden(4, "unwatched", "udp_recvmsg",            "net/ipv4/udp.c",     "takes one datagram and stops: never a second"),
  hidden(5, "unwatched", "__skb_recv_udp",         "net/ipv4/udp.c",     "takes the oldest off the queue, or sleeps until one comes"),
  hidden(5, "unwatched", "_copy_to_iter",          "lib/iov_iter.c",     "copies the bytes out; what does not fit is lost"),
  hidden(5, "unwatched", "skb_attempt_defer_free", "net/core/skbuff.c",  "gives the sk_buff's memory back, later if need be", { when: "the kernel defers it: from Linux 6.18 on at the latest" }),
  hidden(2, "unwatched", "move_addr_to_user",      "net/socket.c",       "writes the sender's address, and how long it is", { when: "an address is asked for" }),
]);
