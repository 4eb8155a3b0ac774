import { AF_INET, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { message, mmsghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { udpReceiveMessage, udpReceiveMessages, udpSendMessage, udpSendMessages } from "../../src/kernel/paths/message.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

export default experiment({
  name: "message-path",
  asks: "x",
  story: "x",
  paths: {
    sendmsg: udpSendMessage, recvmsg: udpReceiveMessage, sendmmsg: udpSendMessages, recvmmsg: udpReceiveMessages,
  },
  run({ socket, bind, getsockname, sendmsg, recvmsg, sendmmsg, recvmmsg, close }, { scene }) {
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    const four = () => ["one", "two", "three", "four"].map((it) => message({ name: addr, iov: [text(it)] }));
    const room = () => Array.from({ length: 4 }, () => message({ name: sockaddr_in(), iov: [buffer(16)] }));
    scene("one");
    sendmsg(tx, message({ name: addr, iov: [text("in two"), text("pieces")] }), 0);
    recvmsg(rx, message({ name: sockaddr_in(), iov: [buffer(16)] }), 0);
    scene("many");
    sendmmsg(tx, mmsghdr.array(four().map((msg_hdr) => ({ msg_hdr }))), 4, 0);
    recvmmsg(rx, mmsghdr.array(room().map((msg_hdr) => ({ msg_hdr }))), 4, 0, null);
    close(tx);
    close(rx);
  },
  claims: [],
});
