/** ICMPv6: RFC 4443, and what finds neighbours, RFC 4861. An error quotes the packet that it is about. */
import { ETH_P_IPV6 } from "../../abi/constants/ether.ts";
import { ICMPV6_EXC, ICMPV6_TYPE, ICMPV6_UNREACH, ND } from "../../abi/constants/icmp.ts";
import { icmp6hdr } from "../../abi/headers/icmp.ts";
import { transportVerdict } from "./checksum.ts";
import { after, header, type Layer, layer, namesOf, type Part, payload } from "./layer.ts";
import { neighbour } from "./neighbour.ts";
import type { Carried } from "./way.ts";

const typeName = namesOf({ ...ICMPV6_TYPE, ...ND });
const CODES: Readonly<Record<number, ReturnType<typeof namesOf>>> = {
  [ICMPV6_TYPE.ICMPV6_DEST_UNREACH]: namesOf(ICMPV6_UNREACH),
  [ICMPV6_TYPE.ICMPV6_TIME_EXCEED]:  namesOf(ICMPV6_EXC),
};

type Header = Partial<Pick<
  ReturnType<typeof icmp6hdr.at>, "icmp6_identifier" | "icmp6_sequence" | "icmp6_mtu"
>>;
type Says = Readonly<Record<string, number | undefined>>;
const echo = ({ icmp6_identifier, icmp6_sequence }: Header): Says =>
  ({ echo_id: icmp6_identifier, echo_sequence: icmp6_sequence });
/** What the second half of the header means, by type. */
const SAYS: Readonly<Record<number, (h: Header) => Says>> = {
  [ICMPV6_TYPE.ICMPV6_ECHO_REQUEST]: echo,
  [ICMPV6_TYPE.ICMPV6_ECHO_REPLY]:   echo,
  [ICMPV6_TYPE.ICMPV6_PKT_TOOBIG]:   ({ icmp6_mtu }) => ({ mtu: icmp6_mtu }),
  [ICMPV6_TYPE.ICMPV6_PARAMPROB]:    ({ icmp6_mtu }) => ({ pointer: icmp6_mtu }),
};
/** Errors have the high bit clear; those known are the first four. */
const isError = (type: number): boolean =>
  type >= ICMPV6_TYPE.ICMPV6_DEST_UNREACH && type <= ICMPV6_TYPE.ICMPV6_PARAMPROB;

/** The message, and what it quotes. */
export function icmpv6(part: Part, carried: Carried): readonly Layer[] {
  const h = header(icmp6hdr, part);
  const { icmp6_type: type = -1, icmp6_code: code } = h;
  const found = neighbour(type, part) ?? { size: icmp6hdr.size, fields: {} };
  const fields = {
    type: typeName(h.icmp6_type), code: CODES[type]?.(code) ?? code, ...SAYS[type]?.(h), ...found.fields,
    checksum: transportVerdict(part, carried, true),
  };
  const rest = after(part, found.size);
  const quote = isError(type) ? carried.way.quote : null;
  return [
    layer("icmpv6", part, found.size, fields),
    ...(quote === null ? payload(rest) : quote(ETH_P_IPV6, rest)),
  ];
}
