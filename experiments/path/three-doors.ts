import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { message } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { tcpReceiveMessage, tcpSendMessage } from "../../src/kernel/paths/message.ts";
import { is } from "../../src/lab/check.ts";
import { claim } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const LEAVES = "net:net_dev_queue";
const COPIES = "skb:skb_copy_datagram_iovec";
/** Where each of the calls comes in. */
const IN = ["vfs_write", "__sys_sendto", "__sys_sendmsg"];
/** Where they have met. */
const DOWN = ["tcp_sendmsg", "__dev_queue_xmit"];
const OUT = ["vfs_read", "__sys_recvfrom", "__sys_recvmsg"];
const UP = ["tcp_recvmsg", "skb_copy_datagram_iter"];

/**
 * Six calls, two ways.
 *
 *     write(c, …);      sendto(c, …);      sendmsg(c, …);       // tcp_sendmsg
 *     read(s, …);       recvfrom(s, …);    recvmsg(s, …);       // tcp_recvmsg
 */
export default experiment({
  name: "three-doors",
  asks: "write, send, sendmsg: are these three ways through the kernel, or one?",
  story: `A house has three doors: one that all houses have, one with a slot for letters, one for whole carts.
    Behind each there is a small hall in which what you bring is put onto the same kind of tray. After that
    nobody in the house can tell, and nobody asks, through which door it came.`,
  paths: { sendmsg: tcpSendMessage, recvmsg: tcpReceiveMessage },
  next: "netlab path tcp sendmsg --live. Then unix-path: a way without any packet.",

  run({
    socket, setsockopt, bind, listen, getsockname, connect, accept4, close,
    write, sendto, sendmsg, read, recvfrom, recvmsg,
  }, { say, scene }) {
    say("A connection.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    // So that none of them waits for the acknowledgement of the one before.
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
    const s = accept4(l, null, null, 0);

    scene("write", "Three bytes.");
    write(c, text("one"), 3);
    read(s, buffer(3), 3);
    scene("send", "Three more.");
    sendto(c, text("two"), 3, 0, null, 0);
    recvfrom(s, buffer(3), 3, 0, null, null);
    scene("message", "Five, in two pieces.");
    sendmsg(c, message({ iov: [text("th"), text("ree")] }), 0);
    recvmsg(s, message({ iov: [buffer(4), buffer(1)] }), 0);

    scene("end");
    for (const fd of [c, s, l]) close(fd);
  },

  claims: [
    claim("the calls that send differ in how they come in; they meet in tcp_sendmsg, and leave in one way",
      { write: { write: 1 }, send: { sendto: 1 }, message: { sendmsg: 1 } },
      ({ write: { write }, send: { sendto }, message: { sendmsg } }, seen) => [
        ...[write, sendto, sendmsg].map((it, i) =>
          is(seen.inside(it).of(LEAVES).passed([...IN, ...DOWN]), [IN[i]!, ...DOWN])),
      ]),
    claim("so do those that receive, in tcp_recvmsg",
      { write: { read: 1 }, send: { recvfrom: 1 }, message: { recvmsg: 1 } },
      ({ write: { read }, send: { recvfrom }, message: { recvmsg } }, seen) => [
        ...[read, recvfrom, recvmsg].map((it, i) =>
          is(seen.inside(it).of(COPIES).passed([...OUT, ...UP]), [OUT[i]!, ...UP])),
      ]),
    claim("what a receive gets does not say how it was sent: each gets the bytes, in order",
      { write: { read: 1 }, send: { recvfrom: 1 }, message: { sendmsg: 1, recvmsg: 1 } },
      ({ write: { read }, send: { recvfrom }, message: { sendmsg, recvmsg } }) => [
        is(read.after("buf"), "one"),
        is(recvfrom.after("ubuf"), "two"),
        is(sendmsg.before("msg.msg_iov[1].iov_base"), "ree"),
        is(recvmsg.after("msg.msg_iov[0].iov_base"), "thre"),
        is(recvmsg.after("msg.msg_iov[1].iov_base"), "e"),
      ]),
  ],
});
