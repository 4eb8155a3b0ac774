/**
 * A packet in a few words: who to whom, and what it says. Sequence numbers of TCP are told from the first
 * that was seen of each side, so that the bytes of a stream begin at 1.
 */
import type { PacketEvent } from "../lab/events.ts";
import { many } from "./counted.ts";

type Fields = Readonly<Record<string, string | number | boolean>>;

/** What a header must have to be told in words: a frame may be cut off anywhere. */
const WHOLE = {
  ip: ["saddr", "daddr"], tcp: ["sport", "dport", "seq", "ack_seq", "window", "length"],
  udp: ["sport", "dport", "length"], icmp: ["type"], arp: ["op", "sha", "spa", "tpa"],
} as const;

/** `TCP 192.0.2.2:40000 → 192.0.2.1:80`, and the items behind it. Packets are to be told in their order. */
export class PacketTexts {
  /** The first sequence number of each side of each connection. */
  readonly #first = new Map<string, number>();

  of({ layers, length }: PacketEvent): readonly string[] {
    const whole = (kind: keyof typeof WHOLE, name: string = kind): Fields | undefined => {
      const fields = layers.find((it) => it.name === name)?.fields;
      return fields !== undefined && WHOLE[kind].every((it) => it in fields) ? fields : undefined;
    };
    const ip = whole("ip") ?? whole("ip", "ipv6");
    const [tcp, udp, arp] = [whole("tcp"), whole("udp"), whole("arp")];
    const icmp = whole("icmp") ?? whole("icmp", "icmpv6");
    if (ip !== undefined && tcp !== undefined) return this.#tcp(ip, tcp);
    if (ip !== undefined && udp !== undefined) {
      return [`UDP ${way(ip, udp)}`, many(Number(udp.length), "byte")];
    }
    if (ip !== undefined && icmp !== undefined) return [`ICMP ${way(ip, {})}`, said(icmp)];
    if (arp !== undefined) return [`ARP ${arp.spa} → ${arp.tpa}`, String(arp.op), `sha ${arp.sha}`];
    const names = layers.map((it) => it.name).join(" ");
    return [...(ip === undefined ? [] : [`IP ${way(ip, {})}`]), names, many(length, "byte")];
  }

  #tcp(ip: Fields, tcp: Fields): readonly string[] {
    const [here, there] = [`${ip.saddr}:${tcp.sport}`, `${ip.daddr}:${tcp.dport}`];
    const [forth, back] = [`${here}>${there}`, `${there}>${here}`];
    const [seq, ack] = [Number(tcp.seq), Number(tcp.ack_seq)];
    if (tcp.syn || !this.#first.has(forth)) this.#first.set(forth, tcp.syn ? seq : seq - 1);
    const flags = FLAGS.filter((it) => tcp[it] === true).map((it) => it.toUpperCase());
    const since = (first: number | undefined, it: number): number => (it - (first ?? it - 1)) >>> 0;
    return [
      `TCP ${way(ip, tcp)}`, ...(flags.length === 0 ? [] : [flags.join(" ")]),
      `seq ${since(this.#first.get(forth), seq)}`,
      ...(tcp.ack ? [`ack ${since(this.#first.get(back), ack)}`] : []),
      ...(Number(tcp.length) > 0 ? [many(Number(tcp.length), "byte")] : []),
      `win ${tcp.window}`, ...(tcp.options === undefined ? [] : [`options ${tcp.options}`]),
      ...(tcp.checksum === "wrong" ? ["checksum wrong"] : []),
    ];
  }
}

const FLAGS = ["syn", "fin", "rst", "psh", "ack", "urg", "ece", "cwr"] as const;

/** The code where it has a name of its own, for that says more than the type. */
const said = ({ type, code }: Fields): string => (typeof code === "string" ? code : String(type));

const way = (ip: Fields, ports: Fields): string =>
  `${end(ip.saddr, ports.sport)} → ${end(ip.daddr, ports.dport)}`;
function end(address: unknown, port: unknown): string {
  const host = String(address).includes(":") ? `[${address}]` : String(address);
  return port === undefined ? String(address) : `${host}:${port}`;
}
