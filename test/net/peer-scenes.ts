/** What a hand-made peer has to be able to do, each as a small run against the live kernel. They throw. */
import assert from "node:assert/strict";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import {
  AF_INET, MSG_DONTWAIT, MSG_OOB, SO_LINGER, SO_RCVBUF, SOCK_NONBLOCK, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_INFO, TCP_NODELAY, TCPOPT_TIMESTAMP } from "../../src/abi/constants/tcp.ts";
import { mss, sack, sackOk, timestamps, wscale } from "../../src/abi/headers/tcp-options.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { linger } from "../../src/abi/structs/socket.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { ack, data, fin, type Peer, rst, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

export type Scene = (calls: Calls, peer: Peer, set: (name: string, value: number) => void) => void;

const at = (sin_port: number, sin_addr = "192.0.2.1"): ReturnType<typeof sockaddr_in> =>
  sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr });

/** A listener on port 80, of a congestion control that paces nothing. */
function listener({ socket, bind, listen, setsockopt }: Calls, port = 80): number {
  const l = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, text("reno"), 4);
  bind(l, at(port), 16);
  listen(l, 1000);
  return l;
}
const accepted = (calls: Calls, l: number): number => calls.accept4(l, null, null, SOCK_NONBLOCK);
const xs = (n: number): ReturnType<typeof text> => text("x".repeat(n));
const write = ({ sendto }: Calls, s: number, n: number): void => assert.equal(sendto(s, xs(n), n, 0, null, 0), n);
function unread({ ioctl }: Calls, s: number): number {
  const n = int(0);
  ioctl(s, FIONREAD, n);
  return n.value;
}
function told({ attempt }: Calls, s: number, room = 10_000): string | number {
  const buf = buffer(room);
  const n = attempt.recvfrom(s, buf, room, MSG_DONTWAIT, null, null);
  return n < 0 ? n : buf.text().slice(0, n);
}

