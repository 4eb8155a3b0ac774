/**
 * AF_UNIX's ways through the kernel: no packet, no header, no device. What one end writes is hung into the other
 * end's queue within the same call. As seen on Linux 6.18.
 */
import { entry, hidden, path, step } from "../path.ts";
import { reading, receivingMessage, sendingMessage, writing } from "./doors.ts";
import { letGo } from "./let-go.ts";

/** socket: the four objects are those of every socket; only the family's function is another one. */
export const unixSocket = path("a descriptor", ["kmem:kmem_cache_alloc"], () => [
  entry("socket",                                "net/socket.c",       "takes the three arguments out of the registers", { inNote: "sys_socket" }),
  step(1, "__sys_socket",                        "net/socket.c",       "makes the socket, then a file for it, then the number"),
  step(2, "__sock_create",                       "net/socket.c",       "finds the family; makes the struct socket before asking it"),
  step(3, "sock_alloc",                          "net/socket.c",       "an inode with a struct socket beside it"),
  step(3, "unix_create",                         "net/unix/af_unix.c", "stream, datagram or seqpacket: chooses the table of calls", { by: "unix_family_ops.create" }),
  step(4, "unix_create1",                        "net/unix/af_unix.c", "makes the struct sock; connect will call this as well"),
  step(5, "sk_alloc",                            "net/core/sock.c",    "the struct sock, as large as AF_UNIX wants it"),
  step(6, "sk_prot_alloc",                       "net/core/sock.c",    "from the slab of AF_UNIX"),
  hidden(5, "tail call", "sock_init_data",       "net/core/sock.c",    "empty queues, and whom to wake when something comes"),
  hidden(2, "unwatched", "get_unused_fd_flags",  "fs/file.c",          "reserves the lowest number that is free"),
  step(2, "sock_alloc_file",                     "net/socket.c",       "makes the file that the number will stand for"),
  hidden(2, "unwatched", "fd_install",           "fs/file.c",          "only from now on does the number mean anything"),
]);

/** socketpair: the same twice, and no third party who would have to bring the two together. */
export const unixSocketpair = path("two descriptors", ["kmem:kmem_cache_alloc"], () => [
  entry("socketpair",                            "net/socket.c",       "takes the four arguments out of the registers"),
  step(1, "__sys_socketpair",                    "net/socket.c",       "two of everything; if one fails, all is given back"),
  hidden(2, "unwatched", "get_unused_fd_flags",  "fs/file.c",          "reserves two numbers, before there is anything behind them"),
  step(2, "__sock_create",                       "net/socket.c",       "finds the family; makes the struct socket before asking it"),
  step(3, "sock_alloc",                          "net/socket.c",       "an inode with a struct socket beside it"),
  step(3, "unix_create",                         "net/unix/af_unix.c", "stream, datagram or seqpacket: chooses the table of calls", { by: "unix_family_ops.create" }),
  step(4, "unix_create1",                        "net/unix/af_unix.c", "makes the struct sock"),
  hidden(2, "unwatched", "unix_socketpair",      "net/unix/af_unix.c", "each is the other's peer: connected, without a listener", { by: "unix_stream_ops.socketpair" }),
  step(2, "sock_alloc_file",                     "net/socket.c",       "makes the files that the numbers will stand for"),
  hidden(2, "unwatched", "fd_install",           "fs/file.c",          "only from now on do the numbers mean anything"),
]);

/** bind without a name: the kernel makes one up, five hexadecimal digits. A path would be made in the file system. */
export const unixBind = path("the table of names", ["kmem:kmalloc"], () => [
  entry("bind",                                  "net/socket.c",       "takes the three arguments out of the registers", { inNote: "sys_bind" }),
  step(1, "__sys_bind",                          "net/socket.c",       "finds the socket behind the fd"),
  hidden(2, "unwatched", "move_addr_to_kernel",  "net/socket.c",       "copies the address in, of whatever family it is"),
  hidden(2, "tail call", "unix_bind",            "net/unix/af_unix.c", "a path, a name that begins with a zero byte, or none?", { by: "unix_stream_ops.bind" }),
  step(3, "unix_autobind",                       "net/unix/af_unix.c", "makes up a name, until it is one that nobody has", { when: "no name is asked for" }),
]);

