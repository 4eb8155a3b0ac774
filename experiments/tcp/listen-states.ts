import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  INET_DIAG_NOCOOKIE, NETLINK_SOCK_DIAG, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, SOCK_DIAG_BY_FAMILY,
} from "../../src/abi/constants/netlink.ts";
import {
  AF_INET, AF_NETLINK, AF_UNIX, SOCK_RAW, SOCK_STREAM, SS_UNCONNECTED,
} from "../../src/abi/constants/socket.ts";
import { TCP_BOUND_INACTIVE, TCP_CLOSE, TCP_INFO, TCP_LISTEN } from "../../src/abi/constants/tcp.ts";
import { inet_diag_req_v2 } from "../../src/abi/structs/inet_diag.ts";
import { messages, nlmsghdr } from "../../src/abi/structs/netlink.ts";
import { sockaddr_in, sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { is } from "../../src/lab/check.ts";
import { claim, corrects, since, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const STATE = "optval.tcpi_state";
/** So many bytes of a tcp_info hold tcpi_state. */
const HEAD = 8;
const FOUND = "ubuf.nlmsg_type";
/** 127.0.0.1 as /proc/net/tcp writes it. */
const HERE = "0100007F:";
/** Of the column Flags of /proc/net/unix: it listens (__SO_ACCEPTCON of uapi linux/net.h). */
const ACCEPTS = 0x10000;
/** An address of the family alone: the kernel chooses a name. */
const ANY = 2;
/** All states that a socket of TCP may be in, and the one that stands for "bound, and nothing else". */
const STATES = 0xfff;
const INACTIVE = 1 << TCP_BOUND_INACTIVE;

/** Asks as ss does: which sockets of TCP have this port, in these states? The answer's header is enough. */
const ask = ({ socket, sendto, recvfrom, close }: Calls, sport: number, idiag_states: number) => {
  const fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  const [nlmsg_type, nlmsg_flags] = [SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP];
  const question = inet_diag_req_v2({ sdiag_family: AF_INET, sdiag_protocol: IPPROTO_TCP, idiag_states });
  question.id.idiag_sport = sport;
  question.id.idiag_cookie = [INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE];
  const request = messages.make([[{ nlmsg_type, nlmsg_flags, nlmsg_seq: 1, nlmsg_pid: 0 }, question.$]]);
  sendto(fd, request, request.length, 0, null, 0);
  recvfrom(fd, nlmsghdr(), sizeof(nlmsghdr), 0, null, null);
  close(fd);
};

/**
 * What bind and listen change, as the kernel's own lists show it.
 *
 *                TCP_INFO    /proc/net/tcp, sock_diag    /proc/net/unix: St, Flags
 *     bind       CLOSE       –                           01, 00000000
 *     listen     LISTEN      0A                          01, 00010000
 *     close                  –
 *
 * LISTEN is a state of the struct sock. The struct socket around it has one of its own, of which the list of
 * AF_UNIX tells: 01 is SS_UNCONNECTED.
 */
export default experiment({
  name: "listen-states",
  asks: "bind, then listen: what of a socket changes, and in which lists does it stand then?",
  story: `A shop is rented. Its name stands in the register of names, so nobody else may take it; in the
    directory of shops it is not to be found. It opens: now it is in the directory, in every edition. Whoever
    looks at the people inside sees the same shopkeeper as before, and no customer: new is the sign at the
    door.`,
  next: "Then connect-again: what a client's socket answers to a second connect.",

  run(calls, { scene, look }) {
    const { socket, bind, listen, getsockname, getsockopt, close, attempt } = calls;
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));

    scene("bound", "A socket with a port, and no more. Another one wants the same port.");
    const [l, other] = [1, 2].map(() => socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)) as [number, number];
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    getsockname(l, addr, int(sizeof(addr)));
    const local = ` ${HERE}${addr.sin_port.toString(16).toUpperCase().padStart(4, "0")} `;
    attempt.bind(other, addr, sizeof(addr));
    info(l);
    look("row", "/proc/self/net/tcp", local);
    ask(calls, addr.sin_port, STATES);

    scene("inactive", "The same question for sockets that are bound and nothing else.");
    ask(calls, addr.sin_port, INACTIVE);

    scene("listening", "It listens.");
    listen(l, 8);
    info(l);
    look("row", "/proc/self/net/tcp", local);
    ask(calls, addr.sin_port, STATES);

    scene("closed");
    close(l);
    look("row", "/proc/self/net/tcp", local);
    ask(calls, addr.sin_port, STATES);
    close(other);

    scene("unix bound", "AF_UNIX, whose list shows the file's side of a socket. The kernel chooses a name.");
    const u = socket(AF_UNIX, SOCK_STREAM, 0);
    const [name, length] = [sockaddr_un({ sun_family: AF_UNIX }), int(sizeof(sockaddr_un))];
    bind(u, name, ANY);
    getsockname(u, name, length);
    const at = `@${name.$.text().slice(ANY + 1, length.value)}`;
    look("row", "/proc/self/net/unix", at);

    scene("unix listening");
    listen(u, 8);
    look("row", "/proc/self/net/unix", at);
    close(u);
  },

  claims: [
    claim("a socket that is only bound has its port, and stands in neither list, netstat's nor ss's",
      { bound: { bind: 2, getsockopt: 1, "look row": 1, recvfrom: 1 } },
      ({ bound: { bind: [mine, others], getsockopt: info, "look row": row, recvfrom } }) => [
        is(mine.result, 0),
        is(others.errno, "EADDRINUSE"),
        is(info.after(STATE), TCP_CLOSE),
        is(row.lines(HERE), 0),
        is(recvfrom.after(FOUND), NLMSG_DONE),
      ], corrects("N2-42")),
    claim("ss can ask for such a one, too: by a state that stands for it, BOUND_INACTIVE",
      { inactive: { recvfrom: 1 } },
      ({ inactive: { recvfrom } }) => [
        is(recvfrom.after(FOUND), SOCK_DIAG_BY_FAMILY),
      ], corrects("N2-42"), since("6.12")),
    claim("listen enters it where both lists are read from, and close takes it out",
      { listening: { "look row": 1, recvfrom: 1 }, closed: { "look row": 1, recvfrom: 1 } },
      ({ listening: { "look row": row, recvfrom: found }, closed: { "look row": none, recvfrom: gone } }) => [
        is(row.lines(HERE), 1),
        is(found.after(FOUND), SOCK_DIAG_BY_FAMILY),
        is(none.lines(HERE), 0),
        is(gone.after(FOUND), NLMSG_DONE),
      ], supports("N2-43")),
    claim("listen changes the state of TCP, from CLOSE to LISTEN",
      { bound: { getsockopt: 1 }, listening: { listen: 1, getsockopt: 1, "look row": 1 } },
      ({ bound: { getsockopt: before }, listening: { listen, getsockopt: after, "look row": row } }) => [
        is(before.after(STATE), TCP_CLOSE),
        is(listen.result, 0),
        is(after.after(STATE), TCP_LISTEN),
        is(row.column("st"), TCP_LISTEN),
      ], supports("N2-41")),
    claim("the state that AF_UNIX shows stays UNCONNECTED: new is a flag, it accepts",
      { "unix bound": { "look row": 1 }, "unix listening": { listen: 1, "look row": 1 } },
      ({ "unix bound": { "look row": before }, "unix listening": { listen, "look row": after } }) => [
        is(before.column("St"), SS_UNCONNECTED),
        is(before.column("Flags"), 0),
        is(listen.result, 0),
        is(after.column("St"), SS_UNCONNECTED),
        is(after.column("Flags"), ACCEPTS),
      ], corrects("N2-41")),
  ],
});
