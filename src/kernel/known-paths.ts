/** Every declared way through the kernel, by protocol and by the call that takes it. */
import type { KernelPath } from "./path.ts";
import {
  epollControl, epollCreate, epollForget, epollWait, epollWake, tcpPoll, tcpSelect,
} from "./paths/epoll.ts";
import {
  tcpReceiveMessage, tcpSendMessage, udpReceiveMessage, udpReceiveMessages, udpSendMessage, udpSendMessages,
} from "./paths/message.ts";
import { receiveTcp, receiveUdp } from "./paths/receive.ts";
import { tcpBind, tcpListen, tcpSocket } from "./paths/socket.ts";
import { tcpAccept, tcpConnect, tcpRead, tcpRecvfrom, tcpSendto, tcpWrite } from "./paths/tcp.ts";
import { tcpClose, tcpCloseListener, tcpShutdown } from "./paths/tcp-close.ts";
import { transmitTcp, transmitUdp } from "./paths/transmit.ts";
import {
  udpBind, udpClose, udpConnect, udpPoll, udpRead, udpReceive, udpSend, udpSocket, udpWrite,
} from "./paths/udp.ts";
import {
  unixAccept, unixBind, unixClose, unixConnect, unixListen, unixRead, unixReceive, unixReceiveMessage,
  unixSendMessage, unixSendTo, unixSocket, unixSocketpair, unixWrite,
} from "./paths/unix.ts";

export const knownPaths: Readonly<Record<string, Readonly<Record<string, KernelPath>>>> = {
  tcp: {
    socket: tcpSocket, bind: tcpBind, listen: tcpListen, connect: tcpConnect, accept: tcpAccept,
    write: tcpWrite, sendto: tcpSendto, sendmsg: tcpSendMessage,
    read: tcpRead, recvfrom: tcpRecvfrom, recvmsg: tcpReceiveMessage,
    ppoll: tcpPoll, pselect6: tcpSelect,
    shutdown: tcpShutdown, close: tcpClose, "close listener": tcpCloseListener,
    transmit: transmitTcp, receive: receiveTcp,
  },
  udp: {
    socket: udpSocket, bind: udpBind, connect: udpConnect,
    write: udpWrite, sendto: udpSend, sendmsg: udpSendMessage, sendmmsg: udpSendMessages,
    read: udpRead, recvfrom: udpReceive, recvmsg: udpReceiveMessage, recvmmsg: udpReceiveMessages,
    ppoll: udpPoll, close: udpClose,
    transmit: transmitUdp, receive: receiveUdp,
  },
  unix: {
    socket: unixSocket, socketpair: unixSocketpair, bind: unixBind, listen: unixListen,
    connect: unixConnect, accept: unixAccept, write: unixWrite, sendto: unixSendTo, sendmsg: unixSendMessage,
    read: unixRead, recvfrom: unixReceive, recvmsg: unixReceiveMessage, close: unixClose,
  },
  epoll: {
    epoll_create1: epollCreate, epoll_ctl: epollControl, epoll_pwait: epollWait, wake: epollWake,
    close: epollForget,
  },
};
