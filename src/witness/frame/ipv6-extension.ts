/** Headers between IPv6's own and what it carries: RFC 8200; 8754 (segment routing), 4302 (AH). */
import { IPPROTO } from "../../abi/constants/in.ts";
import { be16, be32, u8 } from "../../memory/integer.ts";
import { variant } from "../../memory/struct.ts";
import { after, header, type Layer, layer, namesOf, type Part } from "./layer.ts";
import { readRow } from "./row.ts";
import { transport } from "./transport.ts";
import type { Carried } from "./way.ts";

/** The name of what follows. 0, which is IPPROTO_IP elsewhere, is <linux/in6.h>'s. */
export const nextName = namesOf({ IPPROTO_HOPOPTS: 0, ...IPPROTO });

/** What follows, and how long this header is. <linux/ipv6.h>. */
const ipv6_opt_hdr = variant("ipv6_opt_hdr", 2, { nexthdr: [0, u8], hdrlen: [1, u8] });
/** Where to go yet. <linux/ipv6.h>. */
const ipv6_rt_hdr = variant("ipv6_rt_hdr", 4, {
  nexthdr: [0, u8], hdrlen: [1, u8], type: [2, u8], segments_left: [3, u8],
});
/** A part of a packet. The kernel's include/net/ipv6.h. */
const frag_hdr = variant("frag_hdr", 8, {
  nexthdr: [0, u8], reserved: [1, u8], frag_off: [2, be16], identification: [4, be32],
});

/** A header that was read. */
interface Extension {
  readonly layer: Layer;
  readonly size: number;
  /** What is known of the packet behind it. */
  readonly carried: Carried;
}
const EXTENSIONS: Readonly<Record<number, (part: Part, carried: Carried) => Extension>> = {
  0:                          (part, carried) => options("hopopts", "hop_options", part, carried),
  [IPPROTO.IPPROTO_DSTOPTS]:  (part, carried) => options("dstopts", "dst_options", part, carried),
  [IPPROTO.IPPROTO_ROUTING]:  routing,
  [IPPROTO.IPPROTO_FRAGMENT]: fragment,
  [IPPROTO.IPPROTO_AH]:       authentication,
};
/** It is no header that could be read on. */
const NONE = -1;

/** The layers behind IPv6's header. */
export function extended(part: Part, carried: Carried): readonly Layer[] {
  const out: Layer[] = [];
  let [rest, known] = [part, carried];
  for (;;) {
    const read = EXTENSIONS[known.protocol];
    if (read === undefined || rest.bytes.length === 0) return [...out, ...transport(rest, known)];
    const it = read(rest, known);
    out.push(it.layer);
    [rest, known] = [after(rest, it.size), it.carried];
  }
}

/** By number: RFC 8200, 2711, 2675, 2473, 6275. */
const OPTIONS: Readonly<Record<number, string>> = {
  0: "pad1", 1: "padn", 4: "tunnel_limit", 5: "router_alert", 194: "jumbo", 201: "home_address",
};
const [UNIT, AH_UNIT] = [8, 4];

function options(name: string, field: string, part: Part, carried: Carried): Extension {
  const { nexthdr, hdrlen = 0 } = header(ipv6_opt_hdr, part);
  const size = (hdrlen + 1) * UNIT;
  const { bytes } = part;
  const row = bytes.slice(Math.min(ipv6_opt_hdr.size, bytes.length), Math.min(size, bytes.length));
  const { items, end } = readRow(row, (kind, length) => (kind === 0 ? 1 : length + 2));
  const names = items.map(({ kind }) => OPTIONS[kind] ?? `option${kind}`);
  if (end < row.length) names.push(bytes.length < size ? "cut off" : "malformed");
  const fields = { nexthdr: nextName(nexthdr), [field]: names.join(", ") };
  return { layer: layer(name, part, size, fields), size, carried: { ...carried, protocol: nexthdr ?? NONE } };
}

function routing(part: Part, carried: Carried): Extension {
  const { nexthdr, hdrlen = 0, type, segments_left } = header(ipv6_rt_hdr, part);
  const size = (hdrlen + 1) * UNIT;
  const fields = { nexthdr: nextName(nexthdr), routing_type: type, segments_left };
  const addresses = segments_left === 0 ? carried.addresses : null;
  return {
    layer: layer("rthdr", part, size, fields), size,
    carried: { ...carried, protocol: nexthdr ?? NONE, addresses },
  };
}

/** `offset` in bytes, `mf`: more follow; as in IPv4. */
function fragment(part: Part, carried: Carried): Extension {
  const { nexthdr, frag_off, identification } = header(frag_hdr, part);
  const place = frag_off === undefined ? {} : { offset: frag_off & ~7, mf: (frag_off & 1) === 1 };
  const fields = { nexthdr: nextName(nexthdr), ...place, id: identification };
  const protocol = place.offset === 0 ? nexthdr ?? NONE : NONE;
  return {
    layer: layer("fragment", part, frag_hdr.size, fields), size: frag_hdr.size,
    carried: { ...carried, protocol, fragment: carried.fragment || place.mf === true },
  };
}

function authentication(part: Part, carried: Carried): Extension {
  const { nexthdr, hdrlen = 0 } = header(ipv6_opt_hdr, part);
  const size = (hdrlen + 2) * AH_UNIT;
  const fields = { nexthdr: nextName(nexthdr) };
  return { layer: layer("ah", part, size, fields), size, carried: { ...carried, protocol: nexthdr ?? NONE } };
}
