/** How a socket comes to be, for TCP over IPv4. As seen on Linux 6.18. */
import { entry, hidden, path, step } from "../path.ts";

/** socket: four objects, from the outside in, and last a number for them. */
export const socketCreate = path("a descriptor", ["kmem:kmem_cache_alloc"], [
  entry("socket",                     "net/socket.c",       "takes the three arguments out of the registers", { inNote: "sys_socket" }),
  step(1, "__sys_socket",             "net/socket.c",       "makes the socket, then a file for it, then the number"),
  hidden(2, "inlined", "sock_create", "net/socket.c",       "asks for a socket of this process's namespace"),
  step(3, "__sock_create",            "net/socket.c",       "finds the family; makes the struct socket before asking it"),
  step(4, "sock_alloc",               "net/socket.c",       "an inode with a struct socket beside it"),
  step(4, "inet_create",              "net/ipv4/af_inet.c", "finds the protocol for type and number: TCP"),
  step(5, "sk_alloc",                 "net/core/sock.c",    "the struct sock, as large as TCP wants it"),
  step(6, "sk_prot_alloc",            "net/core/sock.c",    "from the slab of its protocol"),
]);
