import { AF_INET, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { message, mmsghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import {
  udpReceiveMessage, udpReceiveMessages, udpSendMessage, udpSendMessages,
} from "../../src/kernel/paths/message.ts";
import { also, atLeast, enough, is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const LEAVES = "net:net_dev_queue";
const WORDS = ["one", "two", "three", "four"];
/** From the call down to the device, each function once, however often it is passed. */
const WAY = ["__sys_sendmmsg", "udp_sendmsg", "__dev_queue_xmit"];

/**
 * A message in pieces, and four messages.
 *
 *     sendmsg(tx, { iov: ["in two ", "pieces"] });   // one way, one packet
 *     sendmmsg(tx, four, 4);                         // the same way four times, from ___sys_sendmsg on
 *     recvmmsg(rx, room, 4);                         // and four times up
 */
export default experiment({
  name: "message-path",
  asks: "One sendmmsg for four messages: which functions of the kernel are passed once, which four times?",
  story: `A clerk who is handed a bundle unties it and carries each letter through the whole house by itself:
    to the scales, to the stamp, to the map, to the van. Only the door he opens once. And the porter, who
    asks where you are going, asks for the first letter, and then lets the others pass.`,
  paths: {
    sendmsg: udpSendMessage, recvmsg: udpReceiveMessage,
    sendmmsg: udpSendMessages, recvmmsg: udpReceiveMessages,
  },
  tracepoints: ["fib:fib_table_lookup"],
  next: "netlab path udp sendmmsg --live. Then three-doors: what write, send and sendmsg have in common.",

  run({ socket, setsockopt, bind, getsockname, sendmsg, recvmsg, sendmmsg, recvmmsg, close }, { scene }) {
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    const room = () => message({ name: sockaddr_in(), iov: [buffer(16)] });

    scene("one", "A message in two pieces.");
    sendmsg(tx, message({ name: addr, iov: [text("in two "), text("pieces")] }), 0);
    recvmsg(rx, room(), 0);

    scene("four", "Four messages in one call.");
    const four = WORDS.map((it) => ({ msg_hdr: message({ name: addr, iov: [text(it)] }) }));
    sendmmsg(tx, mmsghdr.array(four), 4, 0);

    scene("taken", "And one call takes them.");
    recvmmsg(rx, mmsghdr.array(WORDS.map(() => ({ msg_hdr: room() }))), 4, 0, null);

    scene("end");
    close(tx);
    close(rx);
  },

  claims: [
    claim("what one message is made of goes one way: two pieces, one datagram",
      { one: { sendmsg: 1, recvmsg: 1 } },
      ({ one: { sendmsg: sent, recvmsg: got } }, seen) => [
        is(sent.result, 13),
        is(got.after("msg.msg_iov[0].iov_base"), "in two pieces"),
        is(seen.counted("Udp.OutDatagrams", "one"), 1),
        also(() => is(seen.inside(sent).count(LEAVES), 1)),
      ]),
    claim("sendmmsg is a loop inside the kernel: each of the four goes the whole way, down to the device",
      { four: { sendmmsg: 1 } },
      ({ four: { sendmmsg: sent } }, seen) => [
        is(sent.result, 4),
        is(seen.counted("Udp.OutDatagrams", "four"), 4),
        also(() => is(seen.packets({}, "four").length, 4)),
        also(() => is(seen.inside(sent).count(LEAVES), 4)),
        also(() => is(seen.inside(sent).of(LEAVES).passed(WAY), WAY)),
        also(() => atLeast(seen.inside(sent).count("fib:fib_table_lookup"), 4)),
      ], corrects("N0-16")),
    claim("recvmmsg asks the security modules, in sock_recvmsg, for the first message and for no other",
      { one: { recvmsg: 1 }, taken: { recvmmsg: 1 } },
      ({ taken: { recvmmsg: got } }, seen) => [
        is(got.result, 4),
        is(enough(seen.inside(got).count("sock:sock_recv_length"), 4), 4),
        // Once by recvmsg; where the compiler put it into one of its callers it is on fewer stacks.
        is(enough(seen.through("sock_recvmsg"), 2), 2),
      ]),
  ],
});
