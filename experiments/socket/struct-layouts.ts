import { AF_INET, MSG_TRUNC, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { iovec, message, mmsghdr, msghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, differ, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { kernelStruct } from "../../src/lab/stage.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * The structs of sendmsg, laid out by hand, beside the kernel's own account of them.
 *
 *     struct msghdr  { name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40, flags 48 };   // 56
 *     struct mmsghdr { msg_hdr 0, msg_len 56 };                                                       // 64
 *     struct iovec   { base 0, len 8 };                                                               // 16
 */
export default experiment({
  name: "struct-layouts",
  asks: "How do a program and the kernel agree where in a msghdr its seven members lie?",
  story: `A program and the kernel were built by different people at different times, and yet each finds what
    the other put down. They use the same form: so many centimetres from the left edge is the address, so many
    the list of pieces. Nothing on the form says so. Whoever measures wrongly hands over nonsense.`,
  next: "netlab struct mmsghdr: the form, drawn. Then sock-structs: what the kernel keeps inside.",

  run({ socket, bind, getsockname, sendmsg, sendmmsg, recvmsg, recvfrom, close }, { scene, look }) {
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    const to = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, to, sizeof(to));
    getsockname(rx, to, int(sizeof(to)));

    scene("gather", "One message of two pieces, and what the kernel's types say of its struct.");
    sendmsg(tx, message({ name: to, iov: [text("0123"), text("456789")] }), 0);
    recvfrom(rx, buffer(64), 64, 0, null, null);
    look("layout", kernelStruct("user_msghdr"));
    look("piece", kernelStruct("iovec"));

    scene("row", "Two messages in one call: the second begins where the first ends.");
    const both = mmsghdr.array(["one", "three"].map((it) =>
      ({ msg_hdr: message({ name: to, iov: [text(it)] }), msg_len: 0xdead })));
    sendmmsg(tx, both, 2, 0);
    look("layout", kernelStruct("mmsghdr"));

    scene("written", "A receive with a short buffer: its msghdr comes back changed.");
    const from = sockaddr_in();
    recvmsg(rx, message({ name: from, iov: [buffer(64)], flags: 0x7777 }), 0);
    recvmsg(rx, message({ name: from, iov: [buffer(2)], flags: 0x7777 }), 0);

    scene("inside", "The kernel has a struct of that name for itself, too.");
    look("own", kernelStruct("msghdr"));
    close(tx);
    close(rx);
  },

  claims: [
    claim("from a msghdr of 56 bytes the kernel takes the address, and the pieces in their order",
      { gather: { sendmsg: 1, recvfrom: 1, "look layout": 1, "look piece": 1 } },
      ({ gather: { sendmsg, recvfrom, "look layout": layout, "look piece": piece } }) => [
        is(sendmsg.before("msg.msg_iovlen"), 2),
        is(sendmsg.result, 10),
        is(recvfrom.after("ubuf"), "0123456789"),
        ...OFFSETS.map(([member, offset]) => also(() => is(layout.column("offset", member), offset))),
        also(() => is(layout.column("size", "user_msghdr"), sizeof(msghdr))),
        also(() => is(piece.column("size", "iovec"), sizeof(iovec))),
      ], supports("N0-03", "N1-46")),
    claim("messages in a row are 64 bytes each; the kernel writes the count into the last eight of each",
      { row: { sendmmsg: 1, "look layout": 1 } },
      ({ row: { sendmmsg, "look layout": layout } }) => [
        is(sendmmsg.before("mmsg[0].msg_len"), 0xdead),
        is(sendmmsg.result, 2),
        is(sendmmsg.after("mmsg[0].msg_len"), 3),
        is(sendmmsg.after("mmsg[1].msg_len"), 5),
        also(() => is(layout.column("offset", "msg_len"), 56)),
        also(() => is(layout.column("size", "mmsghdr"), sizeof(mmsghdr))),
      ], supports("N0-03")),
    claim("msg_flags is not read, and is written by a receive: 0, or what happened to the message",
      { written: { recvmsg: 2 } },
      ({ written: { recvmsg: [whole, cut] } }) => [
        is(whole.before("msg.msg_flags"), 0x7777),
        is(whole.after("msg.msg_flags"), 0),
        is(cut.after("msg.msg_flags"), MSG_TRUNC),
        is(cut.after("msg.msg_namelen"), 16),
      ], contradicts("N1-47")),
    claim("inside, the kernel uses another struct of the same name", 
      { gather: { "look layout": 1 }, inside: { look: 1 } },
      ({ gather: { "look layout": layout }, inside: { look: own } }) => [
        differ(layout.column("size", "user_msghdr"), own.column("size", "msghdr")),
      ], corrects("N0-03")),
  ],
});

/** In bytes, from <linux/socket.h> on 64-bit machines. */
const OFFSETS = [
  ["msg_name",    0], ["msg_namelen",     8], ["msg_iov",    16], ["msg_iovlen", 24],
  ["msg_control", 32], ["msg_controllen", 40], ["msg_flags", 48],
] as const;
