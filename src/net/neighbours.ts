/** Neighbours by rtnetlink: which link-layer address a next hop has. arp(7). */
import { NLM_F_CREATE, NLM_F_REPLACE, RTM_GETNEIGH, RTM_NEWNEIGH } from "../abi/constants/netlink.ts";
import { NDA_DST, NDA_LLADDR, NUD_PERMANENT } from "../abi/constants/rtnetlink.ts";
import { ndmsg } from "../abi/structs/rtnetlink.ts";
import { mac as macType } from "../memory/address.ts";
import type { Memory } from "../memory/memory.ts";
import { cell } from "../memory/type.ts";
import { AttributeMap, payloadOf } from "./attribute.ts";
import { ipText, runOnly } from "./ip-prefix.ts";
import { type Device, indexOf } from "./links.ts";
import type { Netlink } from "./netlink.ts";

export interface Neighbour {
  /** The link's index. */
  readonly index: number;
  /** AF_INET or AF_INET6. */
  readonly family: number;
  readonly address: string;
  /** Null while it is asked for, and where there is none. */
  readonly mac: string | null;
  /** NUD_… bits. */
  readonly state: number;
}

/**
 * Says which link-layer address a neighbour has, for good: it is never asked for. Takes the place of what was
 * known. Throws RangeError for what is not a run's own.
 */
export function setNeighbour(nl: Netlink, device: Device, address: string, mac: string): void {
  const { family, address: bytes } = runOnly(address);
  const header = ndmsg({ ndm_family: family, ndm_ifindex: indexOf(nl, device), ndm_state: NUD_PERMANENT });
  const payload = payloadOf(header, [[NDA_DST, bytes], [NDA_LLADDR, cell(macType, mac)]]);
  nl.request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, payload, `neighbour ${address} on ${device}`);
}

/** All neighbours of all links. */
export const neighbours = (nl: Netlink): readonly Neighbour[] =>
  nl.dump(RTM_GETNEIGH, payloadOf(ndmsg({}), []), "neighbours").map(({ payload }) => neighbourIn(payload));

function neighbourIn(payload: Memory): Neighbour {
  const header = ndmsg.at(payload);
  const said = new AttributeMap(payload, ndmsg.size);
  const [address, mac] = [said.bytes(NDA_DST), said.bytes(NDA_LLADDR)];
  return {
    index: header.ndm_ifindex, family: header.ndm_family, address: (address && ipText(address)) ?? "",
    mac: mac?.length === macType.size ? macType.read(mac, 0) : null, state: header.ndm_state,
  };
}
