/** UDP: RFC 768. */
import { udphdr } from "../../abi/headers/udp.ts";
import { transportVerdict, type Verdict } from "./checksum.ts";
import { after, header, type Layer, layer, type Part, payload, within } from "./layer.ts";
import type { Carried } from "./way.ts";

/** `len` is what the header says, itself included; `length` the payload in this packet, in bytes. */
export function udp(part: Part, carried: Carried): readonly Layer[] {
  const { source, dest, len, check } = header(udphdr, part);
  const malformed = len !== undefined && len > 0 && len < udphdr.size ? `len ${len}` : undefined;
  // 0 is said of what 16 bits cannot say; the first fragment tells the length of all of them.
  const isRest = len === undefined || len === 0 || malformed !== undefined || carried.fragment;
  const datagram = isRest ? part : within(part, len);
  const rest = after(datagram, udphdr.size);
  const length = len === undefined ? undefined : rest.length;
  const checksum = verdict(datagram, check, carried);
  return [
    layer("udp", part, udphdr.size, { sport: source, dport: dest, len, length, checksum, malformed }),
    ...(len === undefined ? [] : payload(rest)),
  ];
}

function verdict(part: Part, check: number | undefined, carried: Carried): Verdict | undefined {
  const isNone = check === 0 && carried.way.quote !== null;
  return isNone ? "none" : transportVerdict(part, carried, true);
}
