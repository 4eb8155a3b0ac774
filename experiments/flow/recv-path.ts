import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * A segment was damaged on its way: its checksum no longer fits it.
 *
 *     "Hello", checksum right  →  in the queue, acknowledged
 *     "World", checksum wrong  →  dropped: not in the queue, and no answer either
 *     "World", checksum right  →  in the queue, acknowledged
 */
export default experiment({
  name: "recv-path",
  asks: "A segment arrives damaged: who is told of it?",
  story: `On each parcel stands a number that was reckoned up from all that is inside. At the door the porter
    reckons again. If his number is another, something was broken on the road, and he throws the parcel away
    without a word: for what stands on it, the sender's name too, may be wrong as well. The sender hears
    nothing, and sends it once more. Parcels from one room of the house to the next never saw the road: there
    nobody reckons at all.`,
  needs: ["veth"],
  next: "Then recv-wakes: which of the segments that arrive wake a program that waits for them.",

  run({
    socket, bind, listen, getsockname, connect, accept4, setsockopt, ioctl, sendto, recvfrom, close,
  }, { scene, known, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    known("receiver", s);
    const queued = () => ioctl(s, FIONREAD, int(0));

    scene("right", "Five bytes, with the checksum that belongs to them.");
    peer.send(data("Hello"));
    peer.expect(ack(5));
    queued();

    scene("wrong", "The next five, with a checksum that does not fit them.");
    peer.send(data("World", { badChecksum: true }));
    peer.quiet();
    queued();

    scene("again", "The sender was told nothing, and repeats them: undamaged this time.");
    peer.send(data("World"));
    peer.expect(ack(10));
    queued();
    recvfrom(s, buffer(32), 32, 0, null, null);

    scene("inside", "Two sockets of one machine: nothing leaves it.");
    const [local, c] = [socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)];
    const here = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(local, here, sizeof(here));
    listen(local, 1);
    getsockname(local, here, int(sizeof(here)));
    connect(c, here, sizeof(here));
    const r = accept4(local, null, null, 0);
    setsockopt(r, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));

    scene("unchecked", "Five bytes from one to the other.");
    sendto(c, text("Hello"), 5, 0, null, 0);
    recvfrom(r, buffer(32), 32, 0, null, null);
    for (const fd of [r, c, local, s, l]) close(fd);
  },

  claims: [
    claim("a damaged segment does not get into the receive queue: the kernel counts it, and drops it",
      { right: { ioctl: 1 }, wrong: { ioctl: 1 } },
      ({ right: { ioctl: before }, wrong: { ioctl: after } }, seen) => [
        is(before.after("*arg"), 5),
        is(after.after("*arg"), 5),
        is(seen.counted("Tcp.InCsumErrors", "right"), 0),
        is(seen.counted("Tcp.InCsumErrors", "wrong"), 1),
        also(() => is(seen.packets({ dport: 80 }, "wrong").field("checksum"), ["wrong"])),
      ], supports("N3-41")),
    claim("the sender of a damaged segment is told nothing: no ACK answers it", { wrong: { ioctl: 1 } },
      (_, seen) => [
        is(seen.packets({ dport: 80, length: 5 }, "wrong").length, 1),
        is(seen.packets({ sport: 80 }, "wrong").length, 0),
      ], supports("N3-41")),
    claim("when it comes undamaged its bytes are taken, and the program reads a stream without a gap",
      { again: { ioctl: 1, recvfrom: 1 } },
      ({ again: { ioctl: queued, recvfrom: read } }, seen) => [
        is(queued.after("*arg"), 10),
        is(read.after("ubuf"), "HelloWorld"),
        is(seen.counted("Tcp.InCsumErrors", "again"), 0),
      ], supports("N3-41")),
    claim("on the loopback nobody checks: the checksum is not even filled in, and the bytes are taken",
      { unchecked: { recvfrom: 1 } },
      ({ unchecked: { recvfrom: read } }, seen) => [
        is(read.after("ubuf"), "Hello"),
        is(seen.packets({ length: 5 }, "unchecked").field("checksum"), ["partial"]),
        is(seen.counted("Tcp.InCsumErrors", "unchecked"), 0),
      ], corrects("N3-41")),
  ],
});
