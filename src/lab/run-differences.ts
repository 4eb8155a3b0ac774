/**
 * What two runs of one experiment differ in: calls, their results and what passed with them, counters,
 * verdicts. What is another one in every run, a port, an address in memory, a time, is no difference.
 */
import { errnoName } from "../abi/errno.ts";
import { callText } from "../sys/decode.ts";
import { aligned } from "./aligned.ts";
import type { CallEvent, CounterEvent, TimesEvent } from "./events.ts";
import type { Events } from "./fact.ts";
import { CHAMBER, History, OPENING } from "./history.ts";
import type { Finding } from "./judge.ts";
import { Sameness, steady } from "./sameness.ts";

/** One of the two, judged. */
export interface JudgedRun {
  readonly history: Events;
  readonly findings: readonly Finding[];
}
/** What one has and the other has not, or has otherwise; null: it has none. */
export interface RunDifference {
  readonly of: "call" | "counter" | "verdict";
  /** Null: of the whole run. */
  readonly scene: string | null;
  readonly first: string | null;
  readonly second: string | null;
}

/** In the order of the runs: scene by scene calls, then counters, then verdicts. */
export function runDifferences(first: JudgedRun, second: JudgedRun): readonly RunDifference[] {
  return [
    ...callDifferences(first.history, second.history),
    ...counterDifferences(first.history, second.history),
    ...verdictDifferences(first.findings, second.findings),
  ];
}

/** A call, or many in a loop, with the scene it was made in. */
interface Made {
  readonly event: CallEvent | TimesEvent;
  readonly scene: string;
}

function made(events: Events): readonly Made[] {
  let scene = OPENING;
  return events.flatMap((it) => {
    if (it.type === "scene") scene = it.id;
    return it.type === "times" || (it.type === "call" && it.actor !== CHAMBER) ? [{ event: it, scene }] : [];
  });
}

/** Who made it, where, and its name: calls that have the same may be the same call. */
const key = ({ event, scene }: Made): string =>
  JSON.stringify([scene, event.actor, event.type === "call" ? event.name : event.label]);

function callDifferences(first: Events, second: Events): readonly RunDifference[] {
  const same = new Sameness();
  return byActor(first, second).flatMap(([a, b]) => aligned(a, b, key)).flatMap(([a, b]) => {
    const [one, other] = [a === null ? null : textOf(a), b === null ? null : textOf(b)];
    if (one !== null && other !== null && same.text(one, other)) return [];
    const numbered = (it: Made | null, text: string | null): string | null =>
      (it?.event.type === "call" ? `#${it.event.id} ${text}` : text);
    const { scene } = (a ?? b)!;
    return [{ of: "call", scene, first: numbered(a, one), second: numbered(b, other) }] as const;
  });
}

/** Actors run beside each other: each one's calls have an order, all together have not. */
function byActor(
  first: Events, second: Events,
): readonly (readonly [readonly Made[], readonly Made[]])[] {
  const [a, b] = [made(first), made(second)];
  const actors = [...new Set([...a, ...b].map(({ event }) => event.actor))];
  const of = (all: readonly Made[], actor: string): readonly Made[] =>
    all.filter(({ event }) => event.actor === actor);
  return actors.map((actor) => [of(a, actor), of(b, actor)]);
}

/** A loop is told by its rounds, its calls and how they failed: how much each of them took may be chance. */
function textOf({ event }: Made): string {
  if (event.type === "call") return callText(steady(event));
  const calls = event.calls.map(({ name, results }) =>
    [name, ...results.flatMap(([it]) => (it < 0 ? errnoName(-it) : [])).toSorted()].join(" "));
  return `“${event.label}” ${event.rounds} ×: ${calls.join(", ")}`;
}

/** Of scenes that both have, where both were counted. */
function counterDifferences(first: Events, second: Events): readonly RunDifference[] {
  const [a, b] = [countersOf(first), countersOf(second)];
  return [...a].flatMap(([scene, own]) => {
    const other = b.get(scene);
    if (other === undefined) return [];
    const names = [...new Set([...Object.keys(own), ...Object.keys(other)])].filter((it) => STEADY.test(it));
    return names.filter((it) => (own[it] ?? 0) !== (other[it] ?? 0)).map((it): RunDifference => ({
      of: "counter", scene, first: rose(it, own[it]), second: rose(it, other[it]),
    }));
  });
}
const rose = (name: string, by = 0): string => `${name} ${by < 0 ? "" : "+"}${by}`;

/** Scene → counter → by how much it rose there. Empty where nobody counted. */
function countersOf(events: Events): ReadonlyMap<string, CounterEvent["values"]> {
  const history = new History(events);
  if (history.run.witnesses.counters?.able !== true) return new Map();
  const sums = new Map<string, Record<string, number>>();
  for (const it of history.counters()) {
    if (it.scene === null) continue;
    const sum = sums.get(it.scene) ?? {};
    for (const [name, by] of Object.entries(it.values)) sum[name] = (sum[name] ?? 0) + by;
    sums.set(it.scene, sum);
  }
  return sums;
}

/**
 * Counters of what was asked for, and of what went wrong. Others count what may happen now or a moment later,
 * or in one packet or in two: acknowledgements, segments, memory.
 */
const STEADY = new RegExp([
  "^(Udp|Udp6|UdpLite|Icmp|Icmp6)\\.",
  "^Tcp\\.(ActiveOpens|PassiveOpens|AttemptFails|EstabResets|InErrs|OutRsts)$",
  "^TcpExt\\.(Listen|Syncookies|TCPReqQFull|TCPAbort|TCPOFO|TCPBacklogDrop)",
].join("|"));

function verdictDifferences(
  first: readonly Finding[], second: readonly Finding[],
): readonly RunDifference[] {
  const verdict = (among: readonly Finding[], claim: string): string | null =>
    among.find((it) => it.claim === claim)?.verdict ?? null;
  return [...new Set([...first, ...second].map((it) => it.claim))].flatMap((claim) => {
    const [a, b] = [verdict(first, claim), verdict(second, claim)];
    const said = (it: string | null): string | null => (it === null ? null : `${it}: ${claim}`);
    return a === b ? [] : [{ of: "verdict", scene: null, first: said(a), second: said(b) }] as const;
  });
}
