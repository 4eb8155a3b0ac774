import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, MSG_DONTWAIT, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_INFO, TCP_USER_TIMEOUT } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, atLeast, atMost, is } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { data } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const BACKOFF = "optval.tcpi_backoff";
const RTO = "optval.tcpi_rto";

/**
 * Five bytes, and nobody answers. The route says that the first wait may be as short as 20 ms; without a word
 * of it Linux waits 200 ms at least.
 *
 *     send(s, "hello", 5, 0);   // 5: and the program hears nothing for a long time
 *     // hello → · hello → ·· hello → ···· hello → ········ hello →
 *     recv(s, …);               // ETIMEDOUT, when the kernel gives up
 */
export default experiment({
  name: "rto-backoff",
  asks: "Nothing comes back at all: how often does the sender try again, and how does it end?",
  story: `Nobody answers the phone. You try again after a minute, then after two, four, eight: if the line is
    overloaded, calling faster would make it worse. The one who asked you to call does not hear of it. Only
    when you give up you tell him, the next time he asks: I could not reach anybody.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_thin_linear_timeouts": 0 },
  parameters: { tries: { is: "repetitions to wait for", default: 3, from: 2, to: 5 } },
  next: "--set tries=5: how long was the last wait? Then lossy-wire: a loss between two real ends.",

  run({
    socket, bind, listen, setsockopt, getsockopt, accept4, sendto, ppoll, close, attempt,
  }, { say, scene, net, peer, known, set }) {
    say("The first wait follows from how long a handshake took: of three the quickest is taken.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 20, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const info = (fd: number) => {
      const it = tcp_info();
      getsockopt(fd, IPPROTO_TCP, TCP_INFO, it, int(sizeof(tcp_info)));
      return it;
    };
    const connections = [0, 1, 2].map((n) => {
      peer.at(n).handshake(80);
      const s = accept4(l, null, null, 0);
      return { s, other: peer.at(n), rto: info(s).tcpi_rto };
    });
    const { s, other } = connections.reduce((best, it) => (it.rto < best.rto ? it : best));
    known("sender", s);

    scene("silence", "Five bytes leave. The other end says nothing: the same five come again, and again.");
    sendto(s, text("hello"), 5, 0, null, 0);
    other.expect(data("hello", { seq: 0 }));
    info(s);
    for (let i = 0; i < set.tries; i++) {
      other.expect(data("hello", { seq: 0 }));
      info(s);
    }
    attempt.recvfrom(s, buffer(16), 16, MSG_DONTWAIT, null, null);

    scene("given up", "TCP_USER_TIMEOUT: what is not acknowledged after a millisecond is to be given up.");
    setsockopt(s, IPPROTO_TCP, TCP_USER_TIMEOUT, int(1), 4);
    ppoll(pollfd({ fd: s }), 1, timespec({ tv_sec: 4 }), null, 0);
    attempt.recvfrom(s, buffer(16), 16, 0, null, null);
    for (const it of connections) close(it.s);
    close(l);
  },

  claims: [
    claim("the kernel repeats what is not acknowledged, again and again, and the program hears nothing of it",
      { silence: { sendto: 1, getsockopt: all, recvfrom: 1 } },
      ({ silence: { sendto, getsockopt: info, recvfrom } }, seen) => {
        const last = info.each.at(-1)!;
        const segments = () => seen.packets({ sport: 80, length: 5 }, "silence");
        return [
          is(sendto.result, 5),
          atLeast(last.after("optval.tcpi_retransmits"), seen.set("tries")),
          atLeast(seen.counted("TcpExt.TCPTimeouts", "silence"), seen.set("tries")),
          is(recvfrom.errno, "EAGAIN"),
          also(() => atLeast(segments().length, 1 + seen.set("tries"))),
        ];
      }, supports("N3-60")),
    claim("each wait is twice as long as the one before", { silence: { getsockopt: all } },
      ({ silence: { getsockopt: info } }) => {
        const [first, ...others] = info.each;
        const figure = (name: typeof RTO | typeof BACKOFF) => Number(first!.after(name).value);
        const [rto, backoff] = [figure(RTO), figure(BACKOFF)];
        return others.flatMap((it, i) => {
          const times = 2 ** (Number(it.after(BACKOFF).value) - backoff);
          // Where a tick is no whole number of microseconds, what is told of the first is rounded down.
          return [
            atLeast(it.after(BACKOFF), i + 1),
            atLeast(it.after(RTO), rto * times),
            atMost(it.after(RTO), (rto + 1) * times - 1),
          ];
        });
      }, supports("N3-60")),
    claim("it does not go on for ever: when the kernel gives up, the next call is told ETIMEDOUT",
      { "given up": { ppoll: 1, recvfrom: 1 } },
      ({ "given up": { ppoll, recvfrom } }, seen) => [
        is(ppoll.result, 1),
        is(recvfrom.errno, "ETIMEDOUT"),
        is(seen.counted("TcpExt.TCPAbortOnTimeout", "given up"), 1),
        also(() => is(seen.states("sender").at(-1), "CLOSE")),
      ], supports("N3-60")),
  ],
});