/** listen: a state and a backlog. No port to be sure of, no packet that would have to find it. */
export const unixListen = path("a listener", ["kmem:kmem_cache_alloc"], () => [
  entry("listen",                                "net/socket.c",       "takes the two arguments out of the registers", { inNote: "sys_listen" }),
  step(1, "__sys_listen",                        "net/socket.c",       "the socket, and a backlog of somaxconn at most"),
  step(2, "unix_listen",                         "net/unix/af_unix.c", "LISTEN, and who it is that listens: peers may ask for that", { by: "unix_stream_ops.listen" }),
]);

/** connect: it makes the server's struct sock, joins the two, and puts it into the listener's queue. */
export const unixConnect = path("the listener's queue", ["kmem:kmem_cache_alloc", "sock:sk_data_ready"], () => [
  entry("connect",                               "net/socket.c",       "takes the three arguments out of the registers", { inNote: "sys_connect" }),
  step(1, "__sys_connect",                       "net/socket.c",       "finds the socket behind the fd"),
  hidden(2, "unwatched", "move_addr_to_kernel",  "net/socket.c",       "copies the address in, of whatever family it is"),
  hidden(2, "tail call", "__sys_connect_file",   "net/socket.c",       "asks the security modules, then the family"),
  step(3, "unix_stream_connect",                 "net/unix/af_unix.c", "all of it: both ends are connected when it returns", { by: "unix_stream_ops.connect" }),
  step(4, "unix_create1",                        "net/unix/af_unix.c", "the server's struct sock: not accept makes it, but this"),
  step(5, "sk_alloc",                            "net/core/sock.c",    "as socket would; but there is no struct socket to it yet"),
  step(4, "sock_wmalloc",                        "net/core/sock.c",    "an sk_buff without a byte in it: it stands for the request"),
  hidden(4, "unwatched", "unix_find_other",      "net/unix/af_unix.c", "who has this name? Nobody: ECONNREFUSED"),
  hidden(4, "unwatched", "unix_wait_for_peer",   "net/unix/af_unix.c", "sleeps until there is room in the backlog", { when: "the listener's queue is full" }),
  step(4, "sock_def_readable",                   "net/core/sock.c",    "wakes whoever waits in accept", { by: "sock.sk_data_ready" }),
]);

/** accept: the struct socket, the file, and then the struct sock that connect has made goes into them. */
export const unixAccept = path("a descriptor of its own", ["kmem:kmem_cache_alloc", "kmem:kmem_cache_free"], () => [
  step(0, "__sys_accept4",                       "net/socket.c",       "where accept and accept4 meet; finds the listener behind the fd", { inNote: "sys_accept" }),
  hidden(1, "unwatched", "get_unused_fd_flags",  "fs/file.c",          "reserves the lowest free number, before it waits", { inNote: "__get_unused_fd_flags", since: ["5.10", "6.1"], was: "__get_unused_fd_flags" }),
  step(1, "do_accept",                           "net/socket.c",       "makes the socket and the file, then asks the family"),
  step(2, "sock_alloc",                          "net/socket.c",       "makes a struct socket that has no connection yet"),
  step(2, "sock_alloc_file",                     "net/socket.c",       "makes the file that the number will stand for"),
  step(2, "unix_accept",                         "net/unix/af_unix.c", "joins the waiting struct sock to the new struct socket", { by: "unix_stream_ops.accept" }),
  hidden(3, "unwatched", "skb_recv_datagram",    "net/core/datagram.c", "takes the oldest request off the queue, or sleeps"),
  hidden(3, "tail call", "skb_free_datagram",    "net/core/datagram.c", "frees the empty sk_buff that stood for it"),
  hidden(1, "unwatched", "fd_install",           "fs/file.c",          "only from now on does the number mean anything"),
]);

