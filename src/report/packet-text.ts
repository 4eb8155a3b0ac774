/** A packet in a few words: who to whom, and what it says. */
import type { PacketEvent } from "../lab/events.ts";
import { isFence } from "../net/fence.ts";
import { counted, many } from "./counted.ts";
import { fieldsOf, icmpText } from "./packet-fields.ts";
import { end, type ToldSegment } from "./segments.ts";

type Fields = Readonly<Record<string, string | number | boolean>>;

/** What a header must have to be told in words: a frame may be cut off anywhere. */
const WHOLE = {
  ip: ["saddr", "daddr"], udp: ["sport", "dport", "length"], icmp: ["type"], arp: ["op", "sha", "spa", "tpa"],
} as const;

/**
 * `TCP 192.0.2.2:40000 → 192.0.2.1:80`, and the items behind it. `segment`: what it is as part of its
 * connection, if it is one.
 */
export function packetText(packet: PacketEvent, segment: ToldSegment | null): readonly string[] {
  if (segment !== null) return tcp(segment);
  const { layers, length } = packet;
  const whole = (kind: keyof typeof WHOLE, name: string = kind): Fields | undefined => {
    const fields = fieldsOf(packet, name);
    return fields !== undefined && WHOLE[kind].every((it) => it in fields) ? fields : undefined;
  };
  const ip = whole("ip") ?? whole("ip", "ipv6");
  const [udp, arp] = [whole("udp"), whole("arp")];
  const icmp = whole("icmp") ?? whole("icmp", "icmpv6");
  if (ip !== undefined && udp !== undefined) {
    return [`UDP ${way(ip, udp)}`, many(Number(udp.length), "byte")];
  }
  if (ip !== undefined && icmp !== undefined) return [`ICMP ${way(ip, {})}`, icmpText(icmp)];
  if (arp !== undefined) return [`ARP ${arp.spa} → ${arp.tpa}`, String(arp.op), `sha ${arp.sha}`];
  const names = layers.map((it) => it.name).join(" ");
  return [...(ip === undefined ? [] : [`IP ${way(ip, {})}`]), names, many(length, "byte")];
}

const tcp = (
  { from, to, flags, seq, ack, length, window, sack, ...rest }: ToldSegment,
): readonly string[] => [
  `TCP ${from} → ${to}`, ...(flags.length === 0 ? [] : [flags.join(" ")]), `seq ${seq}`,
  ...(ack === null ? [] : [`ack ${ack}`]),
  ...sack.map((block) => `sack ${block.join(":")}`),
  ...(length > 0 ? [many(length, "byte")] : []),
  `win ${counted(window)}`, ...(rest.options === null ? [] : [`options ${rest.options}`]),
  ...(rest.badChecksum ? ["checksum wrong"] : []), ...(isFence(from, to) ? ["the peer's fence"] : []),
];

const way = (ip: Fields, ports: Fields): string =>
  `${end(ip.saddr, ports.sport)} → ${end(ip.daddr, ports.dport)}`;
