/** How the kernel is asked for its sockets: struct inet_diag_req_v2 in a netlink message, sock_diag(7). */
import { IPPROTO_TCP, IPPROTO_UDP } from "../abi/constants/in.ts";
import {
  INET_DIAG_INFO, INET_DIAG_NOCOOKIE, INET_DIAG_SKMEMINFO, NLM_F_DUMP, SOCK_DIAG_BY_FAMILY,
} from "../abi/constants/netlink.ts";
import { AF_INET } from "../abi/constants/socket.ts";
import { inet_diag_req_v2 } from "../abi/structs/inet_diag.ts";
import { nlmsghdr } from "../abi/structs/netlink.ts";
import { allocate, type Memory } from "../memory/memory.ts";

/** Which socket. An address that is left out is "any"; for an unconnected one dest and dport stay away. */
export interface Question {
  /** IPPROTO_TCP or IPPROTO_UDP. */
  readonly protocol: number;
  /** AF_INET or AF_INET6: the socket's own, whatever family its peer is of. */
  readonly family: number;
  /** Its own address, and its peer's: "127.0.0.1", "::1". */
  readonly source?: string;
  readonly sport?: number;
  readonly dest?: string;
  readonly dport?: number;
  /** The interface it is bound to, by its index. */
  readonly device?: number;
  /** SO_COOKIE, in decimal: this socket and no other. */
  readonly cookie?: string;
}

/** The message, 72 bytes. `flags` are NLM_F_…; `states` matter to a dump alone. */
export function diagRequest(question: Question, flags: number, seq: number, states: number): Memory {
  const memory = allocate(nlmsghdr.size + inet_diag_req_v2.size, 0);
  const head = { nlmsg_flags: flags, nlmsg_seq: seq, nlmsg_type: SOCK_DIAG_BY_FAMILY };
  nlmsghdr.write(memory, 0, { nlmsg_len: memory.length, ...head });
  const { protocol, family } = question;
  const it = inet_diag_req_v2.at(memory, nlmsghdr.size);
  Object.assign(it, { sdiag_family: family, sdiag_protocol: protocol, idiag_states: states });
  it.idiag_ext = wanted(INET_DIAG_SKMEMINFO, ...(protocol === IPPROTO_TCP ? [INET_DIAG_INFO] : []));
  fill(it.id, question, protocol === IPPROTO_UDP && (flags & NLM_F_DUMP) === 0);
  return memory;
}

const wanted = (...attributes: readonly number[]): number =>
  attributes.reduce((bits, attribute) => bits | (1 << (attribute - 1)), 0);

/** `turned`: one UDP socket is looked for as a packet finds it that arrives: the source is the peer's. */
function fill(id: Id, { family, device = 0, cookie, ...ends }: Question, turned: boolean): void {
  const { source, sport = 0, dest, dport = 0 } = ends;
  const [src, dst] = family === AF_INET ? IPV4 : IPV6;
  id.idiag_sport = turned ? dport : sport;
  id.idiag_dport = turned ? sport : dport;
  if (source !== undefined) id[turned ? dst : src] = source;
  if (dest !== undefined) id[turned ? src : dst] = dest;
  id.idiag_if = device;
  const number = cookie === undefined ? null : BigInt(cookie);
  id.idiag_cookie = number === null ? [INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE]
    : [Number(number & 0xffff_ffffn), Number(number >> 32n)];
}
const IPV4 = ["idiag_src4", "idiag_dst4"] as const;
const IPV6 = ["idiag_src", "idiag_dst"] as const;
type Id = ReturnType<typeof inet_diag_req_v2.at>["id"];
