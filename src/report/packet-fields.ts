/** The fields of a packet's headers, for whoever tells it in words. */
import type { PacketEvent } from "../lab/events.ts";

type Fields = PacketEvent["layers"][number]["fields"];

/** Of the first header that has one of these names: `fieldsOf(packet, "ip", "ipv6")`. */
export const fieldsOf = (
  { layers }: Pick<PacketEvent, "layers">, ...names: readonly string[]
): Fields | undefined => layers.find(({ name }) => names.includes(name))?.fields;

/** What an ICMP message says: its code where that has a name of its own, for it says more than the type. */
export const icmpText = ({ type, code }: Fields): string => (typeof code === "string" ? code : String(type));
