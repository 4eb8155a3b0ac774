/** UDP's ways through the kernel, over the loopback, over IPv4: one call, one datagram, on both sides. As seen on Linux 6.18. */
import { entry, hidden, path, step } from "../path.ts";
import { BY_6_12, BY_6_18 } from "./changes.ts";
import { offTheQueue, toTheDevice } from "./datagram.ts";
import { reading, writing } from "./doors.ts";
import { letGo } from "./let-go.ts";

/** socket: the same objects in the same order as for TCP; what UDP adds of its own is little. */
export const udpSocket = path("a descriptor", ["kmem:kmem_cache_alloc"], () => [
  entry("socket",                                  "net/socket.c",       "takes the three arguments out of the registers", { inNote: "sys_socket" }),
  step(1, "__sys_socket",                          "net/socket.c",       "makes the socket, then a file for it, then the number"),
  step(2, "__sock_create",                         "net/socket.c",       "finds the family; makes the struct socket before asking it"),
  step(3, "sock_alloc",                            "net/socket.c",       "an inode with a struct socket beside it"),
  step(3, "inet_create",                           "net/ipv4/af_inet.c", "finds the protocol for type and number: UDP", { by: "inet_family_ops.create" }),
  step(4, "sk_alloc",                              "net/core/sock.c",    "the struct sock, as large as UDP wants it"),
  step(5, "sk_prot_alloc",                         "net/core/sock.c",    "from the slab of its protocol"),
  hidden(4, "tail call", "sock_init_data",         "net/core/sock.c",    "empty queues, and whom to wake when something comes"),
  hidden(4, "unwatched", "udp_init_sock",          "net/ipv4/udp.c",     "UDP's part: one more queue, for the reader alone", { by: "udp_prot.init" }),
  hidden(2, "unwatched", "get_unused_fd_flags",    "fs/file.c",          "reserves the lowest number that is free"),
  step(2, "sock_alloc_file",                       "net/socket.c",       "makes the file that the number will stand for"),
  hidden(2, "unwatched", "fd_install",             "fs/file.c",          "only from now on does the number mean anything"),
]);

/** bind: the address has to be one of ours, the port free; then datagrams find the socket. */
export const udpBind = path("the table of ports", ["fib:fib_table_lookup"], () => [
  entry("bind",                                    "net/socket.c",             "takes the three arguments out of the registers", { inNote: "sys_bind" }),
  step(1, "__sys_bind",                            "net/socket.c",             "finds the socket behind the fd"),
  hidden(2, "unwatched", "move_addr_to_kernel",    "net/socket.c",             "copies the address in, of whatever family it is"),
  hidden(2, "tail call", "inet_bind",              "net/ipv4/af_inet.c",       "the same as for TCP: the family, not the type, decides", { by: "inet_dgram_ops.bind" }),
  step(3, "inet_bind_sk",                          "net/ipv4/af_inet.c",       "may the protocol do it alone? UDP has nothing of its own", { since: BY_6_12 }),
  step(4, "__inet_bind",                           "net/ipv4/af_inet.c",       "a family, an address, a port: may this process have them?"),
  hidden(5, "tail call", "inet_addr_type_table",   "net/ipv4/fib_frontend.c",  "looks in the routes whether the address is one of ours"),
  hidden(5, "unwatched", "udp_v4_get_port",        "net/ipv4/udp.c",           "gets a port by UDP's own rules", { by: "udp_prot.get_port" }),
  hidden(6, "unwatched", "udp_lib_get_port",       "net/ipv4/udp.c",           "finds a free one, and enters the socket in the table"),
]);

