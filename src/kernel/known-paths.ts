/** Every declared way through the kernel, by protocol and by the call that takes it. */
import type { KernelPath } from "./path.ts";
import { socketCreate } from "./paths/socket.ts";
import { tcpAccept, tcpConnect, tcpReceive, tcpSend } from "./paths/tcp.ts";
import { udpReceive, udpSend } from "./paths/udp.ts";

export const knownPaths: Readonly<Record<string, Readonly<Record<string, KernelPath>>>> = {
  udp: { sendto: udpSend, recvfrom: udpReceive },
  tcp: {
    socket: socketCreate, connect: tcpConnect, accept: tcpAccept, sendto: tcpSend, recvfrom: tcpReceive },
};
