/** Waiting for many: epoll, poll and select, and how who waits is woken. As seen on Linux 6.18. */
import { entry, hidden, path, step } from "../path.ts";
import { letGo } from "./let-go.ts";

/** epoll_create1: a file that is in no file system, and behind it the set. */
export const epollCreate = path("a descriptor", ["kmem:kmem_cache_alloc", "kmem:kmalloc"], () => [
  entry("epoll_create1",                              "fs/eventpoll.c",   "takes the one argument out of the registers"),
  step(1, "do_epoll_create",                          "fs/eventpoll.c",   "makes the struct eventpoll: an empty set, an empty list"),
  hidden(2, "unwatched", "get_unused_fd_flags",       "fs/file.c",        "reserves the lowest number that is free"),
  step(2, "anon_inode_getfile",                       "fs/anon_inodes.c", "a file named [eventpoll], with the inode of all such files"),
  hidden(2, "unwatched", "fd_install",                "fs/file.c",        "only from now on does the number mean anything"),
]);

/** epoll_ctl, ADD: the socket is asked once, and being asked it lets a callback be hooked on. */
export const epollControl = path("a callback on the socket's wait queue", ["kmem:kmem_cache_alloc"], () => [
  entry("epoll_ctl",                                  "fs/eventpoll.c",   "copies the epoll_event in"),
  step(1, "do_epoll_ctl",                             "fs/eventpoll.c",   "finds both files; EEXIST, ENOENT, ELOOP are decided here"),
  hidden(2, "inlined", "ep_insert",                   "fs/eventpoll.c",   "makes the epitem, enters it in the red-black tree"),
  step(3, "ep_item_poll",                             "fs/eventpoll.c",   "asks the file for the first time: is it ready already?"),
  step(4, "sock_poll",                                "net/socket.c",     "asks the family", { by: "socket_file_ops.poll" }),
  step(5, "udp_poll",                                 "net/ipv4/udp.c",   "says who may hook on where, then what is there", { by: "inet_dgram_ops.poll" }),
  step(6, "ep_ptable_queue_proc",                     "fs/eventpoll.c",   "hooks ep_poll_callback on the socket's wait queue", { by: "poll_table._qproc" }),
]);

/** epoll_wait: it sleeps; once woken it asks those on the ready list, and only those, once more. */
export const epollWait = path("the caller's array", ["sched:sched_switch"], () => [
  entry("epoll_pwait",                                "fs/eventpoll.c",   "the signals to let in meanwhile"),
  step(1, "do_epoll_wait",                            "fs/eventpoll.c",   "finds the set; is the array large enough to be one?"),
  hidden(2, "inlined", "ep_poll",                     "fs/eventpoll.c",   "is one on the ready list? If not, it will have to wait"),
  step(3, "schedule_hrtimeout_range_clock",           "kernel/time/sleep_timeout.c", "sleeps, until it is woken or time is up"),
  hidden(3, "inlined", "ep_send_events",              "fs/eventpoll.c",   "takes the ready list, and goes through it"),
  hidden(4, "unwatched", "ep_item_poll",              "fs/eventpoll.c",   "asks each again: it may not be ready any more"),
  hidden(5, "unwatched", "sock_poll",                 "net/socket.c",     "asks the family", { by: "socket_file_ops.poll" }),
  hidden(6, "unwatched", "udp_poll",                  "net/ipv4/udp.c",   "says what is there now", { by: "inet_dgram_ops.poll" }),
]);