/** connect: no packet leaves. The route is looked for, the peer noted, and that is all. */
export const udpConnect = path("the peer noted in the socket", ["fib:fib_table_lookup"], () => [
  entry("connect",                                 "net/socket.c",        "takes the three arguments out of the registers", { inNote: "sys_connect" }),
  step(1, "__sys_connect",                         "net/socket.c",        "finds the socket behind the fd"),
  hidden(2, "unwatched", "move_addr_to_kernel",    "net/socket.c",        "copies the address in, of whatever family it is"),
  hidden(2, "tail call", "__sys_connect_file",     "net/socket.c",        "asks the security modules, then the family"),
  hidden(3, "tail call", "inet_dgram_connect",     "net/ipv4/af_inet.c",  "no handshake and no waiting: straight to the protocol", { by: "inet_dgram_ops.connect" }),
  hidden(4, "unwatched", "inet_autobind",          "net/ipv4/af_inet.c",  "takes a port of the kernel's choosing", { when: "the socket has no port yet" }),
  step(4, "udp_connect",                           "net/ipv4/udp.c",      "locks the socket while the peer changes", { by: "udp_prot.connect", since: BY_6_18, was: "ip4_datagram_connect" }),
  step(5, "__ip4_datagram_connect",                "net/ipv4/datagram.c", "stores address and port of the peer; sends nothing"),
  step(6, "ip_route_output_key_hash",              "net/ipv4/route.c",    "the first look-up: which address of ours to send from"),
  step(6, "ip_route_output_flow",                  "net/ipv4/route.c",    "the second: the route, which the socket keeps"),
]);

/** sendto: down to the device, and, as the device is the loopback, up again to the receiver, all inside the call. */
export const udpSend = path("the receiver's queue", ["sock:sk_data_ready"], () => [
  entry("sendto",                         "net/socket.c",           "takes the six arguments out of the registers"),
  step(1, "__sys_sendto",                 "net/socket.c",           "copies the address in, finds the socket behind the fd"),
  hidden(2, "tail call", "inet_sendmsg",  "net/ipv4/af_inet.c",     "asks the protocol: this socket is UDP", { by: "inet_dgram_ops.sendmsg" }),
  step(3, "udp_sendmsg",                  "net/ipv4/udp.c",         "one call, one datagram: the boundary is made here", { by: "udp_prot.sendmsg" }),
  hidden(4, "unwatched", "ip_make_skb",   "net/ipv4/ip_output.c",   "copies the bytes into one sk_buff, with room for headers"),
  ...toTheDevice(4),
  hidden(8, "unwatched", "loopback_xmit", "drivers/net/loopback.c", "turns it round: what was sent is now received", { by: "loopback_ops.ndo_start_xmit" }),
  step(8, "net_rx_action",                "net/core/dev.c",         "fetches what came in, still inside the sender's call"),
  hidden(9, "tail call", "ip_rcv",        "net/ipv4/ip_input.c",    "checks the IP header: is this whole, and for us?", { by: "ip_packet_type.func" }),
  step(10, "ip_local_deliver_finish",     "net/ipv4/ip_input.c",    "takes the IP header off, and looks which protocol is next"),
  step(11, "udp_unicast_rcv_skb",         "net/ipv4/udp.c",         "gives it to the socket that is bound to the port"),
  step(12, "__udp_enqueue_schedule_skb",  "net/ipv4/udp.c",         "appends the datagram, whole, if the queue has room"),
  step(13, "sock_def_readable",           "net/core/sock.c",        "wakes whoever waits in recvfrom", { by: "sock.sk_data_ready" }),
]);

/** write: the file's way down to udp_sendmsg; from there on it is that of sendto. */
export const udpWrite = path("the device's queue", ["net:net_dev_queue"], () => [
  ...writing(),
  hidden(4, "tail call", "inet_sendmsg",           "net/ipv4/af_inet.c",     "asks the protocol: this socket is UDP", { by: "inet_dgram_ops.sendmsg" }),
  step(5, "udp_sendmsg",                           "net/ipv4/udp.c",         "to the peer that connect noted, by the route it found", { by: "udp_prot.sendmsg" }),
  hidden(6, "unwatched", "ip_make_skb",            "net/ipv4/ip_output.c",   "copies the bytes into one sk_buff, with room for headers"),
  step(6, "udp_send_skb",                          "net/ipv4/udp.c",         "writes the 8 bytes of UDP header: ports, length, checksum"),
  step(7, "ip_send_skb",                           "net/ipv4/ip_output.c",   "hands the packet to IP"),
  step(8, "ip_output",                             "net/ipv4/ip_output.c",   "asks the filters that look at what leaves", { by: "dst_entry.output" }),
  step(9, "ip_finish_output2",                     "net/ipv4/ip_output.c",   "finds the neighbour that is next on the way"),
  step(10, "__dev_queue_xmit",                     "net/core/dev.c",         "hands it to the device's queue; the loopback has none"),
  hidden(11, "unwatched", "loopback_xmit",         "drivers/net/loopback.c", "turns it round: what was sent is now received", { by: "loopback_ops.ndo_start_xmit" }),
]);

