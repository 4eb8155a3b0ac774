import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Family and type, struct proto_ops inet_stream_ops; and the protocol, struct proto tcp_prot. */
const SOCKET = ["inet_create", "tcp_v4_init_sock"];
const LISTEN = ["inet_listen", "inet_csk_get_port"];
const CONNECT = ["inet_stream_connect", "tcp_v4_connect"];
const ACCEPT = ["inet_accept", "inet_csk_accept"];
const CLOSE = ["inet_release", "tcp_close"];
const BIND = ["inet_csk_get_port"];
const WRITE = ["tcp_sendmsg"];
const READ = ["tcp_recvmsg"];

/**
 * The table of note N2, with the rows that it leaves open.
 *
 *     call      the family's and type's     the protocol's
 *     socket    inet_create                 tcp_v4_init_sock
 *     bind      inet_bind                   inet_csk_get_port
 *     listen    inet_listen                 inet_csk_get_port, inet_hash
 *     connect   inet_stream_connect         tcp_v4_connect
 *     accept    inet_accept                 inet_csk_accept
 *     write     inet_sendmsg                tcp_sendmsg
 *     read      inet_recvmsg                tcp_recvmsg
 *     close     inet_release                tcp_close
 *
 * inet_bind, inet_sendmsg and inet_recvmsg jump to the next function, and then no stack shows them.
 */
export default experiment({
  name: "call-table",
  asks: "Eight calls on a TCP socket: which function of the family does each reach, and which of TCP?",
  story: `A switchboard with two rows of plugs. The upper row belongs to the house: who calls for a socket
    of this family comes to its plug. From there a cable leads to the lower row, which belongs to the one
    who lives there. Each call has its pair. The notes had filled in five of the eight.`,
  tracepoints: [
    "kmem:kmem_cache_alloc", "kmem:kmem_cache_free", "timer:timer_init", "sock:inet_sock_set_state",
    "skb:skb_copy_datagram_iovec", "net:net_dev_queue",
  ],
  next: "netlab path tcp draws the way of each of these calls. Then first-functions: who chooses.",

  run({
    socket, bind, listen, getsockname, connect, accept, setsockopt, write, ppoll, read, close,
  }, { scene }) {
    const readable = (fd: number) =>
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    scene("server");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    getsockname(l, addr, int(sizeof(addr)));

    scene("listen", "A socket without a port: listen asks for one as well.");
    const u = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    listen(u, 8);
    listen(l, 8);

    scene("client");
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, int(1), 4);

    scene("accept");
    readable(l);
    const s = accept(l, null, null);

    scene("data");
    write(c, text("Hello"), 5);
    readable(s);
    read(s, buffer(5), 5);

    scene("close");
    close(c);

    scene("end");
    for (const fd of [s, u, l]) close(fd);
  },

  claims: [
    claim("socket, listen, connect, accept and close run a function of the family, and in it one of TCP",
      {
        server: { socket: 1 }, listen: { listen: 2 }, client: { connect: 1 }, accept: { accept: 1 },
        close: { close: 1 },
      },
      ({
        server: { socket }, listen: { listen: [listen] }, client: { connect }, accept: { accept },
        close: { close },
      }, seen) => [
        is(seen.inside(socket).passed(SOCKET), SOCKET),
        is(seen.inside(listen).passed(LISTEN), LISTEN),
        is(seen.inside(connect).passed(CONNECT), CONNECT),
        is(seen.inside(accept).passed(ACCEPT), ACCEPT),
        is(seen.inside(close).passed(CLOSE), CLOSE),
      ], supports("N2-84", "N2-85")),
    claim("bind, write and read come to TCP's own: inet_csk_get_port, tcp_sendmsg, tcp_recvmsg",
      { server: { bind: 1 }, data: { write: 1, read: 1 } },
      ({ server: { bind }, data: { write, read } }, seen) => [
        is(write.result, 5),
        is(read.after("buf"), "Hello"),
        is(seen.inside(bind).passed(BIND), BIND),
        is(seen.inside(write).passed(WRITE), WRITE),
        is(seen.inside(read).passed(READ), READ),
      ], supports("N2-85")),
  ],
});
