import { AF_UNIX, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { unixReceive, unixSendTo } from "../../src/kernel/paths/unix.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const ANY = 2;
export default experiment({
  name: "unix-datagrams",
  asks: "x",
  story: "x",
  paths: {
    sendto: unixSendTo, recvfrom: unixReceive,
  },
  run({ socket, bind, getsockname, connect, sendto, recvfrom, close }, { scene }) {
    scene("made");
    const rx = socket(AF_UNIX, SOCK_DGRAM, 0);
    const [addr, length] = [sockaddr_un({ sun_family: AF_UNIX }), int(sizeof(sockaddr_un))];
    bind(rx, addr, ANY);
    getsockname(rx, addr, length);
    const tx = socket(AF_UNIX, SOCK_DGRAM, 0);

    scene("sent");
    sendto(tx, text("dgram"), 5, 0, addr, length.value);
    scene("received");
    recvfrom(rx, buffer(16), 16, 0, sockaddr_un(), int(sizeof(sockaddr_un)));
    scene("connected");
    connect(tx, addr, length.value);
    sendto(tx, text("dgram"), 5, 0, null, 0);
    recvfrom(rx, buffer(16), 16, 0, null, null);
    close(tx);
    close(rx);
  },
  claims: [],
});
