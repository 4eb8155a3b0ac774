import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { udpBind, udpClose, udpConnect, udpPoll, udpRead, udpReceive, udpSend, udpSocket, udpWrite } from "../../src/kernel/paths/udp.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

export default experiment({
  name: "udp-path",
  asks: "UDP has no connection: what does each of its calls do in the kernel, then?",
  story: "x",
  paths: {
    socket: udpSocket, bind: udpBind, connect: udpConnect, write: udpWrite, sendto: udpSend, ppoll: udpPoll,
    read: udpRead, recvfrom: udpReceive, close: udpClose,
  },
  run({
    socket, bind, getsockname, connect, write, read, sendto, recvfrom, ppoll, close,
  }, { scene }) {
    scene("made", "Two sockets.");
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    const tx = socket(AF_INET, SOCK_DGRAM, 0);

    scene("bound", "One gets a port of the kernel's choosing.");
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));

    scene("nothing", "A millisecond's patience for a datagram that nobody has sent.");
    ppoll(pollfd({ fd: rx, events: POLLIN }), 1, timespec({ tv_nsec: 1_000_000 }), null, 0);

    scene("connected", "The other is told where its datagrams go.");
    connect(tx, addr, sizeof(addr));

    scene("sent", "Two datagrams: by write, and by sendto.");
    write(tx, text("write"), 5);
    sendto(tx, text("sendto"), 6, 0, addr, sizeof(addr));

    scene("received", "Two calls for them.");
    ppoll(pollfd({ fd: rx, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    read(rx, buffer(16), 16);
    ppoll(pollfd({ fd: rx, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    recvfrom(rx, buffer(16), 16, 0, sockaddr_in(), int(sizeof(sockaddr_in)));

    scene("closed");
    close(tx);
    close(rx);
  },
  claims: [],
});
