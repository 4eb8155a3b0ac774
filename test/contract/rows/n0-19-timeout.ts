/** N0-19: recvmmsg's timeout. The clock would be the proof; a third datagram makes it a value. */
import { AF_INET, SOCK_DGRAM } from "../../../src/abi/constants/socket.ts";
import { iovec, mmsghdr } from "../../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../../src/abi/structs/time.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, corrects } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { int } from "../../../src/memory/integer.ts";
import { buffer, text } from "../../../src/memory/memory.ts";
import type { Calls } from "../../../src/sys/calls.ts";

export const receiver = ({ recvmmsg }: Calls, { rx }: { rx: number }) => {
  const room = () => iovec.array([{ iov_base: buffer(8), iov_len: 8 }]);
  const five = Array.from({ length: 5 }, () => ({ msg_hdr: { msg_iov: room(), msg_iovlen: 1 } }));
  recvmmsg(rx, mmsghdr.array(five), 5, 0, timespec({ tv_nsec: 100e6 }));
};

export default experiment({
  name: "n0-19-timeout",
  asks: "Two of five datagrams are there, the timeout is over: does recvmmsg come back?",
  story: "Not before another datagram comes: only then it looks at the clock.",
  run({ socket, bind, getsockname, sendto, ppoll }, { scene, start }) {
    const rx = socket(AF_INET, SOCK_DGRAM, 0), tx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, 16);
    getsockname(rx, addr, int(16));
    scene("wait");
    for (let i = 0; i < 2; i++) sendto(tx, text("x"), 1, 0, addr, 16);
    const r = start(receiver, { rx });
    r.asleep("recvmmsg");
    ppoll(null, 0, timespec({ tv_nsec: 200e6 }), null, 0);
    sendto(tx, text("x"), 1, 0, addr, 16);
    r.join();
  },
  claims: [claim("the third datagram woke it", { wait: { "recvmmsg@receiver": 1 } },
    ({ wait: { "recvmmsg@receiver": m } }) => [is(m.result, 3)], corrects("N0-19"))],
});
