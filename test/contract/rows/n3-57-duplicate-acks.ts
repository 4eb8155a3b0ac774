/** N3-57: how many duplicate ACKs make a sender repeat. A counter decides, not 205 ms. */
import { AF_INET, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, corrects } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { ack, data } from "../../../src/lab/peer.ts";
import { text } from "../../../src/memory/memory.ts";

export default experiment({
  name: "n3-57-duplicate-acks",
  asks: "Without SACK: how many duplicate ACKs make the sender repeat?",
  story: "Three. Two may come from packets that only changed places.",
  pins: { "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_sack": 0 },
  run({ socket, bind, listen, accept4, sendto, close }, { scene, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, 0);
    bind(l, sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" }), 16);
    listen(l, 8);
    for (const n of [2, 3]) {
      scene(`dup${n}`);
      peer.at(n).handshake(80);
      const s = accept4(l, null, null, 0);
      sendto(s, text("x".repeat(8760)), 8760, 0, null, 0);
      for (let i = 0; i <= n; i++) peer.at(n).send(ack(2920));
      peer.at(n).expect(data(1460, { seq: 2920 }));
      close(s);
    }
  },
  claims: [claim("three, not two", {}, (_, seen) =>
    [
      is(seen.counted("TcpExt.TCPFastRetrans", "dup3"), 1),
      is(seen.counted("TcpExt.TCPTimeouts", "dup2"), 1),
    ], corrects("N3-57"))],
});
