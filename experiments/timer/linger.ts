import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_LINGER, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_FIN_WAIT1, TCP_TIME_WAIT } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { linger } from "../../src/abi/structs/socket.ts";
import { also, atLeast, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, fin, rst } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The ports of the other ends, as /proc/net/tcp writes them and as numbers. */
const ROWS = { usual: ":9C40", reset: ":9C41", waited: ":9C42", vain: ":9C43" };
const RESET = 40_001;
/** So many seconds one close may wait, and another. */
const [PATIENCE, IMPATIENCE] = [4, 2];
/** Column tm->when of /proc/net/tcp counts hundredths of a second. */
const SECOND = 100;
/** What was sent and is not acknowledged: five bytes, and the FIN. */
const UNACKED = 6;

/** Closes, and may sleep meanwhile. */
export const closer = ({ close }: Calls, { fd }: { fd: number }) => close(fd);

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
 * Five bytes are sent, nobody has acknowledged them, and then comes close.
 *
 *     close(s);                                            // at once: the kernel does the rest alone
 *     setsockopt(s, SOL_SOCKET, SO_LINGER, { 1, 0 });
 *     close(s);                                            // at once: RST, and all is thrown away
 *     setsockopt(s, SOL_SOCKET, SO_LINGER, { 1, 4 });
 *     close(s);                                            // sleeps until they have arrived: 4 s at most
 */
export default experiment({
  name: "linger",
  asks: "What does SO_LINGER make longer: the connection's afterlife, or the call?",
  story: `You bring a parcel to the counter and go home. Whether it arrives you do not wait for: the post does
    its work without you. Some stand at the counter until the receipt is there, or until their patience ends;
    then they go as well, and do not know more than you. And some shout: burn it all, and tear up my file! In
    none of these cases is it said how long the post keeps a file that is done with. That rule is its own.`,
  needs: ["veth"],
  next: "Who wants to know what has arrived had better ask the other program."
    + " Then unacked-timeout: nobody acknowledges, and nobody waits.",

  run(calls, { scene, look, known, start, net, peer }) {
    const { setsockopt, getsockopt, accept4, sendto, close } = calls;
    scene("sent", "Four connections, five bytes on each. They would be sent again after a minute: not here.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = listener(calls);
    const [usual, reset, waited, vain] = Object.keys(ROWS).map((name, n) => {
      peer.at(n).handshake(80);
      const s = accept4(l, null, null, 0);
      known(name, s);
      sendto(s, text("hello"), 5, 0, null, 0);
      return s;
    }) as [number, number, number, number];
    const row = (name: keyof typeof ROWS) => look(name, "/proc/self/net/tcp", ROWS[name]);
    const lingers = (fd: number, l_linger: number) =>
      setsockopt(fd, SOL_SOCKET, SO_LINGER, linger({ l_onoff: 1, l_linger }), sizeof(linger));

    scene("usual", "A new socket does not linger.");
    getsockopt(usual, SOL_SOCKET, SO_LINGER, linger(), int(sizeof(linger)));
    close(usual);
    row("usual");

    scene("reset", "It lingers for no time at all.");
    lingers(reset, 0);
    close(reset);
    row("reset");
    peer.at(1).expect(data("hello"));
    peer.at(1).expect(rst());

    scene("waiting", "Two that linger: one for two seconds, one for four. Each is closed by another thread.");
    lingers(vain, IMPATIENCE);
    lingers(waited, PATIENCE);
    const closing = [vain, waited].map((fd) => {
      const it = start(closer, { fd });
      it.asleep("close");
      return it;
    });
    row("waited");

    scene("arrived", "To the second the other end says: I have everything, and I have finished too.");
    peer.at(2).send(ack(UNACKED));
    closing[1]!.join();
    peer.at(2).send(fin());
    peer.fence();
    row("waited");

    scene("in vain", "To the first nobody says anything.");
    closing[0]!.join();
    row("vain");
    close(l);
  },

  claims: [
    claim("by default close waits for nothing: it is back while what was sent is unacknowledged",
      { usual: { getsockopt: 1, close: 1, "look usual": 1 } },
      ({ usual: { getsockopt: option, close, "look usual": row } }) => [
        is(option.after("optval.l_onoff"), 0),
        is(close.result, 0),
        is(row.column("st"), TCP_FIN_WAIT1),
        is(row.column("tx_queue"), UNACKED),
      ], contradicts("N3-73"), corrects("N2-14")),
    claim("with a linger time of 0 close sends RST instead of FIN: nothing is kept, there is no TIME_WAIT",
      { reset: { setsockopt: 1, close: 1, "look reset": 1 } },
      ({ reset: { setsockopt: option, close, "look reset": row } }, seen) => [
        is(option.before("optval.l_onoff"), 1),
        is(option.before("optval.l_linger"), 0),
        is(close.result, 0),
        is(row.lines(ROWS.reset), 0),
        is(seen.packets({ sport: 80, dport: RESET }, "reset").field("rst"), [1]),
        is(seen.packets({ sport: 80, dport: RESET }, "reset").field("fin"), [0]),
        also(() => is(seen.states("reset").all, ["ESTABLISHED", "CLOSE"])),
      ], contradicts("N3-73")),
    claim("with another time close sleeps until all is acknowledged, the FIN as well",
      { waiting: { "close@closer#2": 1, "look waited": 1 }, arrived: { "look waited": 1 } },
      ({
        waiting: { "close@closer#2": close, "look waited": before }, arrived: { "look waited": after },
      }) => [
        is(close.slept, true),
        is(close.result, 0),
        is(before.column("tx_queue"), UNACKED),
        is(after.column("tx_queue"), 0),
      ], contradicts("N3-73")),
    claim("if nobody acknowledges, the time ends the sleep and not the connection; close does not say so: 0",
      { waiting: { setsockopt: 2, "close@closer": 1 }, "in vain": { "look vain": 1 } },
      ({ waiting: { setsockopt: [option], "close@closer": close }, "in vain": { "look vain": row } }) => [
        is(option.before("optval.l_linger"), IMPATIENCE),
        is(close.slept, true),
        is(close.result, 0),
        is(row.column("st"), TCP_FIN_WAIT1),
        is(row.column("tx_queue"), UNACKED),
      ], contradicts("N3-73")),
    claim("TIME_WAIT knows nothing of it: it lasts many times the four seconds",
      { waiting: { setsockopt: 2 }, arrived: { "look waited": 1 } },
      ({ waiting: { setsockopt: [, option] }, arrived: { "look waited": row } }, seen) => [
        is(option.before("optval.l_linger"), PATIENCE),
        is(row.column("st"), TCP_TIME_WAIT),
        atLeast(row.column("tm->when"), 2 * PATIENCE * SECOND),
        also(() => is(seen.states("waited").at(-1), "TIME_WAIT")),
      ], contradicts("N3-73")),
  ],
});
