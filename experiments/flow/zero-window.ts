import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { SIOCOUTQNSD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_ESTABLISHED, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, is, more } from "../../src/lab/check.ts";
import { claim, contradicts, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The payload of a whole segment: what the hand-made end asks for in its SYN. */
const MSS = 1460;
/** What is sent while there is no room. */
const WAITS = 2 * MSS;
/** The other end's port, as /proc/net/tcp writes it. */
const ROW = ":9C40";
/** The column tr of /proc/net/tcp, which timer runs: none, and the one of a zero window (get_tcp4_sock). */
const NONE = 0;
const PERSIST = 4;
/** So many bytes of a tcp_info hold tcpi_state to tcpi_backoff. */
const HEAD = 8;
const PROBES = "optval.tcpi_probes";
const BACKOFF = "optval.tcpi_backoff";

/**
 * The receiver has no room: its window is 0.
 *
 *     "Hello"  →                  ←  ACK of all five, window 0
 *     send(s, buf, 2920, 0);      // 2920, and nothing leaves
 *     // 200 ms later  →          a segment without data, with the number of the o in "Hello"
 *     // 400 ms later  →          the same                ←  window 0
 *     1460, 1460       →                                  ←  window 65535
 */
export default experiment({
  name: "zero-window",
  asks: "The receiver says that it has no room at all: does the sender fall silent?",
  story: `The other says: not now, I shall tell you when I can take more. So you stop. But suppose that he
    tells you, and his card gets lost: then he waits for you and you for him, for ever. Therefore you knock
    from time to time, with empty hands, and repeat an old word that he has heard long ago: that cannot be
    right, and he has to say how things stand. After each knock you wait twice as long. As long as he answers
    you do not give up.`,
  needs: ["veth"],
  // What may leave does not wait for company, and nobody gives up early.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
    "net.ipv4.tcp_retries2": 15,
  },
  parameters: {
    unanswered: { is: "how many probes are not answered before one is", default: 1, from: 1, to: 3 },
  },
  next: "--set unanswered=3: after how long does each of them come? Then buffer-sizes: how much room there"
    + " can be.",

  run({ socket, bind, listen, setsockopt, getsockopt, accept4, sendto, ioctl, close },
    { say, scene, look, known, peer, set }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    say("One connection beforehand: the waits depend on how long answers take, and first ones take long.");
    peer.at(1).handshake(80);
    const idle = accept4(l, null, null, 0);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    known("sender", s);
    const status = () => {
      look("row", "/proc/self/net/tcp", ROW);
      getsockopt(s, IPPROTO_TCP, TCP_INFO, buffer(HEAD), int(HEAD));
      ioctl(s, SIOCOUTQNSD, int(0));
    };

    scene("hello", "Five bytes. The other end takes them, and has no more room.");
    sendto(s, text("Hello"), 5, 0, null, 0);
    peer.expect(data("Hello", { seq: 0 }));
    peer.send(ack(5, { window: 0 }));
    peer.fence();
    status();

    scene("closed", "Two whole segments are to be sent now. What the kernel says is not answered.");
    sendto(s, text("x".repeat(WAITS)), WAITS, 0, null, 0);
    status();
    for (let n = 0; n < set.unanswered; n++) peer.expect(ack({ seq: 4 }));
    const heard = peer.received().at(-1);
    look("probe", text(`seq ${heard?.seq}, ${heard?.length} bytes`));
    status();

    scene("answered", "The next probe is answered: still no room.");
    peer.expect(ack({ seq: 4 }));
    peer.send(ack(5, { window: 0 }));
    peer.fence();
    status();

    scene("open", "Now there is room.");
    peer.send(ack(5));
    for (const seq of [5, 5 + MSS]) peer.expect(data(MSS, { seq }));
    peer.send(ack(5 + WAITS));
    peer.fence();
    status();
    for (const fd of [s, idle, l]) close(fd);
  },

  claims: [
    claim("with a window of 0 send still takes all, but no data leaves: a timer of its own runs",
      { closed: { sendto: 1, "look row": 2, ioctl: 2 } },
      ({ closed: { sendto, "look row": [row], ioctl: [unsent] } }, seen) => [
        is(sendto.result, WAITS),
        is(unsent.after("*arg"), WAITS),
        is(row.column("tr"), PERSIST),
        also(() => is(seen.packets({ sport: 80, length: MSS }, "closed").length, 0)),
      ], supports("N0-52", "N3-39")),
    claim("the sender does not fall silent: it sends probes, segments without data",
      { closed: { getsockopt: 2, ioctl: 2 } },
      ({ closed: { getsockopt: [, info], ioctl: [, unsent] } }, seen) => [
        atLeast(info.after(PROBES), seen.set("unanswered")),
        atLeast(seen.counted("TcpExt.TCPWinProbe", "closed"), seen.set("unanswered")),
        is(unsent.after("*arg"), WAITS),
        also(() => atLeast(seen.packets({ sport: 80, length: 0 }, "closed").length, seen.set("unanswered"))),
      ], contradicts("N3-46")),
    claim("a probe repeats a number that was acknowledged already, so that the receiver has to answer",
      { closed: { "look probe": 1 } },
      ({ closed: { "look probe": probe } }) => [is(probe.bytes(), "seq 4, 0 bytes")],
      contradicts("N3-46")),
    claim("with each probe the wait before the next doubles: the kernel counts how often",
      { hello: { getsockopt: 1 }, closed: { getsockopt: 2 } },
      ({ hello: { getsockopt: before }, closed: { getsockopt: [, after] } }, seen) => [
        more(after.after(BACKOFF), before.after(BACKOFF), seen.set("unanswered")),
      ], contradicts("N3-46")),
    claim("an answer keeps the connection: the unanswered probes are forgotten, and the timer runs on",
      { closed: { getsockopt: 2 }, answered: { "look row": 1, getsockopt: 1 } },
      ({ closed: { getsockopt: [, before] }, answered: { "look row": row, getsockopt: after } }) => [
        more(before.after(PROBES), after.after(PROBES)),
        is(after.after(PROBES), 0),
        is(row.column("st"), TCP_ESTABLISHED),
        is(row.column("tr"), PERSIST),
      ], contradicts("N3-46")),
    claim("as soon as the window opens the data leaves, and the timer is off",
      { open: { ioctl: 1, "look row": 1 } },
      ({ open: { ioctl: unsent, "look row": row } }, seen) => [
        is(unsent.after("*arg"), 0),
        is(row.column("tr"), NONE),
        also(() => atLeast(seen.packets({ sport: 80, length: MSS }, "open").length, 2)),
      ], supports("N0-52", "N3-39")),
  ],
});
