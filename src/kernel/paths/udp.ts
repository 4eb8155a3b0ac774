/** UDP's ways through the kernel, over the loopback: one call, one datagram, on both sides. As seen on Linux 6.18. */
import { entry, hidden, path, step } from "../path.ts";

/** sendto: down to the device, and, as the device is the loopback, up again to the receiver, all inside the call. */
export const udpSend = path("the receiver's queue", ["sock:sk_data_ready"], [
  entry("sendto",                                        "net/socket.c",           "takes the six arguments out of the registers"),
  step("__sys_sendto",                                   "net/socket.c",           "copies the address in, finds the socket behind the fd"),
  hidden("tail call", "inet_sendmsg",                    "net/ipv4/af_inet.c",     "asks the protocol: this socket is UDP"),
  step("udp_sendmsg",                                    "net/ipv4/udp.c",         "one call, one datagram: the boundary is made here"),
  hidden("has returned by then", "ip_make_skb",          "net/ipv4/ip_output.c",   "copies the bytes into one sk_buff, with room for headers"),
  step("udp_send_skb",                                   "net/ipv4/udp.c",         "writes the 8 bytes of UDP header: ports, length, checksum"),
  step("ip_send_skb",                                    "net/ipv4/ip_output.c",   "hands the packet to IP"),
  step("ip_finish_output2",                              "net/ipv4/ip_output.c",   "finds the neighbour that is next on the way"),
  step("__dev_queue_xmit",                               "net/core/dev.c",         "hands it to the device's queue; the loopback has none"),
  hidden("has returned by then", "loopback_xmit",        "drivers/net/loopback.c", "turns it round: what was sent is now received"),
  step("net_rx_action",                                  "net/core/dev.c",         "fetches what came in, still inside the sender's call"),
  hidden("tail call", "ip_rcv",                          "net/ipv4/ip_input.c",    "checks the IP header: is this whole, and for us?"),
  step("ip_local_deliver_finish",                        "net/ipv4/ip_input.c",    "takes the IP header off, and looks which protocol is next"),
  step("udp_unicast_rcv_skb",                            "net/ipv4/udp.c",         "gives it to the socket that is bound to the port"),
  step("__udp_enqueue_schedule_skb",                     "net/ipv4/udp.c",         "appends the datagram, whole, if the queue has room"),
  step("sock_def_readable",                              "net/core/sock.c",        "wakes whoever waits in recvfrom"),
]);

/** recvfrom: one datagram, or what of it fits. */
export const udpReceive = path("the caller's buffer", ["sock:sock_recv_length"], [
  entry("recvfrom",                                      "net/socket.c",           "takes the six arguments out of the registers"),
  step("__sys_recvfrom",                                 "net/socket.c",           "finds the socket behind the fd"),
  step("sock_recvmsg",                                   "net/socket.c",           "asks the security modules, then the family"),
  hidden("tail call", "inet_recvmsg",                    "net/ipv4/af_inet.c",     "asks the protocol: this socket is UDP"),
  hidden("has returned by then", "udp_recvmsg",          "net/ipv4/udp.c",         "takes one datagram and stops: never a second"),
  hidden("has returned by then", "__skb_recv_udp",       "net/ipv4/udp.c",         "takes the oldest off the queue, or sleeps until one comes"),
  hidden("has returned by then", "_copy_to_iter",        "lib/iov_iter.c",         "copies the bytes out; what does not fit is lost"),
  hidden("has returned by then", "skb_attempt_defer_free", "net/core/skbuff.c",    "gives the sk_buff's memory back, later if need be", { when: "the kernel defers it: from Linux 6.18 on at the latest" }),
  hidden("leaf", "move_addr_to_user",                    "net/socket.c",           "writes the sender's address, and how long it is", { when: "an address is asked for" }),
]);
