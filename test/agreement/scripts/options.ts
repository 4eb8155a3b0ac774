/** Every socket option that netlab has a name for: asked for, then set to what it was. */

import { IP } from "../../../src/abi/constants/in.ts";
import { IPV6 } from "../../../src/abi/constants/in6.ts";
import { NETLINK_OPTION, NETLINK_ROUTE } from "../../../src/abi/constants/netlink.ts";
import { PACKET } from "../../../src/abi/constants/packet.ts";
import {
  AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX, SO, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, SOL_IP, SOL_IPV6, SOL_NETLINK, SOL_PACKET, SOL_RAW, SOL_SOCKET, SOL_TCP, SOL_UDP,
} from "../../../src/abi/constants/socket.ts";
import { TCP } from "../../../src/abi/constants/tcp.ts";
import { UDP } from "../../../src/abi/constants/udp.ts";
import { sock_filter, sock_fprog } from "../../../src/abi/structs/filter.ts";
import { ip_mreq, ip_mreqn } from "../../../src/abi/structs/ip.ts";
import { packet_mreq, tpacket_req, tpacket_req3 } from "../../../src/abi/structs/packet.ts";
import { linger, ucred } from "../../../src/abi/structs/socket.ts";
import { tcp_info } from "../../../src/abi/structs/tcp.ts";
import { timeval } from "../../../src/abi/structs/time.ts";
import type { Names } from "../../../src/memory/integer.ts";
import { int } from "../../../src/memory/integer.ts";
import { allocate, buffer, text, wild } from "../../../src/memory/memory.ts";
import { sizeof } from "../../../src/memory/struct.ts";
import type { Calls } from "../../../src/sys/calls.ts";

const NOWHERE = wild(0x1000);

/** A filter's length is counted in instructions of 8 bytes. */
const roomFor = (level: number, name: number, room: number): number =>
  level === SOL_SOCKET && name === SO.SO_GET_FILTER ? room * 8 : room;

/** Asks for every option with room for 4, for 2, for 16 and for 300 bytes. */
function ask({ attempt }: Calls, fd: number, level: number, names: Names): void {
  for (const name of new Set(Object.values(names))) {
    for (const room of [4, 2, 16, 300]) attempt.getsockopt(fd, level, name, allocate(roomFor(level, name, room), 0), int(room));
  }
}

/** Sets every option to 0, as an int, then with too few bytes, then with too many. */
function set({ attempt }: Calls, fd: number, level: number, names: Names, value: number): void {
  for (const name of new Set(Object.values(names))) {
    attempt.setsockopt(fd, level, name, int(value), 4);
    attempt.setsockopt(fd, level, name, allocate(2, 0), 2);
    attempt.setsockopt(fd, level, name, allocate(20, 0), 20);
  }
}

export function options(calls: Calls): void {
  const { socket, close, attempt } = calls;
  const u = socket(AF_INET, SOCK_DGRAM, 0);
  ask(calls, u, SOL_SOCKET, SO);
  ask(calls, u, SOL_IP, IP);
  ask(calls, u, SOL_UDP, UDP);
  const { SO_ATTACH_REUSEPORT_CBPF: _c, SO_ATTACH_REUSEPORT_EBPF: _e, ...harmless } = SO;
  set(calls, u, SOL_SOCKET, harmless, 0);
  set(calls, u, SOL_IP, IP, 0);
  set(calls, u, SOL_UDP, { ...UDP, UDP_ENCAP: 101 }, 0);
  attempt.getsockopt(u, SOL_SOCKET, SO.SO_RCVBUF, NOWHERE, int(4));
  attempt.getsockopt(u, SOL_SOCKET, SO.SO_RCVBUF, buffer(4), null);
  attempt.getsockopt(u, SOL_SOCKET, SO.SO_RCVBUF, null, int(4));
  attempt.getsockopt(u, SOL_SOCKET, SO.SO_RCVBUF, buffer(4), NOWHERE);
  attempt.getsockopt(u, SOL_SOCKET, SO.SO_RCVBUF, buffer(1), int(0));
  attempt.getsockopt(u, 999, 5, buffer(4), int(4));
  attempt.getsockopt(u, SOL_SOCKET, 999, buffer(4), int(4));
  attempt.setsockopt(u, SOL_SOCKET, SO.SO_RCVBUF, null, 4);
  attempt.setsockopt(u, SOL_SOCKET, SO.SO_RCVBUF, NOWHERE, 4);
  attempt.setsockopt(u, SOL_SOCKET, SO.SO_RCVBUF, int(5), 0);
  attempt.setsockopt(u, 999, 5, text("abc"), 3);
  attempt.setsockopt(u, SOL_IP, 999, int(-1), 4);
  close(u);
}

export function options6(calls: Calls): void {
  const { socket, close } = calls;
  const s = socket(AF_INET6, SOCK_DGRAM, 0);
  ask(calls, s, SOL_IPV6, IPV6);
  set(calls, s, SOL_IPV6, IPV6, 0);
  close(s);
}

