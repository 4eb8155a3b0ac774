import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQ, SIOCOUTQNSD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The payload of a whole segment: what the hand-made end asks for in its SYN. */
const MSS = 1460;

/**
 * The other end has room for so much, and no more is sent.
 *
 *     send(s, buf, 10000, 0);                    // 10000: all is taken
 *     // on the wire: 1460, 1460                 // the window was 2920
 *     ioctl(s, SIOCOUTQ, &n);                    // 10000: not acknowledged
 *     ioctl(s, SIOCOUTQNSD, &n);                 // 7080: not sent
 */
export default experiment({
  name: "tcp-window",
  asks: "The receiver has room for less than was sent: what leaves, and where is the rest?",
  story: `Whoever receives says with every letter how much still fits on the table: that is the window. The
    sender's kernel never sends more than that. The rest waits at home until the other has cleared the table
    and says so. The program that sent knows nothing of it.`,
  needs: ["veth"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
  },
  parameters: {
    segments: { is: "how many whole segments fit in the window", default: 2, from: 2, to: 5 },
  },
  next: "--set segments=5: what is left over then? Then tcp-cwnd: where the receiver has room for"
    + " everything.",

  run({ socket, bind, listen, setsockopt, accept4, sendto, ioctl, close }, { say, scene, net, peer, set }) {
    say("So late may a segment be sent again that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const window = set.segments * MSS;
    peer.send(syn());
    peer.expect(synAck());
    peer.send(ack(0, { window }));
    const s = accept4(l, null, null, 0);
    const queued = () => {
      ioctl(s, SIOCOUTQ, int(0));
      ioctl(s, SIOCOUTQNSD, int(0));
    };

    scene("send", "10,000 bytes for a window of a few segments. SIOCOUTQNSD: how many of them are not sent.");
    sendto(s, text("x".repeat(10_000)), 10_000, 0, null, 0);
    queued();
    for (let seq = 0; seq < window; seq += MSS) peer.expect(data(MSS, { seq }));

    scene("full", "The other end acknowledges one segment, and has not read it: its room is smaller now.");
    peer.send(ack(MSS, { window: window - MSS }));
    peer.quiet();
    queued();

    scene("reopened", "It has read one segment: there is room for one more.");
    peer.send(ack(MSS, { window }));
    peer.expect(data(MSS, { seq: window }));
    queued();
    close(s);
    close(l);
  },

  claims: [
    claim("send takes more than the window: so much as fits leaves, the rest waits in the sender's kernel",
      { send: { sendto: 1, ioctl: 2 } },
      ({ send: { sendto, ioctl: [queued, unsent] } }, seen) => [
        is(sendto.result, 10_000),
        is(queued.after("*arg"), 10_000),
        is(unsent.after("*arg"), 10_000 - seen.set("segments") * MSS),
        is(seen.counted("Tcp.OutSegs", "send"), seen.set("segments")),
        also(() =>
          is(seen.packets({ sport: 80 }, "send").field("length"), Array(seen.set("segments")).fill(MSS))),
      ], supports("N0-52", "N3-39"), corrects("N0-49"), contradicts("N3-40")),
    claim("an ACK alone lets nothing leave where there is no more room",
      { send: { ioctl: 2 }, full: { ioctl: 2 } },
      ({ send: { ioctl: [, before] }, full: { ioctl: [queued, unsent] } }, seen) => [
        is(before.after("*arg"), 10_000 - seen.set("segments") * MSS),
        is(queued.after("*arg"), 10_000 - MSS),
        is(unsent.after("*arg"), 10_000 - seen.set("segments") * MSS),
        also(() => is(seen.packets({ sport: 80 }, "full").length, 0)),
      ], supports("N0-52", "N3-39")),
    claim("as soon as the receiver has room, as much as fits leaves",
      { reopened: { sendto: 0, ioctl: 2 } },
      ({ reopened: { ioctl: [queued, unsent] } }, seen) => [
        is(queued.after("*arg"), 10_000 - MSS),
        is(unsent.after("*arg"), 10_000 - (seen.set("segments") + 1) * MSS),
        also(() => is(seen.packets({ sport: 80, length: MSS }, "reopened").length, 1)),
      ], supports("N0-52", "N3-39")),
  ],
});
