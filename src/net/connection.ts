/**
 * One connection as its hand-made end knows it: what was said and heard of it, how bytes of data are counted
 * on the wire, modulo 2^32, and the timestamps that both ends agreed on.
 */
import { TCPOPT_NOP, TCPOPT_SACK, TCPOPT_TIMESTAMP, TH } from "../abi/constants/tcp.ts";
import { mss, nop, optionBytes, type TcpOption, tcpOptions, timestamps } from "../abi/headers/tcp-options.ts";
import { bytesOf } from "../memory/memory.ts";
import type { Flag, Segment } from "./segment.ts";
import type { WireSegment } from "./tcp-frame.ts";

/** Whose connection it is, and with which of the kernel's ports. */
export interface Place {
  /** IPv4, as a number. */
  readonly address: number;
  readonly port: number;
  readonly kernelPort: number;
}

const { TH_SYN, TH_FIN, TH_RST, TH_ACK, TH_URG } = TH;
const BITS: Readonly<Record<Flag, number>> = {
  SYN: TH_SYN, ACK: TH_ACK, FIN:    TH_FIN, RST:    TH_RST, PSH: TH.TH_PUSH,
  URG: TH_URG, ECE: TH.TH_ECE, CWR: TH.TH_CWR,
};
const FLAGS = Object.keys(BITS) as readonly Flag[];
const WINDOW = 65_535;
/** So far beyond the last byte a connection of the same four numbers begins anew: TIME_WAIT lets it pass. */
const BEYOND = 100_000;
/** As much as fits an IPv4 packet. */
const LETTERS = Buffer.alloc(65_495, "x");
const NONE: readonly TcpOption[] = [];
const OF_A_SYN: readonly TcpOption[] = [mss(1460)];
const NO_BYTES = Buffer.alloc(0);
const BYTES_OF_A_SYN = optionBytes(OF_A_SYN).bytes;

export class Connection {
  readonly place: Place;
  /** All that was heard. */
  readonly heard: Segment[] = [];
  /** Index of the first that was neither expected nor answered. */
  #at = 0;
  /** What our byte 0, and the kernel's, are on the wire. The kernel's is 0 until its SYN tells. */
  #ours: number;
  #theirs = 0;
  /** The SYN that we sent last, as on the wire. */
  #syn = -1;
  #next = 0;
  #received = 0;
  /** Our stamp, if our SYN had one, and the kernel's latest, if its SYN had. */
  #stamp: number | null = null;
  #echo: number | null = null;

  /** `first` is the number of our byte 0 on the wire. */
  constructor(place: Place, first: number) {
    this.place = place;
    this.#ours = first;
  }

