import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_SYN_RECV, TCP_TIME_WAIT } from "../../src/abi/constants/tcp.ts";
import { CLOCK_MONOTONIC } from "../../src/abi/constants/time.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, atLeast, differ, is, more } from "../../src/lab/check.ts";
import { claim, corrects, since, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, type Peer, rst, syn, synAck } from "../../src/lab/peer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The n-th hand-made end as /proc/net/tcp writes it: its port is 40,000 + n. */
const end = (n: number): string => `020200C0:9C4${n}`;
/** So many bytes it sent; the FIN is one number more; and what lies far beyond. */
const [SENT, OVER, BEYOND] = [5, 6, 100_000];
/** What the kernel answers to the first of them. */
const ANSWERS = { sport: 80, dport: 40_000, ack: true, syn: false };
const OPENINGS = { sport: 80, dport: 40_000, syn: true };
const NAMES = ["first", "second", "third"] as const;

/** A listener on the port that they all call. */
function listening({ socket, bind, listen }: Calls): number {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
  bind(fd, addr, sizeof(addr));
  listen(fd, 8);
  return fd;
}

/** One of them connects, and sends five bytes, which are read. */
function opened({ accept4, recvfrom }: Calls, listener: number, it: Peer): number {
  it.handshake(80);
  it.send(data("hello"));
  it.expect(ack(SENT));
  const fd = accept4(listener, null, null, 0);
  recvfrom(fd, buffer(5), 5, 0, null, null);
  return fd;
}
/** One of them hears our FIN, and sends its own: our end is in TIME_WAIT then. */
const ended = (it: Peer) => {
  it.expect(fin());
  it.send(fin());
  it.expect(ack(OVER));
  it.fence();
};

/**
 * What comes to a connection that is over:
 *
 *     five old bytes        ─▶        ◀─ ACK                 nothing is kept of them
 *     the FIN once more     ─▶        ◀─ ACK                 and the minute begins again
 *     a SYN, lower          ─▶        ◀─ ACK                 an old one: no new connection
 *     a SYN, higher         ─▶        ◀─ SYN-ACK             a new one
 *     RST                   ─▶                               gone
 */