/** write on a stream: one copy in, and it hangs in the peer's queue. Not one function of TCP or IP. */
export const unixWrite = path("the peer's queue", ["kmem:kmem_cache_alloc", "sock:sk_data_ready"], () => [
  ...writing(),
  step(4, "unix_stream_sendmsg",                 "net/unix/af_unix.c",  "cuts what is large into pieces, and hands on each", { by: "unix_stream_ops.sendmsg" }),
  step(5, "sock_alloc_send_pskb",                "net/core/sock.c",     "an sk_buff, if the send buffer has room; else it sleeps"),
  hidden(5, "unwatched", "skb_copy_datagram_from_iter", "net/core/datagram.c", "copies the bytes in: the only copy on this side"),
  step(5, "sock_def_readable",                   "net/core/sock.c",     "wakes whoever waits in read", { by: "sock.sk_data_ready" }),
]);

/** read on a stream: along the queue, over the borders of what was written. */
export const unixRead = path("the caller's buffer", ["skb:skb_copy_datagram_iovec", "skb:consume_skb"], () => [
  ...reading(),
  step(5, "unix_stream_recvmsg",                 "net/unix/af_unix.c",  "says what is to be done with each piece: copy it", { by: "unix_stream_ops.recvmsg" }),
  step(6, "unix_stream_read_generic",            "net/unix/af_unix.c",  "goes along the queue, and sleeps where it is empty"),
  step(7, "unix_stream_read_actor",              "net/unix/af_unix.c",  "for each sk_buff: what of it, and to where", { by: "unix_stream_read_state.recv_actor" }),
  step(8, "skb_copy_datagram_iter",              "net/core/datagram.c", "copies the bytes out; the rest stays in the sk_buff"),
  step(7, "consume_skb",                         "net/core/skbuff.c",   "all of it was read: frees it, and the writer has room again"),
]);

/** sendmsg with SCM_RIGHTS: the files go along with the bytes, and nobody can close them underway. */
export const unixSendMessage = path("the peer's queue", ["kmem:kmalloc", "kmem:kmem_cache_alloc", "sock:sk_data_ready"], () => [
  ...sendingMessage("the msghdr, the address, and the list of pieces"),
  step(4, "unix_stream_sendmsg",                 "net/unix/af_unix.c",  "as for write, and the control messages first", { by: "unix_stream_ops.sendmsg" }),
  step(5, "__scm_send",                          "net/core/scm.c",      "for each descriptor: finds its file, and holds on to it", { when: "there are control messages" }),
  step(5, "sock_alloc_send_pskb",                "net/core/sock.c",     "an sk_buff, if the send buffer has room; else it sleeps"),
  step(5, "unix_scm_to_skb",                     "net/unix/af_unix.c",  "hangs the files and the sender's credentials to it"),
  hidden(5, "unwatched", "skb_copy_datagram_from_iter", "net/core/datagram.c", "copies the bytes in"),
  step(5, "sock_def_readable",                   "net/core/sock.c",     "wakes whoever waits in recvmsg", { by: "sock.sk_data_ready" }),
]);

/** recvmsg of a message with descriptors: for each file a number of the receiver's. */
export const unixReceiveMessage = path("the caller's buffers", ["skb:skb_copy_datagram_iovec", "skb:consume_skb"], () => [
  ...receivingMessage(),
  step(5, "unix_stream_recvmsg",                 "net/unix/af_unix.c",  "says what is to be done with each piece: copy it", { by: "unix_stream_ops.recvmsg" }),
  step(6, "unix_stream_read_generic",            "net/unix/af_unix.c",  "goes along the queue; stops behind one that carries files"),
  step(7, "unix_stream_read_actor",              "net/unix/af_unix.c",  "for each sk_buff: what of it, and to where", { by: "unix_stream_read_state.recv_actor" }),
  step(8, "skb_copy_datagram_iter",              "net/core/datagram.c", "copies the bytes out; the rest stays in the sk_buff"),
  step(7, "consume_skb",                         "net/core/skbuff.c",   "all of it was read: frees it, and the writer has room again"),
  hidden(7, "unwatched", "scm_detach_fds",       "net/core/scm.c",      "makes a descriptor of the receiver's for each file", { when: "descriptors came along" }),
  hidden(8, "unwatched", "receive_fd",           "fs/file.c",           "asks the security modules, takes the lowest free number", { when: "descriptors came along" }),
]);

