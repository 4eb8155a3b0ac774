import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, MSG_DONTWAIT, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import {
  TCP_CONGESTION, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_INFO, TCP_SYN_RECV, TCP_USER_TIMEOUT,
} from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, rst, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The ports of the other ends, as /proc/net/tcp writes them and as numbers. */
const ROWS = { data: ":9C40", full: ":9C42", busy: ":9C43", orphan: ":9C44", request: ":9C45" };
const [DATA, USER, FULL, BUSY, ORPHAN, REQUEST] = [40_000, 40_001, 40_002, 40_003, 40_004, 40_005];
/** Column tr of /proc/net/tcp: which timer runs. The one that repeats; the one that asks for room. */
const [REPEATS, ASKS] = [1, 4];
/** What the limits are set to in the end. */
const RETRIES = 1;
/** It asks whether there is room now: empty, and its number is that of the byte before the next one. */
const question = () => ack(0, { seq: -1 });
const ASKED = { sport: 80, syn: false, fin: false, rst: false };
const noRoom = () => ack(0, { window: 0 });

/**
 * A FIN is repeated until 600 ms are over, each wait twice as long as the one before; what the first one is
 * depends on how long the handshake took: tcpi_rto, in microseconds. The questions took 600 ms already.
 */
const longerThan = (rto: number) => {
  const ms = Math.ceil((1200 + 3 * rto / 1000) * 1.3) - 600;
  return timespec({ tv_sec: Math.floor(ms / 1000), tv_nsec: (ms % 1000) * 1_000_000 });
};

/** On port 80. */
const listener = ({ socket, bind, listen, setsockopt }: Calls) => {
  const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
  setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
  bind(l, addr, sizeof(addr));
  listen(l, 8);
  return l;
};

/**
 * An answer does not come: four rules say how long it is waited for.
 *
 *     hello →             // tcp_retries2, or TCP_USER_TIMEOUT
 *     any room now? →     // tcp_retries2
 *     FIN →               // tcp_orphan_retries: the program is gone
 *     SYN-ACK →           // tcp_synack_retries: there is none yet
 */
