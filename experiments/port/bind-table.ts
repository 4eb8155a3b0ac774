import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_LISTEN } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { rst, syn } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const NAME = "usockaddr.sin_port";
/** 192.0.2.1:80 as /proc/net/tcp writes it. */
const HERE = "010200C0:0050";

/**
 * Two tables: who has which port, and whose packet it is.
 *
 *     bind(l, 192.0.2.1:80);     // ports: 80 → l                  connections: –           a SYN: RST
 *     listen(l, 8);              // ports: 80 → l                  connections: l           a SYN: SYN-ACK
 *     accept4(l, …); twice       // ports: 80 → l, a, b            connections: l, a, b
 *     close(l);                  // ports: 80 → a, b               connections: a, b
 *     bind(next, 192.0.2.1:80);  // EADDRINUSE
 */
export default experiment({
  name: "bind-table",
  asks: "bind was given port 80: where is that written down, and who else stands there?",
  story: `In a house the doorbells and the register of names are two things. Whoever reserves the name “80” in
    the register has it: nobody else may take it. But there is no bell yet, and who comes to the door is
    sent away. Only with a bell, listen, is somebody heard. And the register does not have one line per name:
    all who moved in under that name are written below it, and the name is free again when the last of them
    has gone, not when the first one has.`,
  needs: ["veth"],
  next: "Then bind-errors: when a port counts as taken.",

  run({
    socket, bind, listen, accept4, getsockname, setsockopt, close, attempt,
  }, { scene, look, peer, net, known }) {
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    const tcp = () => socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const shared = (fd: number) => setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, int(1), 4);
    const table = () => look("connections", "/proc/self/net/tcp", HERE);

    scene("bound", "A socket is bound, and that is all. Another one wants the same; a client knocks.");
    const [l, other] = [tcp(), tcp()];
    known("listener", l);
    bind(l, addr, sizeof(addr));
    attempt.bind(other, addr, sizeof(addr));
    table();
    peer.send(syn({ port: 80 }));
    peer.expect(rst());

    scene("elsewhere", "The same address and port in another namespace, where nobody has them.");
    const there = net.namespace("there");
    net.within(there, () => {
      const far = tcp();
      net.address("lo", "192.0.2.1/32");
      bind(far, addr, sizeof(addr));
      close(far);
    });

    scene("listening", "Now it listens, and a client knocks again.");
    listen(l, 8);
    table();
    peer.at(1).handshake(80);
    peer.fence();

    scene("shared", "A second client. Both are accepted: which ports have their sockets?");
    peer.at(2).handshake(80);
    const children = [1, 2].map(() => accept4(l, null, null, 0));
    for (const fd of children) getsockname(fd, sockaddr_in(), int(sizeof(addr)));
    table();

    scene("left", "The listener is closed, its two children are not.");
    close(l);
    table();
    attempt.bind(other, addr, sizeof(addr));

    scene("reuse", "SO_REUSEADDR: on the new one, then on one child, then on the other.");
    for (const fd of [other, ...children]) {
      shared(fd);
      attempt.bind(other, addr, sizeof(addr));
    }
    for (const fd of [...children, other]) close(fd);
  },

  claims: [
    claim("bind alone takes the port, but no packet finds the socket: a SYN is answered by RST",
      { bound: { bind: 2, "look connections": 1 } },
      ({ bound: { bind: [first, second], "look connections": table } }, seen) => [
        is(first.result, 0),
        is(second.errno, "EADDRINUSE"),
        is(table.lines(HERE), 0),
        is(seen.counted("Tcp.OutRsts", "bound"), 1),
        also(() => is(seen.packets({ sport: 80 }, "bound").field("rst"), [1])),
      ], corrects("N3-08")),
    claim("listen puts it where packets look: now the SYN is answered",
      { listening: { listen: 1, "look connections": 1 } },
      ({ listening: { listen, "look connections": table } }, seen) => [
        is(listen.result, 0),
        is(table.column("st"), TCP_LISTEN),
        is(seen.counted("Tcp.PassiveOpens", "listening"), 1),
        also(() => atLeast(seen.packets({ sport: 80, syn: true, ack: true }, "listening").length, 1)),
      ], corrects("N3-08")),
    claim("a port is taken in its own namespace only",
      { bound: { bind: 2 }, elsewhere: { bind: 1 } },
      ({ bound: { bind: [first, here] }, elsewhere: { bind: there } }) => [
        is(first.result, 0),
        is(here.errno, "EADDRINUSE"),
        is(there.result, 0),
      ], corrects("N3-08"), supports("N4-20")),
    claim("one port, three sockets: the listener and all that were accepted from it",
      { shared: { getsockname: 2, "look connections": 1 } },
      ({ shared: { getsockname: [one, two], "look connections": table } }) => [
        is(one.after(NAME), 80),
        is(two.after(NAME), 80),
        is(table.column("st", 0), TCP_LISTEN),
        is(table.column("st", 1), TCP_ESTABLISHED),
        is(table.column("st", 2), TCP_ESTABLISHED),
      ], contradicts("N3-10")),
    claim("the port is not free when the listener is closed: its children have it still",
      { left: { close: 1, "look connections": 1, bind: 1 } },
      ({ left: { close, "look connections": table, bind } }) => [
        is(close.result, 0),
        is(table.lines(HERE), 2),
        is(bind.errno, "EADDRINUSE"),
      ], contradicts("N3-10")),
    claim("SO_REUSEADDR opens it to a new socket if all have the option: the new one and each that is there",
      { reuse: { setsockopt: 3, bind: 3 } },
      ({ reuse: { setsockopt: options, bind: [newOnly, oneChild, all] } }) => [
        ...options.map((it) => is(it.result, 0)),
        is(newOnly.errno, "EADDRINUSE"),
        is(oneChild.errno, "EADDRINUSE"),
        is(all.result, 0),
      ], contradicts("N3-10"), corrects("N2-31")),
  ],
});
