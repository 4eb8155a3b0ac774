/**
 * How far a call of a log went on its declared way, for certain. A way is declared of one kind of socket, of
 * a call that comes to its end, and, where packets pass, on the loopback.
 */
import { SHUT_RD } from "../../abi/constants/socket.ts";
import { knownTables } from "../../kernel/known-tables.ts";
import type { KernelPath, Step } from "../../kernel/path.ts";
import type { StraceCall } from "../../witness/strace-entry.ts";
import { endpointIn } from "./endpoint.ts";
import type { Socket } from "./sockets.ts";
import { spineOf } from "./way.ts";
import { smallIn } from "./worth.ts";

/** What a call passed, in short. */
export interface Taken {
  /** The functions, each called by the one before it. */
  readonly fns: readonly string[];
  readonly to: string;
  /** Of what the way is declared, where the call is of something else: "over UDP", "on the loopback". */
  readonly of: readonly string[];
}

const RECEIVE = /^(?:read|recv)/;

/**
 * Whether the call came to its way's end at all: it failed, it received nothing, it closed one of several
 * descriptors or sent no FIN, and it did not. A connect that is under way has sent its SYN.
 */
export function isTaken({ name, args, result }: StraceCall, socket: Socket | null): boolean {
  if (result === null || result.errno !== null) return result?.errno === "EINPROGRESS";
  if (RECEIVE.test(name)) return smallIn(result.value) !== 0;
  const isEnd = name === "close" || name === "shutdown";
  if (!isEnd || socket === null) return true;
  if (name === "close" && socket.references > 0) return false;
  if (socket.kind.protocol !== "tcp" || socket.state === "listening") return true;
  const hasPeer = socket.state === "connected" && socket.eof === null;
  return hasPeer && (name === "close" ? !socket.shut : smallIn(args[1]?.value) !== SHUT_RD);
}

/** Where on the loopback the receiving side begins: elsewhere that is another machine, or later. */
const RECEIVING: ReadonlySet<string> = new Set(["loopback_xmit", "net_rx_action", "tcp_v4_rcv", "ip_rcv"]);
const QUEUE = "the device's queue";

/** Null: the call's way is another one from the beginning. `socket`: what it is about, or waits for. */
export function takenBy(path: KernelPath, call: StraceCall, socket: Socket | null): Taken | null {
  const own = ofKind(spineOf(path), socket);
  if (own.foreign !== null && call.name === "connect") return null;
  const abroad = !isHere(call, socket);
  const received = own.steps.findIndex(({ fn }) => RECEIVING.has(fn));
  const isCut = received >= 0 && (abroad || call.result?.errno === "EINPROGRESS");
  return {
    fns: (isCut ? own.steps.slice(0, received) : own.steps).map(({ fn }) => fn),
    to: isCut ? QUEUE : path.to,
    of: [...(own.foreign === null ? [] : [own.foreign]), ...(isCut && abroad ? ["on the loopback"] : [])],
  };
}

/** What the tables of functions serve that differ by the kind of socket. */
const SERVES: Readonly<Record<string, string>> = {
  inet_stream_ops: "over TCP", inet_dgram_ops: "over UDP",
  unix_stream_ops: "of streams", unix_dgram_ops: "of datagrams", unix_seqpacket_ops: "of packets",
};
/** The table of a socket, by its protocol or by what kind it is. */
const TABLES: Readonly<Record<string, string>> = {
  "tcp": "inet_stream_ops", "udp": "inet_dgram_ops", "unix stream": "unix_stream_ops",
  "unix datagram": "unix_dgram_ops", "unix seqpacket": "unix_seqpacket_ops",
};

interface OfKind {
  readonly steps: readonly Step[];
  /** What the steps that are left out are of; null where none is. */
  readonly foreign: string | null;
}
/** The steps as far as this kind of socket goes the same way, and its own function where it turns off. */
function ofKind(steps: readonly Step[], socket: Socket | null): OfKind {
  const { protocol, text } = socket?.kind ?? { protocol: null, text: null };
  const name = TABLES[text ?? ""] ?? TABLES[protocol ?? ""];
  const table = knownTables.find((it) => it.name === name);
  for (const [i, step] of steps.entries()) {
    const [owner = "", slot] = step.by?.split(".") ?? [];
    if (!Object.hasOwn(SERVES, owner)) continue;
    const fn = table?.slots.find((it) => it.slot === slot)?.fn;
    if (fn === step.fn || owner === name) continue;
    const turn = fn === undefined ? [] : [{ ...step, fn }];
    return { steps: [...steps.slice(0, i), ...turn], foreign: SERVES[owner]! };
  }
  return { steps, foreign: null };
}

/** Whether what it sends stays on this machine, as far as the log tells. */
function isHere({ name, args }: StraceCall, socket: Socket | null): boolean {
  const given = name === "sendto" ? args[4]?.value : name === "connect" ? args[1]?.value : undefined;
  const peer = endpointIn(given)?.text ?? socket?.peer ?? "";
  const host = hostOf(peer);
  return LOOPBACK.test(peer) || (host !== "" && host === hostOf(socket?.local ?? ""));
}
const LOOPBACK = /^(?:127\.|\[::1\]|\[::ffff:127\.)/;
const hostOf = (end: string): string => end.replace(/:\d+$/, "");
