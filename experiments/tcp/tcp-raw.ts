import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, MSG_WAITALL, SHUT_WR, SO_ACCEPTCONN, SO_RCVLOWAT, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import {
  TCP_CLOSE, TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_INFO, TCP_LISTEN, TCP_NODELAY,
} from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { briefAccept, briefConnect } from "../../src/kernel/paths/brief.ts";
import { also, is, more } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const STATE = "optval.tcpi_state";
/**
 * Of a listening socket tcpi_unacked is how many wait for accept,
 * tcpi_sacked how many may (tcp_get_info, net/ipv4/tcp.c).
 */
const QUEUED = "optval.tcpi_unacked";
const BACKLOG = "optval.tcpi_sacked";

/** Waits until there is something to read, or to accept; four seconds at most. */
const readable = ({ ppoll }: Pick<Calls, "ppoll">, fd: number) =>
  ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);

/** Nobody waits longer than four seconds on this socket. */
const patient = ({ setsockopt }: Pick<Calls, "setsockopt">, fd: number) =>
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));

/** Ten bytes, then twenty; it waits until all thirty are at the other end: SO_RCVLOWAT asks for so many. */
function sayThirty(
  { setsockopt, sendto, ppoll, ioctl }: Pick<Calls, "setsockopt" | "sendto" | "ppoll" | "ioctl">,
  from: number, to: number,
): void {
  setsockopt(from, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
  sendto(from, text("0123456789"), 10, 0, null, 0);
  sendto(from, text("ABCDEFGHIJKLMNOPQRST"), 20, 0, null, 0);
  setsockopt(to, SOL_SOCKET, SO_RCVLOWAT, int(30), 4);
  readable({ ppoll }, to);
  setsockopt(to, SOL_SOCKET, SO_RCVLOWAT, int(1), 4);
  ioctl(to, FIONREAD, int(0));
}

/**
 * The second program of note N0: the life of a TCP connection, its state asked at each step.
 *
 *     int l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);   // CLOSE
 *     bind(l, …); listen(l, 128);                          // LISTEN, and so it stays
 *     connect(c, …);                                       // ESTABLISHED, though nobody accepted
 *     int s = accept4(l, NULL, NULL, 0);                   // takes what is ready: a third socket
 *
 * native-shims/raw_tcp_syscall.c makes the same calls in C, and then those of tcp-too-much.
 */
export default experiment({
  name: "tcp-raw",
  asks: "Who opens a TCP connection, and when: connect, the kernel, or accept?",
  story: `The server opens a desk and waits. A client calls; the kernel picks up the phone, says hello back
    and forth, and puts the caller on a waiting bench. All of this happens while the server's program does
    something else. accept only leads the next caller from the bench to the desk. When one side has nothing
    more to say, it says so; the other may go on for a while.`,
  paths: { connect: briefConnect, accept4: briefAccept },
  parameters: { backlog: { is: "the backlog given to listen", default: 128, from: 1, to: 4096 } },
  next: "--set backlog=5 and look at tcpi_sacked. Then tcp-syscalls: with which calls one speaks to a"
    + " connection.",

  run({ socket, bind, listen, getsockname, connect, ppoll, accept4, getsockopt, setsockopt, sendto, ioctl,
    recvfrom, shutdown, close }, { scene, set }) {
    const info = (fd: number) => getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    scene("new", "A fresh socket.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    patient({ setsockopt }, l);   // and so are all that it accepts
    info(l);
    getsockname(l, sockaddr_in(), int(sizeof(sockaddr_in)));
    getsockopt(l, SOL_SOCKET, SO_ACCEPTCONN, int(0), int(4));

    scene("listening", "It gets an address, and listens.");
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, set.backlog);
    getsockname(l, addr, int(sizeof(addr)));
    info(l);
    getsockopt(l, SOL_SOCKET, SO_ACCEPTCONN, int(0), int(4));

    scene("connected", "A client connects. Nobody has called accept.");
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    patient({ setsockopt }, c);
    connect(c, addr, sizeof(addr));
    info(c);
    readable({ ppoll }, l);   // the last ACK may still be on its way
    info(l);
    sendto(c, text("early"), 5, 0, null, 0);

    scene("accepted", "Only now the server accepts.");
    const s = accept4(l, null, null, 0);
    for (const it of [s, l]) info(it);
    recvfrom(s, buffer(5), 5, MSG_WAITALL, null, null);

    scene("stream", "Ten bytes and twenty, sent at once each. Received as there is room.");
    sayThirty({ setsockopt, sendto, ppoll, ioctl }, c, s);
    recvfrom(s, buffer(5), 5, 0, null, null);
    recvfrom(s, buffer(15), 15, 0, null, null);
    recvfrom(s, buffer(100), 100, 0, null, null);

    scene("half closed", "The client has nothing more to say; the server has.");
    shutdown(c, SHUT_WR);
    recvfrom(s, buffer(16), 16, 0, null, null);
    info(s);
    sendto(s, text("goodbye"), 7, 0, null, 0);
    recvfrom(c, buffer(7), 7, MSG_WAITALL, null, null);

    scene("end");
    for (const it of [s, c]) close(it);
    info(l);
    close(l);
  },

  claims: [
    claim("a new socket is in state CLOSE, has no address, and does not listen",
      { new: { getsockopt: 2, getsockname: 1 } },
      ({ new: { getsockopt: [info, accepts], getsockname: name } }) => [
        is(info.after(STATE), TCP_CLOSE),
        is(name.after("usockaddr.sin_addr"), "0.0.0.0"),
        is(name.after("usockaddr.sin_port"), 0),
        is(accepts.after("*optval"), 0),
      ], supports("N3-06")),
    claim("listen moves the socket to LISTEN, with the backlog that was asked for",
      { listening: { listen: 1, getsockopt: 2 } },
      ({ listening: { listen, getsockopt: [info, accepts] } }, seen) => [
        is(listen.result, 0),
        is(info.after(STATE), TCP_LISTEN),
        is(info.after(BACKLOG), seen.set("backlog")),
        is(accepts.after("*optval"), 1),
      ], supports("N1-52", "N3-12"), corrects("N0-31")),
    claim("connect returns when the connection is open, before anybody called accept",
      { connected: { connect: 1, ppoll: 1, getsockopt: 2, sendto: 1 }, accepted: { accept4: 1 } },
      ({
        connected: { connect, ppoll, getsockopt: [client, listener], sendto: early },
        accepted: { accept4: accept },
      }, seen) => [
        is(connect.result, 0),
        is(client.after(STATE), TCP_ESTABLISHED),
        is(ppoll.result, 1),
        is(listener.after(QUEUED), 1),
        is(early.result, 5),
        more(accept.entered, early.left),
        also(() => is(seen.counted("Tcp.PassiveOpens", "connected"), 1)),
      ], contradicts("N0-33", "N2-11")),
    claim("accept takes the connection out of the queue and gives it a descriptor of its own",
      {
        listening: { getsockname: 1 }, connected: { socket: 1 },
        accepted: { accept4: 1, getsockopt: 2, recvfrom: 1 },
      },
      ({
        connected: { socket: client },
        accepted: { accept4: accept, getsockopt: [child, listener], recvfrom: early },
      }) => [
        more(accept.result, client.result),
        is(child.after(STATE), TCP_ESTABLISHED),
        is(listener.after(QUEUED), 0),
        is(early.after("ubuf"), "early"),
      ], corrects("N3-22"), supports("N1-17", "N1-54")),
    claim("the listener never becomes ESTABLISHED: it stays in LISTEN",
      { connected: { getsockopt: 2 }, accepted: { getsockopt: 2 }, end: { getsockopt: 1 } },
      ({
        connected: { getsockopt: [, during] }, accepted: { getsockopt: [, after] },
        end: { getsockopt: late },
      }) => [
        is(during.after(STATE), TCP_LISTEN),
        is(after.after(STATE), TCP_LISTEN),
        is(late.after(STATE), TCP_LISTEN),
      ], contradicts("N0-08"), supports("N3-25", "N1-17")),
    claim("where one send ended the stream does not know: receives cut it as they have room",
      { stream: { sendto: 2, ioctl: 1, recvfrom: 3 } },
      ({ stream: { sendto: [ten, twenty], ioctl, recvfrom: [five, fifteen, rest] } }) => [
        is(ten.result, 10),
        is(twenty.result, 20),
        is(ioctl.after("*arg"), 30),
        is(five.after("ubuf"), "01234"),
        is(fifteen.after("ubuf"), "56789ABCDEFGHIJ"),
        is(rest.after("ubuf"), "KLMNOPQRST"),
      ], supports("N1-10", "N3-43"), corrects("N0-39")),
    claim("after shutdown the other side reads the end, is in CLOSE_WAIT, and can still send",
      { "half closed": { recvfrom: 2, getsockopt: 1, sendto: 1 } },
      ({ "half closed": { recvfrom: [end, last], getsockopt: server, sendto: bye } }) => [
        is(end.result, 0),
        is(server.after(STATE), TCP_CLOSE_WAIT),
        is(bye.result, 7),
        is(last.after("ubuf"), "goodbye"),
      ], supports("N1-16"), corrects("N1-59", "N2-13")),
  ],
});
