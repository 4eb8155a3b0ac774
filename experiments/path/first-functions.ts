import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, AF_UNIX, SO_PASSCRED, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { sockaddr_in, sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { also, enough, is, oneOf } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** connect in the tables inet_stream_ops, inet_dgram_ops, unix_stream_ops and unix_dgram_ops. */
const FIRST = ["inet_stream_connect", "inet_dgram_connect", "unix_stream_connect", "unix_dgram_connect"];
/** What stands below each of them. */
const CALL = "__sys_connect";
/** What UDP's protocol does then. Its first function jumps on, and need not be on the stack any more. */
const UDP = "__ip4_datagram_connect";
/** A name of the kernel's choosing. */
const ANY = 2;

/**
 * One call, four kinds of sockets.
 *
 *     connect(tcp, …);    // inet_stream_connect      socket.ops of AF_INET, SOCK_STREAM
 *     connect(udp, …);    // inet_dgram_connect                  AF_INET, SOCK_DGRAM
 *     connect(us, …);     // unix_stream_connect                 AF_UNIX, SOCK_STREAM
 *     connect(ud, …);     // unix_dgram_connect                  AF_UNIX, SOCK_DGRAM
 */
export default experiment({
  name: "first-functions",
  asks: "connect on a socket: who decides which of the kernel's functions that is?",
  story: `Every counter of the post office has a list on the wall: who says connect is sent to this room, who
    says send to that one. There is a list for each kind of counter, not for each company. Letters and
    telephone calls belong to one company, and yet connect leads to two different rooms.`,
  tracepoints: [
    "sock:inet_sock_set_state", "fib:fib_table_lookup", "kmem:kmem_cache_alloc", "kmem:kmalloc",
  ],
  next: "netlab path udp connect, netlab path unix connect: what these functions do. Then udp-path.",

  run({ socket, bind, getsockname, listen, setsockopt, connect, close, attempt }, { say, scene }) {
    say("Four sockets to connect to.");
    const at = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    const inet = (type: number, protocol: number) => {
      const fd = socket(AF_INET, type, protocol);
      const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
      bind(fd, at, sizeof(at));
      getsockname(fd, addr, int(sizeof(addr)));
      return { fd, addr, length: sizeof(addr) };
    };
    const unix = (type: number) => {
      const fd = socket(AF_UNIX, type, 0);
      const [addr, length] = [sockaddr_un({ sun_family: AF_UNIX }), int(sizeof(sockaddr_un))];
      bind(fd, addr, ANY);
      getsockname(fd, addr, length);
      return { fd, addr, length: length.value };
    };
    const [tcp, udp] = [inet(SOCK_STREAM, IPPROTO_TCP), inet(SOCK_DGRAM, 0)];
    const [stream, dgram] = [unix(SOCK_STREAM), unix(SOCK_DGRAM)];
    for (const { fd } of [tcp, stream]) listen(fd, 1);
    const a = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), b = socket(AF_INET, SOCK_DGRAM, 0);
    const c = socket(AF_UNIX, SOCK_STREAM, 0), d = socket(AF_UNIX, SOCK_DGRAM, 0);
    // With it connect gives a name to who has none. That needs memory, and so it can be watched.
    setsockopt(d, SOL_SOCKET, SO_PASSCRED, int(1), 4);

    const ways = [[a, tcp], [b, udp], [c, stream], [d, dgram]] as const;
    scene("once", "connect, on each of four.");
    for (const [fd, { addr, length }] of ways) connect(fd, addr, length);
    scene("twice", "And the same once more.");
    for (const [fd, { addr, length }] of ways) attempt.connect(fd, addr, length);
    for (const [fd, other] of ways) for (const it of [fd, other.fd]) close(it);
  },

  claims: [
    claim("what connect does is a matter of the type too: of one family, a stream refuses a second one",
      { once: { connect: 4 }, twice: { connect: 4 } },
      ({ once: { connect: once }, twice: { connect: [tcp, udp, stream, dgram] } }) => [
        ...once.map((it) => is(it.result, 0)),
        is(tcp.errno, "EISCONN"),
        is(udp.errno, null),
        is(stream.errno, "EISCONN"),
        is(dgram.errno, null),
      ], corrects("N2-83")),
    claim("each pair of family and type has its own first function: the two of AF_INET are not the same",
      { once: { connect: 4 } },
      ({ once: { connect: [tcp, udp] } }, seen) => [
        is(seen.inside(tcp).of("sock:inet_sock_set_state").passed(FIRST), ["inet_stream_connect"]),
        oneOf(seen.inside(udp).of("fib:fib_table_lookup").passed([...FIRST, UDP]),
          [[UDP], ["inet_dgram_connect", UDP]]),
      ], corrects("N2-83")),
    claim("nor are the two of AF_UNIX",
      { once: { connect: 4 } },
      ({ once: { connect: [, , stream, dgram] } }, seen) => [
        is(seen.inside(stream).of("kmem:kmem_cache_alloc").passed(FIRST), ["unix_stream_connect"]),
        also(() => is(
          enough(seen.inside(dgram).of("kmem:kmalloc").passed([CALL, ...FIRST]), 1),
          [CALL, "unix_dgram_connect"])),
      ], corrects("N2-83")),
  ],
});
