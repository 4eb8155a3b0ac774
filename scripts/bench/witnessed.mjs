/** What watching costs: many small datagrams over the loopback, each call recorded. Run by scripts/bench.js. */
import { AF_INET, buffer, experiment, int, SOCK_DGRAM, sizeof, sockaddr_in } from "netlab";

export default experiment({
  name: "witnessed",
  asks: "How long do a thousand sends and receives take?",
  story: "As long as they take, and as long as somebody writes down what is seen.",
  tracepoints: ["sock:sk_data_ready", "sock:sock_recv_length"],
  run({ socket, bind, getsockname, sendto, recvfrom }, { scene, known }) {
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    known("rx", rx);
    const buf = buffer(64);
    for (const round of ["warm", "measured"]) {
      scene(round);
      for (let i = 0; i < 500; i++) {
        sendto(tx, buf, 64, 0, addr, sizeof(addr));
        recvfrom(rx, buf, 64, 0, null, null);
      }
    }
  },
  claims: [],
});
