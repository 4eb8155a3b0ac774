import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQNSD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, MSG_DONTWAIT, SO_SNDBUF, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is, more, same } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The payload of a whole segment: what the hand-made end asks for in its SYN. */
const MSS = 1460;
/** Of a connection: how many segments are on their way, and how many may be. */
const FLYING = "optval.tcpi_unacked";
const CWND = "optval.tcpi_snd_cwnd";
/** The kernel fills in as much of a tcp_info as is asked for: this much has both. */
const UP_TO_CWND = 84;

/**
 * The other end has plenty of room. Even so not everything leaves at once.
 *
 *     send(s, buf, 40000, 0);    // 40000: all is taken
 *     // on the wire: ten segments of 1460
 *     // two of them are acknowledged: four more leave
 */
export default experiment({
  name: "tcp-cwnd",
  asks: "The receiver has room for everything: does everything leave?",
  story: `Nobody knows how wide the road is. So ten vans start, and the others wait. Each van that arrives is
    good news: in its place two may start. Thus the number on the road doubles from trip to trip, until one
    gets lost. What the receiver's table holds is another matter.`,
  needs: ["veth"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
  },
  parameters: {
    initcwnd: { is: "with how many segments a connection begins", default: 10, from: 2, to: 20 },
  },
  next: "--set initcwnd=4: how many leave then, and how many after the ACK? Then tcp-too-much: nobody reads.",

  run({ socket, bind, listen, setsockopt, getsockopt, accept4, sendto, ioctl, close },
    { say, scene, net, peer, set }) {
    say("The route may say how a connection begins; without a word of it Linux begins with ten segments.");
    const begin = set.initcwnd === 10 ? {} : { initcwnd: set.initcwnd };
    net.route("192.0.2.2/32", { via: "192.0.2.2", ...begin, rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    setsockopt(l, SOL_SOCKET, SO_SNDBUF, int(100_000), 4);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    const info = () => getsockopt(s, IPPROTO_TCP, TCP_INFO, buffer(UP_TO_CWND), int(UP_TO_CWND));

    scene("send", "Room for 65,535 bytes; 40,000 are sent.");
    sendto(s, text("x".repeat(40_000)), 40_000, MSG_DONTWAIT, null, 0);

    scene("flying", "The other end does not answer yet.");
    info();
    ioctl(s, SIOCOUTQNSD, int(0));
    for (let n = 0; n < set.initcwnd; n++) peer.expect(data(MSS, { seq: n * MSS }));
    peer.quiet();

    scene("ack", "It acknowledges two segments.");
    peer.send(ack(2 * MSS));
    peer.fence();
    info();
    close(s);
    close(l);
  },

  claims: [
    claim("a connection begins with as many segments as its route says, and with ten without a word of it",
      { flying: { getsockopt: 1 } },
      ({ flying: { getsockopt: info } }, seen) => [is(info.after(CWND), seen.set("initcwnd"))],
      supports("N3-39")),
    claim("send takes everything, and as many segments leave as the congestion window says",
      { send: { sendto: 1 }, flying: { getsockopt: 1, ioctl: 1 } },
      ({ send: { sendto }, flying: { getsockopt: info, ioctl: unsent } }, seen) => [
        is(sendto.result, 40_000),
        same(info.after(FLYING), info.after(CWND)),
        is(unsent.after("*arg"), 40_000 - Number(info.after(CWND).value) * MSS),
        is(seen.counted("Tcp.OutSegs", "send"), Number(info.after(CWND).value)),
        also(() => is(seen.packets({ sport: 80 }, "send").field("length"),
          Array(Number(info.after(CWND).value)).fill(MSS))),
      ], supports("N0-24", "N3-39")),
    claim("each segment that is acknowledged widens the window by one: in its place two leave",
      { flying: { getsockopt: 1 }, ack: { sendto: 0, getsockopt: 1 } },
      ({ flying: { getsockopt: before }, ack: { getsockopt: after } }, seen) => [
        more(after.after(CWND), before.after(CWND)),
        is(after.after(CWND), Number(before.after(CWND).value) + 2),
        same(after.after(FLYING), after.after(CWND)),
        also(() => is(seen.packets({ sport: 80, length: MSS }, "ack").length, 4)),
      ], supports("N0-24", "N3-39")),
  ],
});
