/** From TCP's and UDP's last function to the wire, which here is the loopback, over IPv4. As seen on Linux 6.18. */
import { hidden, path, type Step, step } from "../path.ts";
import { BY_6_1 } from "./changes.ts";

const AT = ["net:net_dev_queue", "net:netif_rx", "net:netif_receive_skb"];

/** From IP on all protocols go the same way. */
const down = (d: number): readonly Step[] => [
  hidden(d, "inlined", "ip_local_out",                       "net/ipv4/ip_output.c",            "a packet of our own: filters, then the way out"),
  hidden(d + 1, "unwatched", "__ip_local_out",               "net/ipv4/ip_output.c",            "length and checksum; netfilter's LOCAL_OUT"),
  step(d + 1, "ip_output",                                   "net/ipv4/ip_output.c",            "netfilter's POST_ROUTING", { by: "dst_entry.output" }),
  hidden(d + 2, "tail call", "ip_finish_output",             "net/ipv4/ip_output.c",            "may a control group's BPF program let it go?"),
  hidden(d + 3, "tail call", "__ip_finish_output",           "net/ipv4/ip_output.c",            "larger than the MTU? Then it is cut up here"),
  step(d + 4, "ip_finish_output2",                           "net/ipv4/ip_output.c",            "finds the neighbour that is next on the way"),
  step(d + 5, "__dev_queue_xmit",                            "net/core/dev.c",                  "into the device's queue; the loopback has none"),
  step(d + 6, "dev_hard_start_xmit",                         "net/core/dev.c",                  "shows it to who listens on the device, gives it to the driver"),
  step(d + 7, "loopback_xmit",                               "drivers/net/loopback.c",          "turns it round: what was sent is now received", { by: "loopback_ops.ndo_start_xmit" }),
  step(d + 8, "__netif_rx",                                  "net/core/dev.c",                  "in at the same door as from any device", { since: BY_6_1, was: "netif_rx" }),
  step(d + 9, "netif_rx_internal",                           "net/core/dev.c",                  "which processor is to go on with it?"),
  hidden(d + 10, "unwatched", "enqueue_to_backlog",          "net/core/dev.c",                  "into that one's queue; a softirq is asked for"),
  step(d + 6, "__local_bh_enable_ip",                        "kernel/softirq.c",                "softirqs may run again: it is done here, in the sender's call"),
  step(d + 7, "do_softirq",                                  "kernel/softirq.c",                "and so it goes up again, with the sender below it"),
];

/** TCP: a header, a route that is remembered, and down. */
export const transmitTcp = path("the wire", AT, () => [
  step(0, "__tcp_transmit_skb",                              "net/ipv4/tcp_output.c",           "ports, numbers, flags, window, options", { inNote: "tcp_transmit_skb" }),
  hidden(1, "unwatched", "skb_clone",                        "net/core/skbuff.c",               "a second head on the same bytes: the first one is kept", { when: "it may have to be sent again" }),
  hidden(1, "unwatched", "tcp_v4_send_check",                "net/ipv4/tcp_ipv4.c",             "the checksum, or where the device is to write it", { by: "ipv4_specific.send_check", until: ["6.19", "7.1"] }),
  hidden(1, "tail call", "ip_queue_xmit",                    "net/ipv4/ip_output.c",            "hands over the type of service", { by: "ipv4_specific.queue_xmit" }),
  step(2, "__ip_queue_xmit",                                 "net/ipv4/ip_output.c",            "the IP header; asks for a route only if there is none"),
  ...down(3),
]);

/** UDP: a header, and down. */
export const transmitUdp = path("the wire", AT, () => [
  step(0, "udp_send_skb",                                    "net/ipv4/udp.c",                  "ports, length, checksum: 8 bytes"),
  step(1, "ip_send_skb",                                     "net/ipv4/ip_output.c",            "counts it, should it be dropped"),
  ...down(2),
]);
