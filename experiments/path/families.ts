import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import {
  IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_RAW, IPPROTO_TCP, IPPROTO_UDP,
} from "../../src/abi/constants/in.ts";
import { NETLINK_ROUTE, NLM_F_REQUEST, RTM_GETLINK, RTM_NEWLINK } from "../../src/abi/constants/netlink.ts";
import {
  AF_ALG, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX, AF_VSOCK, AF_XDP, PF_INET, PF_NETLINK, PF_UNIX,
  SO_DOMAIN, SO_PROTOCOL, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { EAFNOSUPPORT, ENOENT } from "../../src/abi/errno.ts";
import { messages, nlmsghdr } from "../../src/abi/structs/netlink.ts";
import { ifinfomsg } from "../../src/abi/structs/rtnetlink.ts";
import { sockaddr_in, sockaddr_nl, sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, is, same } from "../../src/lab/check.ts";
import { all, claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { kernelStruct } from "../../src/lab/stage.ts";
import { saw, table } from "../../src/lab/table.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The kernel's list of its protocols, the newest first (proto_register, net/core/sock.c). */
const LIST = "/proc/self/net/protocols";
/** The program that has modules loaded: a kernel that cannot have any has no such file beside its others. */
const [SETTING, LOADER] = ["/proc/sys/kernel/ostype", "/proc/sys/kernel/modprobe"];
/** No family, in any kernel: they are counted to about 46. */
const NO_FAMILY = 255;
/** The protocol that gives each of these families away in the list, and a socket to ask for. */
const FAMILIES = [
  { protocol: "NETLINK",  name: "AF_NETLINK", family: AF_NETLINK, type: SOCK_RAW },
  { protocol: "TCP",      name: "AF_INET",    family: AF_INET,    type: SOCK_STREAM },
  { protocol: "UNIX",     name: "AF_UNIX",    family: AF_UNIX,    type: SOCK_STREAM },
  { protocol: "TCPv6",    name: "AF_INET6",   family: AF_INET6,   type: SOCK_STREAM },
  { protocol: "PACKET",   name: "AF_PACKET",  family: AF_PACKET,  type: SOCK_RAW },
  { protocol: "XDP",      name: "AF_XDP",     family: AF_XDP,     type: SOCK_RAW },
  { protocol: "AF_VSOCK", name: "AF_VSOCK",   family: AF_VSOCK,   type: SOCK_STREAM },
  { protocol: "ALG",      name: "AF_ALG",     family: AF_ALG,     type: SOCK_SEQPACKET },
] as const;
/** IPv4's protocols, and IPv6's: how their sockets are asked for. */
const FOUR = [
  [SOCK_STREAM, IPPROTO_TCP], [SOCK_DGRAM, IPPROTO_UDP], [SOCK_RAW, IPPROTO_RAW], [SOCK_RAW, IPPROTO_ICMP],
] as const;
const SIX = [...FOUR.slice(0, -1), [SOCK_RAW, IPPROTO_ICMPV6]] as const;
/** The first interface of every namespace: lo. */
const LO = 1;
/** A protocol of AF_NETLINK and one of AF_INET: not of a module, but of the kernel itself. */
const OWN = ["NETLINK", "PING"];
/** The functions by which three families make their sockets. */
const MAKERS = ["netlink_create", "inet_create", "unix_create"];

/** A file's text, read to its end. */
const textOf = ({ openat, read, close }: Calls, path: string): string => {
  const fd = openat(AT_FDCWD, cstring(path), O_RDONLY, 0);
  const [room, parts] = [buffer(16 << 10), [] as string[]];
  for (let n = read(fd, room, room.length); n > 0; n = read(fd, room, room.length)) {
    parts.push(Buffer.from(room.bytes.subarray(0, n)).toString("latin1"));
  }
  close(fd);
  return parts.join("");
};

/** What a family's socket(2) was answered: its errno, or that there is one. */
const asked = (family: number) =>
  saw({ asked: { socket: all } }, ({ asked: { socket } }) => {
    const call = socket.each.find((it) => it.before("family").value === family);
    return call === undefined ? "(not asked)" : call.errno.value ?? "a socket";
  });
/** Where it stands in the list, counted from the end: as the how-many-th protocol it came. */
const came = (protocol: string) =>
  saw({ list: { "look protocols": 1 } }, ({ list: { "look protocols": list } }) => {
    const names = list.text.value.trimEnd().split("\n").slice(1).map((it) => it.split(" ")[0]!).reverse();
    return names.includes(protocol) ? names.indexOf(protocol) + 1 : "(not there)";
  });
const TABLE = table("Families, when each came, and what socket(2) says", [
  "family", "number", "known by", "its place from the end", "socket(2)",
], FAMILIES.map(({ name, family, protocol }) =>
  [name, String(family), protocol, came(protocol), asked(family)]));

/**
 * Which families there are, and what they are for socket(2): its first number.
 *
 *     socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);   // a family, though nothing of it leaves the machine
 *     socket(AF_ALG, SOCK_SEQPACKET, 0);             // EAFNOSUPPORT where the kernel was built without it
 *
 * A family that is not there is asked for only where no module can be: to ask would load it, for everybody.
 */
export default experiment({
  name: "families",
  asks: "socket's first argument names a family: which has this kernel, and how did it get them?",
  story: `An exchange with many counters. Each was set up by its own people, on the day when they moved in:
    they wrote into the book at the door which number they have, and who makes what is asked for there. The
    book is kept with the newest entry on top. At a number where nobody has moved in, you are sent away; in
    some houses somebody is fetched first, and then they stay. So we knock only where the book has an entry.`,
  needs: ["namespace", "packet"], // raw sockets take the capability that packet sockets take
  draws: [TABLE],
  tracepoints: ["kmem:kmem_cache_alloc", "kmem:kmalloc"],
  next: "Then socket-types: the second and the third argument.",

  run(calls, { scene, look }) {
    const { socket, getsockname, getsockopt, sendto, recvfrom, close, attempt } = calls;
    const option = (fd: number, name: number) => getsockopt(fd, SOL_SOCKET, name, int(0), int(4));

    scene("list", "The kernel's list of its protocols. May a module be loaded here by asking?");
    const isThere = new Set(textOf(calls, LIST).split("\n").map((it) => it.split(" ")[0]!));
    look("protocols", LIST);
    for (const protocol of OWN) look(protocol, LIST, `${protocol} `);
    look("entry", kernelStruct("net_proto_family"));
    const [setting, loader] = [SETTING, LOADER].map((it) =>
      attempt.openat(AT_FDCWD, cstring(it), O_RDONLY, 0)) as [number, number];

    scene("asked", "A socket of each family that has a protocol there, or whose module cannot be.");
    const may = FAMILIES.filter(({ protocol }) =>
      isThere.has(protocol) || (setting >= 0 && loader === -ENOENT));
    const got = may.map(({ family, type }) => attempt.socket(family, type, 0));

    scene("none", "A number that no family has.");
    attempt.socket(NO_FAMILY, SOCK_STREAM, 0);

    scene("same", "Families asked for by their PF_ names. Which family is written into their addresses?");
    const named = ([[PF_NETLINK, SOCK_RAW], [PF_INET, SOCK_STREAM], [PF_UNIX, SOCK_STREAM]] as const)
      .map(([family, type]) => socket(family, type, 0)) as [number, number, number];
    getsockname(named[0], sockaddr_nl(), int(sizeof(sockaddr_nl)));
    getsockname(named[1], sockaddr_in(), int(sizeof(sockaddr_in)));
    getsockname(named[2], sockaddr_un(), int(sizeof(sockaddr_un)));
    for (const fd of named) option(fd, SO_DOMAIN);

    scene("four", "TCP, UDP, IP and ICMP: whose are they?");
    const four = FOUR.map(([type, protocol]) => socket(AF_INET, type, protocol));
    for (const fd of four) for (const name of [SO_DOMAIN, SO_PROTOCOL]) option(fd, name);

    scene("six", "And over IPv6, if it is there?");
    const six = isThere.has("TCPv6") ? SIX.map(([type, protocol]) => socket(AF_INET6, type, protocol)) : [];
    for (const fd of six) for (const name of [SO_DOMAIN, SO_PROTOCOL]) option(fd, name);

    scene("netlink", "The kernel itself is asked, in a message: what is the first interface?");
    const nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    const head = { nlmsg_type: RTM_GETLINK, nlmsg_flags: NLM_F_REQUEST, nlmsg_seq: 1, nlmsg_pid: 0 };
    const request = messages.make([[head, ifinfomsg({ ifi_index: LO }).$]]);
    sendto(nl, request, request.length, 0, null, 0);
    recvfrom(nl, nlmsghdr(), sizeof(nlmsghdr), 0, sockaddr_nl(), int(sizeof(sockaddr_nl)));
    const fds = [setting, loader, ...got, ...named, ...four, ...six, nl];
    for (const fd of fds.filter((it) => it >= 0)) close(fd);
  },

  claims: [
    claim("the newest stands first: NETLINK was there before TCP, and TCP before UNIX",
      { list: { "look protocols": 1 } },
      ({ list: { "look protocols": list } }) => [
        is(list.order(["NETLINK", "TCP", "UNIX"]), ["UNIX", "TCP", "NETLINK"]),
      ], corrects("N2-01")),
    claim("a family that stands in the list has sockets; PF_ALG has none where it does not stand there",
      { list: { "look protocols": 1 }, asked: { socket: all } },
      ({ list: { "look protocols": list }, asked: { socket } }) => FAMILIES.flatMap(({ protocol, ...it }) => {
        const call = socket.each.find((one) => one.before("family").value === it.family);
        const [none, there] = [is(list.lines(`${protocol} `), 0), list.order([protocol])];
        if (call === undefined) return none;
        return there.value.length === 0 ? [none, is(call.errno, "EAFNOSUPPORT")]
          : [is(there, [protocol]), atLeast(call.result, 1 - EAFNOSUPPORT)];
      }), corrects("N2-01", "N2-02")),
    claim("not every number is a family: EAFNOSUPPORT", { none: { socket: 1 } },
      ({ none: { socket } }) => [is(socket.errno, "EAFNOSUPPORT")], corrects("N2-02")),
    claim("a family of the kernel itself is there since the boot, with a number and a function of its own",
      { list: { "look NETLINK": 1, "look PING": 1, "look entry": 1 }, same: { socket: 3 } },
      ({ list, same: { socket: sockets } }, seen) => [
        ...[list["look NETLINK"], list["look PING"]].map((it) => is(it.lines(" kernel "), 1)),
        is(list["look entry"].order(["family", "create"]), ["family", "create"]),
        ...sockets.map((it, i) => also(() => is(seen.inside(it).passed(MAKERS), [MAKERS[i]!]))),
      ], supports("N2-86")),
    claim("what socket was given as PF_ stands as AF_ in the socket's addresses, and is its SO_DOMAIN",
      { same: { socket: 3, getsockname: 3, getsockopt: 3 } },
      ({ same: { socket: sockets, getsockname: [netlink, inet, unix], getsockopt: domains } }) => [
        same(sockets[0].before("family"), netlink.after("usockaddr.nl_family")),
        same(sockets[1].before("family"), inet.after("usockaddr.sin_family")),
        same(sockets[2].before("family"), unix.after("usockaddr.sun_family")),
        ...sockets.map((it, i) => same(it.before("family"), domains[i]!.after("*optval"))),
      ], supports("N2-87")),
    claim("TCP, UDP, IP and ICMP are protocols of one family", { four: { getsockopt: 8 } },
      ({ four: { getsockopt: told } }) => FOUR.flatMap(([, protocol], i) => [
        is(told[2 * i]!.after("*optval"), AF_INET),
        is(told[2 * i + 1]!.after("*optval"), protocol),
      ]), supports("N2-03")),
    claim("over IPv6 they are protocols of another one", { six: { getsockopt: 8 } },
      ({ six: { getsockopt: told } }) => SIX.flatMap(([, protocol], i) => [
        is(told[2 * i]!.after("*optval"), AF_INET6),
        is(told[2 * i + 1]!.after("*optval"), protocol),
      ]), supports("N2-03")),
    claim("netlink is a family, too: what is sent there the kernel itself answers",
      { netlink: { socket: 1, sendto: 1, recvfrom: 1 } },
      ({ netlink: { socket, sendto, recvfrom } }) => [
        is(socket.before("family"), AF_NETLINK),
        is(sendto.result, sizeof(nlmsghdr) + sizeof(ifinfomsg)),
        is(recvfrom.after("ubuf.nlmsg_type"), RTM_NEWLINK),
        is(recvfrom.after("ubuf.nlmsg_seq"), 1),
        is(recvfrom.after("addr.nl_family"), AF_NETLINK),
        is(recvfrom.after("addr.nl_pid"), 0),
      ], supports("N2-04")),
  ],
});
