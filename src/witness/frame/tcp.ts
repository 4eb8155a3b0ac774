/** TCP: RFC 9293. */
import { tcphdr } from "../../abi/headers/tcp.ts";
import { transportVerdict } from "./checksum.ts";
import { after, byteAt, header, type Layer, layer, type Part, payload } from "./layer.ts";
import { tcpOptionFields } from "./tcp-options.ts";
import type { Carried } from "./way.ts";

/** The byte whose last bit is the flag that AccECN added, RFC 9768: tcphdr does not name it. */
const AE = 12;

/** `length` is the payload, in bytes; `doff` the header with its options, in words of four. */
export function tcp(part: Part, carried: Carried): readonly Layer[] {
  const h = header(tcphdr, part);
  const size = Math.max(tcphdr.size, (h.doff ?? 0) * 4);
  const rest = after(part, size);
  const isShort = h.doff !== undefined && (h.doff * 4 < tcphdr.size || size > part.length);
  const fields = {
    sport: h.source, dport: h.dest, seq: h.seq, ack_seq: h.ack_seq, ...flags(h, byteAt(part, AE)),
    window: h.window, length: h.doff === undefined ? undefined : rest.length,
    doff: h.doff, urg_ptr: h.urg_ptr,
    malformed: isShort ? `doff ${h.doff}` : undefined,
    ...(part.bytes.length > tcphdr.size && size > tcphdr.size ? optionsOf(part, size) : {}),
    checksum: transportVerdict(part, carried, true),
  };
  return [layer("tcp", part, size, fields), ...(h.doff === undefined ? [] : payload(rest))];
}

type Flag = "syn" | "ack" | "fin" | "rst" | "psh" | "urg" | "ece" | "cwr";
/** All of them, or none where the header ends before. */
function flags(h: { readonly [F in Flag]?: number }, ae = 0): Layer["fields"] {
  if (h.syn === undefined) return {};
  return {
    syn: h.syn === 1, ack: h.ack === 1, fin: h.fin === 1, rst: h.rst === 1, psh: h.psh === 1,
    urg: h.urg === 1, ece: h.ece === 1, cwr: h.cwr === 1, ae: (ae & 1) === 1,
  };
}

const optionsOf = ({ bytes }: Part, size: number): Layer["fields"] =>
  tcpOptionFields(bytes.slice(tcphdr.size, Math.min(size, bytes.length)), bytes.length >= size);
