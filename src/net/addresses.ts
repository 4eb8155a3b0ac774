/** Addresses of links by rtnetlink. */
import { IFF_RUNNING } from "../abi/constants/if.ts";
import { NLM_F_CREATE, NLM_F_EXCL, RTM_GETADDR, RTM_NEWADDR } from "../abi/constants/netlink.ts";
import {
  IFA_ADDRESS, IFA_F_NODAD, IFA_FLAGS, IFA_LOCAL, RT_SCOPE_HOST, RT_SCOPE_UNIVERSE, RTN_LOCAL,
} from "../abi/constants/rtnetlink.ts";
import { AF_INET, AF_INET6 } from "../abi/constants/socket.ts";
import { ifaddrmsg } from "../abi/structs/rtnetlink.ts";
import type { Memory } from "../memory/memory.ts";
import { AttributeMap, payloadOf } from "./attribute.ts";
import { type IpPrefix, ipText, runOnly } from "./ip-prefix.ts";
import { type Device, linkOf } from "./links.ts";
import type { Netlink } from "./netlink.ts";
import { routes } from "./routes.ts";
import { until } from "./until.ts";

export interface Address {
  /** The link's index. */
  readonly index: number;
  /** AF_INET or AF_INET6. */
  readonly family: number;
  readonly address: string;
  /** Of its prefix, in bits. */
  readonly length: number;
  /** RT_SCOPE_… */
  readonly scope: number;
  /** IFA_F_… */
  readonly flags: number;
}

/**
 * Gives a link an address: "192.0.2.1/24", "2001:db8::1/64". An IPv6 one may be used at once: nobody is asked
 * whether it is taken. Throws RangeError for what is not a run's own, NetlinkError: EEXIST where it is there.
 */
export function addAddress(nl: Netlink, device: Device, prefix: string): void {
  const { family, address, length } = runOnly(prefix);
  const { index, flags } = linkOf(nl, device);
  const header = ifaddrmsg({
    ifa_family: family, ifa_prefixlen: length, ifa_index: index,
    ifa_flags: family === AF_INET6 ? IFA_F_NODAD : 0, ifa_scope: scopeOf({ family, address, length }),
  });
  const payload = payloadOf(header, [[IFA_LOCAL, address], [IFA_ADDRESS, address]]);
  const what = `address ${prefix} of ${device}`;
  nl.request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, payload, what);
  if (family === AF_INET6 && (flags & IFF_RUNNING) !== 0) awaitLocal(nl, ipText(address)!, what);
}

/** The route that brings an IPv6 address its packets comes a moment after it, where the link carries any. */
const awaitLocal = (nl: Netlink, address: string, what: string): void => until(
  () => routes(nl, AF_INET6).some(({ to, type }) => to === `${address}/128` && type === RTN_LOCAL),
  `${what}: it is there, but takes no packets`,
);

/** 127.0.0.1 is nothing outside of the host. Of IPv6 the kernel sees it itself. */
const scopeOf = ({ family, address }: IpPrefix): number =>
  (family === AF_INET && address.bytes[0] === 127 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE);

/** All addresses of all links. */
export const addresses = (nl: Netlink): readonly Address[] =>
  nl.dump(RTM_GETADDR, payloadOf(ifaddrmsg({}), []), "addresses").map(({ payload }) => addressIn(payload));

/** Of a point-to-point link IFA_ADDRESS is the other end's; IPv6 leaves IFA_LOCAL out where there is none. */
function addressIn(payload: Memory): Address {
  const header = ifaddrmsg.at(payload);
  const said = new AttributeMap(payload, ifaddrmsg.size);
  const own = said.bytes(IFA_LOCAL) ?? said.bytes(IFA_ADDRESS);
  return {
    index: header.ifa_index, family: header.ifa_family, address: (own && ipText(own)) ?? "",
    length: header.ifa_prefixlen, scope: header.ifa_scope, flags: said.number(IFA_FLAGS) ?? header.ifa_flags,
  };
}
