/** N0-05: what waits in a UDP socket. Fields of a call and a table of /proc are facts alike. */
import { FIONREAD } from "../../../src/abi/constants/ioctl.ts";
import { AF_INET, SOCK_DGRAM } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { atLeast, is } from "../../../src/lab/check.ts";
import { claim, contradicts } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { int } from "../../../src/memory/integer.ts";
import { text } from "../../../src/memory/memory.ts";

export default experiment({
  name: "n0-05-queue",
  asks: "Three datagrams were sent, nobody receives: where are they?",
  story: "They wait in the receiver's queue.",
  run({ socket, bind, getsockname, sendto, ioctl }, { scene, look }) {
    const rx = socket(AF_INET, SOCK_DGRAM, 0), tx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, 16);
    getsockname(rx, addr, int(16));
    scene("wait");
    for (const n of [10, 20, 30]) sendto(tx, text("x".repeat(n)), n, 0, addr, 16);
    ioctl(rx, FIONREAD, int(0));
    look("row", "/proc/self/net/udp", `:${addr.sin_port.toString(16).toUpperCase()}`);
  },
  claims: [
    claim("three wait; FIONREAD tells the first", { wait: { ioctl: 1, "look row": 1 } },
      ({ wait: { ioctl: q, "look row": row } }) =>
      [is(q.after("*arg"), 10), atLeast(row.column("rx_queue"), 60)], contradicts("N0-05")),
  ],
});
