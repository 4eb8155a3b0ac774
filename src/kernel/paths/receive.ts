/** From the softirq to the socket, over IPv4. On the loopback the sender's call lies below it. As seen on Linux 6.18. */
import { hidden, path, type Step, step } from "../path.ts";
import { BY_6_1 } from "./changes.ts";

const AT = ["napi:napi_poll", "net:netif_receive_skb", "sock:sk_data_ready"];

/** Up to IP's table of protocols. */
const up: readonly Step[] = [
  step(0, "handle_softirqs",                                 "kernel/softirq.c",                "does what was asked for, in the order of their kinds", { since: BY_6_1, was: "__do_softirq" }),
  step(1, "net_rx_action",                                   "net/core/dev.c",                  "goes round the devices that have something; not for long", { by: "softirq_vec[NET_RX_SOFTIRQ].action" }),
  hidden(2, "unwatched", "skb_defer_free_flush",             "net/core/dev.c",                  "frees what other processors gave back", { since: ["6.12", "6.18"] }),
  step(2, "__napi_poll",                                     "net/core/dev.c",                  "one of them, up to 64 packets", { since: BY_6_1 }),
  step(3, "process_backlog",                                 "net/core/dev.c",                  "the loopback's: this processor's own queue", { by: "napi_struct.poll" }),
  hidden(4, "tail call", "__netif_receive_skb",              "net/core/dev.c",                  "may it use what memory is kept for emergencies?"),
  step(5, "__netif_receive_skb_one_core",                    "net/core/dev.c",                  "one packet"),
  step(6, "__netif_receive_skb_core",                        "net/core/dev.c",                  "shows it to packet sockets; finds IP by the type"),
  hidden(6, "tail call", "ip_rcv",                           "net/ipv4/ip_input.c",             "netfilter's PRE_ROUTING", { by: "ip_packet_type.func" }),
  hidden(7, "unwatched", "ip_rcv_core",                      "net/ipv4/ip_input.c",             "is the header whole, and its checksum right?"),
  hidden(7, "unwatched", "ip_rcv_finish_core",               "net/ipv4/ip_input.c",             "for us, or to be handed on? From the loopback it has a route"),
  hidden(7, "tail call", "ip_local_deliver",                 "net/ipv4/ip_input.c",             "puts pieces together; netfilter's LOCAL_IN", { by: "dst_entry.input" }),
  step(8, "ip_local_deliver_finish",                         "net/ipv4/ip_input.c",             "takes the IP header off"),
  step(9, "ip_protocol_deliver_rcu",                         "net/ipv4/ip_input.c",             "raw sockets first, then whose protocol it is"),
];
const SYN = "it is a SYN, for a listener";
const LAST = "it is the ACK that ends a handshake";
const DATA = "the connection stands";

/** TCP: a segment for a listener, for a handshake, for a connection. */
export const receiveTcp = path("the socket", [...AT, "sock:inet_sock_set_state", "kmem:kmem_cache_alloc"], () => [
  ...up,
  step(10, "tcp_v4_rcv",                                     "net/ipv4/tcp_ipv4.c",             "checksum, and whose it is", { by: "tcp_protocol.handler" }),
  hidden(11, "unwatched", "__inet_lookup_established",       "net/ipv4/inet_hashtables.c",      "by both addresses and both ports"),
  hidden(11, "unwatched", "__inet_lookup_listener",          "net/ipv4/inet_hashtables.c",      "by its own port", { when: SYN }),
  step(11, "tcp_v4_do_rcv",                                  "net/ipv4/tcp_ipv4.c",             "nobody has the socket locked: now"),
  step(12, "tcp_rcv_established",                            "net/ipv4/tcp_input.c",            "the short way for a segment that comes as expected", { when: DATA }),
  hidden(13, "unwatched", "tcp_ack",                         "net/ipv4/tcp_input.c",            "what the peer has got, and may be forgotten", { when: DATA }),
  step(13, "tcp_data_queue",                                 "net/ipv4/tcp_input.c",            "the bytes in their order; what is too early waits apart", { when: DATA }),
  hidden(14, "unwatched", "tcp_queue_rcv",                   "net/ipv4/tcp_input.c",            "into the receive queue, if it can into its last sk_buff", { when: DATA }),
  hidden(14, "tail call", "tcp_data_ready",                  "net/ipv4/tcp_input.c",            "is it as much as SO_RCVLOWAT asks for?", { when: DATA }),
  step(15, "sock_def_readable",                              "net/core/sock.c",                 "wakes whoever waits in a receive, or in epoll", { by: "sock.sk_data_ready", when: DATA }),
  step(12, "tcp_rcv_state_process",                          "net/ipv4/tcp_input.c",            "what it means in any other state", { when: SYN }),
  hidden(13, "tail call", "tcp_v4_conn_request",             "net/ipv4/tcp_ipv4.c",             "no answer to a broadcast", { by: "ipv4_specific.conn_request", when: SYN }),
  step(14, "tcp_conn_request",                               "net/ipv4/tcp_input.c",            "a small note of it, or a cookie and no note at all", { when: SYN }),
  step(15, "tcp_v4_send_synack",                             "net/ipv4/tcp_ipv4.c",             "the answer, from here: no program was asked", { by: "tcp_request_sock_ipv4_ops.send_synack", when: SYN }),
  hidden(11, "unwatched", "tcp_add_backlog",                 "net/ipv4/tcp_ipv4.c",             "waits until whoever has it locked lets go", { when: "a call has the socket locked" }),
  step(11, "tcp_check_req",                                  "net/ipv4/tcp_minisocks.c",        "does it fit the SYN that was noted?", { when: LAST }),
  step(12, "tcp_v4_syn_recv_sock",                           "net/ipv4/tcp_ipv4.c",             "a struct sock for it, a copy of the listener's", { by: "ipv4_specific.syn_recv_sock", when: LAST }),
  hidden(12, "unwatched", "inet_csk_complete_hashdance",     "net/ipv4/inet_connection_sock.c", "the request leaves, the connection joins the accept queue", { when: LAST }),
  step(11, "tcp_child_process",                              "net/ipv4/tcp_minisocks.c",        "ESTABLISHED, and whoever sleeps in accept is woken", { when: LAST }),
]);

/** UDP: a datagram for a socket, or an ICMP message if there is none. */
export const receiveUdp = path("the socket", AT, () => [
  ...up,
  hidden(10, "tail call", "udp_rcv",                         "net/ipv4/udp.c",                  "UDP's table, not UDP-Lite's", { by: "udp_protocol.handler" }),
  hidden(11, "tail call", "__udp4_lib_rcv",                  "net/ipv4/udp.c",                  "length, checksum, and whose port it is", { until: ["6.19", "7.1"] }),
  step(12, "udp_unicast_rcv_skb",                            "net/ipv4/udp.c",                  "the socket that is bound to the port"),
  hidden(13, "tail call", "udp_queue_rcv_skb",               "net/ipv4/udp.c",                  "one datagram, or several in one (GSO)"),
  step(14, "udp_queue_rcv_one_skb",                          "net/ipv4/udp.c",                  "the socket's filter, and the security modules"),
  step(15, "__udp_enqueue_schedule_skb",                     "net/ipv4/udp.c",                  "appends the datagram, whole, if the queue has room"),
  step(16, "sock_def_readable",                              "net/core/sock.c",                 "wakes whoever waits in a receive, or in epoll", { by: "sock.sk_data_ready" }),
  hidden(12, "unwatched", "__icmp_send",                     "net/ipv4/icmp.c",                 "says that nobody is there", { when: "no socket has the port" }),
]);
