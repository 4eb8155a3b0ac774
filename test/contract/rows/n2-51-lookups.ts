/** N2-51: route lookups inside one connect. The kernel's events inside a call, in order. */
import { AF_INET, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, corrects } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { int } from "../../../src/memory/integer.ts";

export default experiment({
  name: "n2-51-lookups",
  asks: "How often does connect look for a route?",
  story: "Three times before the first packet leaves: without its own address, with it, and with the ports.",
  run({ socket, bind, listen, getsockname, connect }, { scene }) {
    const l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, 16);
    listen(l, 8);
    getsockname(l, addr, int(16));
    scene("syn");
    connect(c, addr, 16);
  },
  claims: [
    claim("three before the SYN leaves", { syn: { connect: 1 } }, ({ syn: { connect: c } }, seen) =>
      [is(seen.inside(c).until("net:net_dev_queue").count("fib:fib_table_lookup"), 3)], corrects("N2-51")),
  ],
});
