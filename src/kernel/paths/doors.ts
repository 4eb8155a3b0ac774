/**
 * How calls come in that sockets of several kinds have in common, as far as the family's own function: write
 * and read, which are every file's, and sendmsg and recvmsg. TCP's write and read are told in more detail.
 */
import { entry, hidden, jumping, type Step, step } from "../path.ts";

/** As far as sock_write_iter, which is 3 deep. */
export const writing = (): readonly Step[] => [
  jumping(entry("write",                          "fs/read_write.c", "jumps to the function behind it", { inNote: "sys_write" })),
  step(1, "ksys_write",                           "fs/read_write.c", "finds the file behind the fd; a socket has no position"),
  step(2, "vfs_write",                            "fs/read_write.c", "may this file be written to? Calls what the file names"),
  step(3, "sock_write_iter",                      "net/socket.c",    "makes a message of the bytes: no address, no flags", { by: "socket_file_ops.write_iter" }),
];

/** As far as sock_recvmsg, which is 4 deep. */
export const reading = (): readonly Step[] => [
  jumping(entry("read",                           "fs/read_write.c", "jumps to the function behind it", { inNote: "sys_read" })),
  step(1, "ksys_read",                            "fs/read_write.c", "finds the file behind the fd; a socket has no position"),
  step(2, "vfs_read",                             "fs/read_write.c", "may this file be read? Calls what the file names"),
  step(3, "sock_read_iter",                       "net/socket.c",    "makes a message of the buffer; who asks for 0 gets 0", { by: "socket_file_ops.read_iter" }),
  step(4, "sock_recvmsg",                         "net/socket.c",    "asks the security modules, then the family"),
];

/** As far as ____sys_sendmsg, which is 3 deep. `copied`: what is taken in, "the msghdr, the address". */
export const sendingMessage = (copied: string): readonly Step[] => [
  jumping(entry("sendmsg",                        "net/socket.c",    "jumps to the function behind it")),
  step(1, "__sys_sendmsg",                        "net/socket.c",    "finds the socket behind the fd"),
  step(2, "___sys_sendmsg",                       "net/socket.c",    "for one message: takes it apart, sends it, cleans up"),
  hidden(3, "unwatched", "copy_msghdr_from_user", "net/socket.c",    `copies ${copied}`),
  step(3, "____sys_sendmsg",                      "net/socket.c",    "copies the control messages, asks the security modules"),
];

/** As far as sock_recvmsg, which is 4 deep. */
export const receivingMessage = (): readonly Step[] => [
  jumping(entry("recvmsg",                        "net/socket.c",    "jumps to the function behind it")),
  step(1, "__sys_recvmsg",                        "net/socket.c",    "finds the socket behind the fd"),
  step(2, "___sys_recvmsg",                       "net/socket.c",    "for one message: takes it apart, receives, cleans up"),
  hidden(3, "unwatched", "copy_msghdr_from_user", "net/socket.c",    "copies the msghdr and the list of pieces: where to"),
  step(3, "____sys_recvmsg",                      "net/socket.c",    "receives, then writes flags and lengths into the msghdr"),
  step(4, "sock_recvmsg",                         "net/socket.c",    "asks the security modules, then the family"),
];
