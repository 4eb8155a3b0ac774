/** Queueing disciplines by rtnetlink. tc(8). */
import { NLM_F_CREATE, NLM_F_REPLACE, RTM_NEWQDISC } from "../abi/constants/netlink.ts";
import { TC_H_ROOT, TCA_KIND } from "../abi/constants/rtnetlink.ts";
import { tcmsg } from "../abi/structs/rtnetlink.ts";
import { payloadOf, textual } from "./attribute.ts";
import { type Device, indexOf } from "./links.ts";
import type { Netlink } from "./netlink.ts";

/**
 * Gives a link this queueing discipline, with its defaults, in place of the one it has: "pfifo", "fq",
 * "noqueue". Throws NetlinkError: ENOENT where the kernel has no such kind, EINVAL for one that has to be
 * given options.
 */
export function setQdisc(nl: Netlink, device: Device, kind: string): void {
  const header = tcmsg({ tcm_ifindex: indexOf(nl, device), tcm_parent: TC_H_ROOT });
  const payload = payloadOf(header, [textual(TCA_KIND, kind)]);
  nl.request(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, payload, `qdisc ${kind} on ${device}`);
}