/** The other side of it: a datagram comes, and who waits is woken, all of it on the sender's stack. */
export const epollWake = path("the thread that waits", ["sched:sched_waking"], () => [
  entry("sendto",                                     "net/socket.c",        "takes the six arguments out of the registers"),
  step(1, "__sys_sendto",                             "net/socket.c",        "finds the socket behind the fd"),
  step(2, "udp_sendmsg",                              "net/ipv4/udp.c",      "one call, one datagram", { by: "udp_prot.sendmsg" }),
  step(3, "ip_finish_output2",                        "net/ipv4/ip_output.c", "finds the neighbour that is next on the way: itself"),
  step(4, "net_rx_action",                            "net/core/dev.c",      "fetches what came in, still inside the sender's call"),
  step(5, "__udp_enqueue_schedule_skb",               "net/ipv4/udp.c",      "appends the datagram to the receiver's queue"),
  step(6, "sock_def_readable",                        "net/core/sock.c",     "wakes all that hang on the socket's wait queue", { by: "sock.sk_data_ready" }),
  step(7, "__wake_up_sync_key",                       "kernel/sched/wait.c", "calls what each of them has hooked on"),
  step(8, "ep_poll_callback",                         "fs/eventpoll.c",      "puts the socket on the ready list; no thread was asked", { by: "wait_queue_entry.func" }),
  step(9, "ep_autoremove_wake_function",              "fs/eventpoll.c",      "wakes the thread in epoll_wait, and takes it off the list", { by: "wait_queue_entry.func" }),
  step(10, "try_to_wake_up",                          "kernel/sched/core.c", "from now on the thread may run"),
]);

/** close of a descriptor that is watched: the set forgets it, and nobody had to say so. */
export const epollForget = path("the set without it", ["kmem:kmem_cache_free"], () => [
  ...letGo,
  step(3, "eventpoll_release_file",                   "fs/eventpoll.c",   "takes the file out of every set that it is in", { when: "an epoll descriptor watches it" }),
  hidden(3, "unwatched", "sock_close",                "net/socket.c",     "only then is the socket closed", { by: "socket_file_ops.release" }),
  step(3, "dput",                                     "fs/dcache.c",      "the directory entry, and with it the inode"),
]);

/** ppoll on a connection: what there is to say is read off the socket, without a lock. */
export const tcpPoll = path("the caller's pollfd", ["sched:sched_switch"], () => [
  entry("ppoll",                                      "fs/select.c",      "the time to wait, and the signals to let in meanwhile"),
  step(1, "do_sys_poll",                              "fs/select.c",      "copies the list in, asks each file, and sleeps if none is ready"),
  hidden(2, "unwatched", "sock_poll",                 "net/socket.c",     "asks the family", { by: "socket_file_ops.poll" }),
  hidden(3, "unwatched", "tcp_poll",                  "net/ipv4/tcp.c",   "bytes, room, an end, an error: reads it off the socket", { by: "inet_stream_ops.poll" }),
  hidden(4, "unwatched", "__pollwait",                "fs/select.c",      "puts the thread on the list of those to be woken", { by: "poll_table._qproc" }),
  step(2, "poll_schedule_timeout",                    "fs/select.c",      "sleeps until one of them wakes it, or time is up"),
  hidden(2, "unwatched", "poll_freewait",             "fs/select.c",      "takes the thread off all those lists again"),
]);

/** pselect6: sets of bits instead of a list, and the same questions. */
export const tcpSelect = path("the caller's sets", ["sched:sched_switch"], () => [
  entry("pselect6",                                   "fs/select.c",      "takes the six arguments out of the registers"),
  step(1, "core_sys_select",                          "fs/select.c",      "copies three sets of bits in, and three out at the end"),
  step(2, "do_select",                                "fs/select.c",      "goes through all numbers below n, set or not"),
  hidden(3, "unwatched", "sock_poll",                 "net/socket.c",     "asks the family", { by: "socket_file_ops.poll" }),
  hidden(4, "unwatched", "tcp_poll",                  "net/ipv4/tcp.c",   "bytes, room, an end, an error: reads it off the socket", { by: "inet_stream_ops.poll" }),
  hidden(5, "unwatched", "__pollwait",                "fs/select.c",      "puts the thread on the list of those to be woken", { by: "poll_table._qproc" }),
  step(3, "poll_schedule_timeout",                    "fs/select.c",      "sleeps until one of them wakes it, or time is up"),
  hidden(3, "unwatched", "poll_freewait",             "fs/select.c",      "takes the thread off all those lists again"),
]);
