import { IP_BIND_ADDRESS_NO_PORT, IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM, SOL_IP } from "../../src/abi/constants/socket.ts";
import { EADDRINUSE, EADDRNOTAVAIL } from "../../src/abi/errno.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The ports that the kernel may pick from: ten. */
const RANGE = "/proc/sys/net/ipv4/ip_local_port_range";
const FROM = 40_000;
const TO = 40_009;
/** What ten connects return, and what ten return of whom the eleventh found no port. */
const TEN = { 0: 10 };
const ALL_TAKEN = { 0: 10, [-EADDRNOTAVAIL]: 1 };

const at = (sin_addr: string, sin_port: number) => sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr });

/**
 * Ten ports to pick from, and more than ten connections.
 *
 *     127.0.0.1:40000 … 40009 → 127.0.0.1:80      ten; the eleventh is EADDRNOTAVAIL
 *     127.0.0.1:40000 … 40009 → 127.0.0.1:81      ten more, with the same ports
 *     127.0.0.1:40000 … 40009 → 127.0.0.2:80      ten more
 *     127.0.0.9:40000 … 40009 → 127.0.0.1:80      ten more
 *     bind(127.0.0.8:0)                           ten; the eleventh is EADDRINUSE, wherever it wants to go
 */
export default experiment({
  name: "ephemeral-ports",
  asks: "The kernel picks a client's port, out of ten: how many connections can there be?",
  story: `An office has ten telephone lines. To one customer's number at most ten calls can be under way, for
    on each line there is one call to that number. But the exchange looks at who is called as well: the same
    ten lines can call another customer at the same time, ten times more. A second office with a number of its
    own has ten again. Only who asks for a line before saying whom to call gets it for himself alone, because
    the exchange does not know yet.`,
  needs: ["namespace"],
  pins: { "net.ipv4.ip_local_port_range": `${FROM} ${TO}` },
  next: "Then many-connections: is 65,535 a limit for a server?",

  run({ socket, setsockopt, bind, listen, close, attempt }, { scene, say, look, times }) {
    const fds: number[] = [];
    const tcp = () => {
      const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      fds.push(fd);
      return fd;
    };
    const call = (address: string, port: number, fd = tcp()) =>
      attempt.connect(fd, at(address, port), sizeof(sockaddr_in));
    /** A client with a source address of its own, and without a port. */
    const from = (address: string, fd = tcp()) => {
      attempt.bind(fd, at(address, 0), sizeof(sockaddr_in));
      return fd;
    };
    const later = (fd = tcp()) => {
      setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, int(1), 4);
      return fd;
    };
    say("Listeners on two ports, on every address.");
    for (const port of [80, 81]) {
      const l = tcp();
      bind(l, at("0.0.0.0", port), sizeof(sockaddr_in));
      listen(l, 64);
    }

    scene("one", "Eleven connections to one address and port.");
    look("range", RANGE);
    times("to 127.0.0.1:80", 11, () => call("127.0.0.1", 80));

    scene("port", "Ten to another port.");
    times("to 127.0.0.1:81", 10, () => call("127.0.0.1", 81));

    scene("address", "Ten to another address.");
    times("to 127.0.0.2:80", 10, () => call("127.0.0.2", 80));

    scene("source", "From another address of this machine: eleven to where no port was left.");
    times("from 127.0.0.9", 11, () => call("127.0.0.1", 80, from("127.0.0.9", later())));

    scene("early", "From a third address; but this time bind has to pick the port at once.");
    times("at 127.0.0.8", 11, () => from("127.0.0.8"));

    scene("end");
    times("closed", fds.length, (i) => close(fds[i]!));
  },

  claims: [
    claim("to one address and port there are as many connections as ports to pick from: then EADDRNOTAVAIL",
      { one: { "look range": 1, connect: sum } },
      ({ one: { "look range": range, connect } }, seen) => [
        is(range.word(0), String(FROM)),
        is(range.word(1), String(TO)),
        is(connect.results, ALL_TAKEN),
        also(() => is(seen.counted("Tcp.ActiveOpens", "one"), 10)),
      ], corrects("N3-31")),
    claim("the same ports serve again for another port there, and again for another address",
      { one: { connect: sum }, port: { connect: sum }, address: { connect: sum } },
      ({ one: { connect: first }, port: { connect: port }, address: { connect: address } }, seen) => [
        is(first.results, ALL_TAKEN),
        is(port.results, TEN),
        is(address.results, TEN),
        also(() => is(seen.counted("Tcp.ActiveOpens", "port"), 10)),
        also(() => is(seen.counted("Tcp.ActiveOpens", "address"), 10)),
      ], corrects("N3-31")),
    claim("and again for another address of one's own, if bind leaves the port to connect",
      { source: { setsockopt: sum, bind: sum, connect: sum } },
      ({ source: { setsockopt, bind, connect } }, seen) => [
        is(setsockopt.results, { 0: 11 }),
        is(bind.results, { 0: 11 }),
        is(connect.results, ALL_TAKEN),
        also(() => is(seen.counted("Tcp.ActiveOpens", "source"), 10)),
      ], corrects("N3-31")),
    claim("a bind to port 0 picks one at once, and for one socket alone: after ten it is EADDRINUSE",
      { early: { bind: sum } },
      ({ early: { bind } }) => [
        is(bind.results, { 0: 10, [-EADDRINUSE]: 1 }),
      ], corrects("N3-31"), supports("N2-30")),
  ],
});
