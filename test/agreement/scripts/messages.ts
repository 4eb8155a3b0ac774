/** Messages in pieces, with addresses and control data; many at once. */
import { IP, IP_PKTINFO, IP_RECVTOS, IP_RECVTTL, IPPROTO_ICMP } from "../../../src/abi/constants/in.ts";
import { IPV6_RECVHOPLIMIT, IPV6_RECVPKTINFO, IPV6_RECVTCLASS } from "../../../src/abi/constants/in6.ts";
import { PACKET_AUXDATA } from "../../../src/abi/constants/packet.ts";
import { 
  AF_INET, AF_INET6, AF_PACKET, AF_UNIX, MSG_CMSG_CLOEXEC, MSG_DONTWAIT, MSG_ERRQUEUE, MSG_NOSIGNAL, MSG_PEEK, MSG_TRUNC, MSG_WAITFORONE, SO_PASSCRED,
  SO_PASSPIDFD, SO_RXQ_OVFL, SO_TIMESTAMP, SO_TIMESTAMPING, SO_TIMESTAMPNS, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, SOL_IP, SOL_IPV6, SOL_PACKET, SOL_SOCKET, SOL_UDP,} from "../../../src/abi/constants/socket.ts";
import { UDP_GRO, UDP_SEGMENT } from "../../../src/abi/constants/udp.ts";
import { type ControlMessage, control, iovec, message, mmsghdr, msghdr, scm_credentials, scm_rights } from "../../../src/abi/structs/message.ts";
import { sockaddr_in, sockaddr_in6, sockaddr_ll, sockaddr_storage, sockaddr_un } from "../../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../../src/abi/structs/time.ts";
import { cells } from "../../../src/memory/array.ts";
import { i32, int, u16 } from "../../../src/memory/integer.ts";
import { buffer, bytesOf, text, wild } from "../../../src/memory/memory.ts";
import { cell } from "../../../src/memory/type.ts";
import type { Calls } from "../../../src/sys/calls.ts";

const NOWHERE = wild(0x1000);

