/** N3-30: 70,000 connections to one port. 210,000 segments stay a number. */

import { IPPROTO_TCP } from "../../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../../src/abi/structs/tcp.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, supports } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { int } from "../../../src/memory/integer.ts";
import { sizeof } from "../../../src/memory/struct.ts";

export default experiment({
  name: "n3-30-many",
  asks: "Can one port serve more than 65,535 clients?",
  story: "A port number is no seat: the kernel tells clients apart by four numbers.",
  parameters: { count: { is: "connections", default: 70_000, from: 1, to: 100_000 } },
  alone: true,
  without: ["wire"],
  run({ socket, bind, listen, getsockopt }, { scene, sysctl, times, peer, set }) {
    sysctl("net.core.somaxconn", 100_000);
    const l = socket(AF_INET, SOCK_STREAM, 0);
    bind(l, sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" }), 16);
    listen(l, 100_000);
    scene("crowd");
    times("client", set.count, (i) => peer.at(i).handshake(80));
    getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
  },
  claims: [claim("they are all there", { crowd: { getsockopt: 1 } }, ({ crowd: { getsockopt: l } }, seen) =>
    [is(l.after("optval.tcpi_unacked"), seen.set("count"))], supports("N3-30"))],
});
