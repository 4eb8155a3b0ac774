import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { mss, timestamps } from "../../src/abi/headers/tcp-options.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, contradicts } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const BYTES = 5000;
/** What a packet holds beside the payload: IP's header and TCP's, 20 bytes each. */
const HEADERS = 40;
/** What timestamps take in each of TCP's headers: ten bytes, and two that fill up. */
const STAMP = 12;

/** The lengths of the segments that so many bytes are cut into. */
const cut = (whole: number): readonly number[] =>
  Array.from({ length: Math.ceil(BYTES / whole) }, (_, i) => Math.min(whole, BYTES - i * whole));

/**
 * A send that is larger than a packet, over a link that takes 1,500 bytes at a time.
 *
 *     send(s, buf, 5000, 0);
 *     // IP 1500 [TCP 1460]   IP 1500 [TCP 1460]   IP 1500 [TCP 1460]   IP 660 [TCP 620]
 */
export default experiment({
  name: "segmentation",
  asks: "5,000 bytes go over a link that takes 1,500 at a time: who cuts them, and into what?",
  story: `A long letter has to go in envelopes of one size. The clerk at home cuts it, so that each sheet fits
    its envelope beside the address and the page number, and writes on each: not to be cut. So nobody on the
    way has to. At the other end each sheet is complete in itself: one that comes too early waits on the shelf
    as it is.`,
  needs: ["veth"],
  // Nothing is sent again early, and what may leave does not wait for company; sizes are not probed.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
    "net.ipv4.tcp_mtu_probing": 0, "net.ipv4.ip_no_pmtu_disc": 0, "net.ipv4.tcp_timestamps": 1,
  },
  parameters: { mtu: { is: "the largest packet of the way, in bytes", default: 1500, from: 600, to: 1500 } },
  next: "--set mtu=1000: how long are the segments then? Then delayed-acks: how the other end answers them.",

  run({ socket, bind, listen, setsockopt, getsockopt, accept4, sendto, recvfrom, close },
    { say, scene, net, peer, set }) {
    say("So late may a segment be sent again that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", mtu: set.mtu, rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    peer.at(1).handshake(80, { options: [mss(1460), timestamps(1000, 0)] });
    const stamped = accept4(l, null, null, 0);
    const whole = set.mtu - HEADERS;

    scene("send", "One send.");
    sendto(s, text("x".repeat(BYTES)), BYTES, 0, null, 0);
    for (const [i, length] of cut(whole).entries()) peer.expect(data(length, { seq: i * whole }));

    scene("stamped", "The same where both ends have agreed on timestamps.");
    sendto(stamped, text("x".repeat(BYTES)), BYTES, 0, null, 0);
    const rest = whole - STAMP;
    for (const [i, length] of cut(rest).entries()) peer.at(1).expect(data(length, { seq: i * rest }));

    scene("hole", "The other way: four segments come, the first of them last.");
    for (const seq of [1460, 2920, 4380]) peer.send(data(Math.min(1460, BYTES - seq), { seq }));
    peer.fence();
    getsockopt(s, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    peer.send(data(1460, { seq: 0 }));
    peer.expect(ack(BYTES));
    recvfrom(s, buffer(8192), 8192, 0, null, null);
    for (const fd of [stamped, s, l]) close(fd);
  },

  claims: [
    claim("TCP cuts: a segment is as long as a packet has room for beside two headers, the last is shorter",
      { send: { sendto: 1 } },
      ({ send: { sendto } }, seen) => {
        const lengths = cut(seen.set("mtu") - HEADERS);
        const packets = () => seen.packets({ sport: 80 }, "send");
        return [
          is(sendto.result, BYTES),
          is(seen.counted("Tcp.OutSegs", "send"), lengths.length),
          also(() => is(packets().field("length"), lengths)),
          also(() => is(packets().field("tot_len"), lengths.map((it) => it + HEADERS))),
        ];
      }, contradicts("N3-52")),
    claim("timestamps take 12 bytes of each segment", { stamped: { sendto: 1 } },
      ({ stamped: { sendto } }, seen) => {
        const lengths = cut(seen.set("mtu") - HEADERS - STAMP);
        return [
          is(sendto.result, BYTES),
          is(seen.counted("Tcp.OutSegs", "stamped"), lengths.length),
          also(() => is(seen.packets({ sport: 80 }, "stamped").field("length"), lengths)),
        ];
      }, contradicts("N3-52")),
    claim("IP cuts nothing: each segment is one whole packet, and DF forbids routers to cut it",
      { send: { sendto: 1 } },
      (_, seen) => {
        const packets = seen.packets({ sport: 80 }, "send");
        const each = (it: number) => cut(seen.set("mtu") - HEADERS).map(() => it);
        return [
          is(seen.counted("Ip.FragCreates", "send"), 0),
          is(packets.field("df"), each(1)),
          is(packets.field("mf"), each(0)),
          is(packets.field("offset"), each(0)),
        ];
      }, contradicts("N3-52")),
    claim("what waits beyond a hole is whole segments: IP had nothing to put together",
      { hole: { getsockopt: 1, recvfrom: 1 } },
      ({ hole: { getsockopt: info, recvfrom } }, seen) => [
        is(info.after("optval.tcpi_rcv_ooopack"), 3),
        is(recvfrom.result, BYTES),
        is(seen.counted("Ip.ReasmReqds", "hole"), 0),
        also(() => is(seen.counted("TcpExt.TCPOFOQueue", "hole"), 3)),
      ], contradicts("N3-86")),
  ],
});
