import { IFF_UP } from "../../src/abi/constants/if.ts";
import { IP_RECVERR, IPPROTO_IP } from "../../src/abi/constants/in.ts";
import { SIOCSIFFLAGS } from "../../src/abi/constants/ioctl.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, MSG_DONTWAIT, SO_ERROR, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { ifreq } from "../../src/abi/structs/if.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, is, more } from "../../src/lab/check.ts";
import { claim, corrects, since } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * Where a datagram can get lost, and who is told.
 *
 *     sendto(tx, …, to 192.0.2.1);                // ENETUNREACH: no route, and we are told
 *     sendto(tx, …, to a closed port);            // 8: nobody is there, and we are not told
 *     sendto(tx, …, over a link that is down);    // 9: it does not even leave
 */
export default experiment({
  name: "udp-silent-loss",
  asks: "sendto answered that all bytes were sent: what may still become of the datagram?",
  story: `You drop a letter into the pillar box, and it is gone from your hand: that is all you know. If no
    road leads to the town, the clerk hands it back at once. But if nobody lives at the address, the letter
    comes back to a shelf where nobody looks, unless you have asked to be told. And if the mail van does not
    go today, the letter is thrown away, though you were told that it is on its way.`,
  needs: ["namespace"],
  next: "udp-queue-full is the loss that happens most. Then udp-connect: a sender that wants to be told.",

  run({
    socket, bind, getsockname, setsockopt, getsockopt, sendto, ppoll, recvfrom, ioctl, close, attempt,
  }, { scene, look }) {
    const [tx, rx, gone] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0),
      socket(AF_INET, SOCK_DGRAM, 0)];
    const at = (sin_addr: string) => sockaddr_in({ sin_family: AF_INET, sin_port: 0, sin_addr });
    const [here, nobody, far] = [at("127.0.0.1"), at("127.0.0.1"), at("192.0.2.1")];
    for (const [fd, addr] of [[rx, here], [gone, nobody]] as const) {
      bind(fd, addr, sizeof(addr));
      getsockname(fd, addr, int(sizeof(addr)));
    }
    const events = (fd: number, wanted: number) =>
      ppoll(pollfd({ fd, events: wanted }), 1, timespec({ tv_sec: 4 }), null, 0);
    const arrives = () => {
      sendto(tx, text("you?"), 4, 0, here, sizeof(here));
      events(rx, POLLIN);
      recvfrom(rx, buffer(32), 32, MSG_DONTWAIT, null, null);
    };

    scene("no route", "To a network that no route leads to.");
    far.sin_port = here.sin_port;
    attempt.sendto(tx, text("anybody?"), 8, 0, far, sizeof(far));

    scene("nobody", "To a port that nobody has any more, twice; then to somebody who is there.");
    close(gone);
    for (let i = 0; i < 2; i++) sendto(tx, text("anybody?"), 8, 0, nobody, sizeof(nobody));
    arrives();
    getsockopt(tx, SOL_SOCKET, SO_ERROR, int(-1), int(4));

    scene("asked", "The same port, by a sender that asked to be told.");
    setsockopt(tx, IPPROTO_IP, IP_RECVERR, int(1), 4);
    sendto(tx, text("anybody?"), 8, 0, nobody, sizeof(nobody));
    events(tx, 0);
    attempt.sendto(tx, text("anybody?"), 8, 0, nobody, sizeof(nobody));

    scene("down", "The loopback is taken down; what it dropped is read before and after one datagram.");
    ioctl(tx, SIOCSIFFLAGS, ifreq({ ifr_name: "lo", ifr_flags: 0 }));
    look("before", "/proc/self/net/dev", "lo:");
    sendto(tx, text("not today"), 9, 0, here, sizeof(here));
    look("after", "/proc/self/net/dev", "lo:");

    scene("up again", "The next datagram arrives, the one before it does not.");
    ioctl(tx, SIOCSIFFLAGS, ifreq({ ifr_name: "lo", ifr_flags: IFF_UP }));
    arrives();
    attempt.recvfrom(rx, buffer(32), 32, MSG_DONTWAIT, null, null);
    close(tx);
    close(rx);
  },

  claims: [
    claim("where no route leads the sender is told, and nothing leaves", { "no route": { sendto: 1 } },
      ({ "no route": { sendto: send } }, seen) => [
        is(send.errno, "ENETUNREACH"),
        is(seen.counted("Udp.OutDatagrams", "no route"), 0),
      ], corrects("N0-26")),
    claim("where nobody has the port the sender is not told: neither by the next send nor by SO_ERROR",
      { nobody: { sendto: 3, recvfrom: 1, getsockopt: 1 } },
      ({ nobody: { sendto: [first, second], recvfrom: last, getsockopt: error } }, seen) => [
        is(first.result, 8),
        is(second.result, 8),
        is(last.after("ubuf"), "you?"),
        is(error.after("*optval"), 0),
        is(seen.counted("Udp.NoPorts", "nobody"), 2),
        also(() => is(seen.packets({ code: "ICMP_PORT_UNREACH" }, "nobody").length, 2)),
      ], corrects("N0-26")),
    claim("with IP_RECVERR it is told, one send later", { asked: { sendto: 2 } },
      ({ asked: { sendto: [first, second] } }) => [
        is(first.result, 8),
        is(second.errno, "ECONNREFUSED"),
      ]),
    claim("over a link that is down the send succeeds, and nothing leaves",
      { down: { ioctl: 1, sendto: 1 }, "up again": { recvfrom: 2 } },
      ({ down: { ioctl: down, sendto: send }, "up again": { recvfrom: [next, nothing] } }, seen) => [
        is(down.result, 0),
        is(send.result, 9),
        is(next.after("ubuf"), "you?"),
        is(nothing.errno, "EAGAIN"),
        also(() => is(seen.counted("Udp.OutDatagrams", "down"), 1)),
        also(() => is(seen.packets({}, "down").length, 0)),
      ], corrects("N0-26")),
    claim("the link counts what it dropped",
      { down: { "look before": 1, "look after": 1 } },
      ({ down: { "look before": before, "look after": after } }) => [
        more(after.column("Transmit drop"), before.column("Transmit drop")),
      ], corrects("N0-26"), since("6.12")),
  ],
});