export const SCENES: Readonly<Record<string, Scene>> = {
  "data both ways, and the end of both"(calls, peer) {
    const l = listener(calls);
    peer.handshake(80);
    const s = accepted(calls, l);
    calls.sendto(s, text("Hello"), 5, 0, null, 0);
    peer.expect(data("Hello", { seq: 0, ack: 0 }));
    peer.send(data("World!"));
    peer.expect(ack(6, { seq: 5 }));
    assert.equal(told(calls, s), "World!");
    calls.close(s);
    peer.expect(fin({ seq: 5, ack: 6 }));
    peer.send(fin());
    peer.expect(ack(7, { seq: 6 }));
    peer.quiet();
    assert.equal(peer.received().length, 5);
  },

  "a connection that the kernel opens, to any port"(calls, peer) {
    for (const [n, port] of [[0, 80], [1, 40_001], [2, 80]] as const) {
      const s = calls.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      calls.attempt.connect(s, at(port, "192.0.2.2"), 16);
      peer.at(n).expect(syn({ seq: -1 }));
      peer.at(n).send(synAck());
      peer.at(n).expect(ack(0, { seq: 0 }));
      write(calls, s, 10);
      peer.at(n).expect(data(10, { seq: 0 }));
      peer.at(n).send(data("yes"));
      peer.at(n).expect(ack(3));
      assert.equal(told(calls, s), "yes");
      peer.at(n).send(rst());
    }
  },

  "both open at once"(calls, peer) {
    const s = calls.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    calls.attempt.connect(s, at(80, "192.0.2.2"), 16);
    peer.expect(syn());
    peer.send(syn());
    peer.expect(synAck({ seq: -1, ack: 0 }));
    peer.send(ack());
    peer.fence();
    write(calls, s, 3);
    peer.expect(data(3));
  },

  "R1: the out-of-order queue"(calls, peer) {
    const l = listener(calls);
    peer.handshake(80);
    const s = accepted(calls, l);
    peer.send(data(1400));
    peer.expect(ack(1400));
    peer.send(data(500, { seq: 4200 }));
    peer.expect(ack(1400));
    assert.equal(unread(calls, s), 1400);
    peer.send(data(1400, { seq: 1400 }));
    peer.expect(ack(2800));
    peer.send(data(1400, { seq: 2800 }));
    peer.expect(ack(4700));
    assert.equal(unread(calls, s), 4700);
    peer.send(data(1));
    peer.expect(ack(4701));
  },

  "R2: SACK tells of the holes, newest block first"(calls, peer) {
    listener(calls);
    peer.handshake(80, { options: [mss(1460), sackOk, wscale(7)] });
    peer.send(data(1000));
    peer.expect(ack(1000));
    peer.send(data(1000, { seq: 2000 }));
    peer.expect(ack(1000, { options: [sack([[2000, 3000]])] }));
    peer.send(data(1000, { seq: 4000 }));
    peer.expect(ack(1000, { options: [sack([[4000, 5000], [2000, 3000]])] }));
    peer.send(data(1000, { seq: 3000 }));
    peer.expect(ack(1000, { options: [sack([[2000, 5000]])] }));
    peer.send(data(1000, { seq: 1000 }));
    peer.expect(ack(5000));
  },

  "R3: duplicate ACKs, and a SACK of ours"(calls, peer, set) {
    set("net.ipv4.tcp_early_retrans", 0);
    const l = listener(calls);
    for (const [n, options] of [[2, undefined], [3, undefined], [4, [mss(1460), sackOk]]] as const) {
      peer.at(n).handshake(80, options === undefined ? {} : { options });
      const s = accepted(calls, l);
      calls.setsockopt(s, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
      write(calls, s, 8760);
      for (let seq = 0; seq < 8760; seq += 1460) peer.at(n).expect(data(1460, { seq }));
      peer.at(n).send(ack(2920));
      for (let i = 0; i < 3; i++) {
        if (options !== undefined) peer.at(n).send(ack(2920, { options: [sack([[4380, 5840]])] }));
        else if (i < n) peer.at(n).send(ack(2920));
      }
      peer.at(n).expect(data(1460, { seq: 2920 }));
    }
  },

  "R4: the kernel's window closes"(calls, peer) {
    const l = listener(calls);
    calls.setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(8192), 4);
    peer.handshake(80);
    for (let i = 0; i < 40 && peer.received().at(-1)!.window! > 0; i++) {
      peer.send(data(1460));
      peer.expect(ack());
    }
    peer.send(data(1));
    peer.expect(ack({ window: 0 }));
  },

  "R5: our window closes, and the kernel asks"(calls, peer) {
    const l = listener(calls);
    peer.send(syn({ port: 80, window: 2000 }));
    peer.expect(synAck());
    peer.send(ack(0, { window: 2000 }));
    const s = accepted(calls, l);
    calls.setsockopt(s, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
    write(calls, s, 5000);
    peer.expect(data(1000, { seq: 0 }));
    peer.expect(data(1000, { seq: 1000 }));
    peer.send(ack(2000, { window: 0 }));
    peer.expect(ack({ seq: 1999 }));
    peer.send(ack(2000));
    for (const [seq, length] of [[2000, 1460], [3460, 1460], [4920, 80]] as const) {
      peer.expect(data(length, { seq }));
    }
  },

  "R6: what is not acknowledged is said again"(calls, peer, set) {
    set("net.ipv4.tcp_early_retrans", 0);
    const l = listener(calls);
    peer.handshake(80);
    write(calls, accepted(calls, l), 5);
    for (let i = 0; i < 3; i++) peer.expect(data("xxxxx", { seq: 0 }));
  },

  "R8: TIME_WAIT"(calls, peer) {
    const l = listener(calls);
    peer.handshake(80);
    peer.send(data("abc"));
    const s = accepted(calls, l);
    assert.equal(told(calls, s), "abc");
    calls.close(s);
    peer.expect(ack(3));
    peer.expect(fin());
    peer.send(fin());
    peer.expect(ack(4));
    peer.send(fin({ seq: 3 }));
    peer.expect(ack(4));
    peer.send(data("b", { seq: 1 }));
    peer.expect(ack(4));
    peer.send(syn({ seq: -5000 }));
    peer.expect(ack(4));
    peer.send(syn({ seq: 70_000 }));
    peer.expect(synAck({ seq: -1, ack: 0 }));
    peer.send(ack());
    peer.send(data("anew"));
    peer.expect(ack(4));
    assert.equal(told(calls, accepted(calls, l)), "anew");
    peer.send(rst());
    peer.fence();
    peer.handshake(80);
    peer.send(data("twice"));
    peer.expect(ack(5));
  },

  "R9: half-open connections, and a forged ACK"(calls, peer, set) {
    set("net.ipv4.tcp_syncookies", 2);
    const l = listener(calls);
    for (let n = 1; n <= 30; n++) {
      peer.at(n).send(syn());
      peer.at(n).expect(synAck());
    }
    peer.at(31).send(ack(0xdead_beef));
    peer.at(31).expect(rst({ seq: 0xdead_beef }));
    peer.at(7).send(ack());
    peer.at(7).send(data(3));
    peer.at(7).expect(ack(3));
    accepted(calls, l);
  },

  "a closed port, a connection that nobody knows, a wrong ACK"(calls, peer) {
    peer.send(syn({ port: 81 }));
    peer.expect(rst({ ack: 0 }));
    peer.send(data(5, { port: 82 }));
    peer.expect(rst());
    listener(calls);
    peer.at(1).send(syn());
    peer.at(1).expect(synAck());
    peer.at(1).send(ack(100));
    peer.at(1).expect(rst({ seq: 100 }));
    peer.at(1).send(ack());
    peer.at(1).quiet();
  },

  "a wrong checksum is dropped, and does not count as sent"(calls, peer) {
    const l = listener(calls);
    peer.handshake(80);
    const s = accepted(calls, l);
    peer.send(data("bad", { badChecksum: true }));
    peer.quiet();
    assert.equal(told(calls, s), -11);
    peer.send(data("good"));
    peer.expect(ack(4));
    assert.equal(told(calls, s), "good");
  },

  "data as the third segment, before accept"(calls, peer) {
    const l = listener(calls);
    peer.send(syn());
    peer.expect(synAck());
    peer.send(data("early"));
    peer.expect(ack(5));
    assert.equal(told(calls, accepted(calls, l)), "early");
  },

  "timestamps are echoed, where both have them"(calls, peer) {
    const l = listener(calls);
    peer.handshake(80, { options: [mss(1460), sackOk, timestamps(5000, 0)] });
    const s = accepted(calls, l);
    write(calls, s, 10);
    const stamp = (): readonly number[] => {
      const [, { bytes }] = peer.received().at(-1)!.options!.find(([kind]) => kind === TCPOPT_TIMESTAMP)!;
      return [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
    };
    peer.expect(data(10));
    assert.equal(stamp()[1], 5000);
    peer.send(ack(10, { options: [timestamps(6000, stamp()[0]!)] }));
    peer.send(data(1, { seq: 0 }));
    peer.expect(ack(1));
    assert.equal(stamp()[1], 6000);
    const info = tcp_info();
    calls.getsockopt(s, IPPROTO_TCP, TCP_INFO, info, int(sizeof(tcp_info)));
    assert.equal(info.tcpi_options & 3, 3);
    peer.at(1).handshake(80);
    peer.at(1).send(data(1));
    peer.at(1).expect(ack(1));
    assert.deepEqual(peer.at(1).received().at(-1)!.options, []);
  },

  "an urgent byte"(calls, peer) {
    const l = listener(calls);
    peer.handshake(80);
    const s = accepted(calls, l);
    peer.send(data("abc!", { urgent: 4 }));
    peer.expect(ack(4));
    const buf = buffer(1);
    assert.equal(calls.recvfrom(s, buf, 1, MSG_OOB, null, null), 1);
    assert.equal(buf.text(), "!");
    calls.sendto(s, text("?"), 1, MSG_OOB, null, 0);
    peer.expect(data("?", { urgent: 1 }));
  },

  "a reset of the kernel's"(calls, peer) {
    const l = listener(calls);
    peer.handshake(80);
    const s = accepted(calls, l);
    calls.setsockopt(s, SOL_SOCKET, SO_LINGER, linger({ l_onoff: 1, l_linger: 0 }), 8);
    calls.close(s);
    peer.expect(rst({ seq: 0 }));
  },

  "what is not so is said"(calls, peer) {
    listener(calls);
    peer.send(syn());
    assert.throws(() => peer.expect(ack(5)), {
      message: /^peer expected ack\(5\)\n {2}the kernel sent synAck\(\{ seq: -1, ack: 0, window: 64240, options: \[mss\(1460\)\] \}\)\n {2}it has SYN\n {2}ack is 0, not 5$/,
    });
    peer.send(syn());
    assert.throws(() => peer.quiet(), { message: /^peer expected silence\n {2}the kernel sent synAck\(/ });
    peer.quiet();
    listener(calls, 9);
    assert.throws(() => peer.fence(), { message: "peer: a fence needs port 9 to be closed" });
  },

  "many peers, of several addresses"(calls, peer) {
    const l = listener(calls);
    for (const n of [0, 1, 19_999, 20_000, 39_999, 40_000]) {
      peer.at(n).handshake(80);
      peer.at(n).send(data(`peer ${n}`));
      const from = sockaddr_in();
      const s = calls.accept4(l, from, int(16), SOCK_NONBLOCK);
      assert.equal(from.sin_addr, `192.0.2.${2 + Math.floor(n / 20_000)}`);
      assert.equal(from.sin_port, 40_000 + (n % 20_000));
      assert.equal(told(calls, s), `peer ${n}`);
    }
    for (const n of [0, 40_000]) peer.at(n).expect(ack(`peer ${n}`.length));
  },
};
