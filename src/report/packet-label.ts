/** What stands on a packet's arrow in a diagram: `SYN`, `1:1461`, `ack 1`, `win 64,240`. */
import type { PacketEvent } from "../lab/events.ts";
import { counted, many } from "./counted.ts";
import { fieldsOf, icmpText } from "./packet-fields.ts";
import type { ToldSegment } from "./segments.ts";

/** What matters most comes first. `segment`: what it is as part of its connection, if it is one. */
export const packetLabel = (packet: PacketEvent, segment: ToldSegment | null): readonly string[] =>
  (segment === null ? otherSays(packet) : segmentSays(segment, packet));

/** Flags that most segments do not have, the bytes that it carries, and what it says of the other way. */
function segmentSays(it: ToldSegment, packet: PacketEvent): readonly string[] {
  const flags = it.flags.filter((flag) => flag !== "ACK" && flag !== "PSH");
  const mss = fieldsOf(packet, "tcp")?.mss;
  // An ACK alone has the number that comes next; a probe has another, and that is what it is.
  const numbered = flags.length > 0 || !it.inOrder;
  const opens = it.flags.includes("SYN") && it.ack !== null;
  return [
    ...(flags.length === 0 ? [] : [[...flags, ...(opens ? ["ACK"] : [])].join("·")]),
    ...(it.length > 0 ? [`${it.seq}:${it.seq + it.length}`] : numbered ? [`seq ${it.seq}`] : []),
    ...(it.badChecksum ? ["checksum wrong"] : []),
    ...(it.ack === null ? [] : [`ack ${it.ack}`]),
    ...it.sack.map(([first, last]) => `sack ${first}:${last}`),
    ...(it.flags.includes("RST") ? [] : [`win ${counted(it.window)}`]),
    ...(mss === undefined ? [] : [`mss ${mss}`]),
  ];
}

function otherSays(packet: PacketEvent): readonly string[] {
  const { layers, length } = packet;
  const [udp, icmp] = [fieldsOf(packet, "udp"), fieldsOf(packet, "icmp", "icmpv6")];
  if (icmp !== undefined) return [icmpText(icmp)];
  if (Number(fieldsOf(packet, "ip", "ipv6")?.offset ?? 0) > 0) return ["IP fragment", many(length, "byte")];
  if (udp !== undefined) return ["UDP", many(Number(udp.length), "byte")];
  return [layers.at(-1)?.name ?? "?", many(length, "byte")];
}
