/** N3-14: half-open and finished connections. A hand-made peer, step by step. */
import { IPPROTO_TCP } from "../../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../../src/abi/structs/tcp.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, supports } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { ack, syn, synAck } from "../../../src/lab/peer.ts";
import { int } from "../../../src/memory/integer.ts";
import { sizeof } from "../../../src/memory/struct.ts";

const QUEUED = "optval.tcpi_unacked";

export default experiment({
  name: "n3-14-two-queues",
  asks: "Which connections wait for accept?",
  story: "Those whose handshake is over. A half-open one is counted elsewhere.",
  run({ socket, bind, listen, getsockopt }, { scene, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, 0);
    const info = () => getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    bind(l, sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" }), 16);
    listen(l, 8);
    scene("syn");
    peer.send(syn());
    peer.expect(synAck());
    info();
    scene("ack");
    peer.send(ack());
    peer.fence();
    info();
  },
  claims: [claim("half-open is not queued", { syn: { getsockopt: 1 }, ack: { getsockopt: 1 } },
    ({ syn: { getsockopt: s }, ack: { getsockopt: a } }) =>
    [is(s.after(QUEUED), 0), is(a.after(QUEUED), 1)], supports("N3-14"))],
});
