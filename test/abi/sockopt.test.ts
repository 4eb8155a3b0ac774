/** Socket options: what they are called, and what their value is in a place of a certain size. */
import { describe, expect, test } from "vitest";
import { XDP_OPTION } from "../../src/abi/constants/if_xdp.ts";
import {
  IP, IP_ADD_MEMBERSHIP, IP_MTU_DISCOVER, IP_MULTICAST_IF, IP_PKTINFO, MCAST_JOIN_GROUP,
} from "../../src/abi/constants/in.ts";
import { IPV6, IPV6_PKTINFO, IPV6_V6ONLY } from "../../src/abi/constants/in6.ts";
import { NETLINK_LIST_MEMBERSHIPS, NETLINK_OPTION } from "../../src/abi/constants/netlink.ts";
import {
  PACKET, PACKET_ADD_MEMBERSHIP, PACKET_FANOUT, PACKET_ROLLOVER_STATS, PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION,
} from "../../src/abi/constants/packet.ts";
import {
  SO, SO_ATTACH_FILTER, SO_BINDTODEVICE, SO_COOKIE, SO_ERROR, SO_LINGER, SO_MAX_PACING_RATE, SO_MEMINFO, SO_PEERCRED, SO_RCVBUF,
  SO_RCVTIMEO, SO_RCVTIMEO_NEW, SO_TYPE, SOL_ATM, SOL_ICMPV6, SOL_IP, SOL_IPV6, SOL_NETLINK, SOL_PACKET, SOL_RAW, SOL_SOCKET, SOL_TCP, SOL_UDP, SOL_XDP,
} from "../../src/abi/constants/socket.ts";
import {
  TCP, TCP_CC_INFO, TCP_CONGESTION, TCP_INFO, TCP_MAXSEG, TCP_ULP,
} from "../../src/abi/constants/tcp.ts";
import { UDP, UDP_GRO, UDP_SEGMENT } from "../../src/abi/constants/udp.ts";
import { optionName, sockoptLevel, sockoptType } from "../../src/abi/sockopt.ts";
import type { Names } from "../../src/memory/integer.ts";
import { bytesOf } from "../../src/memory/memory.ts";

describe("names", () => {
  /** As strace 6.1 printed them, save TCP_AO_REPAIR and SO_PASSRIGHTS, which are younger than it. */
  test.each([
    [SOL_SOCKET,  8,   "SOL_SOCKET",        "SO_RCVBUF"],
    [SOL_SOCKET,  20,  "SOL_SOCKET",        "SO_RCVTIMEO_OLD"],
    [SOL_SOCKET,  99,  "SOL_SOCKET",        "0x63 /* SO_??? */"],
    [SOL_IP,      8,   "SOL_IP",            "IP_PKTINFO"],
    [SOL_IP,      42,  "SOL_IP",            "MCAST_JOIN_GROUP"],
    [SOL_IPV6,    42,  "SOL_IPV6",          "MCAST_JOIN_GROUP"],
    [SOL_IP,      27,  "SOL_IP",            "0x1b /* IP_??? */"],
    [SOL_IPV6,    26,  "SOL_IPV6",          "IPV6_V6ONLY"],
    [SOL_TCP,     42,  "SOL_TCP",           "TCP_AO_REPAIR"],
    [SOL_TCP,     999, "SOL_TCP",           "0x3e7 /* TCP_??? */"],
    [SOL_UDP,     104, "SOL_UDP",           "UDP_GRO"],
    [SOL_PACKET,  4,   "SOL_PACKET",        "0x4 /* PACKET_??? */"],
    [SOL_NETLINK, 1,   "SOL_NETLINK",       "NETLINK_ADD_MEMBERSHIP"],
    [SOL_RAW,     1,   "SOL_RAW",           "ICMP_FILTER"],
    [SOL_ICMPV6,  1,   "SOL_ICMPV6",        "1"],
    [SOL_ATM,     1,   "SOL_ATM",           "1"],
    [999,         1,   "0x3e7 /* SOL_?? */", "1"],
    [SOL_SOCKET,  83,  "SOL_SOCKET",        "SO_PASSRIGHTS"],
  ])("level %i, option %i: %s, %s", (level, option, levelText, text) => {
    expect([sockoptLevel.show(level), optionName(level).show(option)]).toEqual([levelText, text]);
  });
});

