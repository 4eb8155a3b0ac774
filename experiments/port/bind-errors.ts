import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, AF_INET6, SO_REUSEADDR, SO_REUSEPORT, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The sockets that packets find: bind does not make it more, listen does. */
const LISTENING = "sockstat.TCP.inuse";
/** A user that is not root: nobody. */
const NOBODY = 65_534;

/**
 * When is a port taken? The port alone does not tell.
 *
 *                                 bind             listen
 *     the same address            EADDRINUSE
 *     0.0.0.0                     EADDRINUSE
 *     another local address       0
 *     UDP                         0
 *     SO_REUSEADDR on both        0                the first: 0, the second: EADDRINUSE
 *     SO_REUSEPORT on both        0                0
 */
export default experiment({
  name: "bind-errors",
  asks: "Port 8080 is taken: for whom, and for whom not? And what else may bind object to?",
  story: `“Table eight is taken” says little. In which restaurant? In the one next door table eight is free,
    but who wants the table eight of all restaurants does not get it. Lunch and tea are two lists: TCP and UDP
    do not get in each other's way. Two people may write their names down for the same table if both have said
    that they do not mind (SO_REUSEADDR), and yet only one of them can sit there. And if both have said that
    they share it, SO_REUSEPORT, both sit.`,
  needs: ["namespace"],
  pins: { "net.ipv4.ip_unprivileged_port_start": 1024, "net.ipv4.ip_nonlocal_bind": 0 },
  next: "Then demux: a thousand clients and one port, and how their packets are told apart.",

  run({ socket, setsockopt, setresuid, close, attempt }, { scene }) {
    const fds: number[] = [];
    const tcp = (option?: number) => {
      const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      if (option !== undefined) setsockopt(fd, SOL_SOCKET, option, int(1), 4);
      fds.push(fd);
      return fd;
    };
    const at = (fd: number, sin_port: number, sin_addr = "127.0.0.1", sin_family: number = AF_INET) =>
      attempt.bind(fd, sockaddr_in({ sin_family, sin_port, sin_addr }), sizeof(sockaddr_in));

    scene("taken", "One socket has 127.0.0.1:8080. Others want it, or something like it.");
    at(tcp(), 8080);
    const second = tcp();
    at(second, 8080);
    at(second, 8080, "0.0.0.0");
    at(second, 8080, "127.0.0.2");

    scene("udp", "A UDP socket wants the very same.");
    const udp = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    at(udp, 8080);

    scene("reuseaddr", "Two sockets with SO_REUSEADDR, and port 8081. Both listen.");
    const polite = [tcp(SO_REUSEADDR), tcp(SO_REUSEADDR)];
    for (const fd of polite) at(fd, 8081);
    for (const fd of polite) attempt.listen(fd, 8);

    scene("reuseport", "Two with SO_REUSEPORT, and port 8082. Both listen. A third one without it.");
    const sharing = [tcp(SO_REUSEPORT), tcp(SO_REUSEPORT)];
    for (const fd of sharing) at(fd, 8082);
    for (const fd of sharing) attempt.listen(fd, 8);
    at(tcp(), 8082);

    scene("refused", "An address that nobody here has; one of another family; and a second address.");
    const last = tcp();
    at(last, 8083, "192.0.2.1");
    at(last, 8083, "127.0.0.1", AF_INET6);
    at(last, 8083);
    at(last, 8084);

    scene("low", "Port 80, as somebody who may not; then port 1024.");
    const low = [tcp(), tcp()] as const;
    if (attempt.setresuid(-1, NOBODY, -1) === 0) {
      at(low[0], 80);
      at(low[1], 1024);
      setresuid(-1, 0, -1);
    }
    for (const fd of [...fds, udp]) close(fd);
  },

  claims: [
    claim("the same address and port cannot be had twice, and 0.0.0.0 is every address",
      { taken: { bind: 4 } },
      ({ taken: { bind: [first, same, every] } }) => [
        is(first.result, 0),
        is(same.before("umyaddr.sin_addr"), "127.0.0.1"),
        is(same.errno, "EADDRINUSE"),
        is(every.before("umyaddr.sin_addr"), "0.0.0.0"),
        is(every.errno, "EADDRINUSE"),
      ], supports("N3-09", "N2-31")),
    claim("the same port of another local address is free, and so is UDP's port of the same number",
      { taken: { bind: 4 }, udp: { bind: 1 } },
      ({ taken: { bind: [first, , , address] }, udp: { bind: udp } }) => [
        is(first.result, 0),
        is(address.before("umyaddr.sin_addr"), "127.0.0.2"),
        is(address.before("umyaddr.sin_port"), 8080),
        is(address.result, 0),
        is(udp.before("umyaddr.sin_port"), 8080),
        is(udp.result, 0),
      ], corrects("N3-09", "N2-31")),
    claim("with SO_REUSEADDR on both, both are bound; it is the second listen that fails",
      { reuseaddr: { bind: 2, listen: 2 } },
      ({ reuseaddr: { bind: [one, two], listen: [first, second] } }, seen) => [
        is(one.result, 0),
        is(two.result, 0),
        is(first.result, 0),
        is(second.errno, "EADDRINUSE"),
        also(() => is(seen.counted(LISTENING, "reuseaddr"), 1)),
      ], corrects("N3-09", "N2-31")),
    claim("with SO_REUSEPORT on both, both are bound and both listen; one without it is refused",
      { reuseport: { bind: 3, listen: 2 } },
      ({ reuseport: { bind: [one, two, without], listen: [first, second] } }, seen) => [
        is(one.result, 0),
        is(two.result, 0),
        is(first.result, 0),
        is(second.result, 0),
        is(without.errno, "EADDRINUSE"),
        also(() => is(seen.counted(LISTENING, "reuseport"), 2)),
      ], corrects("N3-09", "N2-31")),
    claim("an address that is not this machine's is EADDRNOTAVAIL, one of another family EAFNOSUPPORT",
      { refused: { bind: 4 } },
      ({ refused: { bind: [foreign, family] } }) => [
        is(foreign.errno, "EADDRNOTAVAIL"),
        is(family.errno, "EAFNOSUPPORT"),
      ], corrects("N3-09")),
    claim("a socket is bound once: a second bind is EINVAL",
      { refused: { bind: 4 } },
      ({ refused: { bind: [, , first, again] } }) => [
        is(first.result, 0),
        is(again.errno, "EINVAL"),
      ], corrects("N3-09"), supports("N1-50")),
    claim("ports below 1024 are not for everybody: EACCES, however free they are",
      { low: { setresuid: 2, bind: 2 } },
      ({ low: { setresuid: [other, back], bind: [low, high] } }) => [
        is(other.result, 0),
        is(back.result, 0),
        is(low.errno, "EACCES"),
        is(high.result, 0),
      ], corrects("N3-09", "N4-07")),
  ],
});
