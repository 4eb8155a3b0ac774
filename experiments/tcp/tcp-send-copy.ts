import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQ } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * What send was given belongs to the program again as soon as send returns: one buffer for four sends.
 *
 *     memset(buf, 'A', 8); send(s, buf, 8, 0);
 *     memset(buf, 'B', 8); send(s, buf, 8, 0);   // A is not acknowledged yet
 *     …                                          // the other end hears A, B, C, D
 *     // it says three times more that it waits for the first: it hears A again
 */
export default experiment({
  name: "tcp-send-copy",
  asks: "send has returned: may the buffer be used again, though nothing was acknowledged?",
  story: `The clerk does not take your letter, but copies it word for word, and hands yours back at once. You
    may rub it out and write another on the same paper. If the copy gets lost on the road, the clerk sends a
    copy of the copy: what you have written meanwhile plays no part.`,
  needs: ["veth"],
  // Nothing is sent again early, what may leave does not wait, and a segment is repeated by itself.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
    "net.ipv4.tcp_retrans_collapse": 0,
  },
  next: "tcp-blocking-send: when there is no room for a copy. Then tcp-dest: to whom it goes.",

  run({ socket, bind, listen, setsockopt, accept4, sendto, ioctl, close }, { say, scene, look, net, peer }) {
    say("So late may a segment be sent again by itself that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    setsockopt(l, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    const heard = () => text(peer.received().at(-1)?.payload ?? "");
    const mem = text("A".repeat(8));

    scene("send", "Eight letters A. When send is back, the program writes B over them.");
    sendto(s, mem, 8, 0, null, 0);
    mem.bytes.fill("B");
    look("buffer", mem);
    ioctl(s, SIOCOUTQ, int(0));
    peer.expect(data(8, { seq: 0 }));
    look("segment", heard());

    scene("more", "It sends B, and then C and D, all from the same memory.");
    for (const letter of "BCD") {
      mem.bytes.fill(letter);
      sendto(s, mem, 8, 0, null, 0);
    }
    for (const seq of [8, 16, 24]) peer.expect(data(8, { seq }));

    scene("again", "The other end says three times more that it waits for the first: the kernel repeats it.");
    for (let i = 0; i < 3; i++) peer.send(ack(0));
    peer.expect(data(8, { seq: 0 }));
    look("segment", heard());
    look("buffer", mem);
    close(s);
    close(l);
  },

  claims: [
    claim("send returns when the bytes are copied: nothing is acknowledged yet",
      { send: { sendto: 1, ioctl: 1 } },
      ({ send: { sendto, ioctl: queued } }) => [
        is(sendto.before("buff"), "AAAAAAAA"),
        is(sendto.result, 8),
        is(queued.after("*arg"), 8),
      ], supports("N0-23", "N3-37")),
    claim("what is sent is the copy: the other end hears what the buffer held at the send",
      { send: { sendto: 1, "look buffer": 1, "look segment": 1 } },
      ({ send: { sendto, "look buffer": buffer, "look segment": segment } }) => [
        is(sendto.before("buff"), "AAAAAAAA"),
        is(buffer.bytes(), "BBBBBBBB"),
        is(segment.bytes(), "AAAAAAAA"),
      ], supports("N0-23", "N3-36")),
    claim("the kernel keeps the copy until it is acknowledged: a repeated segment has the old bytes too",
      { again: { "look segment": 1, "look buffer": 1 } },
      ({ again: { "look segment": segment, "look buffer": buffer } }, seen) => [
        is(buffer.bytes(), "DDDDDDDD"),
        is(segment.bytes(), "AAAAAAAA"),
        is(seen.counted("Tcp.RetransSegs", "again"), 1),
        also(() => is(seen.packets({ sport: 80, length: 8 }, "again").length, 1)),
      ], supports("N3-36")),
  ],
});
