import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQNSD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, MSG_MORE, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_CORK } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const WAY = ["__sys_setsockopt", "tcp_write_xmit", "__tcp_transmit_skb", "__dev_queue_xmit"];

/**
 * A head and a body, in two sends, that should leave as one segment.
 *
 *     setsockopt(s, IPPROTO_TCP, TCP_CORK, &one, 4);
 *     send(s, "head ", 5, 0);                         // waits
 *     send(s, "body", 4, 0);                          // waits
 *     setsockopt(s, IPPROTO_TCP, TCP_CORK, &zero, 4); // "head body" leaves
 *
 *     send(s, "head ", 5, MSG_MORE);                  // the same, said send by send
 */
export default experiment({
  name: "tcp-cork",
  asks: "A program sends a head and then a body: can it have both in one segment?",
  story: `You know that more is coming, the kernel does not. So you put a cork in the bottle, pour in the one
    and the other, and pull the cork: it comes out in one go. Only a full glass is always handed on. Or you
    say with each cup whether another follows.`,
  needs: ["veth"],
  tracepoints: ["net:net_dev_queue"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
  },
  next: "Then tcp-window: how much leaves where the receiver has little room.",

  run({ socket, bind, listen, setsockopt, accept4, sendto, ioctl, close }, { say, scene, net, peer }) {
    say("A cork that is forgotten gives way after a while: here so late that it plays no part.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);

    scene("corked");
    setsockopt(s, IPPROTO_TCP, TCP_CORK, int(1), 4);
    sendto(s, text("head "), 5, 0, null, 0);
    sendto(s, text("body"), 4, 0, null, 0);
    ioctl(s, SIOCOUTQNSD, int(0));
    peer.quiet();

    scene("uncorked", "The cork is pulled.");
    setsockopt(s, IPPROTO_TCP, TCP_CORK, int(0), 4);

    scene("heard");
    peer.expect(data("head body", { seq: 0 }));
    peer.send(ack(9));

    scene("more", "MSG_MORE with the first of two sends.");
    sendto(s, text("HEAD "), 5, MSG_MORE, null, 0);
    ioctl(s, SIOCOUTQNSD, int(0));
    peer.quiet();
    sendto(s, text("BODY"), 4, 0, null, 0);
    peer.expect(data("HEAD BODY", { seq: 9 }));
    peer.send(ack(18));

    scene("full", "Corked again: 2,000 bytes, more than one segment holds.");
    setsockopt(s, IPPROTO_TCP, TCP_CORK, int(1), 4);
    sendto(s, text("x".repeat(2000)), 2000, 0, null, 0);
    ioctl(s, SIOCOUTQNSD, int(0));
    peer.expect(data(1460, { seq: 18 }));
    peer.quiet();
    close(s);
    close(l);
  },

  claims: [
    claim("under TCP_CORK nothing leaves, though each send returns its count",
      { corked: { sendto: 2, ioctl: 1 } },
      ({ corked: { sendto: [head, body], ioctl: unsent } }, seen) => [
        is(head.result, 5),
        is(body.result, 4),
        is(unsent.after("*arg"), 9),
        also(() => is(seen.packets({ sport: 80 }, "corked").length, 0)),
      ], supports("N0-24"), corrects("N2-75", "N4-60")),
    claim("when the cork is pulled both leave as one segment, inside setsockopt",
      { uncorked: { setsockopt: 1 } },
      ({ uncorked: { setsockopt: uncork } }, seen) => [
        is(uncork.result, 0),
        is(seen.counted("Tcp.OutSegs", "uncorked"), 1),
        also(() => is(seen.packets({ sport: 80 }, "uncorked").field("length"), [9])),
        also(() => is(seen.inside(uncork).of("net:net_dev_queue").passed(WAY), WAY)),
      ], corrects("N2-73", "N2-75", "N4-60")),
    claim("MSG_MORE holds one send back until the next without it", { more: { sendto: 2, ioctl: 1 } },
      ({ more: { sendto: [head, body], ioctl: unsent } }, seen) => [
        is(head.result, 5),
        is(unsent.after("*arg"), 5),
        is(body.result, 4),
        also(() => is(seen.packets({ sport: 80, psh: true }, "more").field("length"), [9])),
      ], supports("N0-24"), corrects("N2-75")),
    claim("a whole segment leaves in spite of the cork: only what does not fill one is held back",
      { full: { sendto: 1, ioctl: 1 } },
      ({ full: { sendto, ioctl: unsent } }, seen) => [
        is(sendto.result, 2000),
        is(unsent.after("*arg"), 540),
        also(() => is(seen.packets({ sport: 80, length: 1460 }, "full").length, 1)),
      ], corrects("N2-75", "N4-60")),
  ],
});
