/** N4-44: sendfile does not copy. Which bytes came, in twenty-five reads? */
import { AF_INET, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, sum, supports } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { until } from "../../../src/lab/stage.ts";
import { int } from "../../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../../src/memory/memory.ts";

export default experiment({
  name: "n4-44-sendfile",
  asks: "A file is sent, then overwritten, then read at the other end: old bytes or new?",
  story: "New ones: the kernel sent the pages of the file, not a copy of them.",
  run(
    { socket, bind, listen, getsockname, connect, accept4, memfd_create, pwrite64, sendfile, recvfrom },
    { scene, times },
  ) {
    const l = socket(AF_INET, SOCK_STREAM, 0), tx = socket(AF_INET, SOCK_STREAM, 0), buf = buffer(8192);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, 16);
    listen(l, 8);
    getsockname(l, addr, int(16));
    connect(tx, addr, 16);
    const rx = accept4(l, null, null, 0), f = memfd_create(cstring("file"), 0);
    pwrite64(f, text("A".repeat(2e5)), 2e5, 0);
    scene("alias");
    sendfile(tx, f, null, 2e5);
    pwrite64(f, text("B".repeat(2e5)), 2e5, 0);
    times("read", until(2e5), () => recvfrom(rx, buf, 8192, 0, null, null));
  },
  claims: [claim("the reader gets the new bytes", { alias: { recvfrom: sum } },
    ({ alias: { recvfrom: n } }) => [is(n.bytes, [["B", 2e5]])], supports("N4-44"))],
});
