import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import {
  TCP_CONGESTION, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_TIME_WAIT,
} from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, rst, syn, synAck } from "../../src/lab/peer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The payload of a whole segment: what the hand-made end asks for in its SYN. */
const MSS = 1460;
/** So much is sent: two segments that the window lets go, two that it does not, and a little. */
const SENT = 4 * MSS + 100;
/** All connections of this namespace, and how the ports of both clients are written there. */
const TABLE = "/proc/self/net/tcp";
const [PATIENT, TALKER] = [":9C40", ":9C41"];

/** Another process: it sends all that it has to say over each connection, and ends. */
export const sender = ({ sendto }: Calls, { first, second }: { first: number; second: number }) => {
  for (const fd of [first, second]) sendto(fd, text("x".repeat(SENT)), SENT, 0, null, 0);
};

/**
 * A process that sends more than there is room for, and ends.
 *
 *     send(s, buf, 5940, 0);   // 5940: all is taken; two segments leave
 *     exit(0);                 // FIN_WAIT1, nobody's: 3020 bytes and a FIN are still to be sent
 *     // ACK, room: 1460 bytes, 1460, 100 with the FIN       FIN_WAIT2
 *     // FIN: an ACK                                         TIME_WAIT
 */
export default experiment({
  name: "orphans",
  asks: "A process sends much and ends at once: who sends what has not left yet?",
  story: `Somebody brings a heap of letters to the post room, more than fits into one bag, gives notice the
    same minute and moves away. The post room does not burn the letters. It sends them bag by bag, keeps
    copies, waits for receipts, and puts a last word behind the last letter: that was all. Nobody in the house
    knows these letters any more. But if an answer comes, there is nobody to hand it to; then the post room
    sends a short word back, and what it still had of that correspondence goes into the bin.`,
  needs: ["veth"],
  // Nothing is sent again early, what may leave does not wait for company, and send has room.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
    "net.ipv4.tcp_wmem": "4096 100000 4194304",
  },
  next: "Then tcp-lifecycle: all the states of a connection, one after the other.",

  run({ socket, bind, listen, setsockopt, accept4, close }, { say, scene, look, start, known, net, peer }) {
    say("So late may a segment be sent again by itself that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const client = (n: number, name: string) => {
      peer.at(n).send(syn());
      peer.at(n).expect(synAck());
      peer.at(n).send(ack(0, { window: 2 * MSS }));
      const s = accept4(l, null, null, 0);
      known(name, s);
      return s;
    };

    scene("begun", "Two clients, each with room for two segments. The process has both connections.");
    const [first, second] = [client(0, "first"), client(1, "second")];
    look("row", TABLE, PATIENT);

    scene("left", "Another process gets both, sends more than there is room for, and ends.");
    const other = start(sender, { first, second }, { as: "process" });
    for (const fd of [first, second, l]) close(fd);
    other.join();
    look("row", TABLE, PATIENT);

    scene("room", "The first client has read, and has room again.");
    peer.send(ack(2 * MSS, { window: MSS }));
    peer.expect(data(MSS, { seq: 2 * MSS }));
    look("row", TABLE, PATIENT);

    scene("all", "It has room for everything.");
    peer.send(ack(3 * MSS));
    peer.expect(data(MSS, { seq: 3 * MSS }));
    peer.expect(fin({ seq: 4 * MSS, length: SENT - 4 * MSS }));
    peer.send(ack());
    peer.fence();
    look("row", TABLE, PATIENT);

    scene("end", "It ends as well.");
    peer.send(fin());
    peer.expect(ack(1));
    look("row", TABLE, PATIENT);

    scene("answer", "The second client has something to say.");
    peer.at(1).send(data("Hello", { ack: 2 * MSS }));
    peer.at(1).expect(rst());
    look("row", TABLE, TALKER);
  },

  claims: [
    claim("a process that ends leaves its connections behind: FIN_WAIT1, nobody's, with all that is not sent",
      { begun: { "look row": 1 }, left: { "sendto@sender": 2, "look row": 1 } },
      ({ begun: { "look row": before }, left: { "sendto@sender": [send], "look row": after } }) => [
        is(before.column("st"), TCP_ESTABLISHED),
        atLeast(before.column("inode"), 1),
        is(send.result, SENT),
        is(after.column("st"), TCP_FIN_WAIT1),
        is(after.column("inode"), 0),
        is(after.column("tx_queue"), SENT + 1),
      ], supports("N3-02")),
    claim("the kernel goes on sending as there is room, and its FIN goes with the last byte",
      { room: { "look row": 1 }, all: { "look row": 1 } },
      ({ room: { "look row": some }, all: { "look row": none } }, seen) => [
        is(some.column("st"), TCP_FIN_WAIT1),
        is(some.column("tx_queue"), SENT + 1 - 2 * MSS),
        is(seen.counted("Tcp.OutSegs", "room"), 1),
        is(none.column("st"), TCP_FIN_WAIT2),
        is(none.column("tx_queue"), 0),
        also(() => is(seen.packets({ sport: 80 }, "all").field("length"), [MSS, SENT - 4 * MSS])),
        also(() => is(seen.packets({ sport: 80 }, "all").field("fin"), [0, 1])),
      ], supports("N3-02", "N3-39")),
    claim("it sees the other end's FIN, too, answers it, and stays in TIME_WAIT, still nobody's",
      { end: { "look row": 1 } },
      ({ end: { "look row": row } }, seen) => [
        is(row.column("st"), TCP_TIME_WAIT),
        is(row.column("inode"), 0),
        also(() => is(seen.states("first").until("end"),
          ["ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"])),
      ], supports("N3-02")),
    claim("bytes that come for nobody are answered by RST, and what was not sent is lost: send had taken it",
      { left: { "sendto@sender": 2 }, answer: { "look row": 1 } },
      ({ left: { "sendto@sender": [, send] }, answer: { "look row": row } }, seen) => [
        is(send.result, SENT),
        is(row.lines(TALKER), 0),
        is(seen.counted("TcpExt.TCPAbortOnData", "answer"), 1),
        is(seen.counted("Tcp.OutRsts", "answer"), 1),
        also(() =>
          is(seen.packets({ sport: 80, dport: 40_001, syn: false }).field("length"), [MSS, MSS, 0])),
      ], corrects("N3-51")),
  ],
});