export function optionsTcp(calls: Calls): void {
  const { socket, close, attempt, getsockopt } = calls;
  const s = socket(AF_INET, SOCK_STREAM, 0);
  ask(calls, s, SOL_TCP, TCP);
  const { TCP_REPAIR: _r, ...harmless } = TCP;
  set(calls, s, SOL_TCP, harmless, 0);
  getsockopt(s, SOL_TCP, TCP.TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
  getsockopt(s, SOL_TCP, TCP.TCP_INFO, buffer(10), int(10));
  attempt.setsockopt(s, SOL_TCP, TCP.TCP_CONGESTION, text("reno"), 4);
  attempt.setsockopt(s, SOL_TCP, TCP.TCP_CONGESTION, text("cubic"), 5);
  getsockopt(s, SOL_TCP, TCP.TCP_CONGESTION, buffer(16), int(16));
  close(s);
}

export function optionsOther(calls: Calls): void {
  const { socket, close, getsockopt, setsockopt, attempt } = calls;
  const p = socket(AF_PACKET, SOCK_RAW, 0);
  ask(calls, p, SOL_PACKET, PACKET);
  set(calls, p, SOL_PACKET, PACKET, 0);
  attempt.setsockopt(p, SOL_PACKET, PACKET.PACKET_VERSION, int(2), 4);
  const ring = { tp_block_size: 4096, tp_block_nr: 1, tp_frame_size: 2048, tp_frame_nr: 9 };
  attempt.setsockopt(p, SOL_PACKET, PACKET.PACKET_RX_RING, tpacket_req(ring), sizeof(tpacket_req));
  attempt.setsockopt(p, SOL_PACKET, PACKET.PACKET_RX_RING, tpacket_req3(ring), sizeof(tpacket_req3));
  const join = (mreq: Parameters<typeof packet_mreq>[0]): number =>
    attempt.setsockopt(p, SOL_PACKET, PACKET.PACKET_ADD_MEMBERSHIP, packet_mreq(mreq), sizeof(packet_mreq));
  join({ mr_ifindex: 1, mr_type: 1 });
  join({ mr_ifindex: 9, mr_type: 99, mr_alen: 6, mr_address: [1, 0, 94, 0, 0, 255] });
  close(p);
  const n = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  ask(calls, n, SOL_NETLINK, NETLINK_OPTION);
  set(calls, n, SOL_NETLINK, NETLINK_OPTION, 1);
  ask(calls, n, SOL_NETLINK, NETLINK_OPTION);
  close(n);
  const r = socket(AF_INET, SOCK_RAW, 1);
  ask(calls, r, SOL_RAW, { ICMP_FILTER: 1 });
  set(calls, r, SOL_RAW, { ICMP_FILTER: 1 }, 0x109);
  set(calls, r, SOL_RAW, { ICMP_FILTER: 1 }, -258);
  getsockopt(r, SOL_RAW, 1, int(0), int(4));
  close(r);
  const u = socket(AF_UNIX, SOCK_STREAM, 0);
  ask(calls, u, SOL_SOCKET, SO);
  getsockopt(u, SOL_SOCKET, SO.SO_PEERCRED, ucred(), int(12));
  close(u);
  const s = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(s, SOL_SOCKET, SO.SO_LINGER, linger({ l_onoff: 1, l_linger: 3 }), 8);
  getsockopt(s, SOL_SOCKET, SO.SO_LINGER, linger(), int(8));
  setsockopt(s, SOL_SOCKET, SO.SO_RCVTIMEO, timeval({ tv_sec: 1, tv_usec: 500_000 }), 16);
  getsockopt(s, SOL_SOCKET, SO.SO_RCVTIMEO, timeval(), int(16));
  attempt.setsockopt(s, SOL_SOCKET, SO.SO_BINDTODEVICE, text("lo"), 2);
  attempt.setsockopt(s, SOL_SOCKET, SO.SO_BINDTODEVICE, text("lo\0"), 3);
  getsockopt(s, SOL_SOCKET, SO.SO_BINDTODEVICE, buffer(16), int(16));
  attempt.setsockopt(s, SOL_IP, IP.IP_ADD_MEMBERSHIP, ip_mreq({ imr_multiaddr: "224.0.0.251", imr_interface: "127.0.0.1" }), 8);
  attempt.setsockopt(s, SOL_IP, IP.IP_DROP_MEMBERSHIP, ip_mreqn({ imr_multiaddr: "224.0.0.251", imr_address: "127.0.0.1", imr_ifindex: 1 }), 12);
  const drop = sock_fprog({ len: 2, filter: sock_filter.array([{ code: 0x28, k: 12 }, { code: 6, k: 0xffff }]) });
  setsockopt(s, SOL_SOCKET, SO.SO_ATTACH_FILTER, drop, 16);
  getsockopt(s, SOL_SOCKET, SO.SO_GET_FILTER, buffer(64), int(8));
  attempt.setsockopt(s, SOL_SOCKET, SO.SO_ATTACH_REUSEPORT_CBPF, drop, 16);
  setsockopt(s, SOL_SOCKET, SO.SO_DETACH_FILTER, int(0), 4);
  close(s);
}
