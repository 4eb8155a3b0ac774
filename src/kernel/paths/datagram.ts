/** What every UDP datagram passes, whichever call sends or receives it. */
import { hidden, type Step, step } from "../path.ts";

/** Down from udp_sendmsg, which has made one sk_buff of it, to the device. */
export const toTheDevice = (d: number): readonly Step[] => [
  step(d, "udp_send_skb",                         "net/ipv4/udp.c",       "writes the 8 bytes of UDP header: ports, length, checksum"),
  step(d + 1, "ip_send_skb",                      "net/ipv4/ip_output.c", "hands the packet to IP"),
  step(d + 2, "ip_finish_output2",                "net/ipv4/ip_output.c", "finds the neighbour that is next on the way"),
  step(d + 3, "__dev_queue_xmit",                 "net/core/dev.c",       "hands it to the device's queue; the loopback has none"),
];

/** From sock_recvmsg to the socket's queue. */
export const offTheQueue = (d: number): readonly Step[] => [
  hidden(d, "tail call", "inet_recvmsg",          "net/ipv4/af_inet.c",   "asks the protocol: this socket is UDP", { by: "inet_dgram_ops.recvmsg" }),
  hidden(d + 1, "unwatched", "udp_recvmsg",       "net/ipv4/udp.c",       "takes one datagram and stops: never a second", { by: "udp_prot.recvmsg" }),
  hidden(d + 2, "unwatched", "__skb_recv_udp",    "net/ipv4/udp.c",       "takes the oldest off the queue, or sleeps until one comes"),
];