export default experiment({
  name: "time-wait-packets",
  asks: "A connection is over and waits in TIME_WAIT: what happens to a packet that still comes for it?",
  story: `The porter at the door has a slip with two addresses and two numbers. Whoever brings an old letter
    is told how far the two had come, and the letter is thrown away. If the other one asks again “have you
    heard that I am done?” he says yes, and waits a whole minute from then. Who wants to begin a new
    conversation may, if his first number is beyond all that were used before. And if somebody shouts “stop”
    the porter goes, unless he was told not to listen to that.`,
  needs: ["veth"],
  // None of the answers is left out because there were others just before.
  pins: { "net.ipv4.tcp_invalid_ratelimit": 0, "net.ipv4.tcp_rfc1337": 0 },
  next: "Then time-wait-reuse: who may use the port meanwhile.",

  run(calls, { scene, look, known, peer, sysctl }) {
    const { clock_nanosleep, close } = calls;
    const l = listening(calls);
    const row = (n: number) => look("row", "/proc/self/net/tcp", end(n));

    scene("over", "Three connections. Each brings five bytes, and is closed by us, then by the other end.");
    for (const n of [0, 1, 2] as const) {
      const s = opened(calls, l, peer.at(n));
      known(NAMES[n], s);
      close(s);
      ended(peer.at(n));
    }

    scene("waits", "Not quite half a second of their minute passes.");
    clock_nanosleep(CLOCK_MONOTONIC, 0, timespec({ tv_nsec: 400_000_000 }), null);
    row(0);

    scene("old SYN", "The SYN that the first one began with comes once more.");
    peer.send(syn({ seq: -1 }));
    peer.expect(ack(OVER));
    row(0);

    scene("FIN again", "The FIN comes once more, as if our ACK had been lost.");
    peer.send(fin({ seq: SENT }));
    peer.expect(ack(OVER));
    row(0);

    scene("old bytes", "The five bytes come once more.");
    peer.send(data("hello", { seq: 0 }));
    peer.expect(ack(OVER));
    row(0);

    scene("new SYN", "A SYN whose number is beyond all that were used.");
    peer.send(syn({ seq: BEYOND }));
    peer.expect(synAck());
    row(0);

    scene("RST", "The second one gets a RST.");
    peer.at(1).send(rst());
    peer.fence();
    row(1);

    scene("rfc1337", "So does the third, and tcp_rfc1337 is 1.");
    sysctl("net.ipv4.tcp_rfc1337", 1);
    peer.at(2).send(rst());
    peer.fence();
    row(2);
    close(l);
  },

  claims: [
    claim("old bytes are acknowledged once more, and thrown away",
      { "old bytes": { "look row": 1 } },
      ({ "old bytes": { "look row": row } }, seen) => [
        is(row.column("st"), TCP_TIME_WAIT),
        is(row.column("rx_queue"), 0),
        also(() => atLeast(seen.packets(ANSWERS, "old bytes").length, 1)),
      ], supports("N3-76")),
    claim("a FIN that is repeated is acknowledged again, and the 60 seconds begin anew",
      { "old SYN": { "look row": 1 }, "FIN again": { "look row": 1 } },
      ({ "old SYN": { "look row": before }, "FIN again": { "look row": after } }, seen) => [
        is(after.column("st"), TCP_TIME_WAIT),
        more(after.column("tm->when"), before.column("tm->when")),
        also(() => atLeast(seen.packets(ANSWERS, "FIN again").length, 1)),
      ], corrects("N3-76")),
    claim("an old SYN opens nothing: it is answered by an ACK, and the time goes on as before",
      { waits: { "look row": 1 }, "old SYN": { "look row": 1 } },
      ({ waits: { "look row": before }, "old SYN": { "look row": after } }, seen) => [
        is(after.column("st"), TCP_TIME_WAIT),
        more(before.column("tm->when"), after.column("tm->when"), 0),
        also(() => atLeast(seen.packets(ANSWERS, "old SYN").length, 1)),
        also(() => is(seen.counted("Tcp.PassiveOpens", "old SYN"), 0)),
      ], supports("N3-76")),
    claim("a SYN beyond all old numbers ends TIME_WAIT before its time: in its place a new connection begins",
      { "new SYN": { "look row": 1 } },
      ({ "new SYN": { "look row": row } }, seen) => [
        is(row.column("st"), TCP_SYN_RECV),
        also(() => is(seen.counted("sockstat.TCP.tw", "new SYN"), -1)),
      ], corrects("N3-76")),
    claim("the numbers of the new connection begin 65,537 beyond where those of the old one had ended",
      { "new SYN": { "look row": 1 } },
      (_, seen) => {
        const numbers = (scene: string) => seen.packets(OPENINGS, scene).field("seq");
        const [before, after] = [numbers("over"), numbers("new SYN")];
        const begin = (Number(before.value[0]) + 2 + 65_537) % 2 ** 32;
        return [differ(before, after), is(after, after.value.map(() => begin))];
      }, corrects("N3-76"), since("6.12")),
    claim("a RST ends it at once",
      { RST: { "look row": 1 } },
      ({ RST: { "look row": row } }, seen) => [
        is(row.lines(end(1)), 0),
        also(() => is(seen.counted("sockstat.TCP.tw", "RST"), -1)),
      ], corrects("N3-76")),
    claim("where tcp_rfc1337 is 1 a RST ends nothing",
      { rfc1337: { "look row": 1 } },
      ({ rfc1337: { "look row": row } }, seen) => [
        is(row.column("st"), TCP_TIME_WAIT),
        also(() => is(seen.counted("sockstat.TCP.tw", "rfc1337"), 0)),
      ], supports("N3-76")),
  ],
});
