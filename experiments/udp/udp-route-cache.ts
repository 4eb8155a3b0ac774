import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, MSG_DONTWAIT, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, atLeast, is, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const LOOKUP = "fib:fib_table_lookup";
const LEAVES = "net:net_dev_queue";
const WORDS = ["one", "two", "six"];

/**
 * Who looks for the way, and how often.
 *
 *     sendto(s, …, &a, sizeof a);   // finds a route, writes a header
 *     sendto(s, …, &a, sizeof a);   // finds it again
 *     connect(s, &a, sizeof a);     // finds it once, and keeps it
 *     sendto(s, …, NULL, 0);        // writes a header; looks for nothing
 */
export default experiment({
  name: "udp-route-cache",
  asks: "Three datagrams go to one address: how often does the kernel look for the way there?",
  story: `Whoever posts a letter writes the address on the envelope, every time. And every time the clerk
    opens the map, looks for the road, and closes the map again. If you tell the clerk that all your letters
    go to the same place, the road is looked for once, and noted down beside your name: the address is still
    written on each envelope, but the map stays closed.`,
  tracepoints: [LOOKUP, LEAVES],
  next: "With rules of your own (ip rule) each lookup asks more tables; the connected socket still asks none."
    + " Then udp-send-path: what else happens inside sendto.",

  run({
    socket, bind, getsockname, connect, sendto, ppoll, recvfrom, close,
  }, { scene }) {
    const at = (sin_addr: string) => sockaddr_in({ sin_family: AF_INET, sin_addr });
    const [a, b] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    const [toA, toB] = [at("127.0.0.1"), at("127.0.0.2")];
    for (const [fd, addr] of [[a, toA], [b, toB]] as const) {
      bind(fd, addr, sizeof(addr));
      getsockname(fd, addr, int(sizeof(addr)));
    }
    const take = (fd: number) => recvfrom(fd, buffer(16), 16, MSG_DONTWAIT, null, null);
    const isThere = (fd: number) =>
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    const own = () => getsockname(s, sockaddr_in(), int(sizeof(sockaddr_in)));
    const s = socket(AF_INET, SOCK_DGRAM, 0);

    scene("unconnected", "Three times to the same address, which is said each time.");
    for (const it of WORDS) sendto(s, text(it), 3, 0, toA, sizeof(toA));
    own();

    scene("another", "The same socket, another address.");
    sendto(s, text("new"), 3, 0, toB, sizeof(toB));
    isThere(b);
    take(b);

    scene("connect", "The address is said once and for all.");
    connect(s, toA, sizeof(toA));
    own();

    scene("connected", "Three times to the same address, which is not said any more.");
    for (const it of WORDS) sendto(s, text(it), 3, 0, null, 0);

    scene("elsewhere", "An address that is said goes before the one that is kept.");
    sendto(s, text("old"), 3, 0, toB, sizeof(toB));
    isThere(b);
    take(b);

    scene("arrived", "What came to the first address.");
    for (let i = 0; i < 6; i++) take(a);
    for (const fd of [s, a, b]) close(fd);
  },

  claims: [
    claim("where the address is said the route is looked for, each time as often as the time before",
      { unconnected: { sendto: 3 }, elsewhere: { sendto: 1 } },
      ({ unconnected: { sendto: sends }, elsewhere: { sendto: connected } }, seen) => {
        const [first, second, third] = sends.map((it) => seen.inside(it).until(LEAVES).count(LOOKUP));
        return [
          atLeast(first!, 1),
          same(second!, first!),
          same(third!, first!),
          atLeast(seen.inside(connected).until(LEAVES).count(LOOKUP), 1),
        ];
      }, corrects("N0-59")),
    claim("connect looks for it and keeps it: where no address is said nothing is looked for",
      { connect: { connect: 1 }, connected: { sendto: 3 } },
      ({ connect: { connect }, connected: { sendto: sends } }, seen) => [
        atLeast(seen.inside(connect).count(LOOKUP), 1),
        ...sends.map((it) => is(seen.inside(it).until(LEAVES).count(LOOKUP), 0)),
      ], corrects("N0-59")),
    claim("what connect has found shows in the socket's own address: the route has chosen it",
      { unconnected: { getsockname: 1 }, connect: { connect: 1, getsockname: 1 } },
      ({ unconnected: { getsockname: before }, connect: { connect, getsockname: after } }) => [
        is(before.after("usockaddr.sin_addr"), "0.0.0.0"),
        is(connect.result, 0),
        is(after.after("usockaddr.sin_addr"), "127.0.0.1"),
        same(after.after("usockaddr.sin_port"), before.after("usockaddr.sin_port")),
      ]),
    claim("every datagram has a header of its own, to the address that was said, or else to the one kept",
      { another: { recvfrom: 1 }, elsewhere: { recvfrom: 1 }, arrived: { recvfrom: 6 } },
      ({
        another: { recvfrom: before }, elsewhere: { recvfrom: after }, arrived: { recvfrom: others },
      }, seen) => [
        is(before.after("ubuf"), "new"),
        is(after.after("ubuf"), "old"),
        ...[...WORDS, ...WORDS].map((it, i) => is(others[i]!.after("ubuf"), it)),
        also(() => is(seen.packets({ daddr: "127.0.0.1" }, "connected").field("len"), [11, 11, 11])),
      ], supports("N0-58", "N0-59")),
  ],
});
