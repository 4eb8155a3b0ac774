import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQ, SIOCOUTQNSD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const WAY = [
  "__sys_sendto", "tcp_sendmsg_locked", "tcp_write_xmit", "__tcp_transmit_skb", "__dev_queue_xmit",
];

/**
 * A send, and when its segment leaves. The other end is made by hand, and says how much it has room for.
 *
 *     send(s, buf, 100, 0);     // there is room: the segment leaves before send returns
 *     send(s, buf, 100, 0);     // there is none: send returns 100, and nothing has left
 *     // an ACK arrives: now it leaves, and the program does nothing
 */
export default experiment({
  name: "tcp-when-sent",
  asks: "When do the bytes of a send leave: in the call, or later?",
  story: `You hand a parcel over the counter. If the van stands there with room in it, your parcel is on the
    road before you have turned round. If not, the clerk puts it on a shelf, and you go home all the same.
    It leaves with the next van, and nobody asks you.`,
  needs: ["veth"],
  tracepoints: ["net:net_dev_queue"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
  },
  next: "Then tcp-nagle, tcp-cork, tcp-window and tcp-cwnd: four reasons to wait, one by one.",

  run({ socket, bind, listen, setsockopt, accept4, sendto, ioctl, close }, { say, scene, net, peer }) {
    say("So late may a segment be sent again that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.send(syn());
    peer.expect(synAck());
    peer.send(ack(0, { window: 100 }));
    const s = accept4(l, null, null, 0);
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
    const mem = text("x".repeat(100));
    const queued = () => {
      ioctl(s, SIOCOUTQ, int(0));
      ioctl(s, SIOCOUTQNSD, int(0));
    };

    scene("room", "The other end has room for 100 bytes.");
    sendto(s, mem, 100, 0, null, 0);

    scene("after it", "SIOCOUTQ: not acknowledged. SIOCOUTQNSD: of these, not sent yet.");
    queued();
    peer.expect(data(100, { seq: 0 }));

    scene("no room", "Its room is used up. The program sends again.");
    sendto(s, mem, 100, 0, null, 0);
    queued();
    peer.quiet();

    scene("ack", "The other end has read, and has room again. The program does nothing.");
    peer.send(ack(100, { window: 1000 }));
    peer.expect(data(100, { seq: 100 }));

    scene("end");
    queued();
    close(s);
    close(l);
  },

  claims: [
    claim("where it may leave, the segment leaves inside the call",
      { room: { sendto: 1 }, "after it": { ioctl: 2 } },
      ({ room: { sendto }, "after it": { ioctl: [queued, unsent] } }, seen) => [
        is(sendto.result, 100),
        is(queued.after("*arg"), 100),
        is(unsent.after("*arg"), 0),
        is(seen.counted("Tcp.OutSegs", "room"), 1),
        also(() => is(seen.packets({ sport: 80 }, "room").field("length"), [100])),
        also(() => is(seen.inside(sendto).of("net:net_dev_queue").passed(WAY), WAY)),
      ], corrects("N0-24", "N3-38")),
    claim("where it may not, send returns its full count all the same, and nothing has left",
      { "no room": { sendto: 1, ioctl: 2 } },
      ({ "no room": { sendto, ioctl: [queued, unsent] } }, seen) => [
        is(sendto.result, 100),
        is(queued.after("*arg"), 200),
        is(unsent.after("*arg"), 100),
        also(() => is(seen.packets({ sport: 80, length: 100 }, "no room").length, 0)),
        also(() => is(seen.inside(sendto).count("net:net_dev_queue"), 0)),
      ], supports("N0-24")),
    claim("it leaves when an ACK makes room, without a call of the program",
      { "no room": { ioctl: 2 }, ack: { sendto: 0 }, end: { ioctl: 2 } },
      ({ "no room": { ioctl: [, before] }, end: { ioctl: [queued, unsent] } }, seen) => [
        is(before.after("*arg"), 100),
        is(unsent.after("*arg"), 0),
        is(queued.after("*arg"), 100),
        is(seen.counted("Tcp.OutSegs", "ack"), 1),
        also(() => is(seen.packets({ sport: 80 }, "ack").field("length"), [100])),
      ], supports("N0-24", "N3-38")),
  ],
});
