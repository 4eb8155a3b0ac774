/** Netfilter: hooks, verdicts, and the options of the old iptables interface. */

/** Hooks of IPv4 and IPv6. uapi linux/netfilter.h. */
export const NF_INET = {
  NF_INET_PRE_ROUTING:  0, NF_INET_LOCAL_IN: 1, NF_INET_FORWARD: 2, NF_INET_LOCAL_OUT: 3,
  NF_INET_POST_ROUTING: 4, NF_INET_INGRESS:  5,
} as const;

/** Verdicts; a standard target of iptables holds minus the number, minus one. uapi linux/netfilter.h. */
export const NF = {
  NF_DROP: 0, NF_ACCEPT: 1, NF_STOLEN: 2, NF_QUEUE: 3, NF_REPEAT: 4, NF_STOP: 5,
} as const;

/** Families. uapi linux/netfilter.h. */
export const NFPROTO = {
  NFPROTO_UNSPEC: 0, NFPROTO_INET:  1, NFPROTO_IPV4:    2, NFPROTO_ARP: 3, NFPROTO_NETDEV: 5,
  NFPROTO_BRIDGE: 7, NFPROTO_IPV6: 10, NFPROTO_DECNET: 12,
} as const;

/**
 * Options that getsockopt of a raw socket answers at level SOL_IP. uapi linux/netfilter_ipv4/ip_tables.h.
 */
export const IPT_SO_GET = {
  IPT_SO_GET_INFO: 64, IPT_SO_GET_ENTRIES: 65, IPT_SO_GET_REVISION_MATCH: 66, IPT_SO_GET_REVISION_TARGET: 67,
} as const;

/** Options that setsockopt of a raw socket takes at level SOL_IP. uapi linux/netfilter_ipv4/ip_tables.h. */
export const IPT_SO_SET = {
  IPT_SO_SET_REPLACE: 64, IPT_SO_SET_ADD_COUNTERS: 65,
} as const;

export const {
  NF_INET_PRE_ROUTING, NF_INET_LOCAL_IN, NF_INET_FORWARD, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING,
  NF_INET_INGRESS,
} = NF_INET;
export const { NF_DROP, NF_ACCEPT, NF_STOLEN, NF_QUEUE, NF_REPEAT, NF_STOP } = NF;
export const {
  NFPROTO_UNSPEC, NFPROTO_INET, NFPROTO_IPV4, NFPROTO_ARP, NFPROTO_NETDEV, NFPROTO_BRIDGE, NFPROTO_IPV6,
  NFPROTO_DECNET,
} = NFPROTO;
export const {
  IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES, IPT_SO_GET_REVISION_MATCH, IPT_SO_GET_REVISION_TARGET,
} = IPT_SO_GET;
export const { IPT_SO_SET_REPLACE, IPT_SO_SET_ADD_COUNTERS } = IPT_SO_SET;