export function messages({ socket, bind, getsockname, connect, sendmsg, recvmsg, readv, writev, attempt, close }: Calls): void {
  const rx = socket(AF_INET, SOCK_DGRAM, 0);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(rx, addr, 16);
  getsockname(rx, addr, int(16));
  const tx = socket(AF_INET, SOCK_DGRAM, 0);
  const send = (iov: readonly string[]): number => sendmsg(tx, message({ name: addr, iov: iov.map(text) }), 0);
  for (const it of [["0123456789"], ["01", "", "2345"], [], ["x".repeat(64)], ["y".repeat(65), "z".repeat(70)], ["abc"], ["def"], ["ghi"], ["jkl"]]) send(it);
  recvmsg(rx, message({ name: sockaddr_in(), iov: [buffer(4)] }), 0);
  recvmsg(rx, message({ name: sockaddr_storage(), iov: [buffer(4), buffer(1), buffer(10)], control: buffer(64) }), 0);
  recvmsg(rx, message({ name: buffer(5), iov: [buffer(4)] }), 0);
  recvmsg(rx, message({ iov: [buffer(10)] }), MSG_TRUNC);
  recvmsg(rx, message({ iov: [buffer(66), buffer(80)] }), MSG_PEEK);
  recvmsg(rx, message({ iov: [buffer(66), buffer(80)] }), 0);
  recvmsg(rx, message({}), 0);
  readv(rx, iovec.array([{ iov_base: buffer(2), iov_len: 2 }, { iov_base: buffer(9), iov_len: 9 }]), 2);
  readv(rx, iovec.array([{ iov_base: buffer(2), iov_len: 2 }]), 1);
  const halfEmpty = iovec.array([{ iov_base: buffer(8), iov_len: 8 }, { iov_base: null, iov_len: 0 }]);
  recvmsg(rx, msghdr({ msg_iov: halfEmpty, msg_iovlen: 2, msg_flags: MSG_NOSIGNAL }), MSG_CMSG_CLOEXEC);
  attempt.recvmsg(rx, message({ name: sockaddr_in(), iov: [buffer(4)] }), MSG_DONTWAIT);
  attempt.recvmsg(rx, message({ iov: [buffer(4)], control: buffer(40) }), MSG_DONTWAIT);
  attempt.recvmsg(rx, null, MSG_DONTWAIT);
  attempt.recvmsg(rx, NOWHERE, MSG_DONTWAIT);
  attempt.sendmsg(tx, null, 0);
  attempt.sendmsg(tx, NOWHERE, 0);
  attempt.sendmsg(tx, message({ iov: [text("hi")] }), 0);
  attempt.sendmsg(tx, message({ name: addr, iov: [text("hi")], flags: MSG_TRUNC }), 0x10000);
  const short: ControlMessage = [{ cmsg_level: SOL_IP, cmsg_type: IP_PKTINFO }, buffer(3)];
  attempt.sendmsg(-1, message({ name: addr, iov: [text("hi"), text("ho")], control: [short] }), 0);
  const bad = { msg_name: NOWHERE, msg_namelen: 16, msg_iov: NOWHERE, msg_iovlen: 3, msg_control: NOWHERE, msg_controllen: 32 };
  attempt.sendmsg(tx, msghdr(bad), 0);
  const piece = iovec.array([{ iov_base: NOWHERE, iov_len: 8 }]);
  attempt.sendmsg(tx, msghdr({ msg_name: addr, msg_namelen: 16, msg_iov: piece, msg_iovlen: 1 }), 0);
  connect(tx, addr, 16);
  writev(tx, iovec.array([{ iov_base: text("ab"), iov_len: 2 }, { iov_base: text("c\n"), iov_len: 2 }]), 2);
  writev(tx, iovec.array([{ iov_base: text("q"), iov_len: 1 }]), 1);
  attempt.writev(tx, null, 0);
  attempt.writev(-1, iovec.array([{ iov_base: text("q"), iov_len: 1 }]), 1);
  attempt.readv(-1, iovec.array([{ iov_base: buffer(3), iov_len: 3 }]), 1);
  attempt.readv(rx, null, 0);
  close(rx);
  close(tx);
}

export function rights({ socketpair, sendmsg, recvmsg, setsockopt, close, attempt }: Calls): void {
  const pair = cells(i32, 2);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
  const [a, b] = pair.value as [number, number];
  const send = (...messages: readonly ControlMessage[]): number => sendmsg(a, message({ iov: [text("x")], control: messages }), 0);
  const receive = (room: number, flags = 0): void => {
    recvmsg(b, message({ name: sockaddr_un(), iov: [buffer(8)], control: buffer(room) }), flags);
  };
  send(scm_rights([a]));
  receive(64);
  send(scm_rights([a, b, 1]));
  receive(24, MSG_CMSG_CLOEXEC);
  send(scm_rights([0, 1, 2]));
  receive(16);
  send(scm_rights([0]));
  receive(8);
  send(scm_rights([0]));
  receive(0);
  setsockopt(b, SOL_SOCKET, SO_PASSCRED, int(1), 4);
  send(scm_credentials({ pid: process.pid, uid: 0, gid: 0 }));
  receive(64);
  send(scm_rights([0, 1]), scm_credentials({ pid: process.pid, uid: 0, gid: 0 }));
  receive(256);
  send(scm_rights([0, 1]), scm_credentials({ pid: process.pid, uid: 0, gid: 0 }));
  receive(40);
  attempt.setsockopt(b, SOL_SOCKET, SO_PASSPIDFD, int(1), 4);
  send();
  receive(128);
  attempt.sendmsg(a, message({ iov: [text("x")], control: [scm_credentials({ pid: 1, uid: 4_294_967_295, gid: 12 })] }), 0);
  attempt.sendmsg(a, message({ iov: [text("x")], control: [[{ cmsg_level: SOL_SOCKET, cmsg_type: 1 }, bytesOf([1, 0])]] }), 0);
  attempt.sendmsg(a, message({ iov: [text("x")], control: [[{ cmsg_level: SOL_SOCKET, cmsg_type: 99 }, bytesOf([1, 0])]] }), 0);
  attempt.sendmsg(a, message({ iov: [text("x")], control: [[{ cmsg_level: 99, cmsg_type: 99 }, bytesOf([1, 0])]] }), 0);
  attempt.sendmsg(a, message({ iov: [text("x")], control: bytesOf([5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 7, 7, 7]) }), 0);
  attempt.sendmsg(a, message({ iov: [text("x")], control: bytesOf([99, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 7, 7, 7]) }), 0);
  attempt.sendmsg(a, message({ iov: [text("x")], control: bytesOf([1, 2, 3]) }), 0);
  close(a);
  close(b);
}

