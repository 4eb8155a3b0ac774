/**
 * A packet as an arrow between client and server: which way, and a word on it. The client is who sent the
 * first packet.
 */
import type { PacketEvent } from "../lab/events.ts";
import { fieldsOf, icmpText } from "./packet-fields.ts";

export interface Arrow {
  /** Null: neither to the server nor back from it, as far as ports tell. */
  readonly way: "there" | "back" | null;
  /** `SYN·ACK`, `30`: a number is bytes of payload. */
  readonly label: string;
}
type Fields = PacketEvent["layers"][number]["fields"];

/** The arrow of each packet of a run, which are given in their order. */
export function arrowsOf(packets: readonly PacketEvent[]): ReadonlyMap<PacketEvent, Arrow> {
  const server = packets.map(ports).find((it) => it !== null)?.dport ?? null;
  return new Map(packets.map((it) => [it, { way: wayOf(it, server), label: labelOf(it) }]));
}

/** Of TCP or UDP; null where a packet has neither, or is about another one. */
function ports(packet: PacketEvent): { readonly sport: unknown; readonly dport: unknown } | null {
  const { sport, dport } = fieldsOf(packet, "tcp", "udp") ?? {};
  return sport === undefined || dport === undefined ? null : { sport, dport };
}

function wayOf(packet: PacketEvent, server: unknown): Arrow["way"] {
  const it = ports(packet);
  if (it === null) return null;
  return it.dport === server ? "there" : it.sport === server ? "back" : null;
}

function labelOf(packet: PacketEvent): string {
  const [tcp, udp] = [fieldsOf(packet, "tcp"), fieldsOf(packet, "udp")];
  const icmp = fieldsOf(packet, "icmp", "icmpv6");
  if (icmp !== undefined) return icmpText(icmp);
  if (tcp !== undefined) return tcpLabel(tcp);
  return udp === undefined ? packet.layers.at(-1)?.name ?? "?" : String(udp.length);
}

/** The flags that open and close, and how much it carries; ACK only where there is nothing else to say. */
function tcpLabel({ syn, fin, rst, ack, length }: Fields): string {
  const flags = [[syn, "SYN"], [fin, "FIN"], [rst, "RST"], [syn && ack, "ACK"]] as const;
  const said = flags.flatMap(([has, word]) => (has === true ? [word] : []));
  const all = Number(length ?? 0) > 0 ? [String(length), ...said] : said;
  return all.length === 0 ? "ACK" : all.join("·");
}
