import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SHUT_WR, SO_RCVLOWAT, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { briefConnect, briefRecvfrom, briefSendto } from "../../src/kernel/paths/brief.ts";
import { also, atLeast, differ, enough, is, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const [TEN, TWENTY] = ["0123456789", "ABCDEFGHIJKLMNOPQRST"];

/**
 * An echo server over TCP: a socket to be called at, and one more for each caller.
 *
 *     int server = accept4(listener, NULL, NULL, 0);
 *     long n = recvfrom(server, buf, 100, 0, NULL, NULL);   // 30: what was sent as 10 and 20
 *     sendto(server, buf, n, 0, NULL, 0);
 *     shutdown(client, SHUT_WR);
 *     recvfrom(server, buf, 100, 0, NULL, NULL);            // 0: the client is done
 */
export default experiment({
  name: "tcp-echo",
  job: { name: "echo", as: "tcp" },
  asks: "What does an echo server over TCP need: how many calls, how many sockets?",
  story: `A telephone exchange. One line is there to be called at; for each caller the exchange opens another
    one, and on that the two of them talk. What is said runs together into one stream, and who hangs up is
    heard to hang up.`,
  paths: { connect: briefConnect, sendto: briefSendto, recvfrom: briefRecvfrom },
  tracepoints: ["sock:sock_recv_length"],
  next: "Compare it with UDP: netlab compare tcp udp. Then unix-echo: without any network.",

  run({
    socket, bind, listen, getsockname, connect, accept4, setsockopt, sendto, ppoll, recvfrom, shutdown, close,
  }, { scene, known }) {
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    const ready = (fd: number) =>
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);

    scene("serve", "A server: a socket with a port, which listens.");
    const listener = socket(AF_INET, SOCK_STREAM, 0);
    known("listener", listener);
    bind(listener, addr, sizeof(addr));
    listen(listener, 8);
    getsockname(listener, addr, int(sizeof(addr)));

    scene("open", "A client, and a connection. TCP_NODELAY: what is sent leaves at once."
      + " SO_RCVLOWAT: poll says that there is something to read once all thirty bytes are there.");
    const client = socket(AF_INET, SOCK_STREAM, 0);
    known("client", client);
    connect(client, addr, sizeof(addr));
    const server = accept4(listener, null, null, 0);
    known("server", server);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, int(1), sizeof(int(1)));
    setsockopt(client, SOL_SOCKET, SO_RCVLOWAT, int(30), sizeof(int(30)));
    setsockopt(server, SOL_SOCKET, SO_RCVLOWAT, int(30), sizeof(int(30)));

    scene("say ten");
    sendto(client, text(TEN), 10, 0, null, 0);

    scene("say twenty");
    sendto(client, text(TWENTY), 20, 0, null, 0);

    scene("hear and answer", "One receive, with room for a hundred.");
    const buf = buffer(100);
    ready(server);
    const n = recvfrom(server, buf, 100, 0, null, null);
    sendto(server, buf, n, 0, null, 0);

    scene("hear the answer");
    ready(client);
    recvfrom(client, buffer(100), 100, 0, null, null);

    scene("hang up", "The client says that it is done. Does the server hear of it?");
    shutdown(client, SHUT_WR);
    recvfrom(server, buffer(100), 100, 0, null, null);
    close(server);
    close(client);
    close(listener);
  },

  claims: [
    claim("the server needs listen and accept, and for its client a socket of its own",
      {
        serve: { bind: 1, listen: 1 }, open: { accept4: 1 },
        "hear and answer": { recvfrom: 1, sendto: 1 },
      },
      ({ serve: { bind, listen }, open: { accept4 }, "hear and answer": { recvfrom, sendto } }) => [
        is(listen.result, 0),
        same(recvfrom.before("fd"), accept4.result),
        same(sendto.before("fd"), accept4.result),
        differ(recvfrom.before("fd"), bind.before("fd")),
      ], corrects("N0-14"), supports("N1-17")),
    claim("connect opens the connection with packets, before anything is said",
      { open: { connect: 1 } },
      ({ open: { connect } }, seen) => [
        is(connect.result, 0),
        atLeast(seen.counted("Tcp.OutSegs", "open"), 3),
        also(() => is(enough(seen.states("client").passed("open"), 3), ["CLOSE", "SYN_SENT", "ESTABLISHED"])),
        also(() => atLeast(seen.packets({ syn: true }, "open").length, 2)),
      ], supports("N1-56")),
    claim("two sends are one receive: the bytes in order, and nothing between them",
      { "say ten": { sendto: 1 }, "say twenty": { sendto: 1 }, "hear and answer": { recvfrom: 1 } },
      ({
        "say ten": { sendto: ten }, "say twenty": { sendto: twenty }, "hear and answer": { recvfrom },
      }) => [
        is(ten.result, 10),
        is(twenty.result, 20),
        is(recvfrom.after("ubuf"), TEN + TWENTY),
      ], supports("N1-10", "N3-43"), corrects("N0-39")),
    claim("the client hangs up, and the server is told: a receive returns 0",
      { "hang up": { shutdown: 1, recvfrom: 1 } },
      ({ "hang up": { shutdown, recvfrom: end } }, seen) => [
        is(shutdown.result, 0),
        is(end.result, 0),
        is(end.errno, null),
        also(() => atLeast(seen.packets({ fin: true }, "hang up").length, 2)),
      ], supports("N1-16", "N1-59")),
  ],
});