export function controls({ socket, bind, getsockname, sendmsg, sendto, setsockopt, close, attempt }: Calls): void {
  const rx = socket(AF_INET, SOCK_DGRAM, 0);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(rx, addr, 16);
  getsockname(rx, addr, int(16));
  const tx = socket(AF_INET, SOCK_DGRAM, 0);
  for (const it of [IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP.IP_RECVORIGDSTADDR, IP.IP_CHECKSUM, IP.IP_RECVERR]) setsockopt(rx, SOL_IP, it, int(1), 4);
  for (const it of [SO_TIMESTAMP, SO_RXQ_OVFL]) setsockopt(rx, SOL_SOCKET, it, int(1), 4);
  const room = () => message({ name: sockaddr_in(), iov: [buffer(80)], control: buffer(512) });
  const receive = (): number => attempt.recvmsg(rx, room(), MSG_DONTWAIT);
  sendto(tx, text("one"), 3, 0, addr, 16);
  receive();
  setsockopt(rx, SOL_SOCKET, SO_TIMESTAMPNS, int(1), 4);
  sendto(tx, text("two"), 3, 0, addr, 16);
  receive();
  attempt.setsockopt(rx, SOL_SOCKET, SO_TIMESTAMPING, int(0x18), 4);
  sendto(tx, text("three"), 5, 0, addr, 16);
  receive();
  const beside = (cmsg_level: number, cmsg_type: number, payload: ControlMessage[1]): ControlMessage => [{ cmsg_level, cmsg_type }, payload];
  const both = [beside(SOL_IP, IP.IP_TTL, cell(i32, 9)), beside(SOL_IP, IP.IP_TOS, cell(i32, 4))];
  sendmsg(tx, message({ name: addr, iov: [text("four")], control: both }), 0);
  receive();
  const segmented = message({ name: addr, iov: [text("abcdef")], control: [beside(SOL_UDP, UDP_SEGMENT, cell(u16, 3))] });
  attempt.sendmsg(tx, segmented, 0);
  receive();
  receive();
  attempt.setsockopt(rx, SOL_UDP, UDP_GRO, int(1), 4);
  attempt.sendmsg(tx, segmented, 0);
  receive();
  receive();
  close(rx);
  setsockopt(tx, SOL_IP, IP.IP_RECVERR, int(1), 4);
  sendto(tx, text("nobody"), 6, 0, addr, 16);
  attempt.recvmsg(tx, room(), MSG_ERRQUEUE | MSG_DONTWAIT);
  attempt.recvmsg(tx, room(), MSG_DONTWAIT);
  close(tx);
}

