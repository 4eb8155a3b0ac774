import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, is, more } from "../../src/lab/check.ts";
import { all, claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { buffer } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** So many segments at the beginning of a connection: TCP_MAX_QUICKACKS, include/net/tcp.h. */
const QUICK = 16;
/** So short are the segments: 26 of them are less than the 536 bytes that count as a whole one at first. */
const SHORT = 20;
/** So many follow, one right behind the other. */
const THEN = 24;
/** So many times one segment comes and is read. */
const ROUNDS = 8;

/**
 * Segments of 20 bytes, in order, and the ACKs that answer them.
 *
 *     0:20 → ← 20    20:40 → ← 40    …    300:320 → ← 320     // the first sixteen: each at once
 *     320:340, 340:360, …, 780:800 →                          // the next: nothing
 *                                  ← 800                      // one for all of them, by a timer
 */
export default experiment({
  name: "delayed-acks",
  asks: "Segments arrive in order: is each of them acknowledged by itself?",
  story: `A new correspondent gets a postcard back for every letter: it arrived, go on, write faster. When the
    two know each other, a card for each letter is a waste. So the clerk puts the receipt aside for a moment:
    perhaps another letter comes, and one card will do for both; or the reader takes the letters out, and then
    the card goes at once. If nothing happens, an alarm clock reminds him.`,
  needs: ["veth"],
  // How much room a connection has at first, and so how many of its first segments are answered at once.
  pins: { "net.ipv4.tcp_rmem": "4096 131072 6291456" },
  next: "A program may ask for the ACK at once: TCP_QUICKACK. Then ofo-queue: one segment is missing.",

  run({ socket, bind, listen, accept4, recvfrom, close }, { scene, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);

    scene("first", `${QUICK} segments. Each is sent when the one before is acknowledged.`);
    for (let i = 1; i <= QUICK; i++) {
      peer.send(data(SHORT));
      peer.expect(ack(i * SHORT));
    }

    scene("then", "More of them, one right behind the other, until all are acknowledged.");
    const end = (QUICK + THEN) * SHORT;
    for (let i = 0; i < THEN; i++) peer.send(data(SHORT));
    while (peer.received().at(-1)!.ack! < end) peer.expect(ack());

    scene("read", "Again one by one, and each is read as soon as it is there.");
    recvfrom(s, buffer(end), end, 0, null, null);
    for (let i = 1; i <= ROUNDS; i++) {
      peer.send(data(SHORT));
      recvfrom(s, buffer(SHORT), SHORT, 0, null, null);
      peer.expect(ack(end + i * SHORT));
    }
    close(s);
    close(l);
  },

  claims: [
    claim("the first segments of a connection are acknowledged each by itself, and at once", {},
      (_, seen) => [
        is(seen.counted("Tcp.InSegs", "first"), QUICK),
        is(seen.counted("Tcp.OutSegs", "first"), QUICK),
        is(seen.counted("TcpExt.DelayedACKs", "first"), 0),
        also(() => is(seen.packets({ sport: 80 }, "first").length, QUICK)),
      ], corrects("N3-53")),
    claim("later ones wait for company: one ACK is for several segments, and a timer sends it", {},
      (_, seen) => [
        is(seen.counted("Tcp.InSegs", "then"), THEN),
        more(seen.counted("Tcp.InSegs", "then"), seen.counted("Tcp.OutSegs", "then")),
        atLeast(seen.counted("TcpExt.DelayedACKs", "then"), 1),
        also(() =>
          more(seen.packets({ dport: 80 }, "then").length, seen.packets({ sport: 80 }, "then").length)),
      ], corrects("N3-53")),
    claim("a read that empties the queue sends the ACK that waited, before the timer does",
      { read: { recvfrom: all } },
      ({ read: { recvfrom } }, seen) => [
        is(recvfrom.count, 1 + ROUNDS),
        is(seen.counted("Tcp.InSegs", "read"), ROUNDS),
        more(seen.counted("Tcp.InSegs", "read"), seen.counted("TcpExt.DelayedACKs", "read")),
      ], corrects("N3-53")),
  ],
});
