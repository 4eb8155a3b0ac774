/** N0-39: a read takes what has come. Three single reads, and three hundred rounds in sum. */
import { AF_INET, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { is } from "../../../src/lab/check.ts";
import { all, claim, corrects, sum } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { ack, data } from "../../../src/lab/peer.ts";
import { buffer, text } from "../../../src/memory/memory.ts";

export default experiment({
  name: "n0-39-any-part",
  asks: "May a read of a stream return any part of it?",
  story: "It returns what has come, in order, as far as there is room.",
  run({ socket, bind, listen, accept4, sendto, recvfrom }, { scene, times, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, 0), buf = buffer(100);
    bind(l, sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" }), 16);
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    scene("cut");
    for (const n of [5, 15, 10]) {
      peer.send(data(n));
      recvfrom(s, buf, 100, 0, null, null);
    }
    scene("nodelay");
    times("round", 300, () => {
      sendto(s, text("x".repeat(30)), 30, 0, null, 0);
      peer.send(ack());
      peer.send(data(30));
      recvfrom(s, buf, 100, 0, null, null);
    });
  },
  claims: [
    claim("a read takes what has come", { cut: { recvfrom: all }, nodelay: { recvfrom: sum } },
      ({ cut, nodelay }) =>
      [is(cut.recvfrom.results, [5, 15, 10]), is(nodelay.recvfrom.results, { 30: 300 })], corrects("N0-39")),
  ],
});
