import { AF_INET, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { message, mmsghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, type Memory, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Eight datagrams of one to eight bytes. */
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8];
const many = (parts: readonly Memory[]) =>
  mmsghdr.array(parts.map((it) => ({ msg_hdr: message({ iov: [it] }) })));

/**
 * Eight datagrams in one call, and eight in one receive.
 *
 *     struct mmsghdr out[8], in[8];
 *     sendmmsg(tx, out, 8, 0);            // 8
 *     recvmmsg(rx, in, 8, 0, NULL);       // 8
 */
export default experiment({
  name: "send-in-one-call",
  job: { name: "batch", as: "sendmmsg" },
  asks: "Eight datagrams in one call: is the way of each through the kernel saved, or only the way in?",
  story: `Eight letters in one bag, and one walk to the post office. There the clerk takes them out of the
    bag, and stamps and sorts every single one, as ever. The walk is saved, the stamping is not.`,
  tracepoints: ["net:net_dev_queue", "sock:sk_data_ready", "sock:sock_recv_length"],
  next: "netlab compare sendto sendmmsg shows it beside the same job with a call for each."
    + " Then mmsg-batch: what a batch saves, and what not.",

  run({ socket, setsockopt, bind, getsockname, connect, sendmmsg, recvmmsg, close }, { scene, known }) {
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
    sendmmsg(tx, many(SIZES.map((size) => text("abcdefgh".slice(0, size)))), SIZES.length, 0);

    scene("receive");
    recvmmsg(rx, many(SIZES.map((size) => buffer(size))), SIZES.length, 0, null);

    scene("end");
    close(tx);
    close(rx);
  },

  claims: [
    claim("one call is eight datagrams all the same: each is counted, each is a packet",
      { send: { sendmmsg: 1 } },
      ({ send: { sendmmsg } }, seen) => [
        is(sendmmsg.result, 8),
        is(sendmmsg.after("mmsg[0].msg_len"), 1),
        is(sendmmsg.after("mmsg[7].msg_len"), 8),
        is(seen.counted("Udp.OutDatagrams", "send"), 8),
        also(() => is(seen.packets({}, "send").length, 8)),
        also(() => is(seen.inside(sendmmsg).count("net:net_dev_queue"), 8)),
      ], corrects("N0-16")),
    claim("one receive takes all eight, each into a message of its own", { receive: { recvmmsg: 1 } },
      ({ receive: { recvmmsg } }, seen) => [
        is(recvmmsg.result, 8),
        is(recvmmsg.after("mmsg[0].msg_len"), 1),
        is(recvmmsg.after("mmsg[7].msg_len"), 8),
        also(() => is(seen.counted("Udp.InDatagrams", "receive"), 8)),
      ], supports("N0-06")),
  ],
});
