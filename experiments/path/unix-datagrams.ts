import { AF_UNIX, MSG_DONTWAIT, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { unixReceive, unixSendTo } from "../../src/kernel/paths/unix.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** A name of the kernel's choosing. */
const ANY = 2;
/** So many datagrams may wait at a receiver, and one more. */
const WAITING = 3;

/**
 * Datagrams that do not get lost.
 *
 *     sendto(tx, "dgram", 5, 0, &name, …);              // in rx's queue
 *     sendto(tx, "dgram", 5, MSG_DONTWAIT, &name, …);   // … until it is full: EAGAIN
 */
export default experiment({
  name: "unix-datagrams",
  asks: "Datagrams by AF_UNIX: are they as unreliable as those of UDP?",
  story: `A pigeonhole in the same house. You walk there, read the name on it, and lay your sheet in; when
    you are back it is there. If the pigeonhole is full you see that, and wait, or come again. Nothing falls
    beside it. And if the name is no longer there, you see that as well.`,
  paths: { sendto: unixSendTo, recvfrom: unixReceive },
  tracepoints: ["net:net_dev_queue"],
  pins: { "net.unix.max_dgram_qlen": WAITING },
  next: "netlab path unix sendto --live. Then poll-path: how a thread waits.",

  run({ socket, bind, getsockname, sendto, recvfrom, close, attempt }, { scene }) {
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

    scene("full", `One more than the ${WAITING + 1} that there is room for. Nobody receives.`);
    const letters = Array.from({ length: WAITING + 2 }, (_, i) => text(`letter ${i}`));
    for (const it of letters) attempt.sendto(tx, it, 8, MSG_DONTWAIT, addr, length.value);

    scene("emptied", "What has arrived.");
    for (let i = 0; i <= letters.length - 1; i++) {
      attempt.recvfrom(rx, buffer(16), 16, MSG_DONTWAIT, null, null);
    }

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
        also(() => is(seen.inside(sendto).passed(["unix_dgram_sendmsg"]), ["unix_dgram_sendmsg"])),
        also(() => is(seen.inside(sendto).count("net:net_dev_queue"), 0)),
      ], supports("N1-02")),
    claim("a full queue makes the sender wait, or EAGAIN: what was accepted is there, and nothing is lost",
      { full: { sendto: 5 }, emptied: { recvfrom: 5 } },
      ({ full: { sendto: sends }, emptied: { recvfrom: receives } }) => [
        ...sends.slice(0, -1).map((it) => is(it.result, 8)),
        is(sends.at(-1)!.errno, "EAGAIN"),
        ...receives.slice(0, -1).map((it, i) => is(it.after("ubuf"), `letter ${i}`)),
        is(receives.at(-1)!.errno, "EAGAIN"),
      ]),
    claim("if the receiver is gone the call says so at once: ECONNREFUSED, and no packet was needed for that",
      { gone: { close: 2, sendto: 1 } },
      ({ gone: { sendto } }, seen) => [
        is(sendto.errno, "ECONNREFUSED"),
        is(seen.counted("Ip.OutRequests", "gone"), 0),
      ]),
  ],
});