/** sendto on a datagram socket: a name is looked up, and the datagram is in that socket's queue. */
export const unixSendTo = path("the receiver's queue", ["kmem:kmem_cache_alloc", "sock:sk_data_ready"], () => [
  entry("sendto",                                "net/socket.c",        "takes the six arguments out of the registers"),
  step(1, "__sys_sendto",                        "net/socket.c",        "finds the socket behind the fd"),
  hidden(2, "unwatched", "move_addr_to_kernel",  "net/socket.c",        "copies the address in", { when: "an address is given" }),
  step(2, "unix_dgram_sendmsg",                  "net/unix/af_unix.c",  "one call, one datagram; a full queue makes it wait", { by: "unix_dgram_ops.sendmsg" }),
  step(3, "sock_alloc_send_pskb",                "net/core/sock.c",     "an sk_buff, if the send buffer has room; else it sleeps"),
  hidden(3, "unwatched", "skb_copy_datagram_from_iter", "net/core/datagram.c", "copies the bytes in: the only copy on this side"),
  hidden(3, "unwatched", "unix_find_other",      "net/unix/af_unix.c",  "who has this name? Nobody: ECONNREFUSED", { when: "an address is given" }),
  step(3, "sock_def_readable",                   "net/core/sock.c",     "wakes whoever waits in recvfrom", { by: "sock.sk_data_ready" }),
]);

/** recvfrom on a datagram socket: one datagram, or what of it fits. */
export const unixReceive = path("the caller's buffer", ["skb:skb_copy_datagram_iovec", "skb:consume_skb"], () => [
  entry("recvfrom",                              "net/socket.c",        "takes the six arguments out of the registers"),
  step(1, "__sys_recvfrom",                      "net/socket.c",        "finds the socket behind the fd"),
  step(2, "sock_recvmsg",                        "net/socket.c",        "asks the security modules, then the family"),
  hidden(3, "tail call", "unix_dgram_recvmsg",   "net/unix/af_unix.c",  "no BPF program takes what comes: the usual way", { by: "unix_dgram_ops.recvmsg" }),
  step(4, "__unix_dgram_recvmsg",                "net/unix/af_unix.c",  "takes one datagram and stops, or sleeps until one comes", { since: ["5.10", "6.1"] }),
  hidden(5, "unwatched", "__skb_try_recv_datagram", "net/core/datagram.c", "takes the oldest off the queue"),
  step(5, "skb_copy_datagram_iter",              "net/core/datagram.c", "copies the bytes out; what does not fit is lost"),
  step(5, "consume_skb",                         "net/core/skbuff.c",   "frees it, and the sender has room again"),
  hidden(2, "unwatched", "move_addr_to_user",    "net/socket.c",        "writes the sender's name, and how long it is", { when: "an address is asked for" }),
]);

/** close: the peer is told by its state and by being woken; there is no packet that could say it. */
export const unixClose = path("nothing left", ["kmem:kmem_cache_free"], () => [
  ...letGo,
  step(3, "sock_close",                          "net/socket.c",        "asks the family", { by: "socket_file_ops.release" }),
  step(4, "unix_release",                        "net/unix/af_unix.c",  "parts the struct socket from the struct sock", { by: "unix_stream_ops.release" }),
  step(5, "unix_release_sock",                   "net/unix/af_unix.c",  "CLOSE; the peer reads an end, or ECONNRESET, and is woken"),
  hidden(6, "unwatched", "sk_free",              "net/core/sock.c",     "lets go of it; the last who does frees the struct sock"),
  step(3, "dput",                                "fs/dcache.c",         "the directory entry, and with it inode and struct socket"),
]);
