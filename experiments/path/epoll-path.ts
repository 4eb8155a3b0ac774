import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN } from "../../src/abi/constants/epoll.ts";
import { AF_INET, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { epoll_event } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { epollControl, epollCreate, epollForget, epollWait, epollWake } from "../../src/kernel/paths/epoll.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const PATIENCE = 4000;
export const waiter = ({ epoll_pwait }: Calls, { ep }: { ep: number }) =>
  epoll_pwait(ep, epoll_event.array(2), 2, PATIENCE, null, 0);

export default experiment({
  name: "epoll-path",
  asks: "x",
  story: "x",
  paths: {
    epoll_create1: epollCreate, epoll_ctl: epollControl, epoll_pwait: epollWait, sendto: epollWake, close: epollForget,
  },
  run({
    socket, bind, getsockname, sendto, recvfrom, epoll_create1, epoll_ctl, epoll_pwait, close,
  }, { scene, start }) {
    const rx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    scene("told");
    const ep = epoll_create1(0);
    const told = epoll_event({ events: EPOLLIN, data: { fd: rx } });
    epoll_ctl(ep, EPOLL_CTL_ADD, rx, told);
    scene("ready");
    sendto(tx, text("here"), 4, 0, addr, sizeof(addr));
    epoll_pwait(ep, epoll_event.array(2), 2, PATIENCE, null, 0);
    recvfrom(rx, buffer(16), 16, 0, null, null);
    epoll_pwait(ep, epoll_event.array(2), 2, 0, null, 0);
    scene("woken");
    const many = start(waiter, { ep });
    many.asleep("epoll_pwait");
    sendto(tx, text("here"), 4, 0, addr, sizeof(addr));
    many.join();
    recvfrom(rx, buffer(16), 16, 0, null, null);
    scene("forgotten");
    epoll_ctl(ep, EPOLL_CTL_DEL, rx, null);
    epoll_ctl(ep, EPOLL_CTL_ADD, rx, told);
    scene("closed");
    close(rx);
    close(ep);
    close(tx);
  },
  claims: [],
});
