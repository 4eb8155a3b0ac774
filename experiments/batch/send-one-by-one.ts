import { AF_INET, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { udpReceive, udpSend } from "../../src/kernel/paths/udp.ts";
import { also, is } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Eight datagrams of one to eight bytes. */
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8];

/**
 * Eight datagrams, a call each.
 *
 *     for (int i = 1; i <= 8; i++)
 *         sendto(tx, "abcdefgh", i, 0, NULL, 0);
 */
export default experiment({
  name: "send-one-by-one",
  job: { name: "batch", as: "sendto" },
  asks: "Eight datagrams, a call each: how often is the kernel entered, and what does each way in cost?",
  story: `Eight letters, and eight walks to the letter box. Each time you open the door, walk there, drop one
    letter in, and walk back.`,
  paths: { sendto: udpSend, recvfrom: udpReceive },
  tracepoints: ["net:net_dev_queue"],
  next: "Then send-in-one-call; netlab compare sendto sendmmsg shows both side by side.",

  run({ socket, setsockopt, bind, getsockname, connect, sendto, recvfrom, close }, { scene, known }) {
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });

    scene("serve", "A receiver. It would wait for four seconds, and not longer.");
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    known("server", rx);
    setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));

    scene("open", "A sender, and to whom it sends.");
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    known("client", tx);
    connect(tx, addr, sizeof(addr));

    scene("send", "Eight datagrams of one to eight bytes.");
    for (const size of SIZES) sendto(tx, text("abcdefgh".slice(0, size)), size, 0, null, 0);

    scene("receive");
    for (const size of SIZES) recvfrom(rx, buffer(size), size, 0, null, null);

    scene("end");
    close(tx);
    close(rx);
  },

  claims: [
    claim("eight calls are eight datagrams, and eight packets", { send: { sendto: all } },
      ({ send: { sendto } }, seen) => [
        is(sendto.results, SIZES),
        is(seen.counted("Udp.OutDatagrams", "send"), 8),
        also(() => is(seen.packets({}, "send").length, 8)),
      ], supports("N0-25")),
    claim("each is received by a call of its own, in the order in which it was sent",
      { receive: { recvfrom: all } },
      ({ receive: { recvfrom } }, seen) => [
        is(recvfrom.results, SIZES),
        also(() => is(seen.counted("Udp.InDatagrams", "receive"), 8)),
      ], supports("N0-06")),
  ],
});
