import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQ } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * What send was given belongs to the program again as soon as send returns.
 *
 *     send(s, buf, 8, 0);       // "AAAAAAAA"
 *     memset(buf, 'B', 8);      // nobody has acknowledged anything yet
 *     // the other end hears AAAAAAAA; it does not answer, and hears AAAAAAAA again
 */
export default experiment({
  name: "tcp-send-copy",
  asks: "send has returned: may the buffer be used again, though nothing was acknowledged?",
  story: `The clerk does not take your letter, but copies it word for word, and hands yours back at once. You
    may rub it out and write another on the same paper. If the copy gets lost on the road, the clerk sends a
    copy of the copy: what you have written meanwhile plays no part.`,
  needs: ["veth"],
  next: "Then tcp-when-sent: when the copy leaves. tcp-blocking-send: when there is no room for a copy.",

  run({ socket, bind, listen, accept4, sendto, ioctl, close }, { scene, look, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    const heard = () => text(peer.received().at(-1)?.payload ?? "");

    scene("send", "Eight letters A. Then the program writes B over them.");
    const mem = text("A".repeat(8));
    sendto(s, mem, 8, 0, null, 0);
    mem.bytes.fill("B");
    look("buffer", mem);
    ioctl(s, SIOCOUTQ, int(0));

    scene("heard", "The other end has heard this. It does not answer.");
    peer.expect(data(8, { seq: 0 }));
    look("segment", heard());

    scene("repeated", "No ACK came, and so the kernel sends the bytes once more.");
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
      { send: { sendto: 1, "look buffer": 1 }, heard: { "look segment": 1 } },
      ({ send: { sendto, "look buffer": buffer }, heard: { "look segment": segment } }) => [
        is(sendto.before("buff"), "AAAAAAAA"),
        is(buffer.bytes(), "BBBBBBBB"),
        is(segment.bytes(), "AAAAAAAA"),
      ], supports("N0-23", "N3-36")),
    claim("the kernel keeps the copy until it is acknowledged: a repeated segment has the old bytes too",
      { repeated: { "look segment": 1, "look buffer": 1 } },
      ({ repeated: { "look segment": segment, "look buffer": buffer } }, seen) => [
        is(buffer.bytes(), "BBBBBBBB"),
        is(segment.bytes(), "AAAAAAAA"),
        atLeast(seen.counted("Tcp.RetransSegs", "repeated"), 1),
        also(() => atLeast(seen.packets({ sport: 80, length: 8 }, "repeated").length, 1)),
      ], supports("N3-36")),
  ],
});