/** recvfrom: one datagram, or what of it fits. */
export const udpReceive = path("the caller's buffer", ["sock:sock_recv_length"], () => [
  entry("recvfrom",                                "net/socket.c",       "takes the six arguments out of the registers"),
  step(1, "__sys_recvfrom",                        "net/socket.c",       "finds the socket behind the fd"),
  step(2, "sock_recvmsg",                          "net/socket.c",       "asks the security modules, then the family"),
  ...offTheQueue(3),
  hidden(5, "unwatched", "_copy_to_iter",          "lib/iov_iter.c",     "copies the bytes out; what does not fit is lost"),
  hidden(5, "unwatched", "skb_attempt_defer_free", "net/core/skbuff.c",  "gives the sk_buff's memory back, later if need be", { since: BY_6_18, was: "__consume_stateless_skb" }),
  hidden(2, "unwatched", "move_addr_to_user",      "net/socket.c",       "writes the sender's address, and how long it is", { when: "an address is asked for" }),
]);

/** read: the file's way down to udp_recvmsg. Whose datagram it was, nobody is told. */
export const udpRead = path("the caller's buffer", ["sock:sock_recv_length"], () => [
  ...reading(),
  ...offTheQueue(5),
  hidden(7, "unwatched", "skb_consume_udp",        "net/ipv4/udp.c",     "gives the room in the queue back, then the memory"),
]);

/** close: nothing is said to anybody. The port is free at once, and what was not read is gone. */
export const udpClose = path("nothing left", ["kmem:kmem_cache_free"], () => [
  ...letGo,
  hidden(3, "unwatched", "sock_close",             "net/socket.c",       "asks the family", { by: "socket_file_ops.release" }),
  hidden(4, "unwatched", "inet_release",           "net/ipv4/af_inet.c", "leaves multicast groups, asks the protocol", { by: "inet_dgram_ops.release" }),
  hidden(5, "unwatched", "sk_common_release",      "net/core/sock.c",    "the end of every socket that has nobody to say goodbye to", { by: "udp_prot.close" }),
  hidden(6, "unwatched", "udp_destroy_sock",       "net/ipv4/udp.c",     "throws away what was corked", { by: "udp_prot.destroy" }),
  hidden(6, "unwatched", "udp_lib_unhash",         "net/ipv4/udp.c",     "takes it out of the table: the port is free", { by: "udp_prot.unhash" }),
  hidden(6, "unwatched", "sk_free",                "net/core/sock.c",    "frees the struct sock, once nobody looks at it any more"),
  step(3, "dput",                                  "fs/dcache.c",        "the directory entry, and with it inode and struct socket"),
]);

/** ppoll: is there a datagram whose checksum is right? */
export const udpPoll = path("the caller's pollfd", ["sched:sched_switch"], () => [
  entry("ppoll",                                   "fs/select.c",         "the time to wait, and the signals to let in meanwhile"),
  step(1, "do_sys_poll",                           "fs/select.c",         "copies the list in, asks each file, and sleeps if none is ready"),
  hidden(2, "unwatched", "sock_poll",              "net/socket.c",        "asks the family", { by: "socket_file_ops.poll" }),
  hidden(3, "unwatched", "udp_poll",               "net/ipv4/udp.c",      "as for any datagram socket, and then a closer look", { by: "inet_dgram_ops.poll" }),
  hidden(4, "unwatched", "__pollwait",             "fs/select.c",         "puts the thread on the list of those to be woken", { by: "poll_table._qproc" }),
  hidden(4, "unwatched", "first_packet_length",    "net/ipv4/udp.c",      "throws away what came damaged: it would not be received"),
  step(2, "poll_schedule_timeout",                 "fs/select.c",         "sleeps until the socket wakes it, or time is up"),
  hidden(2, "unwatched", "poll_freewait",          "fs/select.c",         "takes the thread off all those lists again"),
]);
