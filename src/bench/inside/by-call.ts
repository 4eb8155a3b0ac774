/**
 * Node's loops call by call: each call is a crossing of its own through sys/libc, as netlab's calls are, but
 * nothing of it is written down. Memory is laid out by src/memory.
 */
import { UDP_GRO } from "../../abi/constants/udp.ts";
import { sockaddr_in } from "../../abi/structs/sockaddr.ts";
import { int } from "../../memory/integer.ts";
import { buffer } from "../../memory/memory.ts";
import { cross } from "../../sys/libc.ts";
import { numberOf } from "../../sys/number-of.ts";
import { BATCH, PAYLOAD } from "../loops.ts";
import { expect, type Loop } from "./loop.ts";
import { batchOn, CONTROL, joinedOn, MSG_LEN, WORD, wordsOf } from "./messages.ts";
import { connectedPair, segmentingPair, tcpPair, udpPair } from "./sockets.ts";

const sendto = numberOf("sendto");
const recvfrom = numberOf("recvfrom");

/** Each loop, with its sockets and its memory, by the name that bench.c has for it. */
export const byCall: Readonly<Record<string, () => Loop>> = {
  sendto: () => {
    const { tx, rx, to } = udpPair();
    const [sent, came] = [buffer(PAYLOAD), buffer(PAYLOAD)];
    const [from, length] = [sockaddr_in(), int(0)];
    const [address, name] = [to.$, from.$];
    return loop(1, sent, came, () => {
      const out = [tx, sent.address, PAYLOAD, 0, address.address, address.length];
      expect("sendto", cross(sendto, out), PAYLOAD);
      length.value = name.length;
      const into = [rx, came.address, PAYLOAD, 0, name.address, length.address];
      expect("recvfrom", cross(recvfrom, into), PAYLOAD);
    });
  },
  mmsg: () => {
    const { tx, rx } = connectedPair();
    const [sendmmsg, recvmmsg] = [numberOf("sendmmsg"), numberOf("recvmmsg")];
    const [sent, came] = [buffer(BATCH * PAYLOAD), buffer(BATCH * PAYLOAD)];
    const [out, into] = [batchOn(sent), batchOn(came)];
    const words = wordsOf(into);
    return loop(BATCH, sent, came, () => {
      expect("sendmmsg", cross(sendmmsg, [tx, out.address, BATCH, 0]), BATCH);
      expect("recvmmsg", cross(recvmmsg, [rx, into.address, BATCH, 0, 0]), BATCH);
      expectLengths(words);
    });
  },
  gso: () => {
    const { tx, rx } = segmentingPair();
    const recvmsg = numberOf("recvmsg");
    const [sent, came] = [buffer(BATCH * PAYLOAD), buffer(BATCH * PAYLOAD)];
    const { msg, words, control } = joinedOn(came);
    const whole = BATCH * PAYLOAD;
    return loop(BATCH, sent, came, () => {
      expect("sendto", cross(sendto, [tx, sent.address, whole, 0, 0, 0]), whole);
      words[WORD.controllen] = CONTROL;
      expect("recvmsg", cross(recvmsg, [rx, msg.address, 0]), whole);
      expectCut(control);
    });
  },
  tcp: () => {
    const [client, server] = tcpPair();
    const [sent, came] = [buffer(PAYLOAD), buffer(PAYLOAD)];
    return loop(1, sent, came, () => {
      expect("sendto", cross(sendto, [client, sent.address, PAYLOAD, 0, 0, 0]), PAYLOAD);
      expect("recvfrom", cross(recvfrom, [server, came.address, PAYLOAD, 0, 0, 0]), PAYLOAD);
      expect("sendto", cross(sendto, [server, came.address, PAYLOAD, 0, 0, 0]), PAYLOAD);
      expect("recvfrom", cross(recvfrom, [client, came.address, PAYLOAD, 0, 0, 0]), PAYLOAD);
    });
  },
};

const loop = (packets: number, sent: Loop["sent"], came: Loop["came"], round: () => void): Loop => ({
  packets, sent, came,
  run(rounds) {
    for (let i = 0; i < rounds; i++) round();
  },
  inside: () => null,
});

/** Throws where a packet of a batch (its mmsghdrs as words) has another length. */
export function expectLengths(words: Int32Array): void {
  for (let at = MSG_LEN.at; at < words.length; at += MSG_LEN.every) {
    if (words[at] !== PAYLOAD) expect("recvmmsg's msg_len", words[at]!, PAYLOAD);
  }
}

/** Throws where the kernel did not tell that what it joined had been cut at 64 bytes. */
export function expectCut(control: Int32Array): void {
  if (control[WORD.type] === UDP_GRO && control[WORD.cut] === PAYLOAD) return;
  throw new Error(`recvmsg told no cut of ${PAYLOAD} bytes`);
}
