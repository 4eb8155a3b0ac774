import { AF_INET, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { message, mmsghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, sum } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, type Memory, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * Eight datagrams in one call.
 *
 *     struct mmsghdr out[8] = { … }, in[8] = { … };
 *     sendmmsg(tx, out, 8, 0);         // 8: one crossing, eight packets
 *     recvmmsg(rx, in, 8, 0, NULL);    // 8: one crossing
 */
export default experiment({
  name: "mmsg-batch",
  asks: "One sendmmsg for eight datagrams: what does it save, and what not?",
  story: `Whoever posts eight letters may walk to the post office eight times, or once with a bundle. The
    bundle saves seven walks. At the counter it is untied, and each letter is weighed, stamped and sorted by
    itself: nothing of that becomes less. And the post keeps copies: what you do to your sheets once you have
    handed them in changes no letter.`,
  tracepoints: ["net:net_dev_queue", "fib:fib_table_lookup"],
  parameters: { messages: { is: "datagrams in a batch", default: 8, from: 2, to: 32 } },
  next: "--set messages=32: still two calls, and thirty-two packets."
    + " Then mmsg-limits: what a batch does when one of its letters is refused.",

  run({ socket, setsockopt, bind, getsockname, sendto, recvfrom, sendmmsg, recvmmsg, close }, stage) {
    const { scene, times, look, set: { messages } } = stage;
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    const batch = (memory: readonly Memory[], name: typeof addr | null) =>
      mmsghdr.array(memory.map((it) => ({ msg_hdr: message({ name, iov: [it] }) })));
    const letters = Array.from({ length: messages }, (_, i) => text(`letter ${10 + i}`));

    scene("one by one", "A call for each datagram, on either side.");
    times("post", messages, (i) => sendto(tx, letters[i]!, 9, 0, addr, sizeof(addr)));
    times("take", messages, () => recvfrom(rx, buffer(9), 9, 0, null, null));

    scene("batch", "The same datagrams in one call.");
    sendmmsg(tx, batch(letters, addr), messages, 0);

    scene("taken", "And one call takes them.");
    recvmmsg(rx, batch(letters.map(() => buffer(9)), null), messages, 0, null);

    scene("overwritten", "Two more; as soon as the call is back, their memory is written over.");
    const mine = text("AAAAAAAAA");
    sendmmsg(tx, batch([mine, mine], addr), 2, 0);
    mine.bytes.fill("B");
    look("the sender's memory", mine);
    recvmmsg(rx, batch([buffer(9), buffer(9)], null), 2, 0, null);
    close(tx);
    close(rx);
  },

  claims: [
    claim("a batch is one call to send and one to receive, where single datagrams take a call each",
      {
        "one by one": { sendto: sum, recvfrom: sum },
        batch: { sendmmsg: 1 }, taken: { recvmmsg: 1 },
      },
      ({ "one by one": single, batch: { sendmmsg: sent }, taken: { recvmmsg: got } }, seen) => [
        is(single.sendto.count, seen.set("messages")),
        is(single.recvfrom.count, seen.set("messages")),
        is(sent.result, seen.set("messages")),
        is(got.result, seen.set("messages")),
      ], corrects("N0-16")),
    claim("each message is a datagram of its own: msg_len says of each what was sent, and what was received",
      { batch: { sendmmsg: 1 }, taken: { recvmmsg: 1 } },
      ({ batch: { sendmmsg: sent }, taken: { recvmmsg: got } }) => [
        is(sent.after("mmsg[0].msg_len"), 9),
        is(sent.after("mmsg[1].msg_len"), 9),
        is(got.after("mmsg[0].msg_len"), 9),
        is(got.after("mmsg[1].msg_len"), 9),
      ]),
    claim("inside the one call the kernel makes a packet for each datagram, as if they had come one by one",
      { batch: { sendmmsg: 1 } },
      ({ batch: { sendmmsg: sent } }, seen) => [
        is(seen.counted("Udp.OutDatagrams", "batch"), seen.set("messages")),
        also(() => is(seen.packets({}, "batch").length, seen.set("messages"))),
        also(() => is(seen.inside(sent).count("net:net_dev_queue"), seen.set("messages"))),
      ], corrects("N0-16")),
    claim("it looks for the route again for each of them, though all go to the same place",
      { batch: { sendmmsg: 1 } },
      ({ batch: { sendmmsg: sent } }, seen) => [
        is(seen.inside(sent).count("fib:fib_table_lookup"), seen.set("messages")),
      ], corrects("N0-16")),
    claim("the payload is copied during the call: what is written over it afterwards is not sent",
      { overwritten: { sendmmsg: 1, "look the sender's memory": 1, recvmmsg: 1 } },
      ({ overwritten: { sendmmsg: sent, "look the sender's memory": mine, recvmmsg: got } }) => [
        is(sent.before("mmsg[1].msg_hdr.msg_iov[0].iov_base"), "AAAAAAAAA"),
        is(mine.bytes(), "BBBBBBBBB"),
        is(got.after("mmsg[0].msg_hdr.msg_iov[0].iov_base"), "AAAAAAAAA"),
        is(got.after("mmsg[1].msg_hdr.msg_iov[0].iov_base"), "AAAAAAAAA"),
      ], contradicts("N0-17")),
  ],
});
