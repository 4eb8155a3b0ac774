/** Sockets of every family, and addresses of every kind. */
import { ETH_P_ALL, ETH_P_IP } from "../../../src/abi/constants/ether.ts";
import { IPPROTO_ICMP, IPPROTO_RAW, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP } from "../../../src/abi/constants/in.ts";
import { NETLINK_GENERIC, NETLINK_ROUTE, NETLINK_SOCK_DIAG } from "../../../src/abi/constants/netlink.ts";
import {
  AF_ALG, AF_INET, AF_INET6, AF_KEY, AF_NETLINK, AF_PACKET, AF_UNIX, AF_UNSPEC, AF_VSOCK, AF_XDP, MSG_DONTWAIT, SHUT_RD, SHUT_RDWR, SHUT_WR,
  SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_PACKET, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM,
} from "../../../src/abi/constants/socket.ts";
import { message } from "../../../src/abi/structs/message.ts";
import { sockaddr_in, sockaddr_in6, sockaddr_ll, sockaddr_nl, sockaddr_storage, sockaddr_un } from "../../../src/abi/structs/sockaddr.ts";
import { cells } from "../../../src/memory/array.ts";
import { i32, int } from "../../../src/memory/integer.ts";
import { allocate, buffer, bytesOf, text, wild } from "../../../src/memory/memory.ts";
import { sizeof } from "../../../src/memory/struct.ts";
import type { Calls } from "../../../src/sys/calls.ts";

const htons = (it: number): number => ((it & 0xff) << 8) | (it >> 8);
const NOWHERE = wild(0x1000);

export function sockets({ attempt, close, socketpair }: Calls): void {
  const made = [
    attempt.socket(AF_INET, SOCK_STREAM, 0), attempt.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), attempt.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP),
    attempt.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), attempt.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP),
    attempt.socket(AF_INET, SOCK_RAW, IPPROTO_RAW), attempt.socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), attempt.socket(AF_INET6, SOCK_RAW, 58),
    attempt.socket(AF_UNIX, SOCK_SEQPACKET, 0), attempt.socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), attempt.socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)),
    attempt.socket(AF_PACKET, SOCK_RAW, 0), attempt.socket(AF_PACKET, SOCK_DGRAM, htons(0x88b5)), attempt.socket(AF_PACKET, SOCK_RAW, htons(0x1234)),
    attempt.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), attempt.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_SOCK_DIAG),
    attempt.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC),
    attempt.socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP), attempt.socket(AF_INET, 77, 0), attempt.socket(99, SOCK_STREAM, 0), attempt.socket(AF_UNSPEC, 0, 0),
    attempt.socket(AF_INET, SOCK_STREAM | 0x100, 0), attempt.socket(AF_INET, SOCK_DGRAM, 300), attempt.socket(AF_UNIX, SOCK_STREAM, 5), attempt.socket(AF_KEY, SOCK_RAW, 2),
    attempt.socket(AF_XDP, SOCK_RAW, 0), attempt.socket(AF_ALG, SOCK_SEQPACKET, 0), attempt.socket(AF_VSOCK, SOCK_STREAM, 0), attempt.socket(AF_INET, SOCK_PACKET, 0),
    attempt.socket(AF_NETLINK, SOCK_RAW, 31), attempt.socket(AF_INET, 0x80800 | 2, 0), attempt.socket(AF_INET6, SOCK_DGRAM, 1),
  ];
  for (const fd of made) if (fd >= 0) close(fd);
  const pair = cells(i32, 2);
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  for (const fd of pair.value) close(fd);
  attempt.socketpair(AF_INET, SOCK_STREAM, 0, pair);
  attempt.socketpair(AF_UNIX, SOCK_DGRAM, 0, NOWHERE);
  attempt.socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, null);
  attempt.close(-1);
  attempt.close(4095);
}

