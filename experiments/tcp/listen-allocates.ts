import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { atLeast, is, same } from "../../src/lab/check.ts";
import { claim, contradicts } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { kernelStruct } from "../../src/lab/stage.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * A listener, and what the kernel's allocators were asked for meanwhile.
 *
 *     int l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);   // inode, sock, dentry, file
 *     listen(l, 4096);                                     // nothing
 *
 *     struct inet_connection_sock { …, icsk_accept_queue { …, rskq_accept_head, rskq_accept_tail }, … }
 *                                                              │                 │
 *                                                              ▼ dl_next         ▼
 *                                                           request ──▶ … ──▶ request
 */
export default experiment({
  name: "listen-allocates",
  asks: "listen is told that 4096 may wait: how much memory does it set aside for them?",
  story: `A shop lets people queue at its door. It buys no chairs for that, and it keeps no list. The
    shopkeeper remembers who is first and who is last, and everybody remembers who stands behind them. So a
    queue of none needs two thoughts, and a long one needs no more: whoever comes brings the place to stand.
    Of those who have rung and not come in yet, only the number is kept.`,
  // Of 5.10 and 6.0 the last two are needed as well; from 6.1 on they are part of the first.
  tracepoints: [
    "kmem:kmem_cache_alloc", "kmem:kmalloc", "kmem:kmem_cache_alloc_node", "kmem:kmalloc_node",
  ],
  // So that no listener gets a key for TCP Fast Open.
  pins: { "net.ipv4.tcp_fastopen": 1 },
  parameters: { backlog: { is: "the backlog given to listen", default: 4096, from: 0, to: 65_535 } },
  next: "--set backlog=1: does it cost less? Then accept-no-packets: what accept sends.",

  run({ socket, bind, listen, close }, { scene, look, set }) {
    scene("socket", "A socket, bound to a port. The kernel allocates what they need.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));

    scene("listen", "It becomes a listener.");
    listen(l, set.backlog);

    scene("structs", "Where the queue is, what it consists of, and how those in it hang together.");
    look("connection", kernelStruct("inet_connection_sock", "icsk_inet", "icsk_accept_queue"));
    look("queue", kernelStruct("request_sock_queue"));
    look("request", kernelStruct("request_sock", "__req_common", "dl_next", "rsk_timer", "sk"));
    close(l);
  },

  claims: [
    claim("listen allocates nothing for those who may wait; socket allocates what a socket is",
      { socket: { socket: 1 }, listen: { listen: 1 } },
      ({ socket: { socket }, listen: { listen } }, seen) => [
        is(listen.before("backlog"), seen.set("backlog")),
        is(listen.result, 0),
        atLeast(seen.inside(socket).count("kmem:kmem_cache_alloc"), 4),
        is(seen.inside(listen).of("kmem:kmem_cache_alloc").passed(["inet_listen"]), []),
        is(seen.inside(listen).of("kmem:kmalloc").passed(["inet_listen"]), []),
        is(seen.inside(listen).passed(["inet_listen"]), []),
      ], contradicts("N3-13")),
    claim("the accept queue is a first and a last, inside the socket: each request knows the next one",
      { structs: { "look connection": 1, "look queue": 1, "look request": 1 } },
      ({ structs: { "look connection": connection, "look queue": queue, "look request": request } }) => [
        same(connection.column("size", "icsk_accept_queue"), queue.column("size", "request_sock_queue")),
        is(queue.column("size", "rskq_accept_head"), 8),
        is(queue.column("size", "rskq_accept_tail"), 8),
        is(request.column("size", "dl_next"), 8),
      ], contradicts("N3-13")),
    claim("there is no queue of SYNs in it: two counters, and no more pointers to requests than those two",
      { structs: { "look queue": 1 } },
      ({ structs: { "look queue": queue } }) => [
        is(queue.column("size", "qlen"), 4),
        is(queue.column("size", "young"), 4),
        is(queue.lines("request_sock *"), 2),
      ], contradicts("N3-13")),
  ],
});
