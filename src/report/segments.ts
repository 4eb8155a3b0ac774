/**
 * TCP segments as their connection makes them readable: numbers counted from each side's SYN, which is 0, so
 * that the bytes of a stream begin at 1; windows in bytes, by the scale that both SYNs agreed on. RFC 9293,
 * 7323.
 */
import type { PacketEvent } from "../lab/events.ts";
import { withPort } from "../memory/address.ts";
import { fieldsOf } from "./packet-fields.ts";

type Fields = PacketEvent["layers"][number]["fields"];

export interface ToldSegment {
  /** `192.0.2.2:40000`, `[::1]:80`. */
  readonly from: string;
  readonly to: string;
  /** `SYN`, `ACK`, in the order in which they are usually said. */
  readonly flags: readonly string[];
  readonly seq: number;
  /** It begins where what its side had sent before ended, or nothing was seen of that. */
  readonly inOrder: boolean;
  /** How many bytes of payload, from seq on. */
  readonly length: number;
  /** Null where the segment acknowledges nothing. */
  readonly ack: number | null;
  /** In bytes. */
  readonly window: number;
  /** What is acknowledged beyond `ack`: ranges of bytes, the end not among them. */
  readonly sack: readonly (readonly [from: number, end: number])[];
  /** The names of its options, as the header has them; null where it has none. */
  readonly options: string | null;
  readonly badChecksum: boolean;
}

/** One direction of a connection. */
interface Side {
  /** The number of its SYN, or one less than the first that was seen. */
  first: number | null;
  /** The number behind the last that was seen, counted from its SYN; null: none was. */
  next: number | null;
  /** The scale that its SYN offered; null: none, or no SYN was seen. */
  offered: number | null;
}

const FLAGS = ["syn", "fin", "rst", "psh", "ack", "urg", "ece", "cwr"] as const;
/** What a header must have: a frame may be cut off anywhere. */
const OF_IP = ["saddr", "daddr"] as const;
const OF_TCP = ["sport", "dport", "seq", "ack_seq", "window", "length"] as const;
/** A larger scale counts as this. RFC 7323, 2.3. */
const MOST = 14;

/** Reads the segments of a run, each once, in their order. */
export class Segments {
  /** By `from>to`. */
  readonly #sides = new Map<string, Side>();

  /** Null for what is no whole segment of TCP. */
  of(packet: PacketEvent): ToldSegment | null {
    const [ip, tcp] = [fieldsOf(packet, "ip", "ipv6"), fieldsOf(packet, "tcp")];
    if (ip === undefined || tcp === undefined || !has(ip, OF_IP) || !has(tcp, OF_TCP)) return null;
    const [from, to] = [end(ip.saddr, tcp.sport), end(ip.daddr, tcp.dport)];
    const [own, other] = [this.#side(from, to), this.#side(to, from)];
    const number = (name: string): number => Number(tcp[name]);
    if (tcp.syn === true) Object.assign(own, { first: number("seq"), next: null, offered: scaleOf(tcp) });
    own.first ??= (number("seq") - 1) >>> 0;
    const [seq, length] = [since(own, number("seq")), number("length")];
    const inOrder = own.next === null || seq === own.next;
    own.next = Math.max(own.next ?? 0, seq + length + Number(tcp.syn === true) + Number(tcp.fin === true));
    const scaled = tcp.syn !== true && own.offered !== null && other.offered !== null;
    return {
      from, to,
      flags: FLAGS.filter((it) => tcp[it] === true).map((it) => it.toUpperCase()),
      seq, inOrder, length,
      ack: tcp.ack === true ? since(other, number("ack_seq")) : null,
      window: scaled ? number("window") * 2 ** own.offered! : number("window"),
      sack: blocksOf(tcp).map((block) => block.map((it) => since(other, it)) as [number, number]),
      options: tcp.options === undefined ? null : String(tcp.options),
      badChecksum: tcp.checksum === "wrong",
    };
  }

  #side(from: string, to: string): Side {
    const key = `${from}>${to}`;
    const side = this.#sides.get(key) ?? { first: null, next: null, offered: null };
    this.#sides.set(key, side);
    return side;
  }
}

const has = (fields: Fields, names: readonly string[]): boolean => names.every((it) => it in fields);
const scaleOf = ({ wscale }: Fields): number | null =>
  (wscale === undefined ? null : Math.min(MOST, Number(wscale)));
const since = ({ first }: Side, it: number): number => (it - (first ?? it - 1)) >>> 0;
/** As the packet's field has them: `3001-3501 5001-6001`. */
const blocksOf = ({ sack }: Fields): readonly (readonly number[])[] =>
  (typeof sack !== "string" ? [] : sack.split(" ").map((it) => it.split("-").map(Number)));

/** An address, with its port if it has one. */
export const end = (address: unknown, port: unknown): string =>
  (port === undefined ? String(address) : withPort(String(address), String(port)));
