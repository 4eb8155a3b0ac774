import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { message } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcpReceiveMessage, tcpSendMessage } from "../../src/kernel/paths/message.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

export default experiment({
  name: "three-doors",
  asks: "write, send, sendmsg: are these three ways through the kernel, or one?",
  story: "x",
  paths: {
    sendmsg: tcpSendMessage, recvmsg: tcpReceiveMessage,
  },
  run({
    socket, bind, listen, getsockname, connect, accept4, write, sendto, sendmsg, read, recvfrom, recvmsg, close,
  }, { scene }) {
    const l = socket(AF_INET, SOCK_STREAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, 0);
    connect(c, addr, sizeof(addr));
    const s = accept4(l, null, null, 0);
    scene("sent");
    write(c, text("one"), 3);
    sendto(c, text("two"), 3, 0, null, 0);
    sendmsg(c, message({ iov: [text("th"), text("ree")] }), 0);
    scene("received");
    read(s, buffer(3), 3);
    recvfrom(s, buffer(3), 3, 0, null, null);
    recvmsg(s, message({ iov: [buffer(5)] }), 0);
    for (const fd of [c, s, l]) close(fd);
  },
  claims: [],
});
