import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { IPV6_V6ONLY } from "../../src/abi/constants/in6.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, AF_INET6, SO_BINDTODEVICE, SO_REUSEPORT, SOCK_STREAM, SOL_IPV6, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in, sockaddr_in6 } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { adds, also, atLeast, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** Which of two listeners has a client: the one that takes everybody, or the one that said more. */
const EVERY = "ufds[0].revents";
const EXACT = "ufds[1].revents";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;

const at = (sin_port: number, sin_addr: string) => sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr });

/** One that shares its port with others, on one device or on all of them. */
function listener(
  { socket, setsockopt, bind, listen }: Pick<Calls, "socket" | "setsockopt" | "bind" | "listen">,
  port: number, address: string, device = "",
): number {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, int(1), 4);
  if (device !== "") setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, text(device), device.length);
  bind(fd, at(port, address), sizeof(sockaddr_in));
  listen(fd, 128);
  return fd;
}

/** One that is connected. */
function client({ socket, connect }: Pick<Calls, "socket" | "connect">, port: number, to: string): number {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  connect(fd, at(port, to), sizeof(sockaddr_in));
  return fd;
}

/**
 * Several listeners, one port. SO_REUSEPORT lets them all be bound.
 *
 *     0.0.0.0:80       127.0.0.1:80          a client of 127.0.0.1: the second, of 127.0.0.2: the first
 *     0.0.0.0:81       0.0.0.0:81 on lo      a client by lo: the second, by veth0: the first
 *     192.0.2.1:82     192.0.2.1:82          now this one, now that
 *     [::]:83                                a client of 127.0.0.1, too
 */
export default experiment({
  name: "listener-choice",
  asks: "Several listeners have the same port: to which of them does a new client come?",
  story: `Two doormen have said “I take everybody who comes to number 80”. But one has added: “by the front
    gate”, and he is asked first at the front gate, because he was more exact. The same with one who said “by
    the east road”. If two have said exactly the same, the house decides by what the visitor looks like,
    always alike for the same visitor, so that each gets about half.`,
  needs: ["veth"],
  parameters: { clients: { is: "clients of the two that share a port", default: 32, from: 32, to: 128 } },
  next: "--set clients=128: how even is it? Then ephemeral-ports: how many ports there are for clients.",

  run(calls, { scene, set, peer, times }) {
    const { setsockopt, bind, listen, getsockopt, ppoll, accept4, close, attempt } = calls;
    const fds: number[] = [];
    const kept = (...made: readonly number[]) => {
      fds.push(...made);
      return made;
    };
    const call = (port: number, address: string) => kept(client(calls, port, address));
    /** Waits until one of two has a client, and takes it from there. */
    const take = (listeners: readonly number[]) => {
      const ready = pollfd.array(listeners.map((fd) => ({ fd, events: POLLIN })));
      ppoll(ready, listeners.length, timespec({ tv_sec: 4 }), null, 0);
      for (const [i, l] of listeners.entries()) if (ready.value[i]!.revents) kept(accept4(l, null, null, 0));
    };

    scene("address", "One listens on every address, one on 127.0.0.1. One client for each address.");
    const byAddress = kept(listener(calls, 80, "0.0.0.0"), listener(calls, 80, "127.0.0.1"));
    call(80, "127.0.0.1");
    take(byAddress);
    call(80, "127.0.0.2");
    take(byAddress);

    scene("device", "One listens on every device, one on lo. A client comes by lo, one by another device.");
    const byDevice = kept(listener(calls, 81, "0.0.0.0"), listener(calls, 81, "0.0.0.0", "lo"));
    call(81, "127.0.0.1");
    take(byDevice);
    peer.handshake(81);
    take(byDevice);

    scene("group", "Two have said the same.");
    const group = kept(listener(calls, 82, "192.0.2.1"), listener(calls, 82, "192.0.2.1"));
    times("clients", set.clients, (n) => peer.at(n).handshake(82));
    peer.fence();
    for (const fd of group) getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));

    scene("family", "A listener of IPv6 on every address; the client speaks IPv4.");
    const six = attempt.socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    if (six >= 0) {
      setsockopt(six, SOL_IPV6, IPV6_V6ONLY, int(0), 4);
      bind(six, sockaddr_in6({ sin6_family: AF_INET6, sin6_port: 83 }), sizeof(sockaddr_in6));
      listen(six, 8);
      call(83, "127.0.0.1");
      kept(six, accept4(six, sockaddr_in6(), int(sizeof(sockaddr_in6)), 0));
    }

    scene("end");
    times("closed", fds.length, (i) => close(fds[i]!));
  },

  claims: [
    claim("who named the address is chosen before who listens on all of them",
      { address: { connect: 2, ppoll: 2 } },
      ({ address: { connect: [one, two], ppoll: [first, second] } }) => [
        is(one.before("uservaddr.sin_addr"), "127.0.0.1"),
        is(first.after(EVERY), 0),
        is(first.after(EXACT), POLLIN),
        is(two.before("uservaddr.sin_addr"), "127.0.0.2"),
        is(second.after(EVERY), POLLIN),
        is(second.after(EXACT), 0),
      ], contradicts("N3-29")),
    claim("who is bound to the device that the client comes through is chosen before who is bound to none",
      { device: { ppoll: 2 } },
      ({ device: { ppoll: [first, second] } }) => [
        is(first.after(EVERY), 0),
        is(first.after(EXACT), POLLIN),
        is(second.after(EVERY), POLLIN),
        is(second.after(EXACT), 0),
      ], contradicts("N3-29")),
    claim("listeners that said the same with SO_REUSEPORT share the clients: each gets some",
      { group: { getsockopt: 2 } },
      ({ group: { getsockopt: [one, two] } }, seen) => [
        atLeast(one.after(QUEUED), 1),
        atLeast(two.after(QUEUED), 1),
        adds([one.after(QUEUED), two.after(QUEUED)], seen.set("clients")),
        also(() => is(seen.counted("Tcp.PassiveOpens", "group"), seen.set("clients"))),
      ], contradicts("N3-29")),
    claim("a listener of IPv6 on :: takes clients of IPv4 too, and shows their address as ::ffff:a.b.c.d",
      { family: { socket: 2, connect: 1, accept4: 1 } },
      ({ family: { connect, accept4: accept } }) => [
        is(connect.before("uservaddr.sin_addr"), "127.0.0.1"),
        is(connect.result, 0),
        is(accept.after("upeer_sockaddr.sin6_addr"), "::ffff:127.0.0.1"),
      ], contradicts("N3-29"), corrects("N1-07")),
  ],
});
