import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCPOPT_SACK } from "../../src/abi/constants/tcp.ts";
import { mss, sackOk, tcp_sack_block_wire } from "../../src/abi/headers/tcp-options.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, type Peer } from "../../src/lab/peer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const BLOCK = sizeof(tcp_sack_block_wire);
/** The blocks of SACK that the peer was told last, in their order; they count bytes of data. */
const blocks = (peer: Peer) => {
  const [, memory] = peer.received().at(-1)!.options!.find(([kind]) => kind === TCPOPT_SACK)!;
  return Array.from({ length: memory.length / BLOCK }, (_, n) => tcp_sack_block_wire.at(memory, n * BLOCK));
};

/**
 * A hole, told in two ways.
 *
 *     0:1000  ✗  2000:3000  ✗  4000:5000 →
 *                                ← ack 1000                               // without SACK: here it begins
 *                                ← ack 1000, sack 4000-5000 2000-3000     // with it: and this I have
 */
export default experiment({
  name: "sack",
  asks: "Segments are missing: how does the receiver say which?",
  story: `You number your letters, and the answer to each is a card. The old cards have one line: I wait for
    number two. That is all they can say, however often they come: whether three, four and five are there you
    do not learn. The new cards have lines below it: but I have five, and three. Now you know what to send
    again, and what not. And if a letter comes that was there already, the card says that too.`,
  needs: ["veth"],
  // Each segment beyond a hole is answered by an ACK of its own, however fast they come.
  pins: { "net.ipv4.tcp_sack": 1, "net.ipv4.tcp_dsack": 1, "net.ipv4.tcp_comp_sack_nr": 0 },
  next: "Both ends have to offer SACK, in their SYNs. Then ofo-full: is what was told by SACK safe?",

  run({ socket, bind, listen, close }, { scene, look, peer }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const [plain, knowing] = [peer, peer.at(1)];
    plain.handshake(80);
    knowing.handshake(80, { options: [mss(1460), sackOk] });
    const send = (from: Peer, seq: number, length: number, answer = 1000) => {
      from.send(data(length, { seq }));
      from.expect(ack(answer));
    };

    scene("plain", "No SACK in the peer's SYN. Two holes of 1,000 bytes.");
    for (const seq of [0, 2000, 4000]) send(plain, seq, 1000);

    scene("sack", "The same on a connection whose two SYNs had it.");
    for (const seq of [0, 2000, 4000]) send(knowing, seq, 1000);
    look("blocks", blocks(knowing));

    scene("joined", "What lies between the two blocks comes.");
    send(knowing, 3000, 1000);
    look("blocks", blocks(knowing));

    scene("again", "Bytes that are there already: some beyond the hole, then some before it.");
    send(knowing, 2100, 500);
    look("beyond", blocks(knowing));
    send(knowing, 200, 300);
    look("before", blocks(knowing));

    scene("filled", "The hole is closed.");
    send(knowing, 1000, 1000, 5000);
    close(l);
  },

  claims: [
    claim("without SACK an ACK says where the first hole begins, and no more: it is the same each time", {},
      (_, seen) => {
        const acks = seen.packets({ dport: 40_000 }, "plain");
        const numbers = acks.field("ack_seq");
        return [
          is(numbers, Array<number>(3).fill(Number(numbers.value[0]))),
          is(acks.field("doff"), [5, 5, 5]),
          is(seen.counted("TcpExt.TCPOFOQueue", "plain"), 2),
        ];
      }, corrects("N3-56")),
    claim("with SACK it says also what arrived beyond: in blocks, that of the newest segment first",
      { sack: { "look blocks": 1 } },
      ({ sack: { "look blocks": told } }, seen) => [
        is(told.field("start_seq", 0), 4000),
        is(told.field("end_seq", 0), 5000),
        is(told.field("start_seq", 1), 2000),
        is(told.field("end_seq", 1), 3000),
        also(() => is(seen.packets({ dport: 40_001 }, "sack").field("doff"), [5, 8, 10])),
      ], corrects("N3-56")),
    claim("blocks that meet become one", { sack: { "look blocks": 1 }, joined: { "look blocks": 1 } },
      ({ sack: { "look blocks": before }, joined: { "look blocks": after } }, seen) => [
        is(before.field("start_seq", 1), 2000),
        is(after.field("start_seq", 0), 2000),
        is(after.field("end_seq", 0), 5000),
        also(() => is(seen.packets({ dport: 40_001 }, "joined").field("doff"), [8])),
      ], corrects("N3-56")),
    claim("bytes that came twice stand in the first block (DSACK), whether beyond the hole or before it",
      { again: { "look beyond": 1, "look before": 1 } },
      ({ again: { "look beyond": beyond, "look before": before } }, seen) => [
        is(beyond.field("start_seq", 0), 2100),
        is(beyond.field("end_seq", 0), 2600),
        is(before.field("start_seq", 0), 200),
        is(before.field("end_seq", 0), 500),
        is(before.field("start_seq", 1), 2000),
        also(() => is(seen.counted("TcpExt.TCPDSACKOfoSent", "again"), 1)),
        also(() => is(seen.counted("TcpExt.TCPDSACKOldSent", "again"), 1)),
      ], corrects("N3-56")),
  ],
});
