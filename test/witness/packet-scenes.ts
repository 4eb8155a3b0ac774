/**
 * Short scenes that send packets of every kind netlab reads, in namespaces made for them. What the ring saw of each is kept below
 * test/fixtures/packets/; record-packets.mjs makes them again.
 */

import { ETH_P_8021Q } from "../../src/abi/constants/ether.ts";
import { AT_FDCWD, O_RDWR } from "../../src/abi/constants/fcntl.ts";
import { ICMP_ECHO, ICMPV6_ECHO_REQUEST } from "../../src/abi/constants/icmp.ts";
import {
  IP_MTU_DISCOVER, IP_OPTIONS, IP_PMTUDISC_DO, IP_PMTUDISC_DONT, IP_TTL, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_MPTCP,
} from "../../src/abi/constants/in.ts";
import { IPV6_DSTOPTS, IPV6_HOPOPTS, IPV6_MTU_DISCOVER, IPV6_UNICAST_HOPS } from "../../src/abi/constants/in6.ts";
import { IFF_NO_PI, IFF_TUN, TUNSETIFF } from "../../src/abi/constants/ioctl.ts";
import {
  AF_INET, AF_INET6, AF_PACKET, MSG_DONTWAIT, MSG_OOB, SO_NO_CHECK, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, SOL_IP, SOL_IPV6, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_FASTOPEN, TCP_FASTOPEN_CONNECT, TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { ethhdr, vlan_hdr } from "../../src/abi/headers/ethernet.ts";
import { icmp6hdr, icmphdr } from "../../src/abi/headers/icmp.ts";
import { ifreq } from "../../src/abi/structs/if.ts";
import { sockaddr_in, sockaddr_in6, sockaddr_ll } from "../../src/abi/structs/sockaddr.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, bytesOf, cstring, text } from "../../src/memory/memory.ts";
import { BuiltNet } from "../../src/net/built-net.ts";
import { indexOf } from "../../src/net/links.ts";
import type { Namespace } from "../../src/net/net.ts";
import { Netlink } from "../../src/net/netlink.ts";
import { sysctl } from "../../src/net/sysctl.ts";
import type { Calls } from "../../src/sys/calls.ts";
import { ipv4, udp } from "./made-frames.ts";

const SOL_TCP = 6;
const at = (sin_addr: string, sin_port: number) => sockaddr_in({ sin_family: AF_INET, sin_addr, sin_port });
const at6 = (sin6_addr: string, sin6_port: number) => sockaddr_in6({ sin6_family: AF_INET6, sin6_addr, sin6_port });
const ON = int(1);

/** A scene makes its namespaces when it is called; what it answers sends the packets. */
export const SCENES: Readonly<Record<string, (calls: Calls) => () => void>> = {
  "lo-udp": (calls) => () => {
    const { socket, bind, sendto, recvfrom, setsockopt } = calls;
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    bind(rx, at("127.0.0.1", 9000), 16);
    bind(tx, at("127.0.0.1", 9001), 16);
    sendto(tx, text("AAAAAAAAAA"), 10, 0, at("127.0.0.1", 9000), 16);
    sendto(tx, null, 0, 0, at("127.0.0.1", 9000), 16);
    setsockopt(tx, SOL_SOCKET, SO_NO_CHECK, ON, 4);
    sendto(tx, text("unchecked"), 9, 0, at("127.0.0.1", 9000), 16);
    recvfrom(rx, buffer(10), 10, 0, null, null);
  },

  "lo-tcp": (calls) => () => {
    const { socket, sendto, recvfrom, setsockopt, close, attempt } = calls;
    const [client, server] = connected(calls, at("127.0.0.1", 9000), AF_INET, 0);
    setsockopt(client, SOL_TCP, TCP_NODELAY, ON, 4);
    sendto(client, text("hello"), 5, 0, null, 0);
    recvfrom(server, buffer(64), 64, 0, null, null);
    sendto(server, text("!"), 1, MSG_OOB, null, 0);
    for (const it of [client, server]) close(it);
    attempt.connect(socket(AF_INET, SOCK_STREAM, 0), at("127.0.0.1", 9009), 16);
  },

  "lo-tcp-options": (calls) => {
    sysctl("net.ipv4.tcp_fastopen", 3);
    return () => {
      const { socket, bind, listen, sendto, setsockopt, connect } = calls;
      connected(calls, at("127.0.0.1", 9000), AF_INET, IPPROTO_MPTCP);
      const listener = socket(AF_INET, SOCK_STREAM, 0);
      bind(listener, at("127.0.0.1", 9002), 16);
      setsockopt(listener, SOL_TCP, TCP_FASTOPEN, int(5), 4);
      listen(listener, 5);
      for (const _ of ["asks for a cookie", "shows it"]) {
        const client = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(client, SOL_TCP, TCP_FASTOPEN_CONNECT, ON, 4);
        connect(client, at("127.0.0.1", 9002), 16);
        sendto(client, text("early"), 5, 0, null, 0);
      }
    };
  },

  "lo-ecn": (calls) => {
    sysctl("net.ipv4.tcp_ecn", 1);
    return () => void connected(calls, at("127.0.0.1", 9000), AF_INET, 0);
  },

  "lo-icmp": (calls) => () => {
    const { socket, sendto } = calls;
    sendto(socket(AF_INET, SOCK_DGRAM, 0), text("nobody"), 6, 0, at("127.0.0.1", 9), 16);
    const echo = icmphdr({ type: ICMP_ECHO, id: 7, sequence: 1 });
    echo.checksum = 0xf7f7;
    sendto(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), echo, 8, 0, at("127.0.0.1", 0), 16);
  },

  "lo-ipv6": (calls) => () => {
    const { socket, bind, sendto, setsockopt, attempt } = calls;
    const [rx, tx] = [socket(AF_INET6, SOCK_DGRAM, 0), socket(AF_INET6, SOCK_DGRAM, 0)];
    bind(rx, at6("::1", 9000), 28);
    sendto(tx, text("six"), 3, 0, at6("::1", 9000), 28);
    sendto(tx, text("nobody"), 6, 0, at6("::1", 9), 28);
    setsockopt(tx, SOL_IPV6, IPV6_HOPOPTS, bytesOf([0, 0, 5, 2, 0, 0, 1, 0]), 8);
    setsockopt(tx, SOL_IPV6, IPV6_DSTOPTS, bytesOf([0, 0, 1, 4, 0, 0, 0, 0]), 8);
    sendto(tx, text("extended"), 8, 0, at6("::1", 9000), 28);
    const echo = icmp6hdr({ icmp6_type: ICMPV6_ECHO_REQUEST, icmp6_identifier: 7, icmp6_sequence: 2 });
    sendto(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), echo, 8, 0, at6("::1", 0), 28);
    attempt.connect(socket(AF_INET6, SOCK_STREAM, 0), at6("::1", 9009), 28);
  },

  "lo-large": (calls) => () => {
    const { socket, bind, sendto } = calls;
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    bind(rx, at("127.0.0.1", 9000), 16);
    sendto(tx, text("x".repeat(60_000)), 60_000, 0, at("127.0.0.1", 9000), 16);
    const [client] = connected(calls, at("127.0.0.1", 9002), AF_INET, 0);
    sendto(client, text("y".repeat(40_000)), 40_000, 0, null, 0);
  },

  "lo-ip-options": (calls) => () => {
    const { socket, bind, sendto, setsockopt } = calls;
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    bind(rx, at("127.0.0.1", 9000), 16);
    setsockopt(tx, SOL_IP, IP_OPTIONS, bytesOf([148, 4, 0, 0]), 4);
    sendto(tx, text("alert"), 5, 0, at("127.0.0.1", 9000), 16);
    setsockopt(tx, SOL_IP, IP_OPTIONS, bytesOf([7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1]), 12);
    sendto(tx, text("record"), 6, 0, at("127.0.0.1", 9000), 16);
  },

  "veth": (calls) => {
    const { net, far } = pair(calls, false);
    net.offload("va", "tx-checksum", false);
    net.within(far, () => net.offload("vb", "tx-checksum", false));
    return () => {
      const { socket, bind, listen, sendto, setsockopt, connect, close } = calls;
      const [rx, listener] = net.within(far, () => [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_STREAM, 0)] as const);
      bind(rx, at("192.0.2.2", 9000), 16);
      bind(listener, at("192.0.2.2", 9000), 16);
      listen(listener, 5);
      const tx = socket(AF_INET, SOCK_DGRAM, 0);
      sendto(tx, text("odd"), 3, 0, at("192.0.2.2", 9000), 16);
      setsockopt(tx, SOL_IP, IP_MTU_DISCOVER, int(IP_PMTUDISC_DONT), 4);
      sendto(tx, text("f".repeat(4000)), 4000, 0, at("192.0.2.2", 9000), 16);
      const client = socket(AF_INET, SOCK_STREAM, 0);
      connect(client, at("192.0.2.2", 9000), 16);
      sendto(client, text("hello"), 5, 0, null, 0);
      close(client);
    };
  },

  "veth-ipv6": (calls) => {
    const { net, far } = pair(calls, true);
    net.offload("va", "tx-checksum", false);
    return () => {
      const { socket, bind, sendto, setsockopt } = calls;
      const rx = net.within(far, () => socket(AF_INET6, SOCK_DGRAM, 0));
      bind(rx, at6("2001:db8::2", 9000), 28);
      const tx = socket(AF_INET6, SOCK_DGRAM, 0);
      sendto(tx, text("odd"), 3, 0, at6("2001:db8::2", 9000), 28);
      setsockopt(tx, SOL_IPV6, IPV6_MTU_DISCOVER, int(IP_PMTUDISC_DONT), 4);
      sendto(tx, text("f".repeat(2000)), 2000, 0, at6("2001:db8::2", 9000), 28);
    };
  },

  "routed": (calls) => {
    const { net, far } = pair(calls, true);
    const further = net.namespace();
    net.within(far, () => {
      net.veth("vc", ["vd", further], { ipv6: true });
      net.address("vc", "198.51.100.1/24");
      net.address("vc", "2001:db8:1::1/64");
      net.mtu("vc", 1280);
      for (const it of ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"]) sysctl(it, 1);
    });
    net.route("198.51.100.0/24", { via: "192.0.2.2" });
    net.route("2001:db8:1::/64", { via: "2001:db8::2" });
    return () => {
      const { socket, sendto, setsockopt } = calls;
      const [tx, tx6] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET6, SOCK_DGRAM, 0)];
      setsockopt(tx, SOL_IP, IP_MTU_DISCOVER, int(IP_PMTUDISC_DO), 4);
      sendto(tx, text("m".repeat(1400)), 1400, 0, at("198.51.100.9", 9), 16);
      setsockopt(tx, SOL_IP, IP_TTL, ON, 4);
      calls.attempt.sendto(tx, text("ttl"), 3, 0, at("198.51.100.9", 9), 16);
      sendto(tx6, text("m".repeat(1400)), 1400, 0, at6("2001:db8:1::9", 9), 28);
      setsockopt(tx6, SOL_IPV6, IPV6_UNICAST_HOPS, ON, 4);
      sendto(tx6, text("hop"), 3, 0, at6("2001:db8:1::9", 9), 28);
    };
  },

  "tun": (calls) => {
    const tun = calls.openat(AT_FDCWD, cstring("/dev/net/tun"), O_RDWR, 0);
    calls.ioctl(tun, TUNSETIFF, ifreq({ ifr_name: "tun0", ifr_flags: IFF_TUN | IFF_NO_PI }));
    const net = new BuiltNet(calls);
    net.address("tun0", "192.0.2.1/24");
    net.up("tun0");
    return () => {
      const { socket, sendto, write } = calls;
      const tx = socket(AF_INET, SOCK_DGRAM, 0);
      sendto(tx, text("out"), 3, 0, at("192.0.2.9", 9), 16);
      const packet = ipv4({ protocol: 17, over: { saddr: "192.0.2.9", daddr: "192.0.2.1" } }, udp([1, 2, 3], {}, [192, 0, 2, 9, 192, 0, 2, 1])).subarray(14);
      write(tun, bytesOf(packet), packet.length);
    };
  },

  "vlan": (calls) => {
    const { net, far } = pair(calls, false);
    return () => {
      const { socket, bind, sendto } = calls;
      const [raw, index] = net.within(far, () => [socket(AF_PACKET, SOCK_RAW, 0), indexOf(new Netlink(calls), "vb")] as const);
      bind(raw, sockaddr_ll({ sll_family: AF_PACKET, sll_ifindex: index }), 20);
      const frame = buffer(60);
      frame.bytes.fill(0);
      Object.assign(ethhdr.at(frame), { h_dest: "ff:ff:ff:ff:ff:ff", h_source: "02:00:00:00:00:02", h_proto: ETH_P_8021Q });
      Object.assign(vlan_hdr.at(frame, 14), { h_vlan_TCI: 0x2005, h_vlan_encapsulated_proto: 0x88b5 });
      sendto(raw, frame, 60, MSG_DONTWAIT, null, 0);
    };
  },
};

/** Both ends of a connection. */
function connected(calls: Calls, address: ReturnType<typeof at>, family: number, protocol: number): readonly [client: number, server: number] {
  const { socket, bind, listen, connect, accept4 } = calls;
  const listener = socket(family, SOCK_STREAM, protocol);
  bind(listener, address, 16);
  listen(listener, 5);
  const client = socket(family, SOCK_STREAM, protocol);
  connect(client, address, 16);
  return [client, accept4(listener, null, null, 0)];
}

/** va with 192.0.2.1 here, vb with 192.0.2.2 in a namespace beside. */
function pair(calls: Calls, ipv6: boolean): { readonly net: BuiltNet; readonly far: Namespace } {
  const net = new BuiltNet(calls);
  const far = net.namespace("far");
  net.veth("va", ["vb", far], { ipv6 });
  const give = (device: string, n: number): void => {
    net.address(device, `192.0.2.${n}/24`);
    if (ipv6) net.address(device, `2001:db8::${n}/64`);
  };
  give("va", 1);
  net.within(far, () => give("vb", 2));
  return { net, far };
}
