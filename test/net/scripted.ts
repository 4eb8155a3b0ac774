/** A kernel of the test's own: it keeps what is asked, answers what was written beforehand, and needs no Linux. */
import { readFileSync } from "node:fs";
import { messages, nlmsgerr, nlmsghdr } from "../../src/abi/structs/netlink.ts";
import { bytesOf, type Memory } from "../../src/memory/memory.ts";
import type { Calls } from "../../src/sys/calls.ts";

export interface Scripted {
  readonly calls: Calls;
  /** Bytes of each sendto. */
  readonly sent: readonly Buffer[];
  /** Every call as "close(64)". */
  readonly made: readonly string[];
}
/** What a call answers, by its name; one that is missing answers 0. */
type Answers = Readonly<Record<string, (...values: readonly unknown[]) => number>>;

/** `datagrams` are what recvfrom brings, in their order; behind the last of them each request is acknowledged. */
export function scripted(datagrams: readonly Uint8Array[] = [], answers: Answers = {}): Scripted {
  const waiting = [...datagrams];
  const sent: Buffer[] = [];
  const made: string[] = [];
  const kernel: Answers = {
    socket: () => 3,
    openat: () => 3,
    fcntl: () => 64,
    sendto: (_, memory) => {
      sent.push(Buffer.from((memory as Memory).bytes));
      return (memory as Memory).length;
    },
    recvfrom: (_, memory) => {
      const datagram = waiting.shift() ?? acknowledged(sent.at(-1)!.readUInt32LE(8));
      (memory as Memory).bytes.set(datagram.subarray(0, (memory as Memory).length));
      return datagram.length;
    },
    ...answers,
  };
  const call = (name: string) => (...values: readonly unknown[]) => {
    made.push(`${name}(${values.filter((it) => typeof it === "number").join(", ")})`);
    return kernel[name]?.(...values) ?? 0;
  };
  const every = new Proxy({}, { get: (_, name) => (name === "attempt" ? every : call(String(name))) });
  return { calls: every as Calls, sent, made };
}

/** NLMSG_ERROR with error 0 (or this one), for the request of that number. */
export function acknowledged(seq: number, error = 0): Buffer {
  const head = { nlmsg_type: 2, nlmsg_flags: 0x100, nlmsg_seq: seq, nlmsg_pid: 0 };
  return messages.make([[head, nlmsgerr({ error }).$]]).bytes;
}

/** The datagrams of a recorded answer: a line of hex each, behind lines that say where it is from; numbered for the request of that number. */
export const recorded = (name: string, seq = 1): readonly Buffer[] =>
  readFileSync(new URL(`../fixtures/netlink/${name}.hex`, import.meta.url), "latin1").trim().split("\n")
    .filter((line) => !line.startsWith("#")).map((line) => {
      const datagram = bytesOf(Buffer.from(line, "hex"));
      for (const { offset } of messages.read(datagram)) nlmsghdr.at(datagram, offset).nlmsg_seq = seq;
      return datagram.bytes;
    });
