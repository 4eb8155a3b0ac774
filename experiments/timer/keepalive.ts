import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_KEEPALIVE, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import {
  TCP_CONGESTION, TCP_ESTABLISHED, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL,
} from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, atMost, is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, rst } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The other ends: each one's port, as a number and as /proc/net/tcp writes it. */
const [ANSWERS, GONE, BUSY] = [40_000, 40_001, 40_002];
const ROWS = { answers: ":9C40", gone: ":9C41", busy: ":9C42" };
/** Column tr of /proc/net/tcp: which timer runs. None; the one that repeats data; keepalive. */
const [NONE, REPEATS, KEEPALIVE] = [0, 1, 2];
/** Two hours in hundredths of a second, as column tm->when counts them. */
const TWO_HOURS = 720_000;
/** A probe is empty; its number is that of the byte before the next one: -1 where nothing was ever sent. */
const probe = () => ack(0, { seq: -1 });
/** What neither opens nor ends a connection. */
const FROM_US = { sport: 80, syn: false, fin: false, rst: false };
const PROBES = { ...FROM_US, dport: GONE };

/**
 * A connection on which nobody says anything.
 *
 *     setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, 1);       // without it nothing happens, for years
 *     setsockopt(s, IPPROTO_TCP, TCP_KEEPIDLE, 1);      // so long it may be idle: else two hours
 *     setsockopt(s, IPPROTO_TCP, TCP_KEEPINTVL, 1);     // so long an answer may take: else 75 seconds
 *     setsockopt(s, IPPROTO_TCP, TCP_KEEPCNT, 1);       // so many probes: else nine
 */
