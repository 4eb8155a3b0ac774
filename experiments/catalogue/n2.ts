/**
 * The statements of note N2: which kernel functions a socket's system calls run through, from boot to close. The
 * note was written for Linux 5.15. Each sentence says what the note holds to be so, right or wrong; a few say what
 * it leaves open or out. Its tables of functions by family come after sys_close(), without a heading of their own.
 */
import { cannot, note } from "./note.ts";

/** Note N2, 60 statements. */
export const N2 = note("N2", "Call paths", {
  "Network Layers & Families": {
    "N2-01": "At boot the families register one by one: NETLINK, INET, UNIX, ALG, INET6, and PACKET at the end.",
    "N2-02": "PF_ALG is among the families that the kernel has registered.",
    "N2-03": "One family holds TCP, UDP, IP and ICMP; another holds their IPv6 counterparts.",
    "N2-04": "Netlink is a network family too: it carries messages between programs and the kernel.",
    "N2-05": "The IP layer finds a packet's route, and cuts up a packet that is too large.",
    "N2-06": cannot(
      "The stack has four layers (application, transport, internet, physical), each with a duty of its own.",
      "A definition: the division serves teaching, and no observation could contradict it."),
  },
  "Application Layer": {
    "N2-10": "A server calls socket, bind, listen and accept, in this order.",
    "N2-11": "connect waits until the server, in accept, takes the connection.",
    "N2-12": "A program reads and writes a socket just as it does a file.",
    "N2-13": "Whichever side calls close first, its peer handles the end of the connection properly.",
    "N2-14": "Calling close on a socket's descriptor brings its connection to an end.",
  },
  "Transport Layer": {
    "N2-15": "TCP has reliability, flow control and connections; UDP is a much simpler way to send.",
  },
  "socket()": {
    "N2-20": "The parameters of socket are three ints: family, type and protocol.",
    "N2-21": "PF_INET offers the types STREAM 1, DGRAM 2, RAW 3, RDM 4, SEQPACKET 5, DCCP 6 and PACKET 10.",
    "N2-22": "SOCK_PACKET is a socket type within PF_INET.",
    "N2-23": "For a TCP or UDP socket of PF_INET the protocol argument has to be IP, which is 0.",
    "N2-24": "socket makes two objects: the struct socket first, and later a TCP socket beside it.",
    "N2-25": cannot(
      "inet_create sets the state to UNCONNECTED before it installs the operations of family and type.",
      "Two stores into memory that nobody has seen yet: no tracepoint lies between them, and what "
        + "/proc/net/unix prints of a state is made from another field."),
    "N2-26": "TCP's init function is tcp_v4_init_sock: it runs tcp_init_sock, then installs the IPv4 operations.",
    "N2-27": "The file and its descriptor are made after everything else in socket.",
  },
  "bind()": {
    "N2-30": "A bind without a port is valid: the kernel then picks a free one.",
    "N2-31": "A port that the caller names is checked for being available.",
    "N2-32": "bind copies the address into the kernel before the family's own bind function runs.",
    "N2-33": "bind finds the descriptor's socket through sockfd_lookup_light.",
    "N2-34": "inet_bind calls the type's own bind function where there is one; TCP has none.",
    "N2-35": "For TCP, bind goes through inet_bind and __inet_bind down to inet_csk_get_port.",
  },
  "listen()": {
    "N2-40": "listen first sets the state to LISTEN, then makes sure of a port, then enters the hash table.",
    "N2-41": "Calling listen puts the socket itself into another state.",
    "N2-42": "Until listen is called, the socket is missing from every table that netstat reads.",
    "N2-43": "What netstat shows is read from the kernel's hash tables of sockets.",
    "N2-44": "Calling listen again on a listening socket is allowed, and changes nothing but the backlog.",
  },
  "connect()": {
    "N2-50": "connect finds the route, sets the address, enters SYN_SENT, takes a port, is hashed, then sends the SYN.",
    "N2-51": "connect looks up the route once.",
    "N2-52": "A SYN that nobody answers is sent again after a while.",
    "N2-53": "It is the server process that decides whether the connecting packet is accepted.",
    "N2-54": "The client's socket becomes CONNECTED as soon as the server's answer has come.",
    "N2-55": "A non-blocking connect answers EINPROGRESS, even on loopback.",
    "N2-56": "A socket whose connection was refused can be given to connect again.",
  },
  "accept()": {
    "N2-60": "accept makes the new descriptor, socket and file before it takes a connection off the queue.",
    "N2-61": "Without a free descriptor accept fails, even where it would only have waited.",
    "N2-62": "accept waits while the queue is empty; otherwise it takes one request off the queue.",
    "N2-63": "It is accept that sets the state to CONNECTED.",
    "N2-64": "accept hands the peer's address to the caller, if the caller asks for it.",
    "N2-65": "accept can hand out a connection that the peer has already reset.",
  },
  "sys_write()": {
    "N2-70": "On a socket, too, write gets the file offset first and updates it at the end.",
    "N2-71": "vfs_write tries the file's write function first; a socket has only write_iter, sock_write_iter.",
    "N2-72": "sock_write_iter calls sock_sendmsg, that calls inet_sendmsg, and that calls tcp_sendmsg.",
    "N2-73": "Each round in tcp_sendmsg allocates an sk_buff and pages, copies the data, and fills a descriptor.",
    "N2-74": "tcp_sendmsg pushes a single time, when its loop has copied everything.",
    "N2-75": "Calling tcp_push sends what has been copied.",
    "N2-76": "tcp_write_xmit learns the MTU from tcp_mtu_probe.",
    "N2-77": "A write of no bytes sends nothing on TCP, an empty datagram on UDP; a read of none takes nothing.",
  },
  "sys_read()": {
    "N2-80": "read on a TCP socket goes through vfs_read and sock_read_iter down to tcp_recvmsg.",
  },
  "sys_close()": {
    "N2-81": "close of a TCP socket's only descriptor goes through __fput and inet_release to tcp_close.",
    "N2-82": "Closing a TCP socket that holds unread data resets the connection instead of finishing it.",
    "N2-83": "The family given to socket decides alone which function each system call runs first.",
    "N2-84": "PF_INET's first functions are inet_create, inet_bind, inet_listen, inet_stream_connect, inet_accept.",
    "N2-85": "TCP's own functions are tcp_v4_init_sock, inet_csk_get_port, inet_hash, tcp_v4_connect, inet_csk_accept.",
  },
  "Boot Flow": {
    "N2-86": "Every family registers itself at boot: an init function of its own calls sock_register.",
    "N2-87": "AF_x and PF_x are two names for the same number.",
  },
});
