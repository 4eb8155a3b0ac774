import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQ, SIOCOUTQNSD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * Five sends of one byte, and an end that does not answer: how many segments?
 *
 *     send(s, "h", 1, 0);   // leaves
 *     send(s, "e", 1, 0);   // waits: a small segment is on its way already
 *     …                     // ACK: "ello" leaves, in one segment
 *
 *     setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, 4);   // five sends, five segments
 */
export default experiment({
  name: "tcp-nagle",
  asks: "Five sends of one byte each: do five segments leave?",
  story: `A van that drives for one small letter is a waste. So there is a rule, Nagle's: as long as one small
    van is out and nobody has told that it arrived, no second one starts; what comes meanwhile waits, and
    leaves together. Whoever is in a hurry may switch the rule off: TCP_NODELAY.`,
  needs: ["veth"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
  },
  parameters: { sends: { is: "how many sends of one byte", default: 5, from: 2, to: 9 } },
  next: "--set sends=9: how long is the second segment then? Then tcp-cork, where the program holds back.",

  run({ socket, bind, listen, setsockopt, accept4, sendto, ioctl, close }, { say, scene, net, peer, set }) {
    say("So late may a segment be sent again that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const queued = (s: number) => {
      ioctl(s, SIOCOUTQ, int(0));
      ioctl(s, SIOCOUTQNSD, int(0));
    };
    const count = set.sends;

    scene("connect", "Two connections with the same hand-made end.");
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    peer.at(1).handshake(80);
    const hurried = accept4(l, null, null, 0);
    setsockopt(hurried, IPPROTO_TCP, TCP_NODELAY, int(1), 4);

    scene("nagle", "Sends of one byte; the other end does not answer.");
    for (let i = 0; i < count; i++) sendto(s, text("hello you".slice(i)), 1, 0, null, 0);
    queued(s);
    peer.expect(data("h", { seq: 0 }));

    scene("ack", "It acknowledges the first.");
    peer.send(ack(1));
    peer.expect(data("hello you".slice(1, count), { seq: 1 }));
    queued(s);

    scene("nodelay", "The same on the connection with TCP_NODELAY.");
    for (let i = 0; i < count; i++) sendto(hurried, text("hello you".slice(i)), 1, 0, null, 0);
    queued(hurried);
    for (let seq = 0; seq < count; seq++) peer.at(1).expect(data(1, { seq }));
    close(hurried);
    close(s);
    close(l);
  },

  claims: [
    claim("the first byte leaves; while it is not acknowledged the others wait, though each send returned 1",
      { nagle: { sendto: all, ioctl: 2 } },
      ({ nagle: { sendto, ioctl: [queued, unsent] } }, seen) => [
        is(sendto.results, Array(seen.set("sends")).fill(1)),
        is(queued.after("*arg"), seen.set("sends")),
        is(unsent.after("*arg"), seen.set("sends") - 1),
        is(seen.counted("Tcp.OutSegs", "nagle"), 1),
        also(() => is(seen.packets({ sport: 80 }, "nagle").field("length"), [1])),
      ], supports("N0-24")),
    claim("when it is acknowledged they leave together, in one segment", { ack: { sendto: 0, ioctl: 2 } },
      ({ ack: { ioctl: [queued, unsent] } }, seen) => [
        is(queued.after("*arg"), seen.set("sends") - 1),
        is(unsent.after("*arg"), 0),
        is(seen.counted("Tcp.OutSegs", "ack"), 1),
        also(() => is(seen.packets({ sport: 80 }, "ack").field("length"), [seen.set("sends") - 1])),
      ], supports("N0-24")),
    claim("with TCP_NODELAY each send is a segment of its own, at once",
      { nodelay: { sendto: all, ioctl: 2 } },
      ({ nodelay: { sendto, ioctl: [queued, unsent] } }, seen) => [
        is(sendto.results, Array(seen.set("sends")).fill(1)),
        is(queued.after("*arg"), seen.set("sends")),
        is(unsent.after("*arg"), 0),
        also(() =>
          is(seen.packets({ dport: 40_001, length: 1 }, "nodelay").length, seen.set("sends"))),
      ], supports("N0-24")),
  ],
});
