import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { fd_set, pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { tcpPoll, tcpSelect } from "../../src/kernel/paths/epoll.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";
import type { Calls } from "../../src/sys/calls.ts";

export const waiter = ({ ppoll }: Calls, { fd }: { fd: number }) =>
  ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
export const selecter = ({ pselect6 }: Calls, { fd }: { fd: number }) =>
  pselect6(fd + 1, cell(fd_set, [fd]), null, null, timespec({ tv_sec: 4 }), null);

export default experiment({
  name: "poll-path",
  asks: "x",
  story: "x",
  paths: {
    ppoll: tcpPoll, pselect6: tcpSelect,
  },
  run({
    socket, bind, listen, getsockname, connect, accept4, sendto, recvfrom, ppoll, pselect6, close,
  }, { scene, start }) {
    const l = socket(AF_INET, SOCK_STREAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 1);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, 0);
    connect(c, addr, sizeof(addr));
    const s = accept4(l, null, null, 0);
    for (const actor of [waiter, selecter]) {
      scene(actor === waiter ? "poll" : "select");
      const many = start(actor, { fd: s });
      many.asleep(actor === waiter ? "ppoll" : "pselect6");
      sendto(c, text("here"), 4, 0, null, 0);
      many.join();
      ppoll(pollfd({ fd: s, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
      pselect6(s + 1, cell(fd_set, [s]), null, null, timespec({ tv_sec: 4 }), null);
      recvfrom(s, buffer(16), 16, 0, null, null);
    }
    for (const fd of [c, s, l]) close(fd);
  },
  claims: [],
});
