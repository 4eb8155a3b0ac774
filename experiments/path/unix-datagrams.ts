import { AF_UNIX, MSG_DONTWAIT, SO_SNDBUF, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { unixReceive, unixSendTo } from "../../src/kernel/paths/unix.ts";
import { also, atLeast, enough, is, same } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** A name of the kernel's choosing. */
const ANY = 2;
/** From the call to the family; on the stack whenever memory is got for the datagram. */
const WAY = ["__sys_sendto", "unix_dgram_sendmsg"];

/**
 * Datagrams that do not get lost.
 *
 *     sendto(tx, "dgram", 5, 0, &name, …);              // in rx's queue
 *     sendto(tx, "dgram", 5, MSG_DONTWAIT, &name, …);   // … until there is no room: EAGAIN
 */
export default experiment({
  name: "unix-datagrams",
  asks: "Datagrams by AF_UNIX: are they as unreliable as those of UDP?",
  story: `A pigeonhole in the same house. You walk there, read the name on it, and lay your sheet in; when
    you are back it is there. If the pigeonhole is full you see that, and wait, or come again. Nothing falls
    beside it. And if the name is no longer there, you see that as well.`,
  paths: { sendto: unixSendTo, recvfrom: unixReceive },
  // The last one is for kernels before 6.1.
  tracepoints: ["net:net_dev_queue", "kmem:kmem_cache_alloc_node"],
  next: "netlab path unix sendto --live. Then poll-path: how a thread waits.",

  run({ socket, setsockopt, bind, getsockname, sendto, recvfrom, close, attempt }, { scene }) {
    scene("made", "A receiver with a name of the kernel's choosing, a sender with another one.");
    const [rx, tx] = [socket(AF_UNIX, SOCK_DGRAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0)];
    const [addr, length] = [sockaddr_un({ sun_family: AF_UNIX }), int(sizeof(sockaddr_un))];
    bind(tx, addr, ANY);
    bind(rx, addr, ANY);
    getsockname(rx, addr, length);

    scene("sent", "A datagram, by the receiver's name.");
    sendto(tx, text("dgram"), 5, 0, addr, length.value);

    scene("received", "Without waiting.");
    recvfrom(rx, buffer(16), 16, MSG_DONTWAIT, sockaddr_un(), int(sizeof(sockaddr_un)));

    scene("full", "With a small send buffer, until there is no room any more. Nobody receives.");
    setsockopt(tx, SOL_SOCKET, SO_SNDBUF, int(1), 4);
    for (let n = 1; n > 0;) n = attempt.sendto(tx, text("letter"), 6, MSG_DONTWAIT, addr, length.value);

    scene("emptied", "What has arrived.");
    for (let n = 1; n > 0;) n = attempt.recvfrom(rx, buffer(6), 6, MSG_DONTWAIT, null, null);

    scene("gone", "The receiver closes.");
    close(rx);
    attempt.sendto(tx, text("late"), 4, 0, addr, length.value);
    close(tx);
  },

  claims: [
    claim("when sendto returns the datagram is in the receiver's queue; it is brought there by the same call",
      { sent: { sendto: 1 }, received: { recvfrom: 1 } },
      ({ sent: { sendto }, received: { recvfrom } }, seen) => [
        is(recvfrom.after("ubuf"), "dgram"),
        is(seen.counted("Ip.OutRequests", "sent"), 0),
        also(() => is(enough(seen.inside(sendto).passed(WAY), 1), WAY)),
        also(() => is(seen.inside(sendto).count("net:net_dev_queue"), 0)),
      ], supports("N1-02")),
    claim("who has no room left has to wait, or EAGAIN: whatever was accepted is there, nothing is lost",
      { full: { sendto: all }, emptied: { recvfrom: all } },
      ({ full: { sendto: sends }, emptied: { recvfrom: receives } }) => [
        atLeast(sends.count, 3),
        is(sends.each.at(-1)!.errno, "EAGAIN"),
        same(receives.results, sends.results),
      ]),
    claim("if the receiver is gone the call says so at once: ECONNREFUSED, and no packet was needed for that",
      { gone: { close: 2, sendto: 1 } },
      ({ gone: { sendto } }, seen) => [
        is(sendto.errno, "ECONNREFUSED"),
        is(seen.counted("Ip.OutRequests", "gone"), 0),
      ]),
  ],
});
