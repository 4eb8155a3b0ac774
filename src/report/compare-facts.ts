/** What several runs of one job differ in, as rows of a table: a value for each run, of items. */
import type { CallEvent, PacketEvent, StateEvent } from "../lab/events.ts";
import type { Events } from "../lab/fact.ts";
import { callsOf, inScenes, witnessOf } from "./compare-events.ts";
import { type Compared, functionsOnlyIn } from "./compare-functions.ts";
import { counted, many } from "./counted.ts";
import { ranked } from "./counter-lines.ts";
import { sizes, way } from "./payload.ts";
import { speakersOf } from "./speakers.ts";

export interface Row {
  readonly label: string;
  /** One for each run, in their order. */
  readonly values: readonly (readonly string[])[];
}

/** What is told also where it is the same in all of them. */
const ALWAYS: ReadonlySet<string> = new Set(["calls", "packets", "bytes per receive"]);

/** The rows that have something to tell. */
export function rowsOf(sides: readonly Compared[]): readonly Row[] {
  const each = (label: string, value: (history: Events) => readonly string[]): Row =>
    ({ label, values: sides.map(({ history }) => value(history)) });
  const rows = [
    each("calls",              callCount),
    each("sockets",            sockets),
    each("packets",            packets),
    each("bytes on the wire",  wireBytes),
    each("bytes per receive",  receives),
    each("message boundaries", boundaries),
    each("the end is told by", ending),
    each("states passed",      states),
    { label: "counters",     values: counters(sides.map((it) => it.history)) },
    { label: "seen only here", values: functionsOnlyIn(sides) },
  ];
  return rows.filter(({ label, values }) => values.some((it) => it.length > 0)
    && (ALWAYS.has(label) || new Set(values.map((it) => it.join())).size > 1));
}

const callCount = (history: Events): readonly string[] => {
  const looped = history.flatMap((it) => (it.type === "times" ? it.calls.map(({ count }) => count) : []));
  return [counted(callsOf(history).length + looped.reduce((sum, it) => sum + it, 0))];
};

/** Those that were named, in the order in which they were. */
function sockets(history: Events): readonly string[] {
  const names = [...new Set(history.flatMap((it) => (it.type === "known" ? [it.name] : [])))];
  return names.length === 0 ? [] : [`${names.length}: ${names.join(", ")}`];
}

const packetsOf = (history: Events): readonly PacketEvent[] => history.filter((it) => it.type === "packet");

/** How many, and in which scenes. */
function packets(history: Events): readonly string[] {
  if (!witnessOf(history, "wire").able) return ["not watched"];
  const parts = inScenes(history)
    .map(([scene, own]) => [scene, packetsOf(own).length] as const)
    .filter(([, n]) => n > 0);
  const all = packetsOf(history).length;
  return [String(all), ...(parts.length > 1 ? parts.map(([scene, n]) => `${n} in “${scene}”`) : [])];
}

/** With all their headers. */
const wireBytes = (history: Events): readonly string[] =>
  (witnessOf(history, "wire").able
    ? [counted(packetsOf(history).reduce((sum, it) => sum + it.length, 0))] : []);

/** Speaker → what it received, call by call: `server 10, 20`; several messages of one call: `1 + 2`. */
function receives(history: Events): readonly string[] {
  const speaker = speakersOf(history);
  const found = new Map<string, string[]>();
  for (const it of callsOf(history).filter((call) => way(call) === "receives")) {
    const who = speaker(it) ?? "";
    if ((it.result ?? 0) > 0) found.set(who, [...(found.get(who) ?? []), sizes(it).join(" + ")]);
  }
  return [...found].map(([who, all]) => `${who} ${all.join(", ")}`.trim());
}

/** Whether what the first speaker sent came out in the pieces in which it was sent. */
function boundaries(history: Events): readonly string[] {
  const speaker = speakersOf(history);
  const calls = callsOf(history);
  const first = calls.find((it) => way(it) === "sends");
  if (first === undefined) return [];
  const isFirst = (it: CallEvent): boolean => speaker(it) === speaker(first);
  const sent = calls.filter((it) => way(it) === "sends" && isFirst(it)).flatMap(sizes);
  const got = calls.filter((it) => way(it) === "receives" && !isFirst(it)).flatMap(sizes).filter(Boolean);
  const kept = sent.join() === got.join();
  return [kept ? "kept" : "not kept", `${sent.length} sent, ${got.length} received`];
}

/** What the last receive that got nothing was told, if there is one. */
function ending(history: Events): readonly string[] {
  const last = callsOf(history).findLast((it) => way(it) === "receives" && it.result !== null);
  if (last === undefined || last.result! > 0) return [];
  if (last.errno !== null) return [`nothing: ${last.name} = ${last.errno}`];
  const told = packetsOf(history).some((it) =>
    it.t <= last.t && it.layers.some(({ fields }) => fields.fin === true));
  return [`${last.name} = 0${told ? ", after a FIN" : ""}`];
}

/** Each socket's, one after the other. */
function states(history: Events): readonly string[] {
  const seen = new Map<string, string[]>();
  for (const it of history.filter((one): one is StateEvent => one.type === "state")) {
    const so = seen.get(it.socket) ?? [];
    if (so.at(-1) !== it.state) seen.set(it.socket, [...so, it.state]);
  }
  return [...seen].map(([socket, all]) => `${socket} ${all.join(" ")}`);
}

/** So many are named, those first that differ most. */
const NAMED = 4;

/** By how much those rose that did not rise alike in all runs. */
function counters(histories: readonly Events[]): readonly (readonly string[])[] {
  const sums = histories.map(risen);
  const names = ranked([...new Set(sums.flatMap((it) => [...it.keys()]))])
    .filter((name) => new Set(sums.map((it) => it.get(name) ?? 0)).size > 1);
  return sums.map((sum) => {
    const own = names.filter((name) => (sum.get(name) ?? 0) > 0);
    const told = own.slice(0, NAMED).map((name) => `${name} +${counted(sum.get(name)!)}`);
    return own.length > NAMED ? [...told, `${many(own.length - NAMED, "other")}`] : told;
  });
}

function risen(history: Events): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const it of history) {
    if (it.type !== "counter" || it.scene === null) continue;
    for (const [name, by] of Object.entries(it.values)) sum.set(name, (sum.get(name) ?? 0) + by);
  }
  return sum;
}