export default experiment({
  name: "keepalive",
  asks: "Nothing is said on a connection for hours: who notices that the other end is gone?",
  story: `Two friends hold a string with a tin at each end. As long as nobody speaks nobody knows whether the
    other is still there, and by itself the string does nothing about it: one may have gone home days ago. You
    can ask your porter to pull at it now and then. If there is a pull back all is well, and he waits again.
    If there is none, he pulls so often as you told him, and then he cuts the string and tells you. While
    something that you said has not been answered he does not pull: he says it again instead.`,
  needs: ["veth"],
  pins: {
    "net.ipv4.tcp_keepalive_time": 7200, "net.ipv4.tcp_keepalive_intvl": 75,
    "net.ipv4.tcp_keepalive_probes": 9, "net.ipv4.tcp_retries2": 15,
  },
  parameters: {
    probes: { is: "TCP_KEEPCNT: after how many unanswered probes it is over", default: 1, from: 1, to: 2 },
  },
  next: "--set probes=2: how many probes, and how much later? Then fin-wait-2: one side has said goodbye, and"
    + " the other does not.",

  run({
    socket, bind, listen, setsockopt, getsockopt, accept4, sendto, close, attempt,
  }, { scene, look, known, peer, set }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const [answers, gone, busy] = [0, 1, 2].map((n) => {
      peer.at(n).handshake(80);
      return accept4(l, null, null, 0);
    }) as [number, number, number];
    const row = (name: keyof typeof ROWS) => look(name, "/proc/self/net/tcp", ROWS[name]);

    scene("idle", "Three connections. Nobody has asked for anything: does a timer run?");
    known("answers", answers);
    known("gone", gone);
    known("busy", busy);
    getsockopt(answers, SOL_SOCKET, SO_KEEPALIVE, int(0), int(4));
    row("answers");

    scene("on", "SO_KEEPALIVE, and nothing else.");
    setsockopt(answers, SOL_SOCKET, SO_KEEPALIVE, int(1), 4);
    row("answers");
    for (const it of [TCP_KEEPINTVL, TCP_KEEPCNT]) getsockopt(answers, IPPROTO_TCP, it, int(0), int(4));

    scene("one second", "For all three: one second instead. On one of them five bytes are sent.");
    sendto(busy, text("hello"), 5, 0, null, 0);
    setsockopt(gone, IPPROTO_TCP, TCP_KEEPCNT, int(set.probes), 4);
    for (const fd of [answers, gone, busy]) {
      setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, int(1), 4);
      setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, int(1), 4);
      setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, int(1), 4);
    }
    row("busy");

    scene("probed", "A second later. One of the other ends answers.");
    peer.expect(probe());
    peer.send(ack());
    for (let n = 0; n < set.probes; n++) peer.at(1).expect(probe());

    scene("given up", "One that does not answer is given up.");
    peer.at(1).expect(rst());
    peer.fence();
    for (const fd of [answers, gone, busy]) attempt.recvfrom(fd, buffer(16), 16, MSG_DONTWAIT, null, null);
    row("answers");
    row("busy");
    for (const fd of [answers, gone, busy, l]) close(fd);
  },

  claims: [
    claim("unless somebody asks for it nothing is probed: SO_KEEPALIVE is off, and no timer runs",
      { idle: { getsockopt: 1, "look answers": 1 } },
      ({ idle: { getsockopt: option, "look answers": row } }) => [
        is(option.after("*optval"), 0),
        is(row.column("st"), TCP_ESTABLISHED),
        is(row.column("tr"), NONE),
      ], corrects("N3-70")),
    claim("who asks for it gets what the sysctls say: a first probe after two hours, nine, 75 seconds apart",
      { on: { setsockopt: 1, "look answers": 1, getsockopt: 2 } },
      ({ on: { setsockopt, "look answers": row, getsockopt: [interval, count] } }) => [
        is(setsockopt.before("optname"), SO_KEEPALIVE),
        is(row.column("tr"), KEEPALIVE),
        atMost(row.column("tm->when"), TWO_HOURS),
        atLeast(row.column("tm->when"), TWO_HOURS - 6000),
        is(interval.after("*optval"), 75),
        is(count.after("*optval"), 9),
      ], corrects("N3-70")),
    claim("a probe is empty and has a number of before, that of the SYN here: it asks for nothing but an ACK",
      { probed: { recvfrom: 0 } },
      (_, seen) => [
        is(seen.packets(PROBES).field("length"), Array<number>(seen.set("probes")).fill(0)),
        is(seen.packets(PROBES).field("seq"),
          Array(seen.set("probes")).fill(seen.packets({ syn: true, dport: GONE }).field("seq").value[0])),
      ], corrects("N3-70")),
    claim("where it is answered the connection lives on, and the timer begins anew",
      { "given up": { recvfrom: 3, "look answers": 1 } },
      ({ "given up": { recvfrom: [answers], "look answers": row } }, seen) => [
        is(answers.errno, "EAGAIN"),
        is(row.column("st"), TCP_ESTABLISHED),
        is(row.column("tr"), KEEPALIVE),
        also(() => is(seen.packets({ sport: 80, dport: ANSWERS, rst: true }).length, 0)),
      ], corrects("N3-70")),
    claim("where as many are unanswered as TCP_KEEPCNT says the kernel sends RST: the program gets ETIMEDOUT",
      { "given up": { recvfrom: 3 } },
      ({ "given up": { recvfrom: [, gone] } }, seen) => [
        is(gone.errno, "ETIMEDOUT"),
        is(seen.packets({ sport: 80, dport: GONE, rst: true }).length, 1),
        also(() => is(seen.states("gone").all, ["ESTABLISHED", "CLOSE"])),
      ], corrects("N3-70")),
    claim("while something is unacknowledged nothing is probed: that is sent again, by another timer",
      { "one second": { "look busy": 1 }, "given up": { recvfrom: 3, "look busy": 1 } },
      ({
        "one second": { "look busy": first }, "given up": { recvfrom: [, , busy], "look busy": last },
      }, seen) => [
        is(first.column("tr"), REPEATS),
        is(last.column("tr"), REPEATS),
        is(busy.errno, "EAGAIN"),
        atLeast(seen.packets({ sport: 80, dport: BUSY, length: 5 }).length, 2),
        is(seen.packets({ ...FROM_US, dport: BUSY, length: 0 }).length, 0),
      ], corrects("N3-70")),
  ],
});
