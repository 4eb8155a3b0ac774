import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SO_MEMINFO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { is, more, same } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { kernelStruct } from "../../src/lab/stage.ts";
import { cells } from "../../src/memory/array.ts";
import { int, u32 } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** SO_MEMINFO answers with nine numbers. */
const PLACES = 9;
/** Of those: memory that received bytes take and may take, and what is queued to send and may be. */
const RMEM = "optval[0]";
const RCVBUF = "optval[1]";
const SNDBUF = "optval[3]";
const QUEUED = "optval[5]";

/**
 * How much memory a socket holds for bytes, at three moments.
 *
 *     int s = socket(AF_INET, SOCK_STREAM, 0);   // 0 of 131072
 *     … 1000 bytes arrive …                      // more than 1000 of 131072
 *     recv(s, buf, 4096, 0);                     // 0 of 131072
 */
export default experiment({
  name: "socket-memory",
  asks: "A new socket may hold 128 kilobytes of received bytes: does it have them already?",
  story: `Whoever opens an account may overdraw it up to a limit. The money is not in a drawer with a name on
    it: there is no such drawer, only a number that says how far one may go, and another that says how far
    one has gone. A socket is such an account. The bytes that arrive bring their own memory, hang on a hook
    that the socket has for them, and are counted. When they have been read, their memory is gone again.`,
  pins: { "net.ipv4.tcp_rmem": "4096 131072 6291456", "net.ipv4.tcp_wmem": "4096 16384 4194304" },
  parameters: { bytes: { is: "how many bytes are sent", default: 1000, from: 1, to: 4096 } },
  next: "--set bytes=1: how much memory does a single byte take? Then families: which sockets there are.",

  run({
    socket, bind, listen, getsockname, connect, ppoll, accept4, getsockopt, sendto, recvfrom, close,
  }, { scene, look, set }) {
    const memory = (fd: number) =>
      getsockopt(fd, SOL_SOCKET, SO_MEMINFO, cells(u32, PLACES), int(PLACES * u32.size));
    const arrived = (fd: number) =>
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);

    scene("fresh", "A new socket. SO_MEMINFO: [0] and [1] are received bytes and their limit, [5] and [3]"
      + " bytes to send and theirs.");
    const c = socket(AF_INET, SOCK_STREAM, 0);
    memory(c);

    scene("struct", "What the struct has for bytes.");
    look("sock", kernelStruct("sock",
      "sk_receive_queue", "sk_rcvbuf", "sk_write_queue", "sk_wmem_queued", "sk_sndbuf"));
    look("head", kernelStruct("sk_buff_head"));
    look("tcp", kernelStruct("tcp_sock", "inet_conn", "out_of_order_queue"));

    scene("arrived", "It is connected, and gets some bytes.");
    const l = socket(AF_INET, SOCK_STREAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    getsockname(l, addr, int(sizeof(addr)));
    connect(c, addr, sizeof(addr));
    arrived(l);
    const s = accept4(l, null, null, 0);
    sendto(s, text("x".repeat(set.bytes)), set.bytes, 0, null, 0);
    arrived(c);
    memory(c);

    scene("read", "They are read.");
    recvfrom(c, buffer(4096), 4096, 0, null, null);
    memory(c);
    for (const fd of [s, c, l]) close(fd);
  },

  claims: [
    claim("a new socket holds no memory for bytes, but has its limits", { fresh: { getsockopt: 1 } },
      ({ fresh: { getsockopt: fresh } }) => [
        is(fresh.after(RMEM), 0),
        is(fresh.after(QUEUED), 0),
        is(fresh.after(RCVBUF), 131_072),
        is(fresh.after(SNDBUF), 16_384),
      ], corrects("N3-07")),
    claim("its struct has hooks and figures, not room: the limit is larger than the whole struct",
      { fresh: { getsockopt: 1 }, struct: { "look sock": 1, "look head": 1, "look tcp": 1 } },
      ({
        fresh: { getsockopt: fresh }, struct: { "look sock": sock, "look head": head, "look tcp": tcp },
      }) => [
        same(sock.column("size", "sk_receive_queue"), head.column("size", "sk_buff_head")),
        same(sock.column("size", "sk_write_queue"), head.column("size", "sk_buff_head")),
        is(head.column("size", "next"), 8),
        is(head.column("size", "prev"), 8),
        is(sock.column("size", "sk_rcvbuf"), 4),
        is(sock.column("size", "sk_sndbuf"), 4),
        is(tcp.column("offset", "inet_conn"), 0),
        more(fresh.after(RCVBUF), tcp.column("size", "tcp_sock")),
      ], corrects("N3-03")),
    claim("bytes that arrive bring their memory, more of it than they are; when they are read it is gone",
      { arrived: { sendto: 1, getsockopt: 1 }, read: { recvfrom: 1, getsockopt: 1 } },
      ({ arrived: { sendto, getsockopt: full }, read: { recvfrom, getsockopt: empty } }) => [
        more(full.after(RMEM), sendto.result),
        same(recvfrom.result, sendto.result),
        is(empty.after(RMEM), 0),
      ], corrects("N3-03", "N3-07")),
  ],
});
