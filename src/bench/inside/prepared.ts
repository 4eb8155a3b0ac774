/** Node's loops through the gate: many rounds a crossing, their arguments laid out once. */
import { sockaddr_in } from "../../abi/structs/sockaddr.ts";
import { int } from "../../memory/integer.ts";
import { buffer, type Memory } from "../../memory/memory.ts";
import { sizeof } from "../../memory/struct.ts";
import type { Gate } from "../../sys/gate.ts";
import { BATCH, PAYLOAD } from "../loops.ts";
import { median } from "../statistic.ts";
import { expectCut, expectLengths } from "./by-call.ts";
import type { Loop } from "./loop.ts";
import { batchOn, CONTROL, joinedOn, WORD, wordsOf } from "./messages.ts";
import { type Prepared, PreparedList } from "./prepared-list.ts";
import { connectedPair, segmentingPair, tcpPair, udpPair } from "./sockets.ts";
import type { Ticks } from "./ticks.ts";

/** Rounds of one crossing: with more of them the list leaves the processor's nearest cache. */
const MANY = 64;

interface Made {
  readonly packets: number;
  readonly sent: Memory;
  readonly came: Memory;
  /** The calls of one crossing: so many rounds, alike. */
  readonly rounds: readonly (readonly Prepared[])[];
  /** What has to be done before and looked at after each crossing of so many rounds. */
  readonly before?: (rounds: number) => void;
  readonly after?: (rounds: number) => void;
}
const repeated = (count: number, round: readonly Prepared[]): Made["rounds"] =>
  Array.from({ length: count }, () => round);

/** Each loop, by the name that bench.c has for it. */
const MAKES: Readonly<Record<string, () => Made>> = {
  sendto: () => {
    const { tx, rx, to } = udpPair();
    const [sent, came] = [buffer(PAYLOAD), buffer(PAYLOAD)];
    const from = sockaddr_in();
    const length = int(sizeof(from));   // the kernel writes 16 again
    return { packets: 1, sent, came, rounds: repeated(MANY, [
      sends(tx, sent, to.$),
      { call: "recvfrom", args: [rx, came, PAYLOAD, 0, from.$, length], expects: PAYLOAD },
    ]) };
  },
  mmsg: () => {
    const { tx, rx } = connectedPair();
    const [sent, came] = [buffer(BATCH * PAYLOAD), buffer(BATCH * PAYLOAD)];
    const [out, into] = [batchOn(sent), batchOn(came)];
    const words = wordsOf(into);
    return { packets: BATCH, sent, came, after: () => expectLengths(words), rounds: [[
      { call: "sendmmsg", args: [tx, out, BATCH, 0], expects: BATCH },
      { call: "recvmmsg", args: [rx, into, BATCH, 0, 0], expects: BATCH },
    ]] };
  },
  gso: () => {
    const { tx, rx } = segmentingPair();
    const [sent, came] = [buffer(BATCH * PAYLOAD), buffer(BATCH * PAYLOAD)];
    const joined = Array.from({ length: MANY }, () => joinedOn(came));
    return {
      packets: BATCH, sent, came,
      before(rounds) {
        for (let i = 0; i < rounds; i++) joined[i]!.words[WORD.controllen] = CONTROL;
      },
      after(rounds) {
        for (let i = 0; i < rounds; i++) expectCut(joined[i]!.control);
      },
      rounds: joined.map(({ msg }): readonly Prepared[] => [
        sends(tx, sent),
        { call: "recvmsg", args: [rx, msg, 0], expects: came.length },
      ]),
    };
  },
  tcp: () => {
    const [client, server] = tcpPair();
    const [sent, came] = [buffer(PAYLOAD), buffer(PAYLOAD)];
    return { packets: 1, sent, came, rounds: repeated(MANY / 2, [
      sends(client, sent), receives(server, came), sends(server, came), receives(client, came),
    ]) };
  },
};

const sends = (fd: number, from: Memory, to: Memory | null = null): Prepared =>
  ({ call: "sendto", args: [fd, from, from.length, 0, to ?? 0, to?.length ?? 0], expects: from.length });
const receives = (fd: number, into: Memory): Prepared =>
  ({ call: "recvfrom", args: [fd, into, into.length, 0, 0, 0], expects: into.length });

/** A loop of prepared calls. Throws Error where there is no such loop. */
export function prepared(name: string, gate: Gate, ticks: Ticks): Loop {
  const { packets, sent, came, rounds, before, after } = MAKES[name]!();
  const list = new PreparedList(gate, rounds.flat());
  const calls = rounds[0]!.length;
  return {
    packets, sent, came,
    run(wanted) {
      for (let left = wanted; left > 0; left -= rounds.length) {
        const now = Math.min(left, rounds.length);
        before?.(now);
        list.run(now * calls);
        after?.(now);
      }
    },
    inside: () => Object.fromEntries([...list.ticks()].map(([call, some]) =>
      [call, Math.round(median(some) * ticks.ns)])),
  };
}
