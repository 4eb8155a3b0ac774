/** N3-74: whose is TIME_WAIT? The descriptor is gone by then: the socket has a name. */
import { AF_INET, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, corrects } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { int } from "../../../src/memory/integer.ts";

export default experiment({
  name: "n3-74-time-wait",
  asks: "After both closed: who waits?",
  story: "The one who hung up first stays a while, in case something was still on its way.",
  run({ socket, bind, listen, getsockname, connect, accept4, close }, { scene, known }) {
    const l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, 16);
    listen(l, 8);
    getsockname(l, addr, int(16));
    connect(c, addr, 16);
    const s = accept4(l, null, null, 0);
    known("client", c);
    known("server", s);
    scene("close");
    close(c);
    close(s);
  },
  claims: [claim("the one who closed first waits", {}, (_, seen) =>
    [
      is(seen.states("client").at(-1), "TIME_WAIT"),
      is(seen.states("server").at(-1), "CLOSE"),
    ], corrects("N3-74"))],
});
