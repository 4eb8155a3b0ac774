/**
 * Witness: the states that a known TCP socket passed, as the tracepoint sock:inet_sock_set_state told them,
 * and how these and samples become one sequence. Pure.
 */
import { IPPROTO_TCP } from "../abi/constants/in.ts";
import type { Ends, StateSample } from "./known-sockets.ts";
import { ANY, bare, type Life, livesOf, type TraceEvent } from "./socket-lives.ts";

/** A known socket was in a state: "ESTABLISHED". `t` in ns. */
export interface StateSight {
  readonly type: "state";
  readonly t: number;
  readonly socket: string;
  readonly state: string;
  readonly seen: "tracepoint" | "sample";
  readonly values: Readonly<Record<string, number>>;
  /** Its own address and port, and its peer's, as far as it has them: "127.0.0.1:80". */
  readonly local?: string;
  readonly remote?: string;
}

/**
 * What the tracepoint told of a known socket, which is found by its addresses; none where it was never seen
 * with any. The first sight is the state that it came from; so is one behind a gap. Of a client whose connect
 * failed its own port is all that is left; one that was accepted begins as its listener's copy, in LISTEN.
 */
export function traced(
  events: readonly TraceEvent[], { socket, state, protocol, ends }: Omit<StateSample, "values">,
): readonly StateSight[] {
  if (protocol !== IPPROTO_TCP) return [];
  const lives = livesOf(events);
  // An address and a port may have been another's before: the last that had them is meant.
  const found = new Set(ends.map((own) => lives.findLast((life) => isOf(life, own, state))));
  const out: StateSight[] = [];
  const tell = (t: number, told: string): void =>
    void out.push({ type: "state", t, socket, state: told, seen: "tracepoint", values: {} });
  for (const life of lives) {
    if (!found.has(life)) continue;
    for (const { t, from, to } of life.steps) {
      if (out.at(-1)?.state !== from) tell(t, from);
      tell(t, to);
    }
  }
  return out;
}

/** `state`: what the socket was in at last. */
function isOf({ steps, ends }: Life, own: Ends, state: string): boolean {
  if (ends.sport !== own.sport) return false;
  const isSource = ends.source === bare(own.source);
  if (own.dport !== 0) return isSource && ends.dport === own.dport && ends.dest === bare(own.dest);
  if (ends.dport === 0) return isSource && steps.at(-1)!.to === state;
  return steps[0]!.to === "SYN_SENT" && (isSource || bare(own.source) === ANY);
}

/** One sight among those of its socket. */
export interface MergedState extends StateSight {
  /** A sample that found what was told before: only its values are news. */
  readonly repeats: boolean;
}

/**
 * Traced and sampled states in order of time, one sequence for each socket. In TIME_WAIT, and in FIN_WAIT2
 * without an owner, the kernel has closed the socket and a small one stands in its place: what the tracepoint
 * calls CLOSE then is left out, if a sample has seen the small one. So is what repeats and has no values.
 * `before`: the states that were told already, by socket.
 */
export function mergeStates(
  traced: readonly StateSight[], sampled: readonly StateSight[],
  before: ReadonlyMap<string, string> = new Map(),
): readonly MergedState[] {
  const all = [...traced, ...sampled].sort((a, b) => a.t - b.t);
  const last = new Map(before);
  const out: MergedState[] = [];
  for (const [i, it] of all.entries()) {
    const was = last.get(it.socket);
    const isClosed = it.seen === "tracepoint" && it.state === "CLOSE" && LEAVING.has(was ?? "");
    if (isClosed && isSmall(all.find(({ socket }, j) => j > i && socket === it.socket))) continue;
    const repeats = it.state === was;
    if (repeats && Object.keys(it.values).length === 0) continue;
    last.set(it.socket, it.state);
    out.push({ ...it, repeats });
  }
  return out;
}

/** Where a socket is replaced. */
const LEAVING: ReadonlySet<string> = new Set(["FIN_WAIT1", "FIN_WAIT2", "CLOSING"]);
const isSmall = (next: StateSight | undefined): boolean =>
  next?.seen === "sample" && (next.state === "TIME_WAIT" || next.state === "FIN_WAIT2");