describe("values", () => {
  test.each<[string, number, number, number | undefined, string | null]>([
    ["an int",                          SOL_SOCKET,  SO_RCVBUF,             4,         "i32"],
    ["more room than an int",           SOL_SOCKET,  SO_TYPE,               256,       "i32"],
    ["too little for an int",           SOL_SOCKET,  SO_RCVBUF,             2,         null],
    ["whatever the room",               SOL_SOCKET,  SO_RCVBUF,             undefined, "i32"],
    ["a struct",                        SOL_SOCKET,  SO_LINGER,             8,         "linger"],
    ["too little for a struct",         SOL_SOCKET,  SO_LINGER,             4,         null],
    ["credentials",                     SOL_SOCKET,  SO_PEERCRED,           12,        "ucred"],
    ["a time",                          SOL_SOCKET,  SO_RCVTIMEO,           16,        "timeval"],
    ["a time, for 32-bit programs too", SOL_SOCKET,  SO_RCVTIMEO_NEW,       16,        "timeval"],
    ["a name",                          SOL_SOCKET,  SO_BINDTODEVICE,       16,        "char[16]"],
    ["a short name",                    SOL_SOCKET,  SO_BINDTODEVICE,       3,         "char[3]"],
    ["a filter",                        SOL_SOCKET,  SO_ATTACH_FILTER,      16,        "sock_fprog"],
    ["eight bytes",                     SOL_SOCKET,  SO_COOKIE,             8,         "u64"],
    ["four or eight bytes: four",       SOL_SOCKET,  SO_MAX_PACING_RATE,    4,         "u32"],
    ["four or eight bytes: eight",      SOL_SOCKET,  SO_MAX_PACING_RATE,    8,         "u64"],
    ["as many as there are",            SOL_SOCKET,  SO_MEMINFO,            36,        "u32[9]"],
    ["a struct that grew",              SOL_TCP,     TCP_INFO,              280,       "tcp_info"],
    ["the beginning of it",             SOL_TCP,     TCP_INFO,              104,       "tcp_info"],
    ["a name of an algorithm",          SOL_TCP,     TCP_CONGESTION,        16,        "char[16]"],
    ["a name of a layer",               SOL_TCP,     TCP_ULP,               16,        "char[16]"],
    ["what the algorithm decides",      SOL_TCP,     TCP_CC_INFO,           20,        null],
    ["an int of TCP",                   SOL_TCP,     TCP_MAXSEG,            4,         "i32"],
    ["ints of UDP",                     SOL_UDP,     UDP_SEGMENT,           4,         "i32"],
    ["",                                SOL_UDP,     UDP_GRO,               4,         "i32"],
    ["ints of IPv4",                    SOL_IP,      IP_PKTINFO,            4,         "i32"],
    ["",                                SOL_IP,      IP_MTU_DISCOVER,       4,         "i32"],
    ["one byte where an int would do",  SOL_IP,      IP_MTU_DISCOVER,       1,         null],
    ["the old membership",              SOL_IP,      IP_ADD_MEMBERSHIP,     8,         "ip_mreq"],
    ["the new membership",              SOL_IP,      IP_ADD_MEMBERSHIP,     12,        "ip_mreqn"],
    ["an address",                      SOL_IP,      IP_MULTICAST_IF,       4,         "in_addr"],
    ["a group by its own struct",       SOL_IP,      MCAST_JOIN_GROUP,      136,       null],
    ["an int of IPv6",                  SOL_IPV6,    IPV6_V6ONLY,           4,         "i32"],
    ["where from",                      SOL_IPV6,    IPV6_PKTINFO,          20,        "in6_pktinfo"],
    ["what an interface lets through",  SOL_PACKET,  PACKET_ADD_MEMBERSHIP, 16,        "packet_mreq"],
    ["a ring",                          SOL_PACKET,  PACKET_RX_RING,        16,        "tpacket_req"],
    ["a ring of blocks",                SOL_PACKET,  PACKET_RX_RING,        28,        "tpacket_req3"],
    ["counters",                        SOL_PACKET,  PACKET_STATISTICS,     8,         "tpacket_stats"],
    ["counters of blocks",              SOL_PACKET,  PACKET_STATISTICS,     12,        "tpacket_stats_v3"],
    ["counters, in a large place",      SOL_PACKET,  PACKET_STATISTICS,     256,       "tpacket_stats"],
    ["a group in one word",             SOL_PACKET,  PACKET_FANOUT,         4,         "u32"],
    ["a group with its size",           SOL_PACKET,  PACKET_FANOUT,         8,         "fanout_args"],
    ["counters of a group",             SOL_PACKET,  PACKET_ROLLOVER_STATS, 24,        "tpacket_rollover_stats"],
    ["an int of packets",               SOL_PACKET,  PACKET_VERSION,        4,         "i32"],
    ["groups, a bit each",              SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, 8,      "u32[2]"],
    ["an option nobody has named",      SOL_SOCKET,  999,                   4,         null],
    ["a name, without a place",         SOL_TCP,     TCP_CONGESTION,        undefined, null],
    ["a level nobody has named",        999,         1,                     4,         null],
  ])("%s", (_, level, option, length, name) => {
    expect(sockoptType(level, option, length)?.name ?? null).toBe(name);
  });

  test("a pending error is shown by name", () => {
    const type = sockoptType(SOL_SOCKET, SO_ERROR, 4)!;
    expect([0, 111].map((it) => type.show(type.read(bytesOf([it, 0, 0, 0]), 0)))).toEqual(["0", "ECONNREFUSED"]);
  });

  const LENGTHS = [1, 2, 4, 8, 12, 16, 28, 104, 280];
  test.each<[string, number, Names]>([
    ["SOL_SOCKET", SOL_SOCKET, SO], ["SOL_IP", SOL_IP, IP], ["SOL_IPV6", SOL_IPV6, IPV6], ["SOL_TCP", SOL_TCP, TCP],
    ["SOL_UDP", SOL_UDP, UDP], ["SOL_PACKET", SOL_PACKET, PACKET], ["SOL_NETLINK", SOL_NETLINK, NETLINK_OPTION], ["SOL_XDP", SOL_XDP, XDP_OPTION],
  ])("at %s no value is larger than the place it is read from", (_, level, names) => {
    const wrong = Object.entries(names).flatMap(([name, option]) =>
      LENGTHS.filter((length) => (sockoptType(level, option, length)?.size ?? 0) > length).map((length) => [name, length]));
    expect(wrong).toEqual([]);
  });
});
