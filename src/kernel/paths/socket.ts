/** How a TCP socket comes to be, is given an address, and listens, over IPv4. As seen on Linux 6.18. */

import { entry, hidden, path, step } from "../path.ts";
import { BY_6_1, BY_6_12 } from "./changes.ts";

/** socket: four objects, from the outside in, and last a number for them. */
export const tcpSocket = path("a descriptor", ["kmem:kmem_cache_alloc", "timer:timer_init"], () => [
  entry("socket",                                            "net/socket.c",                    "takes the three arguments out of the registers", { inNote: "sys_socket" }),
  step(1, "__sys_socket",                                    "net/socket.c",                    "makes the socket, then a file for it, then the number"),
  hidden(2, "inlined", "__sys_socket_create",                "net/socket.c",                    "looks for flags in the type that it does not know", { since: BY_6_1 }),
  hidden(3, "unwatched", "update_socket_protocol",           "net/socket.c",                    "does nothing, unless a BPF program turns TCP into MPTCP", { since: BY_6_12 }),
  hidden(3, "inlined", "sock_create",                        "net/socket.c",                    "asks for a socket of this process's namespace"),
  step(4, "__sock_create",                                   "net/socket.c",                    "finds the family; makes the struct socket before asking it"),
  step(5, "sock_alloc",                                      "net/socket.c",                    "asks the socket file system for an inode"),
  step(6, "sock_alloc_inode",                                "net/socket.c",                    "an inode with a struct socket beside it, in one piece", { by: "sockfs_ops.alloc_inode" }),
  step(5, "inet_create",                                     "net/ipv4/af_inet.c",              "UNCONNECTED; finds TCP for type and number, and its calls", { by: "inet_family_ops.create" }),
  step(6, "sk_alloc",                                        "net/core/sock.c",                 "the struct sock, as large as TCP wants it"),
  step(7, "sk_prot_alloc",                                   "net/core/sock.c",                 "from the slab of its protocol"),
  step(6, "sock_init_data_uid",                              "net/core/sock.c",                 "empty queues, limits of memory, whom to wake; joins the two"),
  step(6, "tcp_v4_init_sock",                                "net/ipv4/tcp_ipv4.c",             "TCP's part, and then that it speaks over IPv4", { by: "tcp_prot.init" }),
  step(7, "tcp_init_sock",                                   "net/ipv4/tcp.c",                  "first timeout, first window, how to avoid congestion"),
  step(8, "tcp_init_xmit_timers",                            "net/ipv4/tcp_timer.c",            "timers to send again, to acknowledge late, to ask if alive"),
  hidden(8, "unwatched", "tcp_assign_congestion_control",    "net/ipv4/tcp_cong.c",             "the namespace's algorithm, as cubic or bbr"),
  hidden(2, "inlined", "sock_map_fd",                        "net/socket.c",                    "a number, a file, and the one stands for the other"),
  hidden(3, "unwatched", "get_unused_fd_flags",              "fs/file.c",                       "reserves the lowest number that is free"),
  hidden(4, "unwatched", "alloc_fd",                         "fs/file.c",                       "looks for it in the bits of the table"),
  step(3, "sock_alloc_file",                                 "net/socket.c",                    "the file that the number will stand for"),
  step(4, "alloc_file_pseudo",                               "fs/file_table.c",                 "a directory entry that is in no directory, and a file"),
  hidden(4, "unwatched", "stream_open",                      "fs/open.c",                       "this file has no position: it is a stream"),
  hidden(3, "unwatched", "fd_install",                       "fs/file.c",                       "only from now on does the number mean anything"),
]);

