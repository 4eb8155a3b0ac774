/** Every declared way through the kernel, by protocol and by the call that takes it. */
import type { KernelPath } from "./path.ts";
import { receiveTcp, receiveUdp } from "./paths/receive.ts";
import { tcpBind, tcpListen, tcpSocket } from "./paths/socket.ts";
import { tcpAccept, tcpConnect, tcpRead, tcpRecvfrom, tcpSendto, tcpWrite } from "./paths/tcp.ts";
import { tcpClose, tcpCloseListener, tcpShutdown } from "./paths/tcp-close.ts";
import { transmitTcp, transmitUdp } from "./paths/transmit.ts";
import { udpReceive, udpSend } from "./paths/udp.ts";

export const knownPaths: Readonly<Record<string, Readonly<Record<string, KernelPath>>>> = {
  tcp: {
    socket: tcpSocket, bind: tcpBind, listen: tcpListen, connect: tcpConnect, accept: tcpAccept,
    write: tcpWrite, sendto: tcpSendto, read: tcpRead, recvfrom: tcpRecvfrom,
    shutdown: tcpShutdown, close: tcpClose, "close listener": tcpCloseListener,
    transmit: transmitTcp, receive: receiveTcp,
  },
  udp: { sendto: udpSend, recvfrom: udpReceive, transmit: transmitUdp, receive: receiveUdp },
};