export function addresses({ socket, attempt, bind, connect, getsockname, close }: Calls): void {
  const s = socket(AF_INET, SOCK_DGRAM, 0);
  bind(s, sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" }), 16);
  const name = sockaddr_storage();
  getsockname(s, name, int(128));
  getsockname(s, sockaddr_in(), int(16));
  getsockname(s, buffer(7), int(7));
  getsockname(s, buffer(1), int(1));
  getsockname(s, buffer(2), int(2));
  getsockname(s, buffer(3), int(3));
  getsockname(s, null, int(0));
  attempt.getsockname(s, buffer(16), null);
  attempt.getsockname(s, NOWHERE, int(16));
  attempt.getsockname(-1, buffer(16), int(16));
  attempt.getpeername(s, buffer(16), int(16));
  connect(s, name, 16);
  attempt.getpeername(s, name, int(16));
  connect(s, bytesOf([0, 0]), 2);
  connect(s, sockaddr_in({ sin_family: AF_UNSPEC }), 16);
  attempt.connect(s, bytesOf([0]), 1);
  attempt.connect(s, name, 0);
  attempt.connect(s, null, 0);
  attempt.connect(s, null, 16);
  attempt.connect(s, NOWHERE, 16);
  attempt.connect(s, name, 4);
  attempt.connect(s, name, 15);
  attempt.connect(s, name, 128);
  attempt.connect(s, bytesOf([99, 0, 1, 2, 3, 4, 5, 6, 65, 66, 67, 200]), 12);
  attempt.bind(s, sockaddr_in6({ sin6_family: AF_INET6, sin6_addr: "::1" }), 28);
  close(s);
}

export function addresses6({ socket, attempt, bind, getsockname, close }: Calls): void {
  const s = socket(AF_INET6, SOCK_DGRAM, 0);
  bind(s, sockaddr_in6({ sin6_family: AF_INET6, sin6_addr: "::1" }), 28);
  getsockname(s, sockaddr_in6(), int(28));
  getsockname(s, buffer(24), int(24));
  getsockname(s, buffer(20), int(20));
  const texts = ["fe80::1", "ff02::1", "::", "::ffff:127.0.0.1", "2001:db8::8:800:200c:417a", "1:0:0:2::3", "::2", "1::", "fec0::1", "ff01::5"];
  for (const sin6_addr of texts) {
    attempt.connect(s, sockaddr_in6({ sin6_family: AF_INET6, sin6_addr, sin6_scope_id: 1, sin6_flowinfo: 0x12345 }), 28);
  }
  attempt.connect(s, sockaddr_in6({ sin6_family: AF_INET6, sin6_addr: "fe80::1", sin6_port: 9, sin6_scope_id: 77 }), 28);
  attempt.connect(s, sockaddr_in6({ sin6_family: AF_INET6, sin6_addr: "::2", sin6_port: 9 }), 24);
  close(s);
}

const SPARE = `/tmp/netlab-agreement-${process.pid}`;

export function unix({ socket, attempt, bind, listen, accept, accept4, connect, getsockname, getpeername, unlink, close }: Calls): void {
  const path = (it: string): ReturnType<typeof sockaddr_un> => sockaddr_un({ sun_family: AF_UNIX, sun_path: it });
  const s = socket(AF_UNIX, SOCK_STREAM, 0);
  getsockname(s, sockaddr_un(), int(110));
  bind(s, path(SPARE), SPARE.length + 3);
  listen(s, 5);
  attempt.listen(s, -1);
  getsockname(s, sockaddr_un(), int(110));
  getsockname(s, buffer(8), int(8));
  const c = socket(AF_UNIX, SOCK_STREAM, 0);
  attempt.connect(c, path("/nonexistent/socket"), 110);
  connect(c, path(SPARE), 110);
  const peer = sockaddr_un();
  const length = int(110);
  const a = accept(s, peer, length);
  getpeername(c, sockaddr_un(), int(110));
  const d = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(d, bytesOf([1, 0]), 2);
  getsockname(d, sockaddr_un(), int(110));
  connect(d, path(SPARE), SPARE.length + 2);
  const b = accept4(s, peer, int(110), SOCK_CLOEXEC | SOCK_NONBLOCK);
  const e = socket(AF_UNIX, SOCK_DGRAM, 0);
  bind(e, bytesOf(Buffer.from("\x01\0\0netlab\0 \x01é\"", "latin1")), 14);
  getsockname(e, sockaddr_un(), int(110));
  attempt.sendto(e, text("x"), 1, 0, path("\0nobody"), 110);
  attempt.sendto(e, text("x"), 1, 0, path("\0nobody"), 9);
  attempt.sendto(e, text("x"), 1, 0, path("a".repeat(108)), 110);
  attempt.sendto(e, text("x"), 1, 0, path("a\n\t\x7f\x01"), 110);
  attempt.sendto(e, text("x"), 1, 0, path(""), 3);
  attempt.accept(e, null, null);
  attempt.accept4(s, null, null, 0x10);
  unlink(text(`${SPARE}\0`));
  for (const fd of [s, c, a, b, d, e]) close(fd);
}

export function links({ socket, attempt, bind, getsockname, sendto, recvfrom, recvmsg, close }: Calls): void {
  const p = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  bind(p, sockaddr_ll({ sll_family: AF_PACKET, sll_protocol: ETH_P_ALL, sll_ifindex: 1 }), 20);
  getsockname(p, sockaddr_ll(), int(20));
  getsockname(p, buffer(14), int(14));
  const ours = { sll_family: AF_PACKET, sll_protocol: ETH_P_IP, sll_ifindex: 7, sll_halen: 6, sll_addr: [2, 0, 0, 0, 0, 1] };
  attempt.bind(p, sockaddr_ll(ours), 20);
  const strange = { sll_protocol: 0x1234, sll_ifindex: 0, sll_hatype: 99, sll_pkttype: 9, sll_halen: 9 };
  attempt.bind(p, sockaddr_ll({ ...ours, ...strange, sll_addr: [2, 0, 0, 0, 0, 1, 255, 254] }), 20);
  attempt.bind(p, sockaddr_ll({ sll_family: AF_PACKET }), 12);
  attempt.bind(p, sockaddr_ll({ sll_family: AF_PACKET }), 18);
  attempt.bind(p, sockaddr_ll({ sll_family: AF_PACKET }), 10);
  const d = socket(AF_PACKET, SOCK_DGRAM, htons(0x88b5));
  const to = sockaddr_ll({ sll_family: AF_PACKET, sll_protocol: 0x88b5, sll_ifindex: 1, sll_halen: 6, sll_addr: [0, 0, 0, 0, 0, 0] });
  sendto(d, text("hello"), 5, 0, to, 20);
  attempt.recvfrom(p, buffer(64), 64, MSG_DONTWAIT, sockaddr_ll(), int(20));
  attempt.recvfrom(p, buffer(64), 64, MSG_DONTWAIT, sockaddr_ll(), int(20));
  attempt.recvfrom(d, buffer(64), 64, MSG_DONTWAIT, sockaddr_storage(), int(128));
  close(p);
  close(d);
  const n = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  bind(n, sockaddr_nl({ nl_family: AF_NETLINK, nl_groups: 1 }), 12);
  getsockname(n, sockaddr_nl(), int(12));
  getsockname(n, buffer(6), int(6));
  attempt.bind(n, sockaddr_nl({ nl_family: AF_NETLINK, nl_pad: 5, nl_pid: 4_000_000_000, nl_groups: 0xffff_ffff }), 12);
  attempt.connect(n, sockaddr_nl({ nl_family: AF_NETLINK }), 12);
  attempt.connect(n, allocate(16, 0x77), 16);
  close(n);
  const r = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  const ask = bytesOf([20, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  sendto(r, ask, 20, 0, null, 0);
  recvfrom(r, buffer(4000), 4000, 0, sockaddr_nl(), int(12));
  recvmsg(r, message({ iov: [buffer(4000)] }), 0);
  close(r);
}

export function streams({ socket, bind, listen, accept, connect, getsockname, getpeername, shutdown, sendto, recvfrom, close, attempt }: Calls): void {
  const l = socket(AF_INET, SOCK_STREAM, 0);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(l, addr, sizeof(addr));
  getsockname(l, addr, int(16));
  const refused = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1", sin_port: addr.sin_port });
  const c = socket(AF_INET, SOCK_STREAM, 0);
  attempt.connect(c, refused, 16);
  listen(l, 4096);
  const n = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  attempt.connect(n, addr, 16);
  attempt.connect(n, addr, 16);
  attempt.connect(n, addr, 16);
  connect(c, addr, 16);
  const peer = sockaddr_in();
  const a = accept(l, peer, int(16));
  const b = accept(l, sockaddr_storage(), int(128));
  getpeername(a, sockaddr_in(), int(16));
  sendto(c, text("GET / HTTP/1.0\r\n\r\n"), 18, 0, null, 0);
  sendto(c, text("\0\x01\x7f\x80\xff\x1b\\\"'?7\x008\x009\0a"), 16, 0x4000, null, 0);
  recvfrom(b, buffer(10), 10, 2, null, null);
  recvfrom(b, buffer(10), 10, 0, null, null);
  recvfrom(b, buffer(200), 200, 0, null, null);
  attempt.recvfrom(b, buffer(200), 200, MSG_DONTWAIT, null, null);
  attempt.recvfrom(b, buffer(200), 200, MSG_DONTWAIT, sockaddr_in(), int(16));
  attempt.sendto(b, NOWHERE, 20, MSG_DONTWAIT, null, 0);
  attempt.sendto(b, null, 20, MSG_DONTWAIT, null, 0);
  attempt.recvfrom(b, NOWHERE, 20, MSG_DONTWAIT, null, null);
  sendto(c, text("x".repeat(64)), 64, 0, null, 0);
  sendto(c, text("y".repeat(65)), 65, 0, null, 0);
  recvfrom(b, buffer(129), 129, 0, sockaddr_in(), int(16));
  shutdown(c, SHUT_WR);
  attempt.sendto(c, text("x"), 1, 0x4000, null, 0);
  recvfrom(b, buffer(9), 9, 0, null, null);
  shutdown(b, SHUT_RD);
  shutdown(b, SHUT_RDWR);
  attempt.shutdown(b, 7);
  attempt.shutdown(l, SHUT_RD);
  attempt.accept(l, null, null);
  for (const fd of [l, c, n, a, b]) close(fd);
}
