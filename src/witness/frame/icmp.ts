/** ICMP: RFC 792. An error quotes the packet that it is about. */
import { ETH_P_IP } from "../../abi/constants/ether.ts";
import { ICMP_EXC, ICMP_REDIR, ICMP_TYPE, ICMP_UNREACH } from "../../abi/constants/icmp.ts";
import { icmphdr } from "../../abi/headers/icmp.ts";
import { transportVerdict } from "./checksum.ts";
import { after, byteAt, header, type Layer, layer, namesOf, type Part, payload } from "./layer.ts";
import type { Carried } from "./way.ts";

const typeName = namesOf(ICMP_TYPE);
const CODES: Readonly<Record<number, ReturnType<typeof namesOf>>> = {
  [ICMP_TYPE.ICMP_DEST_UNREACH]:  namesOf(ICMP_UNREACH),
  [ICMP_TYPE.ICMP_REDIRECT]:      namesOf(ICMP_REDIR),
  [ICMP_TYPE.ICMP_TIME_EXCEEDED]: namesOf(ICMP_EXC),
};

type Header = Partial<Pick<ReturnType<typeof icmphdr.at>, "id" | "sequence" | "gateway" | "mtu" | "code">>;
type Says = Readonly<Record<string, number | string | undefined>>;
const echo = ({ id, sequence }: Header): Says => ({ echo_id: id, echo_sequence: sequence });
/** What the second half of the header means, by type. */
const SAYS: Readonly<Record<number, (h: Header, part: Part) => Says>> = {
  [ICMP_TYPE.ICMP_ECHO]:           echo,
  [ICMP_TYPE.ICMP_ECHOREPLY]:      echo,
  [ICMP_TYPE.ICMP_TIMESTAMP]:      echo,
  [ICMP_TYPE.ICMP_TIMESTAMPREPLY]: echo,
  [ICMP_TYPE.ICMP_DEST_UNREACH]:   ({ code, mtu }) => (code === ICMP_UNREACH.ICMP_FRAG_NEEDED ? { mtu } : {}),
  [ICMP_TYPE.ICMP_REDIRECT]:       ({ gateway }) => ({ gateway }),
  [ICMP_TYPE.ICMP_PARAMETERPROB]:  (_, part) => ({ pointer: byteAt(part, 4) }),
};
const ERRORS: readonly number[] = [
  ICMP_TYPE.ICMP_DEST_UNREACH, ICMP_TYPE.ICMP_SOURCE_QUENCH, ICMP_TYPE.ICMP_REDIRECT,
  ICMP_TYPE.ICMP_TIME_EXCEEDED, ICMP_TYPE.ICMP_PARAMETERPROB,
];

/** The message, and what it quotes; its checksum covers no addresses. */
export function icmp(part: Part, carried: Carried): readonly Layer[] {
  const h = header(icmphdr, part);
  const { type = -1, code } = h;
  const fields = {
    type: typeName(h.type), code: CODES[type]?.(code) ?? code, ...SAYS[type]?.(h, part),
    checksum: transportVerdict(part, carried, false),
  };
  const rest = after(part, icmphdr.size);
  const quote = ERRORS.includes(type) ? carried.way.quote : null;
  return [
    layer("icmp", part, icmphdr.size, fields),
    ...(quote === null ? payload(rest) : quote(ETH_P_IP, rest)),
  ];
}
