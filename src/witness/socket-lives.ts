/**
 * Events of the tracepoint sock:inet_sock_set_state, put together socket by socket. The kernel tells its
 * sockets apart by address there, and uses an address again when a socket is gone. Pure.
 */
import { IPPROTO_TCP } from "../abi/constants/in.ts";
import { AF_INET6 } from "../abi/constants/socket.ts";
import type { Ends } from "./known-sockets.ts";
import { stateName } from "./state-names.ts";

/** The tracepoint. */
export const SET_STATE = "sock:inet_sock_set_state";

/** One event: its fields by the kernel's names, addresses as text, `oldstate` and `newstate` as numbers. */
export interface TraceEvent {
  readonly t: number;
  readonly fields: Readonly<Record<string, number | string>>;
}

/** From one state to the next: "SYN_SENT", "ESTABLISHED". */
export interface Step {
  readonly t: number;
  readonly from: string;
  readonly to: string;
}

/** What one socket passed from where it left CLOSE, or its listener, to where it is CLOSE again. */
export interface Life {
  /** There may be gaps: what another thread's softirq did with it was not seen. */
  readonly steps: readonly Step[];
  /**
   * As far as any of its events told them: at SYN_SENT the port is still to be chosen. IPv4 is dotted, in
   * whatever family; no address is "0.0.0.0".
   */
  readonly ends: Ends;
}

/** The lives that these events tell of, in the order in which they began; the events are in order of time. */
export function livesOf(events: readonly TraceEvent[]): readonly Life[] {
  const lives: { steps: Step[]; ends: Ends }[] = [];
  const current = new Map<number | string, (typeof lives)[number]>();
  for (const { t, fields } of events) {
    if ((fields.protocol ?? IPPROTO_TCP) !== IPPROTO_TCP) continue;
    const [from, to] = [stateName(Number(fields.oldstate)), stateName(Number(fields.newstate))];
    const step: Step = { t, from, to };
    const socket = fields.skaddr ?? "";
    let life = current.get(socket);
    if (life === undefined || begins(step)) {
      life = { steps: [], ends: NOWHERE };
      lives.push(life);
      current.set(socket, life);
    }
    life.steps.push(step);
    life.ends = joined(life.ends, endsIn(fields));
  }
  return lives;
}

/** An address without its family: an IPv4 one in an IPv6 socket is the same, and any is any. */
export const bare = (address: string): string =>
  (address === "::" || address === "" ? ANY : address.replace(/^::ffff:(?=\d+\.)/, ""));
/** No address: of a listener, any. */
export const ANY = "0.0.0.0";

const NOWHERE: Ends = { source: ANY, sport: 0, dest: ANY, dport: 0 };

/** A listener's child is its copy at first: its first event tells of the copy's state. */
const begins = ({ from, to }: Step): boolean => from === "CLOSE" || (from === "LISTEN" && to === "SYN_RECV");

function endsIn(fields: TraceEvent["fields"]): Ends {
  const tail = fields.family === AF_INET6 ? "_v6" : "";
  const address = (name: string): string => bare(String(fields[`${name}${tail}`] ?? fields[name] ?? ""));
  const [sport, dport] = [Number(fields.sport ?? 0), Number(fields.dport ?? 0)];
  return { source: address("saddr"), sport, dest: address("daddr"), dport };
}

/** Each as soon as it is told. */
const joined = (a: Ends, b: Ends): Ends => ({
  source: a.source === ANY ? b.source : a.source, sport: a.sport || b.sport,
  dest:   a.dest   === ANY ? b.dest   : a.dest,   dport: a.dport || b.dport,
});
