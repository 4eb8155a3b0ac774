import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, MSG_NOSIGNAL, SOCK_NONBLOCK, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import {
  TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_LAST_ACK, TCP_SYN_RECV, TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, enough, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, type Peer, syn, synAck } from "../../src/lab/peer.ts";
import type { Stage } from "../../src/lab/stage.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The port of the hand-made server. */
const SERVER = 40_000;
/** The hand-made ends, as /proc/net/tcp writes them: who is called, and who calls. */
const ENDS = [["client", "020200C0:9C40"], ["server", "020200C0:9C41"]] as const;
const rows = (look: Stage["look"]) => {
  for (const [end, other] of ENDS) look(end, "/proc/self/net/tcp", other);
};
const address = (sin_addr: string, sin_port: number) =>
  sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr });
/** One of them says something, and has to hear that. */
const answered = (it: Peer, said: Parameters<Peer["send"]>[0], heard: Parameters<Peer["expect"]>[0]) => {
  it.send(said);
  it.expect(heard);
};
/** Whoever is not answered says it again. */
const acknowledged = (it: Peer, heard: Parameters<Peer["expect"]>[0]) => {
  it.expect(heard);
  it.send(ack());
};
/** The way of the end that calls and closes first, and the beginning of the other one's. */
const CLIENT = ["CLOSE", "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"];
const SERVER_BORN = ["LISTEN", "SYN_RECV", "ESTABLISHED"];

/**
 * Two connections, each with one end in this kernel and one made by hand, which takes its time.
 *
 *     we open, and close first               we are called, and hear the other one close
 *     CLOSE
 *       connect            SYN     ─▶        LISTEN
 *     SYN_SENT             SYN-ACK ◀─        SYN_RECV
 *     ESTABLISHED          ACK     ─▶        ESTABLISHED
 *       close              FIN     ─▶
 *     FIN_WAIT1            ACK     ◀─        CLOSE_WAIT
 *     FIN_WAIT2                                close
 *                          FIN     ◀─        LAST_ACK
 *     TIME_WAIT            ACK     ─▶        CLOSE
 */
