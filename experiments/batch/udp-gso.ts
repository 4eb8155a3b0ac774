import { AF_INET, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET, SOL_UDP } from "../../src/abi/constants/socket.ts";
import { UDP_GRO, UDP_SEGMENT } from "../../src/abi/constants/udp.ts";
import { type ControlMessage, message } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, since, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int, u16 } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";

/**
 * One send, several datagrams, and one receive for all of them.
 *
 *     sendmsg(tx, { "0123456789", UDP_SEGMENT: 4 }, 0);   // 0123, 4567 and 89
 *     setsockopt(rx, SOL_UDP, UDP_GRO, &(int){1}, 4);
 *     recvmsg(rx, &msg, 0);                               // 10: "0123456789", UDP_GRO: 4
 */
export default experiment({
  name: "udp-gso",
  asks: "Is one send always one datagram, and one receive one datagram?",
  story: `Whoever prints four hundred postcards does not cut them one by one: the sheet goes to the post
    uncut, with a note "cut every four centimetres". What arrives are single cards, for readers who know
    nothing of it. And a reader who says so gets the sheet, uncut, with the same note beside it. The sheet
    travels as one piece as long as it can, and that saves more than any bundle.`,
  tracepoints: ["net:net_dev_queue"],
  parameters: { datagrams: { is: "datagrams in the large send", default: 40, from: 2, to: 60 } },
  next: "--set datagrams=60 is near the most that older kernels cut from one send. Then ring-receive:"
    + " receiving without any call.",

  run({ socket, setsockopt, bind, getsockname, sendto, sendmsg, recvfrom, recvmsg, close, attempt }, stage) {
    const { scene, times, set: { datagrams } } = stage;
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    const ten = text("0123456789");
    const three = () => { for (let i = 0; i < 3; i++) recvfrom(rx, buffer(16), 16, 0, null, null); };

    scene("this send", "Ten bytes and a control message: cut this one after every four.");
    const cut: ControlMessage = [{ cmsg_level: SOL_UDP, cmsg_type: UDP_SEGMENT }, cell(u16, 4)];
    sendmsg(tx, message({ name: addr, iov: [ten], control: [cut] }), 0);
    three();

    scene("every send", "The option of the socket says it of every send from now on.");
    setsockopt(tx, SOL_UDP, UDP_SEGMENT, int(4), 4);
    sendto(tx, ten, 10, 0, addr, sizeof(addr));
    three();

    scene("many", "As many datagrams from one send as were asked for, and a receive for each.");
    const length = 4 * datagrams;
    const sheet = text("card".repeat(datagrams));
    sendto(tx, sheet, length, 0, addr, sizeof(addr));
    times("receive", datagrams, () => recvfrom(rx, buffer(16), 16, 0, null, null));

    scene("uncut", "Now the receiver says that it takes them uncut. (Linux 5.10 cuts on lo all the same.)");
    setsockopt(rx, SOL_UDP, UDP_GRO, int(1), 4);
    sendto(tx, sheet, length, 0, addr, sizeof(addr));
    recvmsg(rx, message({ iov: [buffer(length)], control: buffer(24) }), 0);

    scene("too many", "Sixty thousand datagrams of one byte, in one send.");
    setsockopt(tx, SOL_UDP, UDP_SEGMENT, int(1), 4);
    attempt.sendto(tx, text("x".repeat(60_000)), 60_000, 0, addr, sizeof(addr));
    close(tx);
    close(rx);
  },

  claims: [
    claim("one send can be several datagrams: the kernel cuts it after every so many bytes",
      { "this send": { sendmsg: 1, recvfrom: 3 } },
      ({ "this send": { sendmsg: sent, recvfrom: [first, second, third] } }, seen) => [
        is(sent.before("msg.msg_control[0].cmsg_data"), 4),
        is(sent.result, 10),
        is(first.after("ubuf"), "0123"),
        is(second.after("ubuf"), "4567"),
        is(third.after("ubuf"), "89"),
        also(() => is(seen.counted("Udp.InDatagrams", "this send"), 3)),
      ], corrects("N0-06", "N0-35")),
    claim("an option of the socket says the same of all its sends",
      { "every send": { setsockopt: 1, sendto: 1, recvfrom: 3 } },
      ({ "every send": { setsockopt: option, sendto: sent, recvfrom: [first, second, third] } }) => [
        is(option.before("*optval"), 4),
        is(sent.result, 10),
        is(first.result, 4),
        is(second.result, 4),
        is(third.result, 2),
      ], corrects("N0-35")),
    claim("so one call sends what takes a call each to receive", { many: { sendto: 1, recvfrom: sum } },
      ({ many: { sendto: sent, recvfrom: got } }, seen) => [
        is(sent.result, 4 * seen.set("datagrams")),
        is(got.results, { 4: seen.set("datagrams") }),
      ], corrects("N0-35")),
    claim("a receiver with UDP_GRO takes them all in one call, and is told where they were to be cut",
      { uncut: { sendto: 1, recvmsg: 1 } },
      ({ uncut: { sendto: sent, recvmsg: got } }, seen) => [
        is(sent.result, 4 * seen.set("datagrams")),
        is(got.result, 4 * seen.set("datagrams")),
        is(got.after("msg.msg_control[0].cmsg_type"), UDP_GRO),
        is(got.after("msg.msg_control[0].cmsg_data"), 4),
      ], corrects("N0-06", "N0-35"), since("6.1")),
    claim("down to the device it is one packet: it is cut late, over the loopback not before the receiver",
      { "this send": { sendmsg: 1, recvfrom: 3 } },
      ({ "this send": { sendmsg: sent, recvfrom: [first] } }, seen) => [
        is(seen.packets({}, "this send").length, 1),
        is(seen.packets({}, "this send").field("length"), [10]),
        is(first.result, 4),
        also(() => is(seen.inside(sent).count("net:net_dev_queue"), 1)),
      ], supports("N4-40"), since("6.1")),
    claim("there is an end to it: more datagrams than the kernel cuts from one send are EINVAL",
      { "too many": { sendto: 1 } },
      ({ "too many": { sendto: sent } }) => [
        is(sent.before("len"), 60_000),
        is(sent.errno, "EINVAL"),
      ]),
  ],
});