export function controls6({ socket, bind, getsockname, sendto, setsockopt, close, attempt }: Calls): void {
  const rx = socket(AF_INET6, SOCK_DGRAM, 0);
  const addr = sockaddr_in6({ sin6_family: AF_INET6, sin6_addr: "::1" });
  bind(rx, addr, 28);
  getsockname(rx, addr, int(28));
  const tx = socket(AF_INET6, SOCK_DGRAM, 0);
  for (const it of [IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, 74, 25]) setsockopt(rx, SOL_IPV6, it, int(1), 4);
  sendto(tx, text("six"), 3, 0, addr, 28);
  attempt.recvmsg(rx, message({ name: sockaddr_in6(), iov: [buffer(80)], control: buffer(512) }), MSG_DONTWAIT);
  close(rx);
  setsockopt(tx, SOL_IPV6, 25, int(1), 4);
  sendto(tx, text("nobody"), 6, 0, addr, 28);
  attempt.recvmsg(tx, message({ name: sockaddr_in6(), iov: [buffer(80)], control: buffer(512) }), MSG_ERRQUEUE | MSG_DONTWAIT);
  close(tx);
  const p = socket(AF_PACKET, SOCK_RAW, 0x0300);
  setsockopt(p, SOL_PACKET, PACKET_AUXDATA, int(1), 4);
  const raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  attempt.sendto(raw, bytesOf([8, 0, 0xf7, 0xff, 0, 0, 0, 0]), 8, 0, sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" }), 16);
  attempt.recvmsg(p, message({ name: sockaddr_ll(), iov: [buffer(80)], control: buffer(512) }), MSG_DONTWAIT);
  attempt.recvfrom(raw, buffer(100), 100, MSG_DONTWAIT, sockaddr_in(), int(16));
  close(raw);
  close(p);
}

export function many({ socket, socketpair, bind, getsockname, sendmmsg, recvmmsg, close, attempt }: Calls): void {
  const rx = socket(AF_INET, SOCK_DGRAM, 0);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(rx, addr, 16);
  getsockname(rx, addr, int(16));
  const tx = socket(AF_INET, SOCK_DGRAM, 0);
  const halves = (it: string) => message({ name: addr, iov: [text(it.slice(0, 2)), text(it.slice(2))] });
  const out = (...texts: readonly string[]) => mmsghdr.array(texts.map((it) => ({ msg_hdr: halves(it) })));
  const one = (size: number) => message({ name: sockaddr_in(), iov: [buffer(size)], control: buffer(16) });
  const room = (count: number, size: number) => mmsghdr.array(Array.from({ length: count }, () => ({ msg_hdr: one(size) })));
  sendmmsg(tx, out("first", "second", "third"), 3, 0);
  recvmmsg(rx, room(2, 64), 2, 0, null);
  recvmmsg(rx, room(4, 3), 4, MSG_WAITFORONE, null);
  sendmmsg(tx, out("solo"), 1, 0);
  recvmmsg(rx, room(1, 10), 1, 0, timespec({ tv_sec: 1 }));
  sendmmsg(tx, out("a", "b", "c", "d"), 4, 0);
  recvmmsg(rx, room(4, 10), 4, 0, timespec({ tv_sec: 5, tv_nsec: 999 }));
  attempt.recvmmsg(rx, room(2, 10), 2, MSG_DONTWAIT, null);
  attempt.recvmmsg(rx, room(2, 10), 2, MSG_DONTWAIT, timespec({ tv_sec: 1 }));
  attempt.recvmmsg(rx, room(2, 10), 0, MSG_DONTWAIT, null);
  attempt.recvmmsg(rx, null, 2, MSG_DONTWAIT, null);
  attempt.sendmmsg(tx, null, 2, 0);
  attempt.sendmmsg(tx, out("no"), 0, 0);
  attempt.sendmmsg(-1, out("no", "nay"), 2, 0);
  const tooLong = message({ name: addr, iov: [text("x".repeat(66_000))] });
  attempt.sendmmsg(tx, mmsghdr.array([{ msg_hdr: message({ name: addr, iov: [text("ok")] }) }, { msg_hdr: tooLong }]), 2, 0);
  const empty = Array.from({ length: 70 }, (_, n) => (n === 68 ? { msg_hdr: tooLong } : { msg_hdr: message({ name: addr }) }));
  sendmmsg(tx, mmsghdr.array(empty), 70, 0);
  const pair = cells(i32, 2);
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  const withFd = message({ iov: [text("with fd")], control: control([scm_rights([0])]) });
  attempt.sendmmsg(pair.value[0]!, mmsghdr.array([{ msg_hdr: withFd }]), 1, 0);
  attempt.recvmmsg(pair.value[1]!, room(2, 20), 2, MSG_DONTWAIT, null);
  for (const fd of [...pair.value, rx, tx]) close(fd);
}
