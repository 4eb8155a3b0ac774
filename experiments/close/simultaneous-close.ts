import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import {
  TCP_CLOSING, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_TIME_WAIT,
} from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, fin } from "../../src/lab/peer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The hand-made ends as /proc/net/tcp writes them. */
const [CROSSED, AT_ONCE, APART] = ["020200C0:9C40", "020200C0:9C41", "020200C0:9C42"];

/**
 * Three ways from the same close to the same end; what differs is the other end's FIN, and what it
 * acknowledges.
 *
 *     close         FIN    ─▶ ◀─ FIN             FIN    ─▶              FIN    ─▶
 *     FIN_WAIT1     (they cross)                 FIN+ACK ◀─             ACK    ◀─
 *     CLOSING       ACK    ◀─                                           FIN_WAIT2
 *                                                                       FIN    ◀─
 *     TIME_WAIT                                  TIME_WAIT              TIME_WAIT
 */
export default experiment({
  name: "simultaneous-close",
  asks: "Both ends close at the same time, and the two FINs cross: which way leads from there to TIME_WAIT?",
  story: `Two people say “I am done” in the same breath. Neither has heard the other before speaking, so each
    of them owes a “heard”, and each of them is owed one. Both took leave first, so both have to stay at the
    door for a while. Mostly it goes another way: one says “I am done”, and the other answers “heard, and I
    am done, too” in one breath, or in two.`,
  needs: ["veth"],
  draws: ["states"],
  next: "Then time-wait: how long it lasts, and what it is.",

  run({ socket, bind, listen, accept4, close }, { scene, look, peer, known }) {
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const row = (end: string) => look("row", "/proc/self/net/tcp", end);
    const [crossed, once, apart] = [0, 1, 2].map((n) => {
      peer.at(n).handshake(80);
      return accept4(l, null, null, 0);
    }) as [number, number, number];
    known("crossed", crossed);
    known("at once", once);
    known("apart", apart);

    scene("closed", "Three connections are closed here. A FIN leaves on each.");
    for (const fd of [crossed, once, apart]) close(fd);
    for (const n of [0, 1, 2]) peer.at(n).expect(fin());
    row(CROSSED);

    scene("crossed", "On the first one a FIN comes whose sender has not heard of ours.");
    peer.send(fin({ ack: 0 }));
    peer.expect(ack(1));
    peer.fence();
    row(CROSSED);

    scene("acknowledged", "Now it has heard, and says so.");
    peer.send(ack());
    peer.fence();
    row(CROSSED);

    scene("at once", "On the second one the FIN acknowledges ours as well.");
    peer.at(1).send(fin());
    peer.fence();
    row(AT_ONCE);

    scene("apart", "On the third one there is an ACK first, and a FIN later.");
    peer.at(2).send(ack());
    peer.fence();
    row(APART);

    scene("later");
    peer.at(2).send(fin());
    peer.fence();
    row(APART);
    close(l);
  },

  claims: [
    claim("a FIN that crosses ours is acknowledged, and leads from FIN_WAIT1 to CLOSING",
      { closed: { "look row": 1 }, crossed: { "look row": 1 } },
      ({ closed: { "look row": closed }, crossed: { "look row": row } }, seen) => [
        is(closed.column("st"), TCP_FIN_WAIT1),
        is(row.column("st"), TCP_CLOSING),
        also(() => is(seen.states("crossed").until("crossed"), ["ESTABLISHED", "FIN_WAIT1", "CLOSING"])),
      ], corrects("N3-74")),
    claim("when our FIN is acknowledged, CLOSING becomes TIME_WAIT",
      { crossed: { "look row": 1 }, acknowledged: { "look row": 1 } },
      ({ crossed: { "look row": before }, acknowledged: { "look row": after } }) => [
        is(before.column("st"), TCP_CLOSING),
        is(after.column("st"), TCP_TIME_WAIT),
      ], supports("N3-74")),
    claim("a FIN that acknowledges ours leads to TIME_WAIT at once",
      { "at once": { "look row": 1 } },
      ({ "at once": { "look row": row } }, seen) => [
        is(row.column("st"), TCP_TIME_WAIT),
        also(() => is(seen.states("at once").all, ["ESTABLISHED", "FIN_WAIT1", "TIME_WAIT"])),
      ], supports("N3-74")),
    claim("after an ACK alone it waits for the FIN in FIN_WAIT2",
      { apart: { "look row": 1 }, later: { "look row": 1 } },
      ({ apart: { "look row": between }, later: { "look row": after } }) => [
        is(between.column("st"), TCP_FIN_WAIT2),
        is(after.column("st"), TCP_TIME_WAIT),
      ], supports("N3-74")),
  ],
});
