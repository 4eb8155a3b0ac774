/** IPv4: RFC 791. */
import { IP_FRAG, IPPROTO } from "../../abi/constants/in.ts";
import { iphdr } from "../../abi/headers/ip.ts";
import { offsetOf } from "../../memory/struct.ts";
import { type Verdict, verify } from "./checksum.ts";
import { readIpOptions } from "./ip-options.ts";
import { after, header, type Layer, layer, namesOf, type Part, padding, payload, within } from "./layer.ts";
import { transport } from "./transport.ts";
import type { Way } from "./way.ts";

const protocolName = namesOf(IPPROTO);
/** frag_off counts in units of so many bytes. */
const UNIT = 8;
/** Where source and destination stand, one behind the other. */
const ADDRESSES = [offsetOf(iphdr, "saddr"), iphdr.size] as const;

/** The header, and what it carries. `offset` is in bytes. */
export function ipv4(part: Part, way: Way): readonly Layer[] {
  const h = header(iphdr, part);
  const size = Math.max(iphdr.size, (h.ihl ?? 0) * 4);
  // 0 is said of what 16 bits cannot say: the kernel has yet to cut it into segments (BIG TCP).
  const length = h.tot_len === 0 ? part.length : h.tot_len ?? part.length;
  const malformed = wrong(h.version, h.ihl, length);
  const row = part.bytes.slice(...inside(part, iphdr.size, size));
  const { fields: options, isRouted } = readIpOptions(row, part.bytes.length >= size);
  const place = placeOf(h.frag_off);
  const fields = {
    saddr: h.saddr, daddr: h.daddr, protocol: protocolName(h.protocol), ttl: h.ttl, id: h.id, ...place,
    tos: h.tos, tot_len: h.tot_len, ...(size > iphdr.size ? options : {}),
    header_checksum: headerVerdict(part, size, way), malformed,
  };
  const rest = after(malformed === undefined ? within(part, length) : part, size);
  const addresses = isRouted ? null : part.bytes.bytes.subarray(...ADDRESSES);
  const isWhole = malformed === undefined && place.offset === 0;
  const carried = { way, protocol: h.protocol ?? 0, addresses, fragment: place.mf === true };
  return [
    layer("ip", part, size, fields),
    ...(isWhole ? transport(rest, carried) : payload(rest)),
    ...(malformed === undefined ? padding(part, length) : []),
  ];
}

/** What makes it no IPv4 header, where it is none. */
function wrong(version = 4, ihl = 5, length = iphdr.size): string | undefined {
  if (version !== 4) return `version ${version}`;
  if (ihl * 4 < iphdr.size) return `ihl ${ihl}`;
  return length < ihl * 4 ? `tot_len ${length}` : undefined;
}

interface Place {
  readonly df?: boolean;
  readonly mf?: boolean;
  readonly offset?: number;
}
function placeOf(it: number | undefined): Place {
  if (it === undefined) return {};
  const { IP_DF, IP_MF, IP_OFFMASK } = IP_FRAG;
  return { df: (it & IP_DF) !== 0, mf: (it & IP_MF) !== 0, offset: (it & IP_OFFMASK) * UNIT };
}

function headerVerdict({ bytes }: Part, size: number, { quote }: Way): Verdict | undefined {
  if (quote === null) return undefined;
  return bytes.length < size ? "cut off" : verify(bytes.bytes.subarray(0, size));
}

/** From where to where in the captured bytes. */
const inside = ({ bytes }: Part, from: number, to: number): readonly [number, number] =>
  [Math.min(from, bytes.length), Math.min(to, bytes.length)];