/** bind: an address and a port, and the tables in which others would find them. */
export const tcpBind = path("a port of its own", ["fib:fib_table_lookup", "kmem:kmem_cache_alloc"], () => [
  entry("bind",                                              "net/socket.c",                    "takes the three arguments out of the registers", { inNote: "sys_bind" }),
  step(1, "__sys_bind",                                      "net/socket.c",                    "the socket, the address, and then the family"),
  hidden(2, "unwatched", "fdget",                            "fs/file.c",                       "finds the file behind the number", { inNote: "sockfd_lookup_light", since: BY_6_12, was: "sockfd_lookup_light" }),
  hidden(2, "unwatched", "move_addr_to_kernel",              "net/socket.c",                    "copies the address in, of whatever family it says it is"),
  hidden(2, "inlined", "__sys_bind_socket",                  "net/socket.c",                    "asks the security modules, then the family", { since: BY_6_12 }),
  hidden(3, "tail call", "inet_bind",                        "net/ipv4/af_inet.c",              "goes from the struct socket to the struct sock", { by: "inet_stream_ops.bind" }),
  step(4, "inet_bind_sk",                                    "net/ipv4/af_inet.c",              "may the protocol do it by itself? TCP has nothing for that", { since: BY_6_12 }),
  step(5, "raw_bind",                                        "net/ipv4/raw.c",                  "a raw socket takes an address only: it has no ports", { by: "raw_prot.bind", when: "the socket is SOCK_RAW" }),
  step(5, "__inet_bind",                                     "net/ipv4/af_inet.c",              "a family, an address, a port: may this process have them?"),
  hidden(6, "tail call", "inet_addr_type_table",             "net/ipv4/fib_frontend.c",         "looks in the routes whether the address is one of ours"),
  hidden(7, "inlined", "__inet_dev_addr_type",               "net/ipv4/fib_frontend.c",         "asks the table of the local addresses"),
  step(6, "inet_csk_get_port",                               "net/ipv4/inet_connection_sock.c", "is the port free, and if none was asked for, which is?", { by: "tcp_prot.get_port" }),
  hidden(7, "inlined", "inet_csk_find_open_port",            "net/ipv4/inet_connection_sock.c", "begins anywhere in the range, and takes the odd ones first", { when: "the port is 0" }),
  step(7, "inet_bind_bucket_create",                         "net/ipv4/inet_hashtables.c",      "an entry in the table of ports", { when: "nobody has the port yet" }),
  hidden(7, "unwatched", "inet_bhash2_addr_any_conflict",    "net/ipv4/inet_connection_sock.c", "has somebody this port at every address?", { since: BY_6_1 }),
  step(7, "inet_bind2_bucket_create",                        "net/ipv4/inet_hashtables.c",      "an entry in the table of ports with addresses", { when: "nobody has the address and port yet", since: BY_6_1 }),
  hidden(7, "unwatched", "inet_csk_bind_conflict",           "net/ipv4/inet_connection_sock.c", "may those who have it, and who wants it, share it?", { when: "a port was asked for" }),
  hidden(7, "unwatched", "inet_bind_hash",                   "net/ipv4/inet_hashtables.c",      "enters the socket in both"),
]);

/** listen: first the state, then a port if there is none, then the table in which a SYN finds it. */
export const tcpListen = path("the table of listeners", ["sock:inet_sock_set_state", "kmem:kmem_cache_alloc"], () => [
  entry("listen",                                            "net/socket.c",                    "takes the two arguments out of the registers", { inNote: "sys_listen" }),
  step(1, "__sys_listen",                                    "net/socket.c",                    "the socket, and a backlog of somaxconn at most"),
  hidden(2, "unwatched", "fdget",                            "fs/file.c",                       "finds the file behind the number", { inNote: "sockfd_lookup_light", since: BY_6_12, was: "sockfd_lookup_light" }),
  hidden(2, "inlined", "__sys_listen_socket",                "net/socket.c",                    "asks the security modules, then the family", { since: BY_6_12 }),
  step(3, "inet_listen",                                     "net/ipv4/af_inet.c",              "locks the socket; only one without a connection may listen", { by: "inet_stream_ops.listen" }),
  step(4, "__inet_listen_sk",                                "net/ipv4/af_inet.c",              "notes the backlog; who listens already is done", { since: BY_6_12 }),
  step(5, "inet_csk_listen_start",                           "net/ipv4/inet_connection_sock.c", "state, port, table, in this order"),
  hidden(6, "unwatched", "reqsk_queue_alloc",                "net/core/request_sock.c",         "an accept queue with nobody in it", { until: ["6.19", "7.1"] }),
  step(6, "inet_sk_state_store",                             "net/ipv4/af_inet.c",              "LISTEN, before there need be a port"),
  step(6, "inet_csk_get_port",                               "net/ipv4/inet_connection_sock.c", "looks at the port again; who has none is given one now", { by: "tcp_prot.get_port" }),
  hidden(7, "inlined", "inet_csk_find_open_port",            "net/ipv4/inet_connection_sock.c", "a free one out of the range", { when: "the socket was not bound" }),
  step(7, "inet_bind_bucket_create",                         "net/ipv4/inet_hashtables.c",      "an entry in the table of ports", { when: "the socket was not bound" }),
  step(7, "inet_bind2_bucket_create",                        "net/ipv4/inet_hashtables.c",      "an entry in the table of ports with addresses", { when: "the socket was not bound", since: BY_6_1 }),
  hidden(6, "unwatched", "inet_hash",                        "net/ipv4/inet_hashtables.c",      "from now on a SYN finds it", { by: "tcp_prot.hash" }),
]);
