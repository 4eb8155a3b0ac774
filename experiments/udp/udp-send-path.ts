import { IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQ } from "../../src/abi/constants/ioctl.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, MSG_DONTWAIT, MSG_MORE, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { UDP_CORK } from "../../src/abi/constants/udp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { udpSend } from "../../src/kernel/paths/udp.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The layers, one function each, from the call down to the driver. */
const DOWN = [
  "__sys_sendto", "udp_sendmsg", "ip_finish_output2", "__dev_queue_xmit", "dev_hard_start_xmit",
  "loopback_xmit",
];
/**
 * Up again, from the loopback towards the socket, with the sender still below them on the stack. On Linux
 * 5.10 __dev_queue_xmit has returned by then.
 */
const UP = ["udp_sendmsg", "net_rx_action"];
const ARRIVED = [...UP, "__udp_enqueue_schedule_skb"];

/**
 * When a datagram leaves.
 *
 *     sendto(s, "aa", 2, 0, …);          // it is gone when the call returns
 *     sendto(s, "aa", 2, MSG_MORE, …);   // 2, and nothing has left
 *     sendto(s, "cc", 2, 0, …);          // now it leaves: one datagram, "aacc"
 */
export default experiment({
  name: "udp-send-path",
  asks: "sendto returned: has the datagram left by then, or is it still to go?",
  story: `You hand your letter over the counter, and the clerk takes it all the way himself: to the sorting
    room, to the gate, into the mail van. Only then does he come back and say thank you. If the letter is for
    somebody in the same house, he even puts it into their box on the way. Unless you say: wait, there is more
    to come. Then the letter stays open on the counter until you say that it is complete.`,
  paths: { sendto: udpSend },
  tracepoints: ["net:net_dev_queue", "net:netif_rx", "net:netif_receive_skb"],
  next: "Then udp-fragments: what becomes of a datagram that is larger than a packet.",

  run({
    socket, bind, getsockname, setsockopt, sendto, ioctl, ppoll, recvfrom, close, attempt,
  }, { scene }) {
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const send = (words: string, flags = 0) => sendto(tx, text(words), 2, flags, addr, sizeof(addr));
    const nothing = () => attempt.recvfrom(rx, buffer(16), 16, MSG_DONTWAIT, null, null);
    const arrives = () => {
      ppoll(pollfd({ fd: rx, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
      recvfrom(rx, buffer(16), 16, MSG_DONTWAIT, null, null);
    };

    scene("sent", "Two datagrams. Nobody waits for them, nobody receives them yet.");
    send("aa");
    send("bb");

    scene("received");
    for (let i = 0; i < 2; i++) arrives();

    scene("more", "Two bytes, with the word that more is to come.");
    send("aa", MSG_MORE);
    ioctl(tx, SIOCOUTQ, int(-1));
    nothing();

    scene("complete", "Two bytes more, without it.");
    send("cc");
    ioctl(tx, SIOCOUTQ, int(-1));
    arrives();
    nothing();

    scene("corked", "The same by an option of the socket.");
    setsockopt(tx, IPPROTO_UDP, UDP_CORK, int(1), 4);
    send("aa");
    send("cc");
    nothing();

    scene("uncorked");
    setsockopt(tx, IPPROTO_UDP, UDP_CORK, int(0), 4);
    arrives();
    nothing();
    close(tx);
    close(rx);
  },

  claims: [
    claim("a send hands its packet to the device before it returns, one for each send",
      { sent: { sendto: 2 } },
      ({ sent: { sendto: sends } }, seen) => [
        is(seen.counted("Udp.OutDatagrams", "sent"), 2),
        also(() => is(seen.packets({}, "sent").field("len"), [10, 10])),
        ...sends.map((it) => also(() => is(seen.inside(it).count("net:net_dev_queue"), 1))),
      ], supports("N0-25")),
    claim("inside the call it passes the layers from above: socket, UDP, IP, neighbour, device, driver",
      { sent: { sendto: 2 } },
      ({ sent: { sendto: [first] } }, seen) => [
        is(seen.inside(first).of("net:netif_rx").passed(DOWN), DOWN),
      ], supports("N4-12")),
    claim("on the loopback the way goes on: the same call climbs up again, to the receiver's queue",
      { sent: { sendto: 2 }, received: { recvfrom: 2 } },
      ({ sent: { sendto: [first] }, received: { recvfrom: [received] } }, seen) => [
        is(received.after("ubuf"), "aa"),
        is(seen.inside(first).until("net:netif_receive_skb").count("net:net_dev_queue"), 1),
        is(seen.inside(first).of("net:netif_receive_skb").passed(UP), UP),
        also(() => is(seen.inside(first).of("sock:sk_data_ready").passed(ARRIVED), ARRIVED)),
      ], corrects("N4-11"), supports("N0-25")),
    claim("with MSG_MORE nothing leaves: the bytes wait at the sender",
      { more: { sendto: 1, ioctl: 1, recvfrom: 1 } },
      ({ more: { sendto: send, ioctl: queue, recvfrom: none } }, seen) => [
        is(send.result, 2),
        atLeast(queue.after("*arg"), 1),
        is(none.errno, "EAGAIN"),
        also(() => is(seen.counted("Udp.OutDatagrams", "more"), 0)),
        also(() => is(seen.inside(send).count("net:net_dev_queue"), 0)),
      ], supports("N0-25")),
    claim("the send without it completes the datagram: two sends, one datagram",
      { complete: { sendto: 1, ioctl: 1, recvfrom: 2 } },
      ({ complete: { sendto: send, ioctl: queue, recvfrom: [whole, none] } }, seen) => [
        is(send.result, 2),
        is(whole.after("ubuf"), "aacc"),
        is(none.errno, "EAGAIN"),
        is(queue.after("*arg"), 0),
        also(() => is(seen.counted("Udp.OutDatagrams", "complete"), 1)),
        also(() => is(seen.inside(send).count("net:net_dev_queue"), 1)),
      ], supports("N0-25")),
    claim("under UDP_CORK the datagram leaves inside the setsockopt that takes the cork away",
      { corked: { sendto: 2, recvfrom: 1 }, uncorked: { setsockopt: 1, recvfrom: 2 } },
      ({
        corked: { sendto: sends, recvfrom: before }, uncorked: { setsockopt, recvfrom: [whole, none] },
      }, seen) => [
        ...sends.map((it) => is(it.result, 2)),
        is(before.errno, "EAGAIN"),
        is(whole.after("ubuf"), "aacc"),
        is(none.errno, "EAGAIN"),
        also(() => is(seen.counted("Udp.OutDatagrams", "corked"), 0)),
        also(() => is(seen.counted("Udp.OutDatagrams", "uncorked"), 1)),
        also(() => is(seen.inside(setsockopt).count("net:net_dev_queue"), 1)),
      ], supports("N0-25")),
  ],
});
