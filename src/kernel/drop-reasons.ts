/**
 * Why the kernel threw a packet away: what the `reason` of the tracepoint skb:kfree_skb means. Every kernel
 * numbers its reasons anew (enum skb_drop_reason, since Linux 5.17), so the names are read from it; the words
 * for them are ours. include/net/dropreason-core.h.
 */
import type { Btf } from "./btf.ts";

/** A kernel's reasons by number, without their SKB_DROP_REASON_: 3 is "NO_SOCKET". */
export type DropReasons = ReadonlyMap<number, string>;

/** From the kernel's BTF; null where it has no such enum. */
export function dropReasonsOf(btf: Btf): DropReasons | null {
  const values = btf.enumeration("skb_drop_reason");
  return values && new Map([...values].flatMap(([value, name]) => {
    const short = /^SKB_(?:DROP_REASON_)?(\w+)$/.exec(name)?.[1] ?? name;
    return short === "MAX" || short.startsWith("SUBSYS_") ? [] : [[value, short] as const];
  }));
}

/** From the text of skb:kfree_skb's format file, which lists them as `{ 3, "NO_SOCKET" }`. */
export const dropReasonsIn = (format: string): DropReasons => new Map(
  [...format.matchAll(/\{ ?(\d+), ?"(\w+)" ?\}/g)]
    .flatMap(([, value, name]) => (name === "MAX" ? [] : [[Number(value), name!] as const])));

/** One reason: its name, and why in words; null where there are none for it. */
export interface DropReason {
  readonly name: string;
  readonly why: string | null;
}

/** What a number means. Its upper 16 bits are a part of the kernel that counts its own: mac80211, qdiscs. */
export function dropReason(reason: number, reasons: DropReasons): DropReason {
  const part = reason >>> 16;
  if (part !== 0) return { name: `reason ${reason & 0xffff} of subsystem ${part}`, why: null };
  const name = reasons.get(reason) ?? `reason ${reason}`;
  return { name, why: WHY[name] ?? null };
}