export default experiment({
  name: "unacked-timeout",
  asks: "The other end falls silent in the middle of things: who gives up when, and who is told?",
  story: `You speak, and nobody says “yes, yes”. You say it again, with longer and longer pauses, and then you
    give up; the house has a rule for that, and you may have a stricter one. If the other has
    said “wait, my hands are full”, you ask now and then whether they are free, and as long as you hear “not
    yet” you go on asking, for years. What you left to the porter when you went home he gives up too, and
    tells nobody, for you are not there. And who rang, and never said a name, is forgotten without a word.`,
  needs: ["veth"],
  pins: {
    "net.ipv4.tcp_retries2": 15, "net.ipv4.tcp_orphan_retries": RETRIES,
    "net.ipv4.tcp_synack_retries": 0, "net.ipv4.tcp_syncookies": 1,
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_thin_linear_timeouts": 0,
  },
  parameters: { user: { is: "TCP_USER_TIMEOUT, in ms", default: 100, from: 50, to: 200 } },
  next: "--set user=200: how many repetitions are there then? Then timeouts: all of these limits in a table.",

  run(calls, { scene, look, known, net, peer, set, sysctl }) {
    const { setsockopt, getsockopt, accept4, sendto, ppoll, close, attempt } = calls;
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 20, lock: ["rto_min"] });
    const [l, info] = [listener(calls), tcp_info()];
    const row = (name: keyof typeof ROWS) => look(name, "/proc/self/net/tcp", ROWS[name]);
    const opened = (name: string, n: number, window = 65_535) => {
      peer.at(n).send(syn());
      peer.at(n).expect(synAck());
      peer.at(n).send(ack(0, { window }));
      const s = accept4(l, null, null, 0);
      known(name, s);
      return s;
    };
    const [unacked, user, orphan] = [opened("data", 0), opened("user", 1), opened("orphan", 4)] as const;
    const [full, busy] = [opened("full", 2, 0), opened("busy", 3, 0)] as const;
    setsockopt(user, IPPROTO_TCP, TCP_USER_TIMEOUT, int(set.user), 4);
    getsockopt(orphan, IPPROTO_TCP, TCP_INFO, info, int(sizeof(tcp_info)));
    const read = (fd: number) => attempt.recvfrom(fd, buffer(16), 16, MSG_DONTWAIT, null, null);
    const failed = (fd: number) => ppoll(pollfd({ fd }), 1, timespec({ tv_sec: 4 }), null, 0);

    scene("silence", "Five bytes each; two have no room for them. One is closed here, one is only calling.");
    for (const fd of [full, busy, unacked, user]) sendto(fd, text("hello"), 5, 0, null, 0);
    close(orphan);
    peer.at(5).send(syn());
    peer.at(5).expect(synAck());
    for (const name of ["orphan", "request", "data", "full"] as const) row(name);

    scene("own time", "One of those who have sent has a limit of its own; the other has none.");
    failed(user);
    for (const fd of [user, unacked]) read(fd);

    scene("questions", "Of the two without room one answers the first question: still none.");
    peer.at(3).expect(question());
    peer.at(3).send(noRoom());

    scene("limit", "Now there is a limit for all: tcp_retries2 is 1. Whom does it end?");
    sysctl("net.ipv4.tcp_retries2", RETRIES);
    failed(full);
    for (const fd of [full, busy]) read(fd);
    row("busy");
    failed(unacked);
    read(unacked);

    scene("forgotten", "Longer than the FIN may be repeated. Then the last two do answer: too late.");
    ppoll(null, 0, longerThan(info.tcpi_rto), null, 0);
    for (const name of ["orphan", "request"] as const) row(name);
    for (const [n, seq] of [[4, 1], [5, 0]] as const) peer.at(n).send(ack(seq));
    for (const n of [4, 5]) peer.at(n).expect(rst());
    for (const fd of [unacked, user, full, busy, l]) close(fd);
  },

  claims: [
    claim("TCP_USER_TIMEOUT limits one socket: ETIMEDOUT, while another one's data is repeated further",
      { silence: { "look data": 1 }, "own time": { recvfrom: 2 } },
      ({ silence: { "look data": row }, "own time": { recvfrom: [user, data] } }, seen) => [
        is(user.errno, "ETIMEDOUT"),
        is(row.column("tr"), REPEATS),
        is(data.errno, "EAGAIN"),
        atLeast(seen.packets({ sport: 80, dport: USER, length: 5 }).length, 2),
      ]),
    claim("tcp_retries2 limits all: as soon as it is low the other one is given up as well, with ETIMEDOUT",
      { "own time": { recvfrom: 2 }, limit: { recvfrom: 3 } },
      ({ "own time": { recvfrom: [, before] }, limit: { recvfrom: [, , after] } }, seen) => [
        is(before.errno, "EAGAIN"),
        is(after.errno, "ETIMEDOUT"),
        atLeast(seen.packets({ sport: 80, dport: DATA, length: 5 }).length, 2),
        also(() => is(seen.states("data").all, ["ESTABLISHED", "CLOSE"])),
      ]),
    claim("who has no room is asked, by empty segments; without an answer that ends by tcp_retries2 too",
      { silence: { "look full": 1 }, limit: { recvfrom: 3 } },
      ({ silence: { "look full": row }, limit: { recvfrom: [full] } }, seen) => [
        is(row.column("tr"), ASKS),
        is(full.errno, "ETIMEDOUT"),
        atLeast(seen.packets({ ...ASKED, dport: FULL, length: 0 }).length, RETRIES),
        is(seen.packets({ ...ASKED, dport: FULL, length: 5 }).length, 0),
      ]),
    claim("who answers that there is none is asked again, and lives on where one who is silent is given up",
      { limit: { recvfrom: 3, "look busy": 1 } },
      ({ limit: { recvfrom: [, busy], "look busy": row } }, seen) => [
        is(busy.errno, "EAGAIN"),
        is(row.column("st"), TCP_ESTABLISHED),
        is(row.column("tr"), ASKS),
        atLeast(seen.packets({ ...ASKED, dport: BUSY, length: 0 }).length, RETRIES + 1),
      ]),
    claim("a FIN that no program waits for is repeated too, as tcp_orphan_retries says: then nothing is left",
      { silence: { "look orphan": 1 }, forgotten: { "look orphan": 1 } },
      ({ silence: { "look orphan": before }, forgotten: { "look orphan": after } }, seen) => [
        is(before.column("st"), TCP_FIN_WAIT1),
        is(before.column("inode"), 0),
        is(before.column("tr"), REPEATS),
        is(after.lines(ROWS.orphan), 0),
        atLeast(seen.packets({ fin: true, dport: ORPHAN }).length, 2),
        also(() => is(seen.packets({ sport: 80, dport: ORPHAN, rst: true }, "forgotten").length, 1)),
      ], corrects("N2-14")),
    claim("a handshake without its last part is forgotten after tcp_synack_retries: the late ACK gets RST",
      { silence: { "look request": 1 }, forgotten: { "look request": 1 } },
      ({ silence: { "look request": before }, forgotten: { "look request": after } }, seen) => [
        is(before.column("st"), TCP_SYN_RECV),
        is(before.column("tr"), REPEATS),
        is(after.lines(ROWS.request), 0),
        is(seen.packets({ syn: true, dport: REQUEST }).length, 1),
        also(() => is(seen.packets({ sport: 80, dport: REQUEST, rst: true }, "forgotten").length, 1)),
      ]),
  ],
});
