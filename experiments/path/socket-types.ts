import { F_GETFD, F_GETFL, FD_CLOEXEC, O_NONBLOCK, O_RDWR } from "../../src/abi/constants/fcntl.ts";
import {
  IPPROTO_ICMP, IPPROTO_IP, IPPROTO_MPTCP, IPPROTO_TCP, IPPROTO_UDP,
} from "../../src/abi/constants/in.ts";
import {
  AF_INET, AF_PACKET, AF_UNIX, SO_DOMAIN, SO_PROTOCOL, SO_TYPE, SOCK_CLOEXEC, SOCK_DCCP, SOCK_DGRAM,
  SOCK_NONBLOCK, SOCK_PACKET, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { is, oneOf } from "../../src/lab/check.ts";
import { all, claim, contradicts, corrects, type On } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { saw, table } from "../../src/lab/table.ts";
import { int } from "../../src/memory/integer.ts";

const TYPES = [
  ["STREAM", SOCK_STREAM], ["DGRAM", SOCK_DGRAM], ["RAW", SOCK_RAW], ["RDM", SOCK_RDM],
  ["SEQPACKET", SOCK_SEQPACKET], ["DCCP", SOCK_DCCP],
] as const;
const PROTOCOLS = [IPPROTO_IP, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_MPTCP] as const;
/**
 * For a pair that it has not the kernel looks for a module, and for some there is one: it would be there for
 * everybody then. For these pairs there is none; DCCP's can be asked for by 0 (net/dccp/ipv4.c, until 6.15).
 */
const isAsked = (type: number, protocol: number): boolean =>
  type <= SOCK_RAW || protocol === IPPROTO_TCP || protocol === IPPROTO_UDP
  || (type !== SOCK_DCCP && protocol === IPPROTO_IP);
/** Numbers below SOCK_PACKET that no type has, and two above it. */
const UNUSED = [0, 7, 8, 9];
const ABOVE = [11, 15];
/** A type that a family has not, or for other protocols only: the modules that are there decide it. */
const REFUSED = ["ESOCKTNOSUPPORT", "EPROTONOSUPPORT"];

type Sockets = On<{ matrix: { socket: typeof all } }>["matrix"]["socket"];
/** The call that asked for this type and protocol. */
const of = ({ each }: Sockets, type: number, protocol: number) =>
  each.find((it) => it.before("type").value === type && it.before("protocol").value === protocol)!;

const cell = (type: number, protocol: number) => (isAsked(type, protocol)
  ? saw({ matrix: { socket: all } }, ({ matrix: { socket } }) =>
    of(socket, type, protocol).errno.value?.replace("NOSUPPORT", "") ?? "socket")
  : "unasked");
const TABLE = table("Types and protocols of AF_INET; the errnos without their ending, NOSUPPORT", [
  "SOCK_", "0", "ICMP 1", "TCP 6", "UDP 17", "MPTCP 262",
], TYPES.map(([name, type]) => [`${name} ${type}`, ...PROTOCOLS.map((it) => cell(type, it))]));

/**
 * The second and the third argument of socket: a type, and a protocol that fits it.
 *
 *     socket(AF_INET, SOCK_STREAM, 0);             // TCP: 0 says "the first that fits"
 *     socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);   // the same
 *     socket(AF_INET, SOCK_STREAM, IPPROTO_UDP);   // EPROTONOSUPPORT
 *     socket(AF_INET, SOCK_RDM, 0);                // ESOCKTNOSUPPORT
 *     socket(AF_INET, SOCK_PACKET, 0);             // a socket of AF_PACKET
 *     socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
 */
export default experiment({
  name: "socket-types",
  asks: "Type and protocol, the other two arguments of socket: which pairs are there, and what does 0 mean?",
  story: `At the counter of the Internet family you say what you want, in two words: a call, and by
    telephone. “A call” alone will do, there is only one usual way to make it. “A call, by letter” makes no
    sense, and is refused. There are words that stand on the form and are never served here; one of them was
    once, by another counter, and you are still led over there if you use it. And in the margin of the first
    word you may tick two wishes for the thing that you will get.`,
  // Raw sockets take the capability that packet sockets take.
  needs: ["namespace", "packet"],
  draws: [TABLE],
  next: "Then socket-as-file: what can be done with the number that socket returns.",

  run({ socket, fcntl, getsockopt, close, attempt }, { scene, sysctl }) {
    const fds: number[] = [];
    const ask = (family: number, type: number, protocol: number) => {
      const fd = attempt.socket(family, type, protocol);
      if (fd >= 0) fds.push(fd);
      return fd;
    };
    const told = (fd: number, ...names: readonly number[]) => {
      for (const name of names) getsockopt(fd, SOL_SOCKET, name, int(0), int(4));
    };

    scene("flags", "A type alone; then with two flags in the same argument.");
    for (const flags of [0, SOCK_NONBLOCK | SOCK_CLOEXEC]) {
      const fd = socket(AF_INET, SOCK_STREAM | flags, 0);
      fcntl(fd, F_GETFL, 0);
      fcntl(fd, F_GETFD, 0);
      told(fd, SO_TYPE);
      close(fd);
    }

    scene("matrix", "Each type of AF_INET with some protocols.");
    for (const [, type] of TYPES) {
      for (const protocol of PROTOCOLS.filter((it) => isAsked(type, it))) ask(AF_INET, type, protocol);
    }

    scene("numbers", "Numbers that no type has.");
    for (const type of [...UNUSED, ...ABOVE]) ask(AF_INET, type, 0);

    scene("zero", "Protocol 0: which did the kernel take?");
    for (const type of [SOCK_STREAM, SOCK_DGRAM]) told(ask(AF_INET, type, 0), SO_TYPE, SO_PROTOCOL);

    scene("ping", "ICMP as datagrams is for some groups. Now for group 0, which is this program's.");
    sysctl("net.ipv4.ping_group_range", "0 0");
    ask(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);

    scene("packet", "SOCK_PACKET, of AF_INET. The kernel's log gets a line about it, once: it is obsolete.");
    told(ask(AF_INET, SOCK_PACKET, 0), SO_DOMAIN, SO_TYPE);

    scene("unix", "Two of the types of another family, AF_UNIX.");
    for (const type of [SOCK_SEQPACKET, SOCK_RAW]) told(ask(AF_UNIX, type, 0), SO_DOMAIN, SO_TYPE);
    for (const fd of fds) close(fd);
  },

  claims: [
    claim("the type shares its argument with two flags: one for the file behind it, one for the descriptor",
      { flags: { socket: 2, fcntl: 4, getsockopt: 2 } },
      ({ flags: { socket: [, flagged], fcntl: [fl, fd, flaggedFl, flaggedFd], getsockopt: types } }) => [
        is(flagged.before("type"), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC),
        is(fl.result, O_RDWR),
        is(fd.result, 0),
        is(flaggedFl.result, O_RDWR | O_NONBLOCK),
        is(flaggedFd.result, FD_CLOEXEC),
        ...types.map((it) => is(it.after("*optval"), SOCK_STREAM)),
      ], corrects("N2-20")),
    claim("AF_INET has STREAM, DGRAM and RAW; it has no RDM, and no SEQPACKET or DCCP with TCP or UDP",
      { matrix: { socket: all } },
      ({ matrix: { socket } }) => [
        is(of(socket, SOCK_STREAM, IPPROTO_TCP).errno, null),
        is(of(socket, SOCK_DGRAM, IPPROTO_UDP).errno, null),
        is(of(socket, SOCK_RAW, IPPROTO_TCP).errno, null),
        ...[IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP].map((it) =>
          is(of(socket, SOCK_RDM, it).errno, "ESOCKTNOSUPPORT")),
        ...[SOCK_SEQPACKET, SOCK_DCCP].flatMap((type) => [IPPROTO_TCP, IPPROTO_UDP].map((it) =>
          oneOf(of(socket, type, it).errno, REFUSED))),
      ], corrects("N2-21")),
    claim("a number that no type has is ESOCKTNOSUPPORT, and EINVAL beyond SOCK_PACKET, which is 10",
      { numbers: { socket: 6 } },
      ({ numbers: { socket: asked } }) => [
        ...UNUSED.map((_, i) => is(asked[i]!.errno, "ESOCKTNOSUPPORT")),
        ...ABOVE.map((_, i) => is(asked[UNUSED.length + i]!.errno, "EINVAL")),
      ], corrects("N2-21")),
    claim("the types are not one family's: AF_UNIX has SEQPACKET, and makes a DGRAM of RAW without a word",
      { unix: { socket: 2, getsockopt: 4 } },
      ({ unix: { socket: [, raw], getsockopt: [ofSeq, seq, ofRaw, became] } }) => [
        is(ofSeq.after("*optval"), AF_UNIX),
        is(seq.after("*optval"), SOCK_SEQPACKET),
        is(raw.before("type"), SOCK_RAW),
        is(ofRaw.after("*optval"), AF_UNIX),
        is(became.after("*optval"), SOCK_DGRAM),
      ], corrects("N2-21")),
    claim("whoever asks AF_INET for SOCK_PACKET is given a socket of AF_PACKET",
      { packet: { socket: 1, getsockopt: 2 } },
      ({ packet: { socket, getsockopt: [domain, type] } }) => [
        is(socket.before("family"), AF_INET),
        is(socket.before("type"), SOCK_PACKET),
        is(domain.after("*optval"), AF_PACKET),
        is(type.after("*optval"), SOCK_PACKET),
      ], contradicts("N2-22")),
    claim("protocol 0 asks for the usual one, which is TCP or UDP; and these may be named as well",
      { zero: { socket: 2, getsockopt: 4 }, matrix: { socket: all } },
      ({ zero: { socket: asked, getsockopt: [, stream, , dgram] }, matrix: { socket } }) => [
        ...asked.map((it) => is(it.before("protocol"), IPPROTO_IP)),
        is(stream.after("*optval"), IPPROTO_TCP),
        is(dgram.after("*optval"), IPPROTO_UDP),
        is(of(socket, SOCK_STREAM, IPPROTO_TCP).errno, null),
        is(of(socket, SOCK_DGRAM, IPPROTO_UDP).errno, null),
      ], contradicts("N2-23")),
    claim("a protocol of another type is EPROTONOSUPPORT; RAW takes any, but wants one",
      { matrix: { socket: all } },
      ({ matrix: { socket } }) => [
        is(of(socket, SOCK_STREAM, IPPROTO_UDP).errno, "EPROTONOSUPPORT"),
        is(of(socket, SOCK_DGRAM, IPPROTO_TCP).errno, "EPROTONOSUPPORT"),
        is(of(socket, SOCK_RAW, IPPROTO_IP).errno, "EPROTONOSUPPORT"),
        ...[IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP].map((it) => is(of(socket, SOCK_RAW, it).errno, null)),
      ], corrects("N2-23")),
    claim("ICMP is a protocol of DGRAM, for the groups of ping_group_range: in a new namespace none",
      { matrix: { socket: all }, ping: { socket: 1 } },
      ({ matrix: { socket }, ping: { socket: allowed } }) => [
        is(of(socket, SOCK_DGRAM, IPPROTO_ICMP).errno, "EACCES"),
        is(allowed.before("protocol"), IPPROTO_ICMP),
        is(allowed.errno, null),
      ], contradicts("N2-23")),
  ],
});