/** The reasons that are met most, of all kernels. */
const WHY: Readonly<Record<string, string>> = {
  NOT_DROPPED_YET:          "nothing was thrown away",
  CONSUMED:                 "nothing went wrong: it was used up",
  NOT_SPECIFIED:            "the place that threw it away gives no reason",
  NO_SOCKET:                "no socket is bound to where it was to go",
  SOCKET_CLOSE:             "its socket was closed before anybody read it",
  SOCKET_FILTER:            "the filter that is attached to the socket refused it",
  SOCKET_RCVBUFF:           "the socket's receive buffer is full",
  SOCKET_BACKLOG:           "it came while the socket was in use, and the queue for such packets is full",
  PROTO_MEM:                "the protocol has used up the memory that all its sockets share",
  UNIX_DISCONNECT:          "its receiver connected to somebody else, or the sender went",
  UNIX_SKIP_OOB:            "the reader passed over urgent data",
  PKT_TOO_SMALL:            "it is shorter than its headers say",
  PKT_TOO_BIG:              "it is larger than the way ahead lets through",
  HDR_TRUNC:                "a header is cut off",
  TCP_CSUM:                 "the TCP checksum is wrong",
  UDP_CSUM:                 "the UDP checksum is wrong",
  ICMP_CSUM:                "the ICMP checksum is wrong",
  IP_CSUM:                  "the checksum of the IP header is wrong",
  SKB_CSUM:                 "its checksum could not be computed",
  IP_INHDR:                 "the IP header is wrong",
  IP_NOPROTO:               "nobody here speaks the protocol in the IP header",
  IP_RPFILTER:              "an answer would leave by another interface (rp_filter)",
  IP_INADDRERRORS:          "its address does not fit here",
  IP_INNOROUTES:            "there is no route to where it is to go on",
  IP_OUTNOROUTES:           "there is no route for what is sent",
  IP_LOCAL_SOURCE:          "it came from outside with one of our own addresses as its source",
  IP_INVALID_SOURCE:        "no host has such a source address",
  IP_INVALID_DEST:          "no host has such a destination address",
  IP_LOCALNET:              "127.0.0.0/8 does not come from outside",
  IPV6DISABLED:             "IPv6 is switched off on the device",
  OTHERHOST:                "the frame is for another host",
  UNHANDLED_PROTO:          "nobody takes frames of this type",
  NETFILTER_DROP:           "a rule of the packet filter dropped it",
  SECURITY_HOOK:            "a security module refused it",
  XFRM_POLICY:              "an IPsec policy refused it",
  TCP_FLAGS:                "such flags do not belong here",
  TCP_RESET:                "its RST does not fit the connection",
  TCP_CLOSE:                "the connection is closed",
  TCP_INVALID_SYN:          "a SYN inside a connection",
  TCP_LISTEN_OVERFLOW:      "the listener's queue is full",
  TCP_ABORT_ON_DATA:        "data came for a socket that nobody will read any more",
  TCP_OLD_DATA:             "its bytes were there already",
  TCP_OLD_ACK:              "it acknowledges what was acknowledged already",
  TCP_TOO_OLD_ACK:          "it acknowledges what lies too far back",
  TCP_ACK_UNSENT_DATA:      "it acknowledges what was not sent yet",
  TCP_OLD_SEQUENCE:         "its sequence numbers lie before the window",
  TCP_INVALID_SEQUENCE:     "its sequence number lies outside the window",
  TCP_INVALID_END_SEQUENCE: "its last sequence number lies outside the window",
  TCP_INVALID_ACK_SEQUENCE: "it acknowledges something else than was sent",
  TCP_ZEROWINDOW:           "the receive window is closed",
  TCP_OVERWINDOW:           "it lies beyond the receive window",
  TCP_OFOMERGE:             "its bytes wait out of order already",
  TCP_OFO_DROP:             "out of order, and there already",
  TCP_OFO_QUEUE_PRUNE:      "memory ran short: the out-of-order queue was cleared",
  TCP_RFC7323_PAWS:         "its timestamp is older than the last one",
  TCP_RFC7323_PAWS_ACK:     "an old acknowledgement, told by its timestamp",
  TCP_RFC7323_TW_PAWS:      "its timestamp is older than the last one, in TIME_WAIT",
  TCP_FASTOPEN:             "a half-open fast-open connection does not take it",
  TCP_MD5FAILURE:           "its MD5 signature is wrong",
  TCP_MD5NOTFOUND:          "the connection wants an MD5 signature, it has none",
  TCP_MD5UNEXPECTED:        "it has an MD5 signature that nobody asked for",
  TCP_MINTTL:               "its TTL is below what the socket wants (IP_MINTTL)",
  NEIGH_CREATEFAIL:         "no entry could be made for the neighbour",
  NEIGH_FAILED:             "the neighbour does not answer",
  NEIGH_QUEUEFULL:          "too many wait for the neighbour's answer",
  NEIGH_DEAD:               "the neighbour's entry is being removed",
  QDISC_DROP:               "the device's queue discipline dropped it",
  QDISC_OVERLIMIT:          "the device's queue is full",
  QDISC_CONGESTED:          "the device's queue discipline sees congestion",
  CPU_BACKLOG:              "the CPU's receive queue is full (netdev_max_backlog)",
  XDP:                      "an XDP program dropped it",
  TC_INGRESS:               "a traffic-control filter dropped it as it came in",
  TC_EGRESS:                "a traffic-control filter dropped it as it went out",
  BPF_CGROUP_EGRESS:        "a BPF program of the cgroup dropped it as it went out",
  DEV_READY:                "the device is not up, or not ready",
  FULL_RING:                "the device's ring is full",
  TAP_FILTER:               "the filter that is attached to the tun device refused it",
  DUP_FRAG:                 "the fragment was there already",
  FRAG_REASM_TIMEOUT:       "the other fragments did not come in time",
  FRAG_TOO_FAR:             "the fragments came too far apart",
  QUEUE_PURGE:              "a queue was emptied with all that was in it",
  PACKET_SOCK_ERROR:        "a packet socket could not take it",
  NOMEM:                    "there is no memory",
};