export default experiment({
  name: "tcp-lifecycle",
  asks: "A connection is opened, used and closed: through which states does each of its two ends go?",
  story: `Two people talk, and one takes leave first. She says “I am done” and waits for “I have heard it”,
    then for the other's “I am done, too”. He may go on talking until he has said it, and then he waits for
    nothing but her “heard”. When she has said that, he is gone. She cannot know whether he has heard it: if
    not he will ask again, so somebody has to stay at the door for a while. It is always the one who took
    leave first.`,
  needs: ["veth"],
  draws: ["states"],
  tracepoints: ["sock:inet_sock_set_state"],
  next: "Then simultaneous-close: both say it at the same time.",

  run({ socket, bind, listen, accept4, sendto, recvfrom, close, attempt }, { scene, look, peer, known }) {
    const [here, there] = [address("192.0.2.1", 80), address("192.0.2.2", SERVER)];

    scene("ready", "A client that has not called anybody, and a listener.");
    const client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    const listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    bind(listener, here, sizeof(here));
    listen(listener, 8);
    known("client", client);

    scene("asked", "The client calls, and waits for an answer. The listener is called, and has answered.");
    attempt.connect(client, there, sizeof(there));
    peer.expect(syn());
    answered(peer.at(1), syn(), synAck());
    rows(look);

    scene("open", "The client has its answer, the listener the last part of the handshake.");
    answered(peer, synAck(), ack());
    peer.at(1).send(ack());
    const server = accept4(listener, null, null, 0);
    known("server", server);
    rows(look);

    scene("said", "The client closes. At the server the other end does: a receive of nothing.");
    close(client);
    peer.expect(fin());
    answered(peer.at(1), fin(), ack());
    recvfrom(server, buffer(16), 16, 0, null, null);
    rows(look);

    scene("heard", "The client's FIN is acknowledged. The server is not done, and still sends.");
    peer.send(ack());
    peer.fence();
    sendto(server, text("bye"), 3, MSG_NOSIGNAL, null, 0);
    acknowledged(peer.at(1), data("bye"));
    rows(look);

    scene("said, too", "The client hears the other FIN. The server closes.");
    answered(peer, fin(), ack());
    peer.fence();
    close(server);
    peer.at(1).expect(fin());
    rows(look);

    scene("over", "The server's FIN is acknowledged. Nothing more is said.");
    peer.at(1).send(ack());
    peer.fence();
    rows(look);
    close(listener);
  },

  claims: [
    claim("the end that calls is SYN_SENT, the one that is called SYN_RECV; then both are ESTABLISHED",
      { asked: { "look client": 1, "look server": 1 }, open: { "look client": 1, "look server": 1 } },
      ({
        asked: { "look client": calls, "look server": called },
        open: { "look client": client, "look server": server },
      }, seen) => [
        is(calls.column("st"), TCP_SYN_SENT),
        is(called.column("st"), TCP_SYN_RECV),
        is(client.column("st"), TCP_ESTABLISHED),
        is(server.column("st"), TCP_ESTABLISHED),
        also(() => is(seen.states("client").until("open"), ["CLOSE", "SYN_SENT", "ESTABLISHED"])),
      ], contradicts("N0-08")),
    claim("the end that closes first goes through FIN_WAIT1 and FIN_WAIT2 into TIME_WAIT, and stays there",
      {
        said: { close: 1, "look client": 1 }, heard: { "look client": 1 },
        "said, too": { "look client": 1 }, over: { "look client": 1 },
      },
      ({
        said: { close, "look client": said }, heard: { "look client": heard },
        "said, too": { "look client": last }, over: { "look client": over },
      }, seen) => [
        is(close.result, 0),
        is(said.column("st"), TCP_FIN_WAIT1),
        is(heard.column("st"), TCP_FIN_WAIT2),
        is(last.column("st"), TCP_TIME_WAIT),
        is(over.column("st"), TCP_TIME_WAIT),
        also(() => is(seen.states("client").until("over"), CLIENT)),
      ], supports("N3-74")),
    claim("the other end goes through CLOSE_WAIT and LAST_ACK, and is gone: no TIME_WAIT for it",
      {
        said: { recvfrom: 1, "look server": 1 }, "said, too": { close: 1, "look server": 1 },
        over: { "look server": 1 },
      },
      ({
        said: { recvfrom: end, "look server": said }, "said, too": { close, "look server": last },
        over: { "look server": over },
      }, seen) => [
        is(end.result, 0),
        is(said.column("st"), TCP_CLOSE_WAIT),
        is(close.result, 0),
        is(last.column("st"), TCP_LAST_ACK),
        is(over.lines(ENDS[1][1]), 0),
        also(() => is(seen.states("server").at(-2), "LAST_ACK")),
        also(() => is(seen.states("server").at(-1), "CLOSE")),
      ], corrects("N3-74"), supports("N2-13")),
    claim("in CLOSE_WAIT nothing more will be received, but it can still send",
      { said: { recvfrom: 1 }, heard: { sendto: 1, "look server": 1 } },
      ({ said: { recvfrom: end }, heard: { sendto, "look server": server } }, seen) => [
        is(end.result, 0),
        is(sendto.result, 3),
        is(server.column("st"), TCP_CLOSE_WAIT),
        also(() => atLeast(seen.packets({ sport: 80, length: 3 }, "heard").length, 1)),
      ], supports("N2-13")),
    claim("the end that is called begins as the listener's copy, and passes SYN_RECV",
      { open: { accept4: 1 } },
      ({ open: { accept4: accept } }, seen) => [
        is(accept.errno, null),
        is(enough(seen.states("server").passed("open"), 3), SERVER_BORN),
      ], contradicts("N0-08")),
  ],
});
