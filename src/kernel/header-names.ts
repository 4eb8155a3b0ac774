/**
 * Members that have no such name in the kernel: macros of its headers, written as members are. Of
 * include/net/: sock.h, inet_sock.h, inet_timewait_sock.h, request_sock.h.
 */

const COMMON = "__sk_common";

/** In struct sock, by what follows `sk_`; in sock_common the same follows `skc_`. */
const SOCK = [
  "node", "nulls_node", "refcnt", "tx_queue_mapping", "rx_queue_mapping", "hash", "portpair", "num", "dport",
  "addrpair", "daddr", "rcv_saddr", "family", "state", "reuse", "reuseport", "ipv6only", "net_refcnt",
  "bypass_prot_mem", "bound_dev_if", "bind_node", "prot", "net", "v6_daddr", "v6_rcv_saddr", "cookie",
  "incoming_cpu", "flags",
];
const INET = { daddr: "daddr", rcv_saddr: "rcv_saddr", dport: "dport", num: "num" };
const TIMEWAIT = [
  "family", "state", "reuse", "reuseport", "ipv6only", "bound_dev_if", "node", "bind_node", "refcnt", "hash",
  "prot", "net", "daddr", "v6_daddr", "rcv_saddr", "v6_rcv_saddr", "dport", "num", "cookie",
];
const REQUEST = {
  loc_addr: "rcv_saddr", num: "num", rmt_addr: "daddr", rmt_port: "dport", v6_rmt_addr: "v6_daddr",
  v6_loc_addr: "v6_rcv_saddr", iif: "bound_dev_if", cookie: "cookie", ireq_net: "net", ireq_state: "state",
  ireq_family: "family",
};

/** What a name of the headers stands for: "sk_state" → "__sk_common.skc_state". */
export const headerNames: ReadonlyMap<string, string> = new Map([
  ...SOCK.map((it) => [`sk_${it}`, `${COMMON}.skc_${it}`] as const),
  ...Object.entries(INET).map(([it, of]) => [`inet_${it}`, `sk.${COMMON}.skc_${of}`] as const),
  ...TIMEWAIT.map((it) => [`tw_${it}`, `__tw_common.skc_${it}`] as const),
  ...Object.entries(REQUEST).map(([it, of]) =>
    [it.startsWith("ireq") ? it : `ir_${it}`, `req.__req_common.skc_${of}`] as const),
  ["rsk_refcnt", "__req_common.skc_refcnt"], ["rsk_hash", "__req_common.skc_hash"],
]);
