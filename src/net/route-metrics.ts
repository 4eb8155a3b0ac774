/** A route's metrics: what connections over it begin with. RTA_METRICS, ip-route(8). */
import { RTA_METRICS, RTAX, RTAX_CC_ALGO, RTAX_LOCK } from "../abi/constants/rtnetlink.ts";
import type { Attribute } from "../abi/structs/netlink.ts";
import { type AttributeMap, nested, numeric, textual } from "./attribute.ts";

/**
 * Numbers as the kernel takes them: mtu, window, advmss in bytes; cwnd, initcwnd, initrwnd, ssthresh in
 * packets; rto_min in ms, rtt in 1/8 ms, rttvar in 1/4 ms; quickack and fastopen_no_cookie 0 or 1; features
 * are RTAX_FEATURE_… bits.
 */
const NUMBERS = {
  mtu:      RTAX.RTAX_MTU,      window:   RTAX.RTAX_WINDOW,   rtt:        RTAX.RTAX_RTT,
  rttvar:   RTAX.RTAX_RTTVAR,   ssthresh: RTAX.RTAX_SSTHRESH, cwnd:       RTAX.RTAX_CWND,
  advmss:   RTAX.RTAX_ADVMSS,   hoplimit: RTAX.RTAX_HOPLIMIT, reordering: RTAX.RTAX_REORDERING,
  initcwnd: RTAX.RTAX_INITCWND, features: RTAX.RTAX_FEATURES, rto_min:    RTAX.RTAX_RTO_MIN,
  initrwnd: RTAX.RTAX_INITRWND, quickack: RTAX.RTAX_QUICKACK,
  fastopen_no_cookie: RTAX.RTAX_FASTOPEN_NO_COOKIE,
} as const;
type Numbers = { readonly [N in keyof typeof NUMBERS]?: number };

export interface RouteMetrics extends Numbers {
  /** The congestion control of connections over it: "reno". */
  readonly congctl?: string;
  /** Metrics that the kernel and the program may not change. */
  readonly lock?: readonly (keyof Numbers | "congctl")[];
}

const numbers: Readonly<Record<string, number>> = { ...NUMBERS, congctl: RTAX_CC_ALGO };
const named = Object.entries(NUMBERS) as readonly (readonly [name: keyof Numbers, type: number])[];

/** The attribute that carries them; none where there are none. */
export function metricsAttribute(it: RouteMetrics): readonly Attribute[] {
  const list = named.flatMap(([name, type]) => (it[name] === undefined ? [] : [numeric(type, it[name])]));
  if (it.congctl !== undefined) list.push(textual(RTAX_CC_ALGO, it.congctl));
  const locked = (it.lock ?? []).reduce((bits, name) => bits | (1 << numbers[name]!), 0);
  if (locked !== 0) list.push(numeric(RTAX_LOCK, locked));
  return list.length === 0 ? [] : [nested(RTA_METRICS, list)];
}

/** Those that a route's message tells of. */
export function metricsIn(said: AttributeMap): RouteMetrics {
  const metrics = said.inside(RTA_METRICS);
  const found = named.flatMap(([name, type]) => {
    const value = metrics.number(type);
    return value === null ? [] : [[name, value] as const];
  });
  const congctl = metrics.text(RTAX_CC_ALGO);
  const locked = metrics.number(RTAX_LOCK) ?? 0;
  const lock = Object.keys(numbers).filter((name) => (locked & (1 << numbers[name]!)) !== 0);
  return {
    ...Object.fromEntries(found), ...(congctl === null ? {} : { congctl }),
    ...(lock.length === 0 ? {} : { lock: lock as NonNullable<RouteMetrics["lock"]> }),
  };
}
