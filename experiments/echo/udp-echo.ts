import { AF_INET, MSG_DONTWAIT, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { udpReceive, udpSend } from "../../src/kernel/paths/udp.ts";
import { also, is, same } from "../../src/lab/check.ts";
import { all, claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const [TEN, TWENTY] = ["0123456789", "ABCDEFGHIJKLMNOPQRST"];

/**
 * An echo server over UDP: one socket, whoever writes.
 *
 *     for (int i = 0; i < 2; i++) {
 *         long n = recvfrom(server, buf, 100, 0, &from, &len);   // 10, then 20
 *         sendto(server, buf, n, 0, &from, len);
 *     }
 *     close(client);
 *     recvfrom(server, buf, 100, MSG_DONTWAIT, NULL, NULL);      // EAGAIN: nobody said goodbye
 */
export default experiment({
  name: "udp-echo",
  job: { name: "echo", as: "udp" },
  asks: "What does an echo server over UDP need: how many calls, how many sockets?",
  story: `A letter box by the road. Whoever passes drops a letter in, and the sender's address stands on it:
    that is enough to answer. One box serves the whole town. Nobody has to ring first, and nobody tells you
    that they will not write again.`,
  paths: { sendto: udpSend, recvfrom: udpReceive },
  tracepoints: ["sock:inet_sock_set_state", "net:net_dev_queue"],
  next: "Then tcp-echo, the same job over TCP; netlab compare tcp udp shows both side by side.",

  run({ socket, bind, getsockname, connect, sendto, recvfrom, close, attempt }, { scene, known }) {
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });

    scene("serve", "A server: a socket with a port.");
    const server = socket(AF_INET, SOCK_DGRAM, 0);
    known("server", server);
    bind(server, addr, sizeof(addr));
    getsockname(server, addr, int(sizeof(addr)));

    scene("open", "A client. connect notes the server's address in the client's own kernel.");
    const client = socket(AF_INET, SOCK_DGRAM, 0);
    known("client", client);
    connect(client, addr, sizeof(addr));

    scene("say ten");
    sendto(client, text(TEN), 10, 0, null, 0);

    scene("say twenty");
    sendto(client, text(TWENTY), 20, 0, null, 0);

    scene("hear and answer", "Each receive has room for a hundred, and tells who wrote.");
    for (let i = 0; i < 2; i++) {
      const [buf, from, length] = [buffer(100), sockaddr_in(), int(sizeof(sockaddr_in))];
      const n = recvfrom(server, buf, 100, 0, from, length);
      sendto(server, buf, n, 0, from, sizeof(from));
    }

    scene("hear the answer");
    recvfrom(client, buffer(100), 100, 0, null, null);
    recvfrom(client, buffer(100), 100, 0, null, null);

    scene("hang up", "The client goes. Does the server hear of it?");
    close(client);
    attempt.recvfrom(server, buffer(100), 100, MSG_DONTWAIT, null, null);
    close(server);
  },

  claims: [
    claim("one socket is the whole server: it is bound, it hears, it answers",
      {
        serve: { bind: 1, listen: all }, open: { accept4: all },
        "hear and answer": { recvfrom: 2, sendto: 2 },
      },
      ({ serve: { bind, listen }, open: { accept4 }, "hear and answer": { recvfrom, sendto } }) => [
        same(recvfrom[0].before("fd"), bind.before("fd")),
        same(sendto[0].before("fd"), bind.before("fd")),
        is(listen.count, 0),
        is(accept4.count, 0),
      ], corrects("N0-14")),
    claim("two sends are two receives, though each had room for both", { "hear and answer": { recvfrom: 2 } },
      ({ "hear and answer": { recvfrom: [ten, twenty] } }, seen) => [
        is(ten.before("size"), 100),
        is(ten.after("ubuf"), TEN),
        is(twenty.after("ubuf"), TWENTY),
        also(() => is(seen.counted("Udp.InDatagrams", "hear and answer"), 2)),
      ], supports("N0-06", "N1-11")),
    claim("the answer goes where the receive says that the question came from, though the client never bound",
      {
        open: { bind: all }, "hear and answer": { recvfrom: 2, sendto: 2 },
        "hear the answer": { recvfrom: 2 },
      },
      ({
        open: { bind }, "hear and answer": { recvfrom, sendto }, "hear the answer": { recvfrom: heard },
      }) => [
        is(bind.count, 0),
        same(sendto[0].before("addr.sin_port"), recvfrom[0].after("addr.sin_port")),
        same(sendto[1].before("addr.sin_port"), recvfrom[1].after("addr.sin_port")),
        is(heard[0].after("ubuf"), TEN),
        is(heard[1].after("ubuf"), TWENTY),
      ], supports("N1-19")),
    claim("connect sends nothing, and yet the client's socket has another state then",
      { open: { connect: 1 } },
      ({ open: { connect } }, seen) => [
        is(connect.result, 0),
        is(seen.counted("Udp.OutDatagrams", "open"), 0),
        also(() => is(seen.states("server").until("open"), ["CLOSE"])),
        also(() => is(seen.states("client").until("open"), ["ESTABLISHED"])),
        also(() => is(seen.packets({}, "open").length, 0)),
      ], corrects("N0-15")),
    claim("the client closes, and the server is not told", { "hang up": { close: 2, recvfrom: 1 } },
      ({ "hang up": { close: [client], recvfrom: nothing } }, seen) => [
        is(client.result, 0),
        is(nothing.errno, "EAGAIN"),
        also(() => is(seen.packets({}, "hang up").length, 0)),
      ]),
  ],
});
