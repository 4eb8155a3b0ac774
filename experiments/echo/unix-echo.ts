import { AF_UNIX, SHUT_WR, SOCK_SEQPACKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { also, is, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const [TEN, TWENTY] = ["0123456789", "ABCDEFGHIJKLMNOPQRST"];
/** An address of the family alone: the kernel chooses a name. */
const ANY = 2;

/**
 * An echo server that never leaves the machine: AF_UNIX and SOCK_SEQPACKET, a connection that keeps messages
 * apart.
 *
 *     bind(listener, { AF_UNIX }, 2);                   // the kernel chooses a name: "\0" and five digits
 *     int server = accept4(listener, NULL, NULL, 0);
 *     recvfrom(server, buf, 100, 0, NULL, NULL);        // 10, then 20
 */
export default experiment({
  name: "unix-echo",
  job: { name: "echo", as: "unix" },
  asks: "Can a socket have both: a connection as TCP has it, and messages as UDP has them?",
  story: `A pneumatic tube between two rooms of one house. It is laid for these two, as a telephone line is;
    what is sent through it are capsules, and each arrives by itself. And since it never leaves the house, no
    postman ever sees it.`,
  tracepoints: ["sock:sk_data_ready", "sock:sock_recv_length", "net:net_dev_queue"],
  next: "netlab compare tcp udp unix shows all three. Then mmsg-raw: many messages in one call.",

  run({
    socket, bind, listen, getsockname, connect, accept4, sendto, recvfrom, shutdown, close,
  }, { scene, known }) {
    scene("serve", "A server: a socket with a name, which listens. The name is of the kernel's choosing.");
    const listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    known("listener", listener);
    const [addr, length] = [sockaddr_un({ sun_family: AF_UNIX }), int(sizeof(sockaddr_un))];
    bind(listener, addr, ANY);
    listen(listener, 8);
    getsockname(listener, addr, length);

    scene("open", "A client, and a connection.");
    const client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    known("client", client);
    connect(client, addr, length.value);
    const server = accept4(listener, null, null, 0);
    known("server", server);

    scene("say ten");
    sendto(client, text(TEN), 10, 0, null, 0);

    scene("say twenty");
    sendto(client, text(TWENTY), 20, 0, null, 0);

    scene("hear and answer", "Each receive has room for a hundred.");
    for (let i = 0; i < 2; i++) {
      const buf = buffer(100);
      const n = recvfrom(server, buf, 100, 0, null, null);
      sendto(server, buf, n, 0, null, 0);
    }

    scene("hear the answer");
    recvfrom(client, buffer(100), 100, 0, null, null);
    recvfrom(client, buffer(100), 100, 0, null, null);

    scene("hang up", "The client says that it is done. Does the server hear of it?");
    shutdown(client, SHUT_WR);
    recvfrom(server, buffer(100), 100, 0, null, null);
    close(server);
    close(client);
    close(listener);
  },

  claims: [
    claim("it is a connection: the server listens and accepts, and has a socket of its own for its client",
      { serve: { listen: 1 }, open: { accept4: 1 }, "hear and answer": { recvfrom: 2 } },
      ({ serve: { listen }, open: { accept4 }, "hear and answer": { recvfrom: [first] } }) => [
        is(listen.result, 0),
        same(first.before("fd"), accept4.result),
      ], supports("N1-20")),
    claim("it keeps messages apart: two sends are two receives, though each had room for both",
      { "hear and answer": { recvfrom: 2 } },
      ({ "hear and answer": { recvfrom: [ten, twenty] } }) => [
        is(ten.before("size"), 100),
        is(ten.after("ubuf"), TEN),
        is(twenty.after("ubuf"), TWENTY),
      ], supports("N1-20")),
    claim("the client hangs up, and the server is told: a receive returns 0",
      { "hang up": { shutdown: 1, recvfrom: 1 } },
      ({ "hang up": { shutdown, recvfrom: end } }) => [
        is(shutdown.result, 0),
        is(end.result, 0),
        is(end.errno, null),
      ], supports("N1-59")),
    claim("no packet passes any device: it stays inside the kernel", { "say ten": { sendto: 1 } },
      ({ "say ten": { sendto } }, seen) => [
        is(sendto.result, 10),
        is(seen.counted("Ip.OutRequests", "say ten"), 0),
        also(() => is(seen.packets({}).length, 0)),
      ], supports("N1-02")),
    claim("the address is no path: the kernel chose a name that begins with a NUL",
      { serve: { bind: 1, getsockname: 1 } },
      ({ serve: { bind, getsockname } }) => [
        is(bind.before("addrlen"), ANY),
        is(getsockname.after("*usockaddr_len"), 8),
      ], corrects("N1-04")),
  ],
});
