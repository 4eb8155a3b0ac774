/** Routes by rtnetlink. */
import { NLM_F_CREATE, NLM_F_EXCL, RTM_GETROUTE, RTM_NEWROUTE } from "../abi/constants/netlink.ts";
import {
  RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_UNIVERSE, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTA_DST, RTA_GATEWAY,
  RTA_OIF, RTA_PREFSRC, RTA_TABLE, RTN, RTPROT_STATIC,
} from "../abi/constants/rtnetlink.ts";
import { AF_INET, AF_UNSPEC } from "../abi/constants/socket.ts";
import type { Attribute } from "../abi/structs/netlink.ts";
import { rtmsg } from "../abi/structs/rtnetlink.ts";
import type { Memory } from "../memory/memory.ts";
import { AttributeMap, numeric, payloadOf } from "./attribute.ts";
import { type IpPrefix, ipPrefix, ipText, runOnly } from "./ip-prefix.ts";
import { type Device, indexOf } from "./links.ts";
import type { Netlink } from "./netlink.ts";
import { metricsAttribute, metricsIn, type RouteMetrics } from "./route-metrics.ts";

/** Where a route leads: over a device, to a next hop, or to an error. */
export interface RouteOptions extends RouteMetrics {
  readonly device?: Device;
  /** The next hop. */
  readonly via?: string;
  /** The source address of what goes this way, where the sender has not chosen one. */
  readonly source?: string;
  /** `local`: what goes there is for this host. The last three fail: EINVAL, EHOSTUNREACH, EACCES. */
  readonly type?: "unicast" | "local" | "blackhole" | "unreachable" | "prohibit";
}
export interface Route {
  readonly family: number;
  /** "198.51.100.0/24", "default". */
  readonly to: string;
  /** RT_TABLE_… */
  readonly table: number;
  /** RTN_… */
  readonly type: number;
  /** RTPROT_…: who made it. */
  readonly protocol: number;
  /** RT_SCOPE_… */
  readonly scope: number;
  /** The index of the device it leads over, or null. */
  readonly index: number | null;
  readonly via: string | null;
  readonly source: string | null;
  readonly metrics: RouteMetrics;
}

const TYPES = {
  unicast: RTN.RTN_UNICAST, local: RTN.RTN_LOCAL, blackhole: RTN.RTN_BLACKHOLE,
  unreachable: RTN.RTN_UNREACHABLE, prohibit: RTN.RTN_PROHIBIT,
} as const;
const EVERYWHERE: readonly string[] = ["0.0.0.0/0", "::/0"];

/**
 * Adds a route to a prefix, or "default" (IPv4, unless `via` is IPv6). Throws RangeError for what is not a
 * run's own, NetlinkError: EEXIST where it is there, ENETUNREACH where the next hop is out of reach.
 */
export function addRoute(nl: Netlink, to: string, options: RouteOptions): void {
  const { device, via, source, type = "unicast", ...metrics } = options;
  const hop = via === undefined ? null : runOnly(via);
  const { family, address, length } = destination(to, hop);
  const header = rtmsg({
    rtm_family: family, rtm_dst_len: length, rtm_type: TYPES[type], rtm_protocol: RTPROT_STATIC,
    rtm_table: type === "local" ? RT_TABLE_LOCAL : RT_TABLE_MAIN, rtm_scope: scopeOf(family, type, hop),
  });
  const list: readonly Attribute[] = [
    ...(length === 0 ? [] : [[RTA_DST, address] as const]),
    ...(device === undefined ? [] : [numeric(RTA_OIF, indexOf(nl, device))]),
    ...(hop === null ? [] : [[RTA_GATEWAY, hop.address] as const]),
    ...(source === undefined ? [] : [[RTA_PREFSRC, runOnly(source).address] as const]),
    ...metricsAttribute(metrics),
  ];
  nl.request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, payloadOf(header, list), `route to ${to}`);
}

/** A default route leads to one of the run's own links, as every device and next hop here is. */
function destination(to: string, hop: IpPrefix | null): IpPrefix {
  if (to === "default") return ipPrefix(hop === null || hop.family === AF_INET ? "0.0.0.0/0" : "::/0");
  return EVERYWHERE.includes(to) ? ipPrefix(to) : runOnly(to);
}

/** IPv4 has to be told how far it is. */
function scopeOf(family: number, type: keyof typeof TYPES, hop: IpPrefix | null): number {
  if (type === "local") return RT_SCOPE_HOST;
  return family === AF_INET && type === "unicast" && hop === null ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

/** The routes of all tables, of one family or of all. */
export const routes = (nl: Netlink, family: number = AF_UNSPEC): readonly Route[] =>
  nl.dump(RTM_GETROUTE, payloadOf(rtmsg({ rtm_family: family }), []), "routes")
    .map(({ payload }) => routeIn(payload));

function routeIn(payload: Memory): Route {
  const header = rtmsg.at(payload);
  const said = new AttributeMap(payload, rtmsg.size);
  const text = (type: number): string | null => {
    const address = said.bytes(type);
    return address === null ? null : ipText(address);
  };
  const to = text(RTA_DST);
  return {
    family: header.rtm_family, to: to === null ? "default" : `${to}/${header.rtm_dst_len}`,
    table: said.number(RTA_TABLE) ?? header.rtm_table, type: header.rtm_type, protocol: header.rtm_protocol,
    scope: header.rtm_scope, index: said.number(RTA_OIF), via: text(RTA_GATEWAY), source: text(RTA_PREFSRC),
    metrics: metricsIn(said),
  };
}
