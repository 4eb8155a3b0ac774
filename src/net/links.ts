/** Links by rtnetlink: veth pairs and dummies made; any changed, read, deleted. rtnetlink(7), veth(4). */
import { IF_OPER_UP, IFF_UP } from "../abi/constants/if.ts";
import {
  NLM_F_CREATE, NLM_F_EXCL, RTM_DELLINK, RTM_GETLINK, RTM_NEWLINK, RTM_SETLINK,
} from "../abi/constants/netlink.ts";
import {
  IFLA_ADDRESS, IFLA_IFNAME, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_MTU, IFLA_NET_NS_FD,
  IFLA_OPERSTATE, IFLA_QDISC, VETH_INFO_PEER,
} from "../abi/constants/rtnetlink.ts";
import type { Attribute } from "../abi/structs/netlink.ts";
import { ifinfomsg } from "../abi/structs/rtnetlink.ts";
import { mac } from "../memory/address.ts";
import { u8 } from "../memory/integer.ts";
import type { Memory } from "../memory/memory.ts";
import { cell } from "../memory/type.ts";
import { AttributeMap, nested, numeric, payloadOf, textual } from "./attribute.ts";
import type { Netlink } from "./netlink.ts";
import { until } from "./until.ts";

/** A link by its name, or by its index. */
export type Device = string | number;
export interface Link {
  readonly index: number;
  readonly name: string;
  /** The link-layer address, "02:00:00:00:00:01"; null where it has none of 6 bytes. */
  readonly mac: string | null;
  /** In bytes. */
  readonly mtu: number;
  readonly up: boolean;
  /** IFF_… */
  readonly flags: number;
  /** IF_OPER_…: whether it can carry packets by now. */
  readonly operstate: number;
  /** "veth", "dummy"; null for lo and hardware. */
  readonly kind: string | null;
  /** Its queueing discipline: "noqueue", "noop" while it is down. */
  readonly qdisc: string | null;
}
/** What `setLink` changes. */
export interface LinkChange {
  readonly up?: boolean;
  /** In bytes. */
  readonly mtu?: number;
  /** The link-layer address. */
  readonly address?: string;
  /** The descriptor of the network namespace to move it to. */
  readonly netns?: number;
  readonly name?: string;
}

const CREATE = NLM_F_CREATE | NLM_F_EXCL;

/**
 * A veth pair, both ends down: one named `here`, the other `there`, in the namespace of that descriptor, or
 * here too. Throws NetlinkError: EEXIST where a name is taken, EOPNOTSUPP where the kernel has no veth.
 */
export function addVeth(nl: Netlink, here: string, there: string, thereNamespaceFd: number | null): void {
  const name = textual(IFLA_IFNAME, there);
  const list = thereNamespaceFd === null ? [name] : [name, numeric(IFLA_NET_NS_FD, thereNamespaceFd)];
  const peer: Attribute = [VETH_INFO_PEER, payloadOf(ifinfomsg({}), list)];
  add(nl, here, "veth", [nested(IFLA_INFO_DATA, [peer])], `veth pair ${here}, ${there}`);
}

/** A link that takes packets and drops them; down. EOPNOTSUPP where the kernel has no dummy. */
export const addDummy = (nl: Netlink, name: string): void => add(nl, name, "dummy", [], `dummy ${name}`);

function add(nl: Netlink, name: string, kind: string, data: readonly Attribute[], what: string): void {
  const info = nested(IFLA_LINKINFO, [textual(IFLA_INFO_KIND, kind), ...data]);
  nl.request(RTM_NEWLINK, CREATE, payloadOf(ifinfomsg({}), [textual(IFLA_IFNAME, name), info]), what);
}

/** Each change as its attribute. */
const CHANGES: { readonly [K in Exclude<keyof LinkChange, "up">]: (value: never) => Attribute } = {
  mtu:     (value: number) => numeric(IFLA_MTU, value),
  address: (value: string) => [IFLA_ADDRESS, cell(mac, value)],
  netns:   (value: number) => numeric(IFLA_NET_NS_FD, value),
  name:    (value: string) => textual(IFLA_IFNAME, value),
};

/** Changes a link, all in one request. Throws NetlinkError: EINVAL for an mtu that the link cannot have. */
export function setLink(nl: Netlink, device: Device, { up, ...others }: LinkChange): void {
  const flag = up === undefined ? {} : { ifi_change: IFF_UP, ifi_flags: up ? IFF_UP : 0 };
  const header = ifinfomsg({ ifi_index: indexOf(nl, device), ...flag });
  const list = Object.entries(others).map(([name, value]) =>
    CHANGES[name as keyof typeof CHANGES](value as never));
  nl.request(RTM_SETLINK, 0, payloadOf(header, list), `link ${device}`);
}

/** Takes a link away; a veth's other end goes with it. */
export function deleteLink(nl: Netlink, device: Device): void {
  nl.request(RTM_DELLINK, 0, payloadOf(ifinfomsg({ ifi_index: indexOf(nl, device) }), []), `link ${device}`);
}

/** One link. Throws NetlinkError: ENODEV where there is none. */
export function linkOf(nl: Netlink, device: Device): Link {
  const [header, list] = typeof device === "number"
    ? [ifinfomsg({ ifi_index: device }), []]
    : [ifinfomsg({}), [textual(IFLA_IFNAME, device)]];
  const [found] = nl.request(RTM_GETLINK, 0, payloadOf(header, list), `link ${device}`);
  return linkIn(found!.payload);
}

/** The index of a link; a number is one. */
export const indexOf = (nl: Netlink, device: Device): number =>
  (typeof device === "number" ? device : linkOf(nl, device).index);

/** All links, by their index. */
export const links = (nl: Netlink): readonly Link[] =>
  nl.dump(RTM_GETLINK, payloadOf(ifinfomsg({}), []), "links").map(({ payload }) => linkIn(payload));

/**
 * Waits until a link carries packets. A veth's carrier comes with the second end's IFF_UP, but the kernel
 * gives the first end its queue a moment later: what is sent before that is dropped, and nobody is told.
 */
export const awaitCarrier = (nl: Netlink, device: Device): void =>
  until(() => linkOf(nl, device).operstate === IF_OPER_UP, `link ${device} is up, but has no carrier`);

function linkIn(payload: Memory): Link {
  const { ifi_index: index, ifi_flags: flags } = ifinfomsg.at(payload);
  const said = new AttributeMap(payload, ifinfomsg.size);
  const [address, operstate] = [said.bytes(IFLA_ADDRESS), said.bytes(IFLA_OPERSTATE)];
  return {
    index, flags,
    name: said.text(IFLA_IFNAME) ?? "",
    mac: address?.length === mac.size ? mac.read(address, 0) : null,
    mtu: said.number(IFLA_MTU) ?? 0,
    up: (flags & IFF_UP) !== 0,
    operstate: operstate === null ? 0 : u8.read(operstate, 0),
    kind: said.inside(IFLA_LINKINFO).text(IFLA_INFO_KIND),
    qdisc: said.text(IFLA_QDISC),
  };
}