  /** The next that was heard; undefined: not yet. */
  next(): Segment | undefined {
    return this.heard[this.#at] === undefined ? undefined : this.heard[this.#at++];
  }

  /** All that was heard and not expected; after that it need not be. */
  rest(): readonly Segment[] {
    const rest = this.heard.slice(this.#at);
    this.#at = this.heard.length;
    return rest;
  }

  /** Where a SYN has to stand: before byte 0, or far beyond what was sent before. */
  get opening(): number {
    return this.#syn < 0 ? -1 : this.#next + BEYOND;
  }

  /** A segment with numbers of the wire; it counts as sent. */
  say(it: Segment): WireSegment {
    const flags = bitsOf(it);
    const seq = it.seq ?? (flags & TH_SYN ? -1 : this.#next);
    const hasAck = (flags & TH_ACK) !== 0 || it.ack !== undefined;
    const wire: WireSegment = {
      flags,
      seq: (this.#ours + seq) >>> 0,
      ack: hasAck ? (this.#theirs + (it.ack ?? this.#received)) >>> 0 : 0,
      window: it.window ?? WINDOW,
      urgent: it.urgent ?? 0,
      options: this.#optionsOf(it, (flags & TH_SYN) !== 0),
      payload: payloadOf(it),
    };
    if (it.badChecksum) return wire;
    if (flags & TH_SYN) this.#syn = wire.seq;
    this.#next = Math.max(this.#next, seq + sizeOf(wire));
    return wire;
  }

  /** Takes in what the kernel said. */
  hear(it: WireSegment): void {
    if (it.flags & TH_SYN) this.#learn(it);
    const seq = (it.seq - this.#theirs) | 0;
    const end = seq + sizeOf(it);
    if (!(it.flags & TH_RST) && seq <= this.#received && end > this.#received) this.#received = end;
    this.heard.push({
      flags: FLAGS.filter((flag) => it.flags & BITS[flag]),
      seq,
      ...(it.flags & TH_ACK ? { ack: (it.ack - this.#ours) | 0 } : {}),
      window: it.window,
      ...(it.flags & TH_URG ? { urgent: it.urgent } : {}),
      options: this.#optionsIn(it),
      length: it.payload.length,
      payload: it.payload.length === 0 ? "" : it.payload.toString("latin1"),
    });
  }

  /** A SYN says where the kernel begins to count; one that acknowledges ours, where we do. */
  #learn(it: WireSegment): void {
    const first = (it.seq + 1) >>> 0;
    if (first !== this.#theirs) {
      this.#theirs = first;
      this.#received = -1;
    }
    if (!(it.flags & TH_ACK) || this.#syn < 0 || it.ack !== (this.#syn + 1) >>> 0) return;
    this.#next -= (it.ack - this.#ours) | 0;
    this.#ours = it.ack;
  }

  #optionsOf({ options }: Segment, isSyn: boolean): Buffer {
    const named = options ?? (isSyn ? OF_A_SYN : NONE);
    const own = named.find(isStamp);
    if (own !== undefined) this.#stamp = own[1].bytes.readUInt32BE();
    else if (isSyn) this.#stamp = null;
    const stamped = !isSyn && own === undefined && options?.length !== 0;
    const stamp = stamped && this.#stamp !== null && this.#echo !== null
      ? [nop, nop, timestamps(this.#stamp, this.#echo)] : NONE;
    if (stamp.length === 0 && named === NONE) return NO_BYTES;
    if (named === OF_A_SYN) return BYTES_OF_A_SYN;
    return optionBytes([...stamp, ...named.map((it) => shifted(it, this.#theirs))]).bytes;
  }

  #optionsIn({ flags, options }: WireSegment): readonly TcpOption[] {
    if (options.length === 0 && !(flags & TH_SYN)) return NONE;
    const all = tcpOptions.read(bytesOf(options)).filter(({ head }) => head !== TCPOPT_NOP)
      .map(({ head, payload }): TcpOption => shifted([head, payload], -this.#ours));
    const stamp = all.find(isStamp)?.[1].bytes.readUInt32BE() ?? null;
    if (flags & TH_SYN || (stamp !== null && this.#echo !== null)) this.#echo = stamp;
    return all;
  }
}

const bitsOf = ({ flags, urgent }: Segment): number =>
  flags.reduce((bits, flag) => bits | BITS[flag], urgent === undefined ? 0 : TH_URG);
/** How many numbers a segment takes: SYN and FIN are one each. */
const sizeOf = ({ flags, payload }: WireSegment): number =>
  payload.length + (flags & TH_SYN ? 1 : 0) + (flags & TH_FIN ? 1 : 0);
const isStamp = ([kind]: TcpOption): boolean => kind === TCPOPT_TIMESTAMP;

function payloadOf({ length = 0, payload }: Segment): Buffer {
  if (payload !== undefined) return Buffer.from(payload, "latin1");
  if (length > LETTERS.length) throw new RangeError(`${length} bytes do not fit one IPv4 packet`);
  return LETTERS.subarray(0, length);
}

/** An option whose numbers of bytes, if it has any, are counted from elsewhere. */
function shifted(option: TcpOption, by: number): TcpOption {
  if (option[0] !== TCPOPT_SACK) return option;
  const moved = bytesOf(option[1].bytes);
  for (let at = 0; at + 4 <= moved.length; at += 4) {
    moved.bytes.writeUInt32BE((moved.bytes.readUInt32BE(at) + by) >>> 0, at);
  }
  return [TCPOPT_SACK, moved];
}
